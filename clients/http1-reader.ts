/**
 * Reads HTTP/1.1 responses as they come from a socket, books each of their bytes, and hands on heads and slices of bodies.
 *
 * Only what an unfinished head or chunk line needs is copied. Strict: whatever RFC 9112 does not allow here is a ProtocolError
 * that quotes the bytes, and the same one however they were cut.
 */
import { ProtocolError, quote } from './client.ts';
import type { ResponseHandler } from './connection.ts';
import type { Account, Ledger } from './ledger.ts';
import { parseHead, type ResponseHead } from './response-head.ts';
import { isTlsAlert } from './socket.ts';

const LONGEST_HEAD = 64 * 1024;
const LONGEST_CHUNK_LINE = 256;
const NOTHING = Buffer.alloc(0);
const HEAD_END = Buffer.from('\r\n\r\n');
const STATUS_START = 'HTTP/1.';

/** Where a byte that arrives belongs. */
type State = 'idle' | 'head' | 'fixed' | 'chunk-line' | 'chunk-data' | 'chunk-end' | 'trailer' | 'until-close' | 'raw';

export class Http1Reader {
  readonly #ledger: Ledger;
  readonly #handler: Pick<ResponseHandler, 'head' | 'body' | 'end'>;
  #state: State = 'idle';
  /** Bytes of an unfinished head or chunk line. */
  #tail: Buffer = NOTHING;
  /** Body bytes still to come: of the whole body, or of this chunk. */
  #remaining = 0;
  #layer: Account = 'header';
  #stopped = false;
  /** The latest response ends the connection: it said so, or only its end tells where its body does. */
  #last = false;
  /** How far into the data the handler has been given bytes to book, should it throw. */
  #booked = 0;
  /** Of the heads of the latest response, interim ones included. */
  headBytes = 0;

  constructor(ledger: Ledger, handler: Pick<ResponseHandler, 'head' | 'body' | 'end'>) {
    this.#ledger = ledger;
    this.#handler = handler;
  }

  /** Whether another request may be sent. */
  get idle(): boolean {
    return this.#state === 'idle' && !this.#last && !this.#stopped;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** Whether the end of the connection is that of the response. */
  get endsWithConnection(): boolean {
    return this.#state === 'until-close' && !this.#stopped;
  }

  /** A request was sent, in whose layer its head is booked. */
  expect(layer: Account): void {
    this.#layer = layer;
    this.#state = 'head';
    this.headBytes = 0;
  }

  /**
   * Nothing is handed on any more. Bytes that belonged to nothing complete can no longer be named: they were framing of
   * something cut short.
   */
  stop(): void {
    this.#stopped = true;
    this.#ledger.down.partial -= this.#tail.length;
    this.#ledger.down.framing += this.#tail.length;
    this.#tail = NOTHING;
  }

  /**
   * @param buffer its first `bytes` are read, and not kept
   * @throws ProtocolError, or what the handler throws; what was read is booked all the same
   */
  read(buffer: Uint8Array, bytes: number): void {
    if (this.#stopped) {
      this.#ledger.down.framing += bytes;
      return;
    }
    let data = buffer as Buffer;
    let end = bytes;
    if (this.#tail.length > 0) {
      data = Buffer.concat([this.#tail, data.subarray(0, bytes)]);
      end = data.length;
      this.#ledger.down.partial -= this.#tail.length;
      this.#tail = NOTHING;
    }
    let at = 0;
    try {
      while (at < end && !this.#stopped) {
        const next = this.#step(data, at, end);
        if (next === at) break;
        at = next;
      }
      if (at < end) this.#keep(data, at, end);
    } catch (error) {
      // What was read and not booked goes with the error; the ledger still balances.
      this.#ledger.down.framing += end - Math.max(at, this.#booked);
      throw error;
    } finally {
      this.#booked = 0;
    }
  }

  #keep(data: Buffer, at: number, end: number): void {
    if (this.#stopped) {
      this.#ledger.down.framing += end - at;
      return;
    }
    this.#checkLength(data, at, end);
    if (this.#state === 'head') checkUnfinishedHead(data, at, end);
    this.#tail = Buffer.from(data.subarray(at, end));
    this.#ledger.down.partial += this.#tail.length;
  }

  /** Refuses a head or a line that is too long, complete or not, so that the result is the same however it was cut. */
  #checkLength(data: Buffer, at: number, stop: number): void {
    const limit = this.#state === 'head' || this.#state === 'trailer' ? LONGEST_HEAD : LONGEST_CHUNK_LINE;
    if (stop - at <= limit) return;
    throw new ProtocolError(`a response's ${this.#state} is over ${limit} bytes: ${quote(data.subarray(at, stop))}`);
  }

  /** The response ends at `stop`. What came with it was sent unasked, whatever the handler asks for now. */
  #complete(data: Buffer, stop: number, end: number): void {
    this.#state = 'idle';
    this.#booked = stop;
    this.#handler.end();
    if (stop < end && !this.#stopped) throw unasked(data, stop, end);
  }

  /** Consumes what it can from `at` and returns where it stopped; the same place when it needs more bytes. */
  #step(data: Buffer, at: number, end: number): number {
    switch (this.#state) {
      case 'head':
        return this.#readHead(data, at, end);
      case 'fixed':
      case 'chunk-data':
        return this.#readCounted(data, at, end);
      case 'until-close':
      case 'raw':
        this.#booked = end;
        this.#handler.body(data, at, end);
        return end;
      case 'chunk-line':
        return this.#readChunkLine(data, at, end);
      case 'chunk-end':
        return this.#readChunkEnd(data, at, end);
      case 'trailer':
        return this.#readTrailer(data, at, end);
      case 'idle':
        throw unasked(data, at, end);
    }
  }

  #readHead(data: Buffer, at: number, end: number): number {
    const stop = data.indexOf(HEAD_END, at);
    if (stop === -1 || stop + 4 > end) return at;
    this.#checkLength(data, at, stop + 4);
    const head = parseHead(data.toString('latin1', at, stop + 4));
    const size = stop + 4 - at;
    this.headBytes += size;
    this.#ledger.down[this.#layer] += size;
    // RFC 9110 §15.2: any number of interim answers may precede the final one.
    if (head.status < 200 && head.status !== 101) return stop + 4;
    this.#booked = stop + 4;
    this.#begin(head, data, stop + 4, end);
    return stop + 4;
  }

