/**
 * One HTTP/2 connection of one client (RFC 9113), by node:http2 over a stream that meters every byte.
 *
 * nghttp2 and not own code: HPACK is not what this project exists for. Its settings are a Chromium's, because the size
 * of its windows decides how many WINDOW_UPDATE frames a stream costs. A request is handed over as an HTTP/1.1 head;
 * each lane carries one after the other, as `HttpConnection` promises, and the lanes of a client share the connection.
 */
import { connect, constants, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import { isEncrypted, type Address, type HttpConnection, type ResponseHandler } from './connection.ts';
import { breach, nameOf } from './http2-errors.ts';
import { fieldsOf } from './http2-fields.ts';
import { Http2Lane, type LaneHost } from './http2-lane.ts';
import type { FrameOwner } from './http2-meter.ts';
import { MeteredStream } from './http2-wire.ts';
import type { Direction, Ledger, Tap } from './ledger.ts';

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

const { NGHTTP2_NO_ERROR } = constants;
/** Frame types of RFC 9113 §6. */
const RST_STREAM = 3;
const GOAWAY = 7;

export class Http2Session implements LaneHost {
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

  setReading(reading: boolean): void {
    this.#wire.setReading(reading);
  }

  /** Ends the connection as a failing network would: every lane hears of it. */
  cut(): void {
    this.#lost(new Error('cut'));
  }

  get connected(): boolean {
    return this.#connected && !this.closed;
  }

  get ending(): boolean {
    return this.#session.destroyed;
  }

  get latest(): Buffer {
    return this.#wire.latest;
  }

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
    const latest = Buffer.from(this.#wire.latest);
    // Not now: this is in the middle of a write of the session's.
    setImmediate(() => {
      const words = Buffer.concat(this.#lastWords);
      const code = words.length < 8 ? 0 : words.readUInt32BE(4);
      if (code !== NGHTTP2_NO_ERROR) this.#lost(breach([nameOf(code), words.toString('latin1', 8)], latest));
    });
  }

  #lost(error: NodeJS.ErrnoException): void {
    if (this.closed) return;
    this.closed = true;
    const lanes = [...this.#open];
    const reason = error.code === 'ERR_HTTP2_ERROR' ? breach([error.message], this.latest) : error;
    // First what is under the session: nothing more can be said on a connection that is lost.
    this.#wire.destroy();
    this.#session.destroy();
    for (const lane of lanes) lane.lost(reason);
  }
}
