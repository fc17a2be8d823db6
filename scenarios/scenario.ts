/**
 * What a scenario is: a question, and what its clients do to answer it. One file each; the runner does the rest.
 *
 * The hooks run in the generator process. Nothing here measures: latency, bytes and cost are recorded by the runner in
 * the same way for every scenario.
 */
import type { Client } from '../clients/client.ts';
import { CARRIERS, type Carrier } from '../clients/connection.ts';
import type { MeasurementParameters } from '../results/schema.ts';
import type { TransportName } from './transports.ts';

export type Parameters = MeasurementParameters;

/** What a measurement's requests ride; HTTP/1.1 without TLS where its file does not say. */
export const carrierOf = ({ carrier }: Pick<Parameters, 'carrier'>): Carrier =>
  CARRIERS.find((name) => name === carrier) ?? 'h1';

/**
 * What is still under way after the window gets this long, ms, and two polls more where polls fetch it; and so many round trips
 * of the link: what was cut connects again (TCP, TLS, request), and what it asks for is answered.
 */
export const GRACE = { ms: 2_000, roundTrips: 8 } as const;

/** What the generator process offers to a scenario. */
export interface Generator {
  readonly parameters: Parameters;
  /** This process's clients, subscribed by `subscribe`, in order. */
  readonly clients: readonly Client[];
  /** Opens what is missing of this process's share of `parameters.clients` (of a step's, where clients grow), client i of all on `channelOf(i)`, and waits until all are ready. */
  subscribe(channelOf: (index: number) => string): Promise<void>;
  /**
   * A client that stays until it is ready and `stayMs` longer, then leaves; its readiness counts from `dueUs`.
   * Runs on by itself.
   */
  visit(dueUs: number, stayMs: number): void;
  /** One plain `GET /health` on a kept connection; its latency counts from `dueUs`. Runs on by itself. */
  request(dueUs: number): void;
  /** Sends benchmark message `seq` of this process's client `index` upstream. Runs on by itself; a refusal is counted as an error. */
  send(index: number, seq: number, dueUs: number, slipUs: number): void;
  /** Asks for `/health` with an Upgrade to what nobody knows, where the carrier has one; anything but the ordinary answer is an error. */
  checkUnknownUpgrade(): Promise<void>;
  /** Cuts the connections of one client in `of` now, of all where that is 1. From here on a lost connection is no error; how long each goes unserved is reported. */
  cut(part: number, of: number): void;
  /** The first `share` (0…1) of the clients are looked at apart: their latency is not the others'. What they are told that they lost is reported and no error. */
  setAside(share: number): void;
  /** Those set aside stop reading, and read again. */
  pauseAside(): void;
  resumeAside(): void;
  /** Looks at random moments of the window at how old the newest value is that each client holds. */
  sampleStaleness(): void;
}

export interface Variant {
  /** Null when the scenario has only one. */
  readonly name: string | null;
  /** What this variant changes, before the user's own settings apply to the rest. */
  readonly parameters: Partial<Parameters>;
}

/** What stands between clients and server. */
export interface Distance {
  /** Round-trip time, ms; 0 without a link. */
  readonly rttMs: number;
}

/**
 * What a scenario may ask of a server: that somebody can publish to it, that clients can, that it keeps channels apart, that
 * clients resume, or that it is one of this project's own.
 */
export type ServerAbility = 'publish' | 'upstream' | 'channels' | 'resume' | 'own-server';

/** Something that happens to the clients at a moment of the window. */
export interface WindowEvent {
  /** When: 0 is the window's start, 1 its end. */
  readonly atShare: number;
  readonly happen: (generator: Generator) => void;
}

export interface Scenario {
  readonly name: string;
  /** The question it answers, for people. */
  readonly question: string;
  /** Measured only when it is named; the others make a run that names none. */
  readonly onRequest?: true;
  /** Transports that it makes sense for; undefined: all. */
  readonly transports?: readonly TransportName[];
  /** Measured with the floor beside the transports, so that they are seen against the limit; `unless-named`: only where the user has not said which transports, because a measurement takes long. */
  readonly withFloor?: true | 'unless-named';
  /** The cores are kept from falling asleep between messages: what processor time is compared across loads. */
  readonly keepsAwake?: true;
  /** What it asks or begins fails with the connection that carries it: left out over a link that cuts. */
  readonly needsItsConnections?: true;
  /** What it asks of the server beside messages to `main`; a server that is not this project's own may not have it. */
  readonly asksOfServer?: readonly ServerAbility[];
  /** One of its transports is measured twice in each repetition, so that the run knows which differences it makes by itself. */
  readonly withTwin?: true;
  readonly variants: (transport: TransportName, distance: Distance) => readonly Variant[];
  /** What must be otherwise than set, such as a window long enough for the question; last word on the parameters. */
  readonly needs?: (parameters: Parameters) => Partial<Parameters>;
  /** Who offers the load of the schedule: the server publishes, the generator calls `offer`, both, or there is none. */
  readonly publishes: (variant: string | null) => { readonly server: boolean; readonly generator: boolean };
  /**
   * Channels that the server's publications are dealt to, so that each has a stream of its own: channel i is `ownChannel(i)`.
   * Undefined: all go to `main`.
   */
  readonly channels?: (clients: number, variant: string | null) => number | undefined;
  /** Deliveries owed for each publication, given the number of clients. */
  readonly fanOut: (clients: number, variant: string | null) => number;
  /** Shares of the clients, ascending, at which memory is read while they connect; undefined: all at once, and it is not. */
  readonly grows?: readonly number[];
  /** Before the window: what must be connected. Where clients grow, once for each step. */
  readonly prepare: (generator: Generator) => Promise<void>;
  /** One due time of this process's share of the schedule, numbered from 0, when `publishes().generator`. */
  readonly offer?: (generator: Generator, seq: number, dueUs: number, slipUs: number) => void;
  readonly events?: readonly WindowEvent[];
}

/** What the server publishes to where each client has messages of its own. */
export const ownChannel = (index: number): string => `own-${index}`;

/** The single variant of most scenarios. */
export const ONE_VARIANT: readonly Variant[] = [{ name: null, parameters: {} }];
