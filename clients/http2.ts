/**
 * One HTTP/2 connection of one client (RFC 9113), by node:http2 over a stream that meters every byte.
 *
 * nghttp2 and not own code: HPACK is not what this project exists for. Its settings are a Chromium's, because the size
 * of its windows decides how many WINDOW_UPDATE frames a stream costs. A request is handed over as an HTTP/1.1 head;
 * each lane carries one after the other, as `HttpConnection` promises, and the lanes of a client share the connection.
 */
import {
  connect,
  constants,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type OutgoingHttpHeaders,
} from 'node:http2';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { ProtocolError } from './client.ts';
import {
  isEncrypted,
  type Address,
  type HttpConnection,
  type Meter,
  type Outlet,
  type ResponseHandler,
} from './connection.ts';
import { Http2Meter, type FrameOwner } from './http2-meter.ts';
import type { Account, Direction, Ledger, Tap } from './ledger.ts';
import type { ResponseHead } from './response-head.ts';
import { openSocket, tlsFailure } from './socket.ts';

/** What Chromium 156 announces. */
const SETTINGS = {
  headerTableSize: 65_536,
  enablePush: false,
  initialWindowSize: 6 * 2 ** 20,
  maxHeaderListSize: 262_144,
} as const;
const CONNECTION_WINDOW = 15 * 2 ** 20;

const { NGHTTP2_CANCEL } = constants;
const SHARED = Buffer.allocUnsafeSlow(64 * 1024);

export class Http2Session {
  readonly #ledger: Ledger;
  readonly #session: ClientHttp2Session;
  readonly #wire: MeteredStream;
  readonly #scheme: string;
  readonly #tap: Tap | undefined;
  readonly #open = new Set<Http2Lane>();
  readonly #byStream = new Map<number, Http2Lane>();
  #connected = false;
  /** No answer has come yet: what keeps the connection is still part of making it. */
  #fresh = true;
  closed = false;

  constructor(address: Address, ledger: Ledger) {
    this.#ledger = ledger;
    this.#tap = ledger.tap?.();
    this.#scheme = isEncrypted(address.carrier) ? 'https' : 'http';
    this.#wire = new MeteredStream(address, ledger, this.#tap, this.#owner('up'), this.#owner('down'));
    this.#session = connect(`${this.#scheme}://${address.host}:${address.port}`, {
      createConnection: () => this.#wire,
      settings: SETTINGS,
    });
    this.#session.once('connect', () => {
      this.#session.setLocalWindowSize(CONNECTION_WINDOW);
      this.#connected = true;
      for (const lane of this.#open) lane.go();
    });
    this.#session.on('error', (error: NodeJS.ErrnoException) => this.#lost(error));
    this.#session.on('goaway', () => this.#lost(new Error('the server sent GOAWAY')));
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
    };
  }

  #lost(error: NodeJS.ErrnoException): void {
    if (this.closed) return;
    this.closed = true;
    const lanes = [...this.#open];
    this.#session.destroy();
    this.#wire.destroy();
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
    const failure = tlsFailure(error);
    if (failure === undefined) this.#handler.closed(error.code ?? error.message);
    else this.#handler.failed(failure);
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
      current(() => this.lost(new Error(`the server reset the stream (code ${stream.rstCode})`))),
    );
    if (!upgrade && !ends) stream.end(body);
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

/** HTTP/1.1's own fields, which HTTP/2 has no place for (RFC 9113 §8.2.2), and a WebSocket's that RFC 8441 §5 drops. */
const DROPPED = new Set(['host', 'connection', 'keep-alive', 'upgrade', 'transfer-encoding', 'sec-websocket-key']);

/** The latest head and its fields: an empty poll repeats itself. */
let latest: { head: string; fields: OutgoingHttpHeaders } | undefined;

/** The fields of a request: pseudo-fields in Chromium's order, then those of the head. */
export function fieldsOf(head: string, scheme: string, upgrade: boolean): OutgoingHttpHeaders {
  if (latest?.head === head) return latest.fields;
  const lines = head.slice(0, -4).split('\r\n');
  const [method = '', path = ''] = lines[0]!.split(' ');
  const pairs = lines.slice(1).map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  const fields: OutgoingHttpHeaders = {
    ':method': upgrade ? 'CONNECT' : method,
    ':authority': pairs.find(([name]) => name === 'host')?.[1] ?? '',
    ':scheme': scheme,
    ':path': path,
    ...(upgrade ? { ':protocol': 'websocket' } : {}),
  };
  for (const [name, value] of pairs) if (!DROPPED.has(name)) fields[name] = value;
  latest = { head, fields };
  return fields;
}

function headOf(fields: Record<string, unknown>): ResponseHead {
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(fields)) {
    if (!name.startsWith(':')) headers.set(name, Array.isArray(value) ? value.join(', ') : String(value));
  }
  const length = headers.get('content-length');
  return {
    status: Number(fields[':status']),
    headers,
    chunked: false,
    contentLength: length === undefined ? undefined : Number(length),
    close: false,
  };
}

/** The socket as node:http2 sees it, each byte metered on its way. */
class MeteredStream extends Duplex {
  readonly #socket: Socket;
  readonly #tap: Tap | undefined;
  readonly #up: Http2Meter;
  readonly #down: Http2Meter;

  constructor(address: Address, ledger: Ledger, tap: Tap | undefined, up: FrameOwner, down: FrameOwner) {
    super({ allowHalfOpen: false });
    this.#up = new Http2Meter(ledger, 'up', up);
    this.#down = new Http2Meter(ledger, 'down', down);
    const { socket, wire } = openSocket(address, {
      buffer: SHARED,
      callback: (bytes, buffer) => {
        this.#tap?.bytes('down', buffer, 0, bytes);
        this.#down.feed(buffer, 0, bytes);
        // The buffer is shared; what is held must be a copy.
        if (!this.destroyed) this.push(Buffer.from(buffer.subarray(0, bytes)));
        return true;
      },
    });
    this.#socket = socket;
    ledger.track(socket, wire);
    this.#tap = tap;
    socket.on('error', (error) => this.destroy(error));
    if (wire !== socket) wire.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
    socket.on('end', () => this.push(null));
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#tap?.bytes('up', chunk, 0, chunk.length);
    this.#up.feed(chunk, 0, chunk.length);
    this.#socket.write(chunk, done);
  }

  override _final(done: () => void): void {
    this.#socket.end();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#up.reset();
    this.#down.reset();
    this.#socket.destroy();
    done(error);
  }
}
