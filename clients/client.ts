/**
 * The contract of a simulated client: what one file in this room provides, and what it tells its owner.
 *
 * Callbacks instead of an EventEmitter: thousands of clients live in one process, and an emitter costs each of them
 * memory and every delivery a lookup.
 */
export { ProtocolError, quote } from './protocol-error.ts';
import type { Address, Carrier } from './connection.ts';
import type { Dissector } from './dissect/body.ts';
import type { Endpoint, EndpointWord } from './endpoint.ts';
import type { HeaderProfile } from './headers.ts';
import type { Ledger } from './ledger.ts';

export interface ClientEvents {
  /** Once: from here on a publication reaches this client. */
  ready(): void;
  /** One message, in order. `offset` is its place in the channel's log. */
  message(payload: string | Buffer, offset: number): void;
  /** `lost` messages are no longer retained by the server; the next message follows them. */
  gap(lost: number): void;
  /** The connection was lost; the client connects again after a backoff and resumes. */
  disconnected(reason: string): void;
  /** The server said something that the protocol does not allow, or refused for good. The client has stopped. */
  failed(error: Error): void;
}

export interface ClientOptions extends Address {
  readonly channel: string;
  /** Of another server than this project's own. */
  readonly endpoint?: Endpoint | undefined;
  /** Where to read from; undefined: from now on. */
  readonly cursor?: number | undefined;
  readonly headers: HeaderProfile;
  readonly ledger: Ledger;
  /** Uniform in [0, 1): phases and backoff jitter, from the run's seed. */
  readonly random: () => number;
  readonly events: ClientEvents;
  /** Short polling: one poll each interval, ms, at a phase of this client's own. */
  readonly pollIntervalMs: number;
  /** Short polling: whether the interval counts from one poll to the next, or from an answer to the next poll. */
  readonly pollPacing?: 'fixed-rate' | 'fixed-delay';
  /** Long polling: what the server holds for, ms. The first poll asks for a random part of it: see `LongPollingClient`. */
  readonly holdMs: number;
  readonly connection: 'keep-alive' | 'close';
  /** Whether a WebSocket offers permessage-deflate, and whether it keeps its window from one message to the next. */
  readonly deflate: boolean;
  readonly contextTakeover: boolean;
  /** Whether polls accept gzip, also when their header profile does not say so. */
  readonly gzip: boolean;
  /** What the requests name as their host; default: the address. Over HTTP/2 its digits have a say in the byte count. */
  readonly authority?: string;
  /** Waits instead of the system's timers, for who drives a client step by step. */
  readonly wait?: (delayMs: number, run: () => void) => void;
}

/** One message that was read, and its place in the channel's log where its bytes tell. */
export type Decoded = (payload: string | Buffer, offset: number | undefined) => void;

export interface Client {
  /** Offset of the last message received; undefined before the client is ready. */
  readonly cursor: number | undefined;
  /** Publishes to this client's channel. Resolves when the server has accepted the message. */
  send(payload: string): Promise<void>;
  /** Drops the connection as a failing network would. The client reconnects and resumes. */
  cut(): void;
  /** Stops reading, as a client does that cannot keep up: what the server sends waits for it in the kernel, then there. */
  pause(): void;
  resume(): void;
  /** Polls now, out of turn, where it polls by the clock and no poll is under way; the next one is due when it was. */
  hurry?(): void;
  /** Leaves for good: no socket and no timer remain. */
  close(): void;
}

export interface ClientTransport {
  readonly name: string;
  /** How it asks for messages: once for a stream, each interval, or again as soon as a held answer has come. */
  readonly asks: 'once' | 'each-interval' | 'and-waits';
  /** Whether sending upstream takes a connection of its own. */
  readonly upstream: 'in-band' | 'own-connection';
  /** What it can ride. */
  readonly carriers: readonly Carrier[];
  /** The limit that the others are seen against, not a choice for an application: measured beside them, never ranked. */
  readonly floor?: true;
  /** What a target file may say of an endpoint of it beside its path; undefined: it speaks to this project's servers alone. */
  readonly endpointWords?: readonly EndpointWord[];
  /** Takes what its connections carried apart, for the anatomy; without one their bodies are one range each. */
  readonly dissect?: Dissector;
  /** Starts to connect at once. */
  connect(options: ClientOptions): Client;
  /**
   * A reader of what the server's `encode` makes, by the code that its clients read with, for who times decoding apart
   * from sockets. It takes one whole encoding a call and hands on the messages in it before it returns.
   */
  decoder(decoded: Decoded): (encoding: Buffer) => void;
}
