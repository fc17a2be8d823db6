/** What the runner and the two processes of a measurement say to each other, as JSON over the IPC channel. */
import type { Carrier } from '../../clients/connection.ts';
import type { Endpoint } from '../../clients/endpoint.ts';
import type { HeaderProfile } from '../../clients/headers.ts';
import type { Snapshot } from '../../clients/ledger.ts';
import type { PacketTally } from '../../clients/packets.ts';
import type { Findings as AllFindings, Latency } from '../../results/schema.ts';
import type { Delay } from '../../results/validity.ts';
import type { ServerOptions } from '../../servers/server.ts';
import type { ScenarioName } from '../index.ts';
import type { Link } from '../link.ts';
import type { Parameters } from '../scenario.ts';
import type { Target } from '../target/target.ts';
import type { TransportName } from '../transports.ts';
import type { Certificate } from './certificate.ts';
import type { ClockReading } from './clock-check.ts';
import type { Pace } from './pacer.ts';
import type { PortRange, Share } from './share.ts';

export type { Pace };

/** What only some scenarios have the generator look at. */
export type Findings = Pick<AllFindings, 'stalenessNs' | 'slow' | 'storm' | 'unknownUpgrades'>;

/** Median, 90th and 99th percentile and maximum, ns; null where the samples cannot support it. */
export type Quantiles = Delay;

/** When things happen, µs since the epoch, the same for both processes. */
export interface Timeline {
  readonly startUs: number;
  readonly windowStartUs: number;
  readonly windowEndUs: number;
}

export type ToServer =
  | {
      type: 'listen';
      transport: TransportName;
      host: string;
      port: number;
      carrier: Carrier;
      /** Where the carrier encrypts. */
      certificate?: Certificate;
      options: Partial<ServerOptions>;
      /** Processes that share the port; 1 or missing: the server process itself serves. */
      workers?: number;
      /** What to start instead, where the server is not this project's own. */
      target?: Target;
      epochNs: string;
    }
  /** Publish the schedule, if there is one, and watch the window. */
  | {
      type: 'window';
      timeline: Timeline;
      pace: Pace | null;
      payloadBytes: number;
      /** How many channels the publications are dealt to; missing: all go to `main`. */
      channels?: number;
    };

export type FromServer =
  /** `pid`: the process that serves, with its descendants, where it is not the one that answers. */
  | { type: 'listening'; port: number; pid?: number }
  | { type: 'window'; slipNs: Quantiles; eventLoopDelayNs: Quantiles; clock: ClockReading }
  | { type: 'failed'; message: string };

/** The relay process: where a link lies between clients and server. */
export type ToRelay =
  | { type: 'listen'; link: Link; seed: number; host: string; port: number; epochNs: string }
  /** Watch the window. */
  | { type: 'window'; timeline: Timeline }
  | { type: 'cuts' };

export type FromRelay =
  | { type: 'listening'; port: number }
  | { type: 'window'; report: RelayReport }
  /** Since the beginning. */
  | { type: 'cuts'; cuts: number }
  | { type: 'failed'; message: string };

/** What the relay did inside the window. */
export interface RelayReport {
  readonly lateNs: Quantiles;
  readonly cuts: number;
  readonly bytes: { readonly up: number; readonly down: number };
  readonly cpuNs: number;
  readonly durationNs: number;
}

export interface GeneratorJob {
  readonly scenario: ScenarioName;
  readonly transport: TransportName;
  readonly parameters: Parameters;
  readonly headers: HeaderProfile;
  /** Where clients connect to a server that is not this project's own. */
  readonly endpoint?: Endpoint | undefined;
  /** The server's certificate, PEM, where the carrier encrypts. */
  readonly certificate?: string;
  readonly seed: number;
  readonly epochNs: string;
  readonly host: string;
  readonly port: number;
  /** Which part of the clients and of the offered load this process has. */
  readonly share: Share;
  /** Where its clients connect from; undefined: where the system chooses. */
  readonly from?: { readonly address: string; readonly ports: PortRange };
  /** Whether nobody counts the packets. */
  readonly modelPackets: boolean;
  /** Whether its event loop never waits: it has a core of its own. */
  readonly restless: boolean;
}

export type ToGenerator =
  /** Connect so many of all clients, over all processes. */
  | { type: 'prepare'; job: GeneratorJob; upTo?: number }
  | { type: 'grow'; upTo: number }
  | { type: 'window'; timeline: Timeline; pace: Pace | null; graceMs: number };

export interface GeneratorReport {
  readonly publications: number;
  readonly offered: number;
  readonly delivered: number;
  readonly duplicated: number;
  readonly reordered: number;
  readonly deliveryLatencyNs: Latency;
  readonly transitTimeNs: Latency;
  readonly readinessNs: Latency;
  readonly requestLatencyNs: Latency;
  readonly findings: Findings;
  /** What the sockets carried inside the window. */
  readonly window: Snapshot;
  /** The packets of that, where the job asks for a model of them. */
  readonly modelled: PacketTally | null;
  readonly windowNs: number;
  readonly windowDeliveries: number;
  readonly handshakePerClient: { upBytes: number | null; downBytes: number | null };
  /** Clients that became ready, and whether they came and went inside the window (`connect`). */
  readonly ready: number;
  readonly visits: boolean;
  readonly ledgerDifference: { up: number; down: number };
  /** Of a process that never waits: of the turns of its event loop that had something to do. */
  readonly cpuNs: number;
  readonly restless: boolean;
  readonly rssBytes: number;
  readonly eventLoopDelayNs: Quantiles;
  readonly slipNs: Quantiles;
  /** Connections that clients lost where the link cuts; elsewhere a loss is an error. */
  readonly losses: number;
  /** Distinct things that clients complained of, and how often in all. */
  readonly errors: { count: number; examples: string[] };
  /** Messages that seemed to arrive before they were sent. */
  readonly early: { count: number; worstNs: number };
}

export type FromGenerator =
  | { type: 'prepared' }
  | { type: 'report'; report: GeneratorReport; clock: ClockReading }
  | { type: 'failed'; message: string };
