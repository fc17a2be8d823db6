/** A lane of an HTTP/2 connection: one request after the other, each a stream, as `HttpConnection` promises. */
import { constants, type ClientHttp2Stream } from 'node:http2';
import { ProtocolError } from './client.ts';
import type { HttpConnection, Meter, Outlet, ResponseHandler } from './connection.ts';
import { breach, nameOf } from './http2-errors.ts';
import { headOf } from './http2-fields.ts';
import type { Account, Direction, Ledger } from './ledger.ts';
import { tlsFailure } from './socket.ts';

const { NGHTTP2_CANCEL, NGHTTP2_NO_ERROR } = constants;

/** The connection that a lane belongs to. */
export interface LaneHost {
  /** Whether requests can go out. */
  readonly connected: boolean;
  readonly closed: boolean;
  /** It will tell its lanes why in a moment; its streams end before that, and for no reason of their own. */
  readonly ending: boolean;
  /** The start of what came last. */
  readonly latest: Buffer;
  /** Runs when the server's SETTINGS are known: RFC 8441 §3 lets no WebSocket be asked for before. */
  whenSettled(run: (webSocketAllowed: boolean) => void): void;
  /** Opens a stream whose bytes are this lane's. */
  stream(lane: Http2Lane, head: string, upgrade: boolean, endStream: boolean): ClientHttp2Stream;
  setReading(reading: boolean): void;
  forget(lane: Http2Lane): void;
}

export class Http2Lane implements HttpConnection {
  readonly multiplexed = true;
  readonly #session: LaneHost;
  readonly #ledger: Ledger;
  readonly #handler: ResponseHandler;
  #stream: ClientHttp2Stream | undefined;
  /** What waits for the connection. */
  #waiting: (() => void) | undefined;
  #busy = false;
  #gone = false;
  #layer: Account = 'header';
  /** The server has reset the stream; a reset without that is this side's codec refusing what came. */
  #resetByServer = false;
  /** DATA bytes that have arrived and were not handed on yet. */
  #received = 0;
  #meter: Meter = (_data, start, end) => {
    this.#ledger.up.payload += end - start;
  };
  requestBytes = 0;
  headBytes = 0;

  constructor(session: LaneHost, ledger: Ledger, handler: ResponseHandler) {
    this.#session = session;
    this.#ledger = ledger;
    this.#handler = handler;
  }

  get idle(): boolean {
    return !this.#busy && !this.#gone && !this.#session.closed;
  }

  request(head: string, layer: Account, body = ''): void {
    this.#layer = layer;
    this.#busy = true;
    this.requestBytes = 0;
    this.headBytes = 0;
    this.#ledger.requests++;
    const upgrade = /^upgrade: *websocket\r$/im.test(head);
    this.#waiting = upgrade ? () => this.#upgrade(head) : () => this.#ask(head, upgrade, body);
    if (this.#session.connected) this.go();
  }

  /** The connection stands. */
  go(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.();
  }

  outlet(meter: Meter): Outlet {
    this.#meter = meter;
    const stream = this.#stream!;
    return {
      cork: () => stream.cork(),
      uncork: () => stream.uncork(),
      write: (bytes, done) => (stream.writable ? stream.write(bytes, done) : false),
    };
  }

  setReading(reading: boolean): void {
    this.#session.setReading(reading);
  }

  destroy(): void {
    if (this.#gone) return;
    this.drop();
    this.#session.forget(this);
    this.#stream?.close(NGHTTP2_CANCEL);
  }

  /** From here on nobody listens. What had arrived and was not handed on can no longer be named: it was framing. */
  drop(): void {
    this.#gone = true;
    this.#ledger.move('down', 'partial', 'framing', this.#received);
    this.#received = 0;
  }

  lost(error: NodeJS.ErrnoException): void {
    if (this.#gone) return;
    this.drop();
    this.#session.forget(this);
    const failure = tlsFailure(error);
    if (failure === undefined) this.#handler.closed(error.code ?? error.message);
    else this.#handler.failed(failure);
  }

  resetByServer(): void {
    this.#resetByServer = true;
  }

  headers(direction: Direction, bytes: number): Account {
    // A request that leaves only now, on its way when its lane was given up, is nobody's to name later.
    if (this.#gone) return 'control';
    if (direction === 'up') this.requestBytes += bytes;
    else this.headBytes += bytes;
    return this.#layer;
  }

  data(direction: Direction, bytes: Uint8Array, start: number, end: number): void {
    if (direction === 'up') return this.#meter(bytes, start, end);
    if (this.#gone) this.#ledger.down.framing += end - start;
    else {
      this.#ledger.down.partial += end - start;
      this.#received += end - start;
    }
  }

  #upgrade(head: string): void {
    this.#session.whenSettled((allowed) => {
      if (this.#gone) return;
      if (allowed) return this.#ask(head, true, '');
      this.#fail(new ProtocolError('the server does not take WebSockets over HTTP/2 (RFC 8441)'));
    });
  }

  #ask(head: string, upgrade: boolean, body: string): void {
    const ends = !upgrade && body === '';
    const stream = this.#session.stream(this, head, upgrade, ends);
    this.#stream = stream;
    const current = (run: () => void) => (): void => {
      if (!this.#gone && this.#stream === stream) run();
    };
    // Not before the response has been told: node:http2 tells it a tick after the data that came with it.
    stream.once('response', (fields) =>
      current(() => {
        this.#guarded(() => this.#handler.head(headOf(fields)));
        stream.on('data', (bytes: Buffer) => current(() => this.#body(bytes))());
      })(),
    );
    stream.on(
      'end',
      current(() => {
        if (stream.rstCode !== 0) return;
        this.#busy = false;
        this.#stream = undefined;
        this.#guarded(() => this.#handler.end());
      }),
    );
    stream.on('error', () => {});
    stream.on(
      'close',
      current(() => {
        if (!this.#session.ending) this.lost(this.#endOf(stream));
      }),
    );
    if (!upgrade && !ends) stream.end(body);
  }

  #endOf({ rstCode }: ClientHttp2Stream): Error {
    if (rstCode === NGHTTP2_NO_ERROR || this.#resetByServer) {
      return new Error(`the server reset the stream (${nameOf(rstCode)})`);
    }
    return breach([nameOf(rstCode), 'in an answer'], this.#session.latest);
  }

  #body(bytes: Buffer): void {
    this.#received -= bytes.length;
    this.#ledger.down.partial -= bytes.length;
    this.#guarded(() => this.#handler.body(bytes, 0, bytes.length));
  }

  /** What a handler throws is the server's breach of the protocol. */
  #guarded(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  #fail(error: Error): void {
    this.destroy();
    this.#handler.failed(error);
  }
}
