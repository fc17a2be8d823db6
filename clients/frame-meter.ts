/**
 * Names each byte of one direction's WebSocket frames (RFC 6455 §5.2) as it passes, without holding any.
 *
 * It only walks from header to header; what frames mean is their reader's business. A frame's header is framing, a control frame
 * is control, and of a binary frame the first byte tells (`KIND` in servers/websocket.ts): 0 wraps a message's bytes
 * and is framing, 1 belongs to the handshake, everything else is control.
 */
import type { Account, Direction, Ledger } from './ledger.ts';

const TEXT = 1;
const BINARY = 2;
const FIRST_CONTROL_OPCODE = 8;
const MASK_BYTES = 4;

export class FrameMeter {
  readonly #ledger: Ledger;
  readonly #direction: Direction;
  /** Bytes of the header read so far, of the `#headerSize` that it has. */
  #header = 0;
  #headerSize = 2;
  #opcode = 0;
  /** Bytes of the header that hold the payload's length, and that length. */
  #lengthBytes = 0;
  #length = 0;
  /** Payload bytes of this frame still to come. */
  #remaining = 0;
  #layer: Account = 'payload';
  #kindPending = false;

  constructor(ledger: Ledger, direction: Direction) {
    this.#ledger = ledger;
    this.#direction = direction;
  }

  feed(data: Uint8Array, start: number, end: number): void {
    let at = start;
    while (at < end) {
      if (this.#header === 0 && this.#remaining === 0 && this.#direction === 'down') this.#ledger.packets?.frame();
      if (this.#remaining > 0) at = this.#payload(data, at, end);
      else if (this.#header > 0 || !this.#textFrame(data, at, end)) this.#headerByte(data[at++]!);
      else at += this.#headerSize;
    }
  }

  /**
   * A text frame below 64 KiB whose header is whole in the data, at one go: that is nearly every frame, and byte by byte
   * its header would cost the generator some percent. False leaves the header to be read byte by byte.
   */
  #textFrame(data: Uint8Array, at: number, end: number): boolean {
    if (end - at < 2 || (data[at]! & 0x0f) !== TEXT) return false;
    const code = data[at + 1]! & 0x7f;
    const lengthBytes = code < 126 ? 0 : 2;
    const size = 2 + lengthBytes + (data[at + 1]! & 0x80 ? MASK_BYTES : 0);
    if (code === 127 || end - at < size) return false;
    this.#headerSize = size;
    this.#remaining = code < 126 ? code : data[at + 2]! * 256 + data[at + 3]!;
    this.#layer = 'payload';
    this.#ledger[this.#direction].framing += size;
    return true;
  }

  /** The connection is gone: a header that was cut short was framing. */
  reset(): void {
    const unnamed = this.#kindPending ? this.#headerSize : this.#header;
    this.#ledger.move(this.#direction, 'partial', 'framing', unnamed);
    this.#header = 0;
    this.#remaining = 0;
    this.#kindPending = false;
  }

  #payload(data: Uint8Array, start: number, end: number): number {
    let at = start;
    if (this.#kindPending) {
      this.#kindPending = false;
      const kind = data[at++]!;
      this.#remaining--;
      this.#layer = kind === 0 ? 'payload' : kind === 1 ? 'handshake' : 'control';
      const wrapping = kind === 0 ? 'framing' : this.#layer;
      this.#ledger.move(this.#direction, 'partial', wrapping, this.#headerSize);
      this.#ledger[this.#direction][wrapping] += 1;
    }
    const stop = Math.min(end, at + this.#remaining);
    this.#ledger[this.#direction][this.#layer] += stop - at;
    this.#remaining -= stop - at;
    return stop;
  }

  #headerByte(byte: number): void {
    const place = this.#header++;
    this.#ledger[this.#direction].partial++;
    if (place === 0) {
      this.#opcode = byte & 0x0f;
      this.#headerSize = 2;
    } else if (place === 1) {
      const code = byte & 0x7f;
      this.#lengthBytes = code === 126 ? 2 : code === 127 ? 8 : 0;
      this.#length = this.#lengthBytes === 0 ? code : 0;
      this.#headerSize = 2 + this.#lengthBytes + (byte & 0x80 ? MASK_BYTES : 0);
    } else if (place < 2 + this.#lengthBytes) {
      this.#length = this.#length * 256 + byte;
    }
    if (this.#header === this.#headerSize) this.#frame();
  }

  #frame(): void {
    this.#header = 0;
    this.#remaining = this.#length;
    const isControl = this.#opcode >= FIRST_CONTROL_OPCODE;
    this.#layer = isControl ? 'control' : 'payload';
    // A client's payload is masked, and this project's clients send text alone.
    this.#kindPending = this.#opcode === BINARY && this.#direction === 'down';
    // An empty binary frame has no first byte to tell by; it is as good as a message's wrapping.
    if (this.#kindPending && this.#length > 0) return;
    this.#kindPending = false;
    this.#ledger.move(this.#direction, 'partial', isControl ? 'control' : 'framing', this.#headerSize);
  }
}
