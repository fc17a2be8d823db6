/**
 * Names each byte of one direction of an HTTP/2 connection (RFC 9113 §4.1) as it passes, without holding any.
 *
 * It walks from frame header to frame header and asks whose the frame is; what frames mean is nghttp2's business. A
 * HEADERS block belongs to its request's layer, a DATA frame's header is framing and its bytes the lane's, all else
 * keeps the connection: handshake until the first answer, control from then on.
 */
import type { Account, Direction, Ledger } from './ledger.ts';

const FRAME_HEADER = 9;
/** Client connection preface: RFC 9113 §3.4. */
export const PREFACE_BYTES = 24;

/** Frame types of RFC 9113 §6, and the flag of a DATA frame that is padded (§6.1). */
const DATA = 0;
const HEADERS = 1;
const CONTINUATION = 9;
const PADDED = 0x08;

export interface FrameOwner {
  /** A block of header fields of this stream, or part of one; returns where it is booked. */
  headers(stream: number, bytes: number): Account;
  /** Bytes of a DATA frame of this stream. The owner books them. */
  data(stream: number, bytes: Uint8Array, start: number, end: number): void;
  /** Where SETTINGS, WINDOW_UPDATE, PING, RST_STREAM and the preface belong now. */
  upkeep(): Account;
  /** What a frame of another type says, as it passes. Booked already. */
  said(type: number, stream: number, bytes: Uint8Array, start: number, end: number): void;
}

export class Http2Meter {
  readonly #ledger: Ledger;
  readonly #direction: Direction;
  readonly #owner: FrameOwner;
  /** Bytes of the preface still to come. */
  #preface: number;
  /** The frame's header so far, as numbers. */
  #read = 0;
  #length = 0;
  #type = 0;
  #flags = 0;
  #stream = 0;
  #remaining = 0;
  /** Of a padded DATA frame: whether the length of its padding comes next, and the padding at its end. */
  #padLengthNext = false;
  #padding = 0;
  #account: Account = 'control';

  constructor(ledger: Ledger, direction: Direction, owner: FrameOwner) {
    this.#ledger = ledger;
    this.#direction = direction;
    this.#owner = owner;
    this.#preface = direction === 'up' ? PREFACE_BYTES : 0;
  }

  feed(data: Uint8Array, start: number, end: number): void {
    const booked = this.#ledger[this.#direction];
    let at = start;
    while (at < end) {
      if (this.#preface > 0) {
        const stop = Math.min(end, at + this.#preface);
        this.#preface -= stop - at;
        booked[this.#owner.upkeep()] += stop - at;
        at = stop;
      } else if (this.#padLengthNext) {
        this.#padLength(data[at++]!);
      } else if (this.#remaining > 0) {
        const stop = Math.min(end, at + this.#remaining);
        this.#remaining -= stop - at;
        this.#payload(data, at, stop);
        at = stop;
      } else if (this.#padding > 0) {
        const stop = Math.min(end, at + this.#padding);
        this.#padding -= stop - at;
        booked.framing += stop - at;
        at = stop;
      } else {
        booked.partial++;
        this.#headerByte(data[at++]!);
      }
    }
  }

  /** The connection is gone: a frame header that was cut short was framing. */
  reset(): void {
    this.#ledger.move(this.#direction, 'partial', 'framing', this.#read);
    this.#read = 0;
    this.#remaining = 0;
    this.#padLengthNext = false;
    this.#padding = 0;
  }

  #payload(data: Uint8Array, start: number, end: number): void {
    if (this.#type === DATA) return this.#owner.data(this.#stream, data, start, end);
    const ofHead = this.#type === HEADERS || this.#type === CONTINUATION;
    // As they come: the connection may be cut in the middle of them, and what never came is in no layer.
    if (ofHead) this.#account = this.#owner.headers(this.#stream, end - start);
    this.#ledger[this.#direction][this.#account] += end - start;
    if (!ofHead) this.#owner.said(this.#type, this.#stream, data, start, end);
  }

  /** Padding is framing, and no part of what the lane is given. */
  #padLength(length: number): void {
    this.#ledger[this.#direction].framing++;
    this.#padLengthNext = false;
    this.#padding = Math.min(length, this.#remaining - 1);
    this.#remaining -= 1 + this.#padding;
  }

  #headerByte(byte: number): void {
    const place = this.#read++;
    if (place === 0) this.#length = byte;
    else if (place < 3) this.#length = this.#length * 256 + byte;
    else if (place === 3) this.#type = byte;
    else if (place === 4) this.#flags = byte;
    else if (place === 5) this.#stream = byte & 0x7f;
    else if (place > 5) this.#stream = this.#stream * 256 + byte;
    if (this.#read === FRAME_HEADER) this.#frame();
  }

  #frame(): void {
    this.#read = 0;
    this.#remaining = this.#length;
    if (this.#type === DATA) {
      this.#account = 'framing';
      if (this.#direction === 'down' && this.#length > 0) this.#ledger.packets?.frame();
      this.#padLengthNext = (this.#flags & PADDED) !== 0 && this.#length > 0;
    } else if (this.#type === HEADERS || this.#type === CONTINUATION) {
      this.#account = this.#owner.headers(this.#stream, FRAME_HEADER);
    } else this.#account = this.#owner.upkeep();
    this.#ledger.move(this.#direction, 'partial', this.#account, FRAME_HEADER);
  }
}
