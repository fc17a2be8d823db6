/**
 * What all five clients share: one connection at a time, a cursor, and the way back after a loss.
 *
 * A loss is retried with jittered backoff and resumed by cursor. A broken protocol, or an answer that more asking will
 * not change, stops the client for good and is reported: it is never guessed around.
 */
import { backoffMs } from './backoff.ts';
import { ProtocolError, type Client, type ClientOptions } from './client.ts';
import { isPlain, requestTarget, unwrapped } from './endpoint.ts';
import { requestHead, type RequestKind } from './headers.ts';
import { isEncrypted, isMultiplexed, type HttpConnection, type ResponseHandler } from './connection.ts';
import { Carriage } from './carriage.ts';
import type { ResponseHead } from './response-head.ts';
import { Upstream } from './upstream.ts';

/** Asking again may help: the server is overloaded, restarting, or too slow. */
const RETRIED = new Set([408, 425, 429, 500, 502, 503, 504]);

export abstract class ReconnectingClient implements Client, ResponseHandler {
  cursor: number | undefined;
  protected readonly options: ClientOptions;
  /** The one that stands or is being made; undefined while there is none. */
  protected connection: HttpConnection | undefined;
  readonly #carriage: Carriage;
  #paused = false;
  protected stopped = false;
  /** Connections lost so far. When it changes within a callback, what is left of the batch belongs to the past. */
  protected losses = 0;
  #timer: NodeJS.Timeout | undefined;
  #attempt = 0;
  #ready = false;
  #upstream: Upstream | undefined;

  constructor(options: ClientOptions) {
    this.options = options;
    this.#carriage = new Carriage(options, options.ledger);
    this.cursor = options.cursor;
  }

  /** Opens a connection and asks for what this transport asks for first. */
  protected abstract open(): void;
  /** The connection is gone: forget what was half received, and book it. */
  protected abstract reset(): void;
  abstract head(head: ResponseHead): void;
  abstract body(buffer: Buffer, start: number, end: number): void;
  abstract end(): void;

  start(): this {
    this.open();
    return this;
  }

  send(payload: string): Promise<void> {
    this.#upstream ??= new Upstream(this.options, this.#carriage);
    return this.#upstream.send(payload);
  }

  cut(): void {
    const { connection } = this;
    this.#carriage.cut(connection);
    // Between two connections there is nothing to lose, and no reason to wait longer for the next one.
    if (connection !== undefined) this.lost('cut');
  }

  pause(): void {
    this.#paused = true;
    this.connection?.setReading(false);
  }

  resume(): void {
    this.#paused = false;
    this.connection?.setReading(true);
  }

  close(): void {
    this.stopped = true;
    clearTimeout(this.#timer);
    this.disconnect();
    this.reset();
    this.#upstream?.close();
    this.#carriage.close();
  }

  closed(reason: string): void {
    this.lost(reason);
  }

  failed(error: Error): void {
    if (this.stopped) return;
    this.close();
    this.options.events.failed(error);
  }

  protected get ledger(): ClientOptions['ledger'] {
    return this.options.ledger;
  }

  /** Handshake until ready, header from then on. */
  protected get isReady(): boolean {
    return this.#ready;
  }

  /** The server has told where this client reads from: where it was, or further back in a log that has begun anew. */
  protected becomeReady(cursor: number): void {
    if (cursor > (this.cursor ?? cursor)) {
      throw new ProtocolError(
        `the server goes on after message ${cursor}, and message ${this.cursor} was the last one`,
      );
    }
    this.cursor = cursor;
    this.heard();
    if (this.#ready) return;
    this.#ready = true;
    this.options.events.ready();
  }

  /** The server is there and has answered as it should: the next loss is the first of its own row. */
  protected heard(): void {
    this.#attempt = 0;
  }

  /** Whether the server sends messages and nothing about them: they are numbered here. */
  protected get isPlain(): boolean {
    return isPlain(this.options.endpoint);
  }

  /** The place of a message that bears none: after the last one. */
  protected next(): number {
    return (this.cursor ?? 0) + 1;
  }

  /** @param counted whether the message's bytes are booked as payload one by one, and not as part of something compressed */
  protected deliver(payload: string | Buffer, offset: number, counted: boolean): void {
    // A channel's offsets are contiguous, and what is missing is announced as a gap: never silence.
    if (this.cursor === undefined || offset !== this.cursor + 1) {
      throw new ProtocolError(`message ${offset} came after message ${this.cursor ?? 'none'}`);
    }
    this.cursor = offset;
    this.options.events.message(this.#published(payload, counted), offset);
  }

  /** What was published, without what another server has wrapped around it: that is framing. */
  #published(payload: string | Buffer, counted: boolean): string | Buffer {
    const pointer = this.options.endpoint?.pointer;
    if (pointer === undefined) return payload;
    const message = payload.toString();
    const inner = unwrapped(message, pointer);
    if (counted) this.ledger.move('down', 'payload', 'framing', Buffer.byteLength(message) - Buffer.byteLength(inner));
    return inner;
  }

  /** Messages are gone, and as many as the cursor moves: fewer or more would be lost in silence. */
  protected skip(lost: number, cursor: number): void {
    if (this.cursor === undefined || cursor !== this.cursor + lost) {
      const from = this.cursor ?? 'none';
      throw new ProtocolError(`a gap of ${lost} leads from message ${from} to message ${cursor}`);
    }
    this.cursor = cursor;
    this.options.events.gap(lost);
  }

  protected connect(): HttpConnection {
    this.connection = this.#carriage.open(this);
    if (this.#paused) this.connection.setReading(false);
    return this.connection;
  }

  protected requestHead(kind: RequestKind, path: string, from: number | undefined, extra = ''): string {
    const { channel, endpoint, host, port, headers, carrier, authority = `${host}:${port}` } = this.options;
    // A stream is one response; only polls can choose to close after each.
    const connection = kind === 'fetch' ? this.options.connection : 'keep-alive';
    const target = requestTarget(path, channel, from, endpoint);
    const scheme = isEncrypted(carrier) ? 'https' : 'http';
    const multiplexed = isMultiplexed(carrier);
    return requestHead(headers, { kind, target, authority, connection, scheme, multiplexed, extra });
  }

  /** The answer is none that delivers: try again later when that may help, otherwise stop and say so. */
  protected refused(head: ResponseHead): void {
    this.disconnect();
    if (RETRIED.has(head.status)) this.lost(`status ${head.status}`);
    else this.failed(new ProtocolError(`the server answered ${head.status} where 200 was due`));
  }

  /** Ends the connection. What that means is up to the caller: a loss, or nothing. */
  protected disconnect(): void {
    this.connection?.destroy();
    this.connection = undefined;
  }

  protected lost(reason: string): void {
    this.losses++;
    this.connection = undefined;
    this.reset();
    if (this.stopped) return;
    this.options.events.disconnected(reason);
    this.later(backoffMs(this.#attempt++, this.options.random()), () => this.open());
  }

  /** Runs after `delayMs`; a client has one thing to wait for at a time. */
  protected later(delayMs: number, run: () => void): void {
    clearTimeout(this.#timer);
    if (this.options.wait !== undefined) return this.options.wait(delayMs, run);
    // Whole milliseconds: Node.js keeps one list of timers for each distinct delay.
    this.#timer = setTimeout(run, Math.max(0, Math.round(delayMs)));
  }
}
