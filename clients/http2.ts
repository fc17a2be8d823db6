/**
 * One HTTP/2 connection of one client (RFC 9113), by node:http2 over a stream that meters every byte.
 *
 * nghttp2 and not own code: HPACK is not what this project exists for. Its settings are a Chromium's, because the size
 * of its windows decides how many WINDOW_UPDATE frames a stream costs. A request is handed over as an HTTP/1.1 head;
 * each lane carries one after the other, as `HttpConnection` promises, and the lanes of a client share the connection.
 */
import { connect, constants, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import { ProtocolError } from './client.ts';
import {
  isEncrypted,
  type Address,
  type HttpConnection,
  type Meter,
  type Outlet,
  type ResponseHandler,
} from './connection.ts';
import { breach, nameOf } from './http2-errors.ts';
import { fieldsOf, headOf } from './http2-fields.ts';
import type { FrameOwner } from './http2-meter.ts';
import { MeteredStream } from './http2-wire.ts';
import type { Account, Direction, Ledger, Tap } from './ledger.ts';
import { tlsFailure } from './socket.ts';

/** What Chromium 156 announces. */
const SETTINGS = {
  headerTableSize: 65_536,
  enablePush: false,
  initialWindowSize: 6 * 2 ** 20,
  maxHeaderListSize: 262_144,
} as const;
const CONNECTION_WINDOW = 15 * 2 ** 20;
/** node:http2 sends no head that could be above 64 KiB when compressed badly; a header file alone may have that. */
const LARGEST_HEAD = 256 * 1024;

const { NGHTTP2_CANCEL, NGHTTP2_NO_ERROR } = constants;
/** Frame types of RFC 9113 §6. */
const RST_STREAM = 3;
const GOAWAY = 7;

export class Http2Session {
  readonly #ledger: Ledger;
  readonly #session: ClientHttp2Session;
  readonly #wire: MeteredStream;
  readonly #scheme: string;
  readonly #tap: Tap | undefined;
  readonly #open = new Set<Http2Lane>();
  readonly #byStream = new Map<number, Http2Lane>();
  #connected = false;
  /** What this side's own codec says in GOAWAY before it gives up: see `#said`. */
  readonly #lastWords: Buffer[] = [];
  /** No answer has come yet: what keeps the connection is still part of making it. */
  #fresh = true;
  closed = false;

  constructor(address: Address, ledger: Ledger) {
    this.#ledger = ledger;
    this.#tap = ledger.tap?.();
    this.#scheme = isEncrypted(address.carrier) ? 'https' : 'http';
    this.#wire = new MeteredStream(address, ledger, this.#tap, this.#owner('up'), this.#owner('down'), (error) =>
      this.#lost(error),
    );
    this.#session = connect(`${this.#scheme}://${address.host}:${address.port}`, {
      createConnection: () => this.#wire,
      settings: SETTINGS,
      maxSendHeaderBlockLength: LARGEST_HEAD,
    });
    this.#session.once('connect', () => {
      // Told a tick later than it is: the client may have been closed meanwhile.
      if (this.closed) return;
      this.#session.setLocalWindowSize(CONNECTION_WINDOW);
      this.#connected = true;
      for (const lane of this.#open) lane.go();
    });
    this.#session.on('error', (error: NodeJS.ErrnoException) => this.#lost(error));
    this.#session.on('goaway', (code: number) => this.#lost(new Error(`the server sent GOAWAY (${nameOf(code)})`)));
    this.#session.on('close', () => this.#lost(new Error('closed')));
  }

  lane(handler: ResponseHandler): HttpConnection {
    const lane = new Http2Lane(this, this.#ledger, handler);
    this.#open.add(lane);
    return lane;
  }

  /** Ends the connection without a word to anyone. */
  destroy(): void {
    if (this.closed) return;
    this.closed = true;
    for (const lane of this.#open) lane.drop();
    this.#session.destroy();
    this.#wire.destroy();
  }

  /** Ends the connection as a failing network would: every lane hears of it. */
  cut(): void {
    this.#lost(new Error('cut'));
  }

  /** Whether requests can go out. */
  get connected(): boolean {
    return this.#connected && !this.closed;
  }

  /** It will tell its lanes why in a moment; its streams end before that, and for no reason of their own. */
  get ending(): boolean {
    return this.#session.destroyed;
  }

  /** Runs when the server's SETTINGS are known: RFC 8441 §3 lets no WebSocket be asked for before. */
  whenSettled(run: (webSocketAllowed: boolean) => void): void {
    const ask = (): void => run(this.#session.remoteSettings.enableConnectProtocol === true);
    // Until they have come node:http2 reports the defaults; the server's first frame tells.
    if (this.#fresh && !this.#settled) this.#session.once('remoteSettings', () => ((this.#settled = true), ask()));
    else ask();
  }

  #settled = false;

  stream(lane: Http2Lane, head: string, upgrade: boolean, endStream: boolean): ClientHttp2Stream {
    const stream = this.#session.request(fieldsOf(head, this.#scheme, upgrade), { endStream });
    const id = stream.id!;
    this.#byStream.set(id, lane);
    if (this.#tap !== undefined) {
      this.#tap.request(id, head);
      stream.once('response', (fields) => this.#tap?.status(id, Number(fields[':status'])));
    }
    stream.once('close', () => this.#byStream.delete(id));
    return stream;
  }

  forget(lane: Http2Lane): void {
    this.#open.delete(lane);
  }

  #owner(direction: Direction): FrameOwner {
    return {
      headers: (id, bytes) => {
        if (direction === 'down') this.#fresh = false;
        return this.#byStream.get(id)?.headers(direction, bytes) ?? 'control';
      },
      data: (id, bytes, start, end) => {
        const lane = this.#byStream.get(id);
        if (lane === undefined) this.#ledger[direction].framing += end - start;
        else lane.data(direction, bytes, start, end);
      },
      upkeep: () => (this.#fresh ? 'handshake' : 'control'),
      said: (type, id, bytes, start, end) => this.#said(direction, type, id, bytes, start, end),
    };
  }

  /**
   * nghttp2 answers a breach of the protocol with GOAWAY, or with RST_STREAM when it is one stream's, and node:http2 tells
   * nobody of the first and does not tell the second from a reset by the server. What passes on the wire tells both.
   */
  #said(direction: Direction, type: number, id: number, bytes: Uint8Array, start: number, end: number): void {
    if (direction === 'down' && type === RST_STREAM) this.#byStream.get(id)?.resetByServer();
    if (direction === 'down' || type !== GOAWAY || this.closed) return;
    if (this.#lastWords.push(Buffer.from(bytes.subarray(start, end))) > 1) return;
    // Not now: this is in the middle of a write of the session's.
    setImmediate(() => {
      const words = Buffer.concat(this.#lastWords);
      const code = words.length < 8 ? 0 : words.readUInt32BE(4);
      if (code !== NGHTTP2_NO_ERROR) this.#lost(breach([nameOf(code), words.toString('latin1', 8)]));
    });
  }

  #lost(error: NodeJS.ErrnoException): void {
    if (this.closed) return;
    this.closed = true;
    const lanes = [...this.#open];
    // First what is under the session: nothing more can be said on a connection that is lost.
    this.#wire.destroy();
    this.#session.destroy();
    for (const lane of lanes) lane.lost(error);
  }
}

class Http2Lane implements HttpConnection {
  readonly multiplexed = true;
  readonly #session: Http2Session;
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

  constructor(session: Http2Session, ledger: Ledger, handler: ResponseHandler) {
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
    const failure = error.code === 'ERR_HTTP2_ERROR' ? breach([error.message]) : tlsFailure(error);
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
    return breach([nameOf(rstCode), 'in an answer']);
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
