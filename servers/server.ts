/**
 * The contract of a server transport: what one file in this room provides, and what the shared app gives it.
 *
 * A transport only mounts endpoints. It has no `listen` (there is one port), no `publish` (the hub has it, the same for
 * all) and no per-client queue (a client is a cursor over the hub's log), so that what differs between two measurements
 * is the transport and nothing else.
 */
import type { FastifyInstance } from 'fastify';
import type { Heartbeat } from './heartbeat.ts';
import type { Entry, Hub } from './hub.ts';

export interface ServerOptions {
  /** Longest that a long poll is held without data, ms. RFC 6202 §5.5 calls 30 s safe. */
  readonly holdMs: number;
  /** Whether a long poll is answered with all that waits, or with one message. */
  readonly batch: boolean;
  /** A silent stream says something this often, ms, so that proxies do not cut it; 0 for never. */
  readonly heartbeatMs: number;
  /** A forever-iframe's response ends after this many bytes: the page that holds it only grows. */
  readonly recycleBytes: number;
  /** Whether polls are answered on kept connections or each closes its own (`Connection: close`). */
  readonly connection: 'keep-alive' | 'close';
  /** How long an idle connection is kept, ms: longer than a poll interval, of which Node's default of 5 s would cut each. */
  readonly keepAliveMs: number;
  /** What an EventSource waits before it reconnects, ms. */
  readonly retryMs: number;
  /** Largest message accepted from a client, bytes. */
  readonly maxMessageBytes: number;
  /** Origins that may open a WebSocket; null: the server's own origin, and clients that send none. */
  readonly allowedOrigins: readonly string[] | null;
  /** Whether permessage-deflate (RFC 7692) is accepted when a client offers it, and keeps its window between messages. */
  readonly deflate: boolean;
  readonly contextTakeover: boolean;
  /** Whether polls are answered with gzip when the client takes it and there is enough to compress. */
  readonly gzip: boolean;
  /** Headers of every response: what Node.js sends, or also those that a site behind a CDN typically has. */
  readonly responseHeaders: 'minimal' | 'typical';
  /**
   * What `Date` says; null: the time. HPACK sends a date that has changed in full and one that has not in a byte, so byte
   * counts over HTTP/2 repeat only where it stands still.
   */
  readonly date: string | null;
}

export const DEFAULT_SERVER_OPTIONS: ServerOptions = {
  holdMs: 25_000,
  batch: true,
  heartbeatMs: 15_000,
  recycleBytes: 128 * 1024,
  connection: 'keep-alive',
  keepAliveMs: 72_000,
  retryMs: 1_000,
  maxMessageBytes: 4 * 2 ** 20,
  allowedOrigins: null,
  deflate: false,
  contextTakeover: true,
  gzip: false,
  responseHeaders: 'minimal',
  date: null,
};

export interface MountContext {
  readonly app: FastifyInstance;
  readonly hub: Hub;
  readonly heartbeat: Heartbeat;
  readonly options: ServerOptions;
  /** HTTP/2: requests are streams of one connection, and a WebSocket is one of them (RFC 8441). */
  readonly multiplexed: boolean;
}

export interface ServerTransport {
  readonly name: string;
  /** Whether a payload of arbitrary bytes arrives as it was; text-only transports take strings. */
  readonly binary: boolean;
  /** What to try first with curl or a browser, as a path on the server's port. */
  readonly tryPath: string;
  /** Adds the endpoints to the app. The returned function ends every connection and waiter of this transport. */
  mount(context: MountContext): () => void;
  /**
   * Writes what the client that has everything before these entries is sent for them: encoded anew by what serves it,
   * without what carries it (HTTP heads, chunk coding, TLS). For who times encoding apart from sockets.
   *
   * @param entries at least one, text, one after the other in the log
   * @param write takes it as a socket would, in as many pieces
   */
  encode(entries: readonly Entry[], write: (bytes: Buffer) => void): void;
}

/** As much of a transport as it takes to serve it. */
export type Mountable = Omit<ServerTransport, 'encode'>;