  /** What the body is framed by: RFC 9112 §6.3. */
  #begin(head: ResponseHead, data: Buffer, stop: number, end: number): void {
    const empty = head.status === 204 || head.status === 304 || head.contentLength === 0;
    if (head.status === 101) this.#state = 'raw';
    else if (empty) this.#state = 'idle';
    else if (head.chunked) this.#state = 'chunk-line';
    else if (head.contentLength === undefined) this.#state = 'until-close';
    else {
      this.#state = 'fixed';
      this.#remaining = head.contentLength;
    }
    this.#last = head.close || this.#state === 'until-close';
    this.#handler.head(head);
    if (empty && !this.#stopped) this.#complete(data, stop, end);
  }

  #readCounted(data: Buffer, at: number, end: number): number {
    const stop = Math.min(end, at + this.#remaining);
    this.#remaining -= stop - at;
    const whole = this.#remaining === 0;
    const last = whole && this.#state === 'fixed';
    if (whole) this.#state = last ? 'idle' : 'chunk-end';
    this.#booked = stop;
    this.#handler.body(data, at, stop);
    if (last && !this.#stopped) this.#complete(data, stop, end);
    return stop;
  }

  #readChunkLine(data: Buffer, at: number, end: number): number {
    let size = 0;
    let i = at;
    for (; i < end; i++) {
      const digit = hexDigit(data[i]!);
      if (digit === -1) break;
      size = size * 16 + digit;
    }
    if (i === end) return at;
    let stop = i;
    // Chunk extensions are allowed and mean nothing here (RFC 9112 §7.1.1).
    if (data[i] === 0x3b) stop = data.indexOf(0x0d, i);
    if (stop === -1 || stop + 1 >= end) return at;
    if (i === at || i - at > 12 || data[stop] !== 0x0d || data[stop + 1] !== 0x0a) {
      throw new ProtocolError(`not a chunk size: ${quote(data.subarray(at, Math.min(end, at + 80)))}`);
    }
    this.#checkLength(data, at, stop + 2);
    this.#ledger.down.framing += stop + 2 - at;
    if (size > 0) this.#ledger.packets?.frame();
    this.#remaining = size;
    this.#state = size === 0 ? 'trailer' : 'chunk-data';
    return stop + 2;
  }

  #readChunkEnd(data: Buffer, at: number, end: number): number {
    if (at + 2 > end) return at;
    if (data[at] !== 0x0d || data[at + 1] !== 0x0a) {
      throw new ProtocolError(`a chunk does not end where its size says: ${quote(data.subarray(at, end))}`);
    }
    this.#ledger.down.framing += 2;
    this.#state = 'chunk-line';
    return at + 2;
  }

  #readTrailer(data: Buffer, at: number, end: number): number {
    const stop = data.indexOf('\r\n', at);
    if (stop === -1 || stop + 2 > end) return at;
    this.#checkLength(data, at, stop + 2);
    this.#ledger.down.framing += stop + 2 - at;
    if (stop === at) this.#complete(data, stop + 2, end);
    return stop + 2;
  }
}

const unasked = (data: Buffer, at: number, end: number): ProtocolError =>
  new ProtocolError(`the server sent bytes that nothing asked for: ${quote(data.subarray(at, end))}`);

/** Refuses at once what can never become a head: a server of another protocol, or bare LFs, would be waited for long. */
function checkUnfinishedHead(data: Buffer, at: number, end: number): void {
  const bytes = data.subarray(at, end);
  if (isTlsAlert(bytes)) throw new ProtocolError(`the server speaks TLS, and was asked without: ${quote(bytes)}`);
  const start = data.toString('latin1', at, Math.min(end, at + STATUS_START.length));
  let wrong = !STATUS_START.startsWith(start);
  for (let lf = data.indexOf(0x0a, at); lf !== -1 && lf < end && !wrong; lf = data.indexOf(0x0a, lf + 1)) {
    wrong = data[lf - 1] !== 0x0d;
  }
  if (wrong) throw new ProtocolError(`not a response head: ${quote(bytes)}`);
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
