/**
 * The cost model of a run as plain data: what the page's planner, the break-even maps and a decision record predict from.
 * No histogram and no measurement is in it, so that it is a few kilobytes.
 */
import type { ByteModel } from './bytes.ts';
import type { Asks, Load } from './load.ts';
import type { CoefficientInterval, HeldOut } from './linear.ts';

/**
 * What a cost may be made of: in a second, of all clients together; and of one publication, the clients that wait for it at
 * once, of one server process (`fanOut`), what is written to them (`burstMegabytes`), and how likely it is that the process had
 * nothing to do before (`rested`, see `restedOf`). `wakeups` are times at which a server process has something to do after it
 * had nothing, see `wakeupsOf`; `cold` those at which a client is written to that was not for a while, see `coldOf`; `onset`
 * deliveries at the beginning of a burst, see `onsetOf`. `process` is 1; `beats` are signs of life of silent connections;
 * `pages` those of forever iframes that begin anew; `segments` those beyond the first of a message that no packet can hold;
 * `spaced` deliveries of streams that share no packet with others, see `spacedOf`; `connections` those that polls open, each
 * one of its own; `upstream` messages from clients, beside the publication that each makes; `clocked` publications of
 * the server's own.
 */
export type Part =
  | 'deliveries'
  | 'requests'
  | 'connections'
  | 'beats'
  | 'pages'
  | 'publications'
  | 'clocked'
  | 'wakeups'
  | 'cold'
  | 'onset'
  | 'megabytes'
  | 'segments'
  | 'spaced'
  | 'process'
  | 'fanOut'
  | 'burstMegabytes'
  | 'rested'
  | 'upstream';

export interface Fit {
  readonly parts: readonly Part[];
  /** One for each part. */
  readonly coefficients: readonly number[];
  /** Of each, 95 %, by the jackknife over loads; absent with fewer than three. */
  readonly intervals?: readonly CoefficientInterval[];
  /** Null where too few loads were measured to hold one out: how far off the fit is is then not known. */
  readonly heldOut: HeldOut | null;
  /** Of a latency: those of the loads held out that were measured over a link; absent where none was. */
  readonly distant?: HeldOut;
  /** Different loads behind it. */
  readonly loads: number;
}

export interface PerClient {
  readonly bytes: number;
  /** 95 %; null for a figure of one number of clients. */
  readonly low: number | null;
  readonly high: number | null;
  /** The largest number of clients that it was measured with. */
  readonly clients: number;
  /** Of the whole process at other numbers of clients; null where it was read at one. */
  readonly heldOut: HeldOut | null;
}

/** The largest and smallest that any fit has seen: beyond them a figure is extrapolated. */
export interface Range {
  readonly clients: number;
  readonly deliveriesPerSecond: number;
  readonly requestsPerSecond: number;
  /** From all clients; 0 where no client of the loads sends. */
  readonly upstreamPerSecond: number;
  readonly payloadBytes: { readonly least: number; readonly most: number };
}

export interface CoresFit extends Fit {
  /** Transports whose parts were fitted together with these, see `OWN_PARTS`; itself is one of them. */
  readonly together: readonly string[];
  /** False: of servers that had just started. */
  readonly warm: boolean;
  /** Whether the cores were kept from falling asleep. */
  readonly awake: boolean;
}

export interface TransportModel {
  readonly transport: string;
  readonly asks: Asks;
  /** Null where the run holds no exact counts of it. */
  readonly bytes: ByteModel | null;
  /** Cores of the server, all clients together; null where none of its measurements is usable. */
  readonly cores: CoresFit | null;
  /** Packets a second, both directions and acknowledgements included. */
  readonly packets: Fit | null;
  /** What a delivery takes beyond its law, ms: to be served after the others, and to be received. */
  readonly serviceMs: Fit | null;
  /** The same of the 99th percentile. */
  readonly serviceP99Ms: Fit | null;
  readonly memory: PerClient | null;
  /** What a server process takes without a client; null where memory was read at one number of clients. */
  readonly processBytes: number | null;
  /** Outside of the process: what the kernel holds for one end of a connection. */
  readonly kernelMemory: PerClient | null;
  readonly range: Range;
}

export interface Model {
  /** Of the runs, as the fingerprint of each measurement's machine. */
  readonly fingerprint: string;
  /** What the bytes were counted with. */
  readonly carrier: string;
  readonly headers: string;
  readonly transports: readonly TransportModel[];
  /** What was measured by default: where a planner begins. */
  readonly usual: Load;
  /** For people: runs that were left out, and why; what could not be fitted. */
  readonly notes: readonly string[];
}
