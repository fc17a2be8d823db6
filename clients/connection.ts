/**
 * The contract between a client and what carries its requests: HTTP/1.1 on a socket (`http1.ts`) or a stream of an
 * HTTP/2 connection (`http2.ts`), with or without TLS. Requests are handed over as HTTP/1.1 heads whatever the carrier,
 * so that a header profile is written once; HTTP/2 makes its fields of them.
 */
import type { Account } from './ledger.ts';
import type { ResponseHead } from './response-head.ts';

/** `h1` and `tls` are HTTP/1.1 without and with TLS; `h2c` and `h2` are HTTP/2 without and with TLS. */
export const CARRIERS = ['h1', 'tls', 'h2c', 'h2'] as const;
export type Carrier = (typeof CARRIERS)[number];

export const isEncrypted = (carrier: Carrier): boolean => carrier === 'tls' || carrier === 'h2';
export const isMultiplexed = (carrier: Carrier): boolean => carrier === 'h2' || carrier === 'h2c';

/**
 * An address of this machine, and its ports in turn. Both, because the kernel takes milliseconds to find a free port for an
 * address alone once thousands are in use (bind(2) looks through them), and none to take the one that it is told.
 */
export interface Origin {
  readonly address: string;
  nextPort(): number;
}

export interface Address {
  readonly host: string;
  readonly port: number;
  /** Where to connect from; undefined: where the system chooses. */
  readonly from?: Origin | undefined;
  readonly carrier: Carrier;
  /** The certificate that the server must show, PEM; needed where the carrier encrypts. */
  readonly certificate?: string | undefined;
}

export interface ResponseHandler {
  /** A response has begun. Its head is booked in the layer of its request. */
  head(head: ResponseHead): void;
  /** Part of the body, `buffer[start…end)`. The handler books these bytes and copies what it keeps. */
  body(buffer: Buffer, start: number, end: number): void;
  /** The response is complete; the connection takes the next request unless the head said `close`. */
  end(): void;
  /** The connection is gone; called once for each connection that `destroy` did not end. */
  closed(reason: string): void;
  /** The server broke the protocol; the connection is destroyed. */
  failed(error: Error): void;
}

/** Books bytes as they go out: `data[start…end)`. */
export type Meter = (data: Uint8Array, start: number, end: number) => void;

/** What an upgraded connection is written to; as much of a socket as ws's Sender uses. */
export interface Outlet {
  cork(): void;
  uncork(): void;
  write(bytes: Uint8Array, done?: () => void): boolean;
}

export interface HttpConnection {
  readonly multiplexed: boolean;
  /** Whether a request may be written now. */
  readonly idle: boolean;
  /** Size of the latest request's head so far, and of its response's, interim ones included, bytes. */
  readonly requestBytes: number;
  readonly headBytes: number;
  /** Writes a request. Its head, and the head of the answer, are booked in `layer`; `body` is payload. */
  request(head: string, layer: Account, body?: string): void;
  /** Once upgraded: takes bytes to the server, each shown to `meter` when it counts as sent. */
  outlet(meter: Meter): Outlet;
  /** Reads no more, or again; of streams that share a connection all do. */
  setReading(reading: boolean): void;
  /** Ends the connection without a word to the handler. */
  destroy(): void;
}
