/**
 * The items of the raw TCP transport: how the server writes them, and a strict reader of those that clients send.
 *
 * A message is its length and then its bytes as they are. The length is an unsigned LEB128 number (as in WebAssembly
 * §5.2.2) of the payload's bytes plus one, in its shortest form: 1 byte up to 126 B of payload, 2 up to 16,382, so never
 * more than a WebSocket's frame header. Length 0 is no message but a control item: a kind, the number of bytes that
 * follow, and those in ASCII. The rejected alternative, a fixed length of 4 bytes, would be no floor.
 */
import { isUtf8 } from 'node:buffer';
import type { Entry, Payload } from './hub.ts';

/** The byte after a length of 0. */
export const KIND = {
  /** Server: the cursor from which this client reads, decimal. Once, first. */
  ready: 'r',
  /** Server: `lost,cursor`, decimal: messages that are no longer retained, and where the client goes on. */
  gap: 'g',
  /** Server: the message that the client sent is accepted. In the order of sending. */
  accepted: 'a',
  /** Server: nothing was said for a while, and the connection stands. */
  heartbeat: 'h',
  /** Server: why the connection ends, a sentence. */
  error: 'e',
  /** Both: the message that follows is bytes and not text. */
  bytes: 'b',
} as const;

/** @param text ASCII, at most 255 of it */
export function control(kind: keyof typeof KIND, text = ''): Buffer {
  return Buffer.from(`\0${KIND[kind]}${String.fromCharCode(text.length)}${text}`, 'latin1');
}

/** A whole number in unsigned LEB128. */
export function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
}

const BYTES = control('bytes');

export function encodeMessage({ payload, bytes }: Entry): Buffer {
  const length = varint(bytes + 1);
  return typeof payload === 'string'
    ? Buffer.concat([length, Buffer.from(payload)])
    : Buffer.concat([BYTES, length, payload]);
}

/** A client said what the protocol does not allow: a sentence in ASCII that quotes the bytes in hexadecimal. */
export class ItemError extends Error {}

const hex = (bytes: Uint8Array): string =>
  Buffer.from(bytes.subarray(0, 32)).toString('hex') + (bytes.length > 32 ? '...' : '');

const NOTHING = Buffer.alloc(0);
/** Continued further, a length would be over 32 GiB: more than any limit, and soon more than is exact in a double. */
const LONGEST_LENGTH = 5;

type State = 'length' | 'kind' | 'kind-end' | 'payload';

/** Reads one client's items, however they are cut. Holds at most what was received of one message. */
export class ItemReader {
  readonly #limit: number;
  readonly #message: (payload: Payload) => void;
  #state: State = 'length';
  /** The length as read so far, in `#places` bytes of 7 bits; then the payload's bytes. */
  #size = 0;
  #places = 0;
  #held: Buffer = NOTHING;
  #filled = 0;
  #asBytes = false;

  /** @param limit largest payload, bytes @param message takes one message; its bytes are its own */
  constructor(limit: number, message: (payload: Payload) => void) {
    this.#limit = limit;
    this.#message = message;
  }

  /** @throws ItemError at the first byte that is wrong; what came before it has been handed on */
  feed(data: Buffer): void {
    for (let at = 0; at < data.length;) at = this.#step(data, at);
  }

  #step(data: Buffer, at: number): number {
    switch (this.#state) {
      case 'length':
        this.#lengthByte(data[at]!);
        return at + 1;
      case 'kind':
        if (data[at] !== KIND.bytes.charCodeAt(0)) throw notUnderstood(0, data[at]!);
        this.#state = 'kind-end';
        return at + 1;
      case 'kind-end':
        if (data[at] !== 0) throw notUnderstood(0, KIND.bytes.charCodeAt(0), data[at]!);
        this.#asBytes = true;
        this.#state = 'length';
        return at + 1;
      case 'payload':
        return this.#read(data, at);
    }
  }

  #lengthByte(byte: number): void {
    if (byte === 0 && this.#places === 0) {
      if (this.#asBytes) throw new ItemError('a message of bytes was announced, and then a control item came: 00');
      this.#state = 'kind';
      return;
    }
    this.#size += (byte & 127) * 128 ** this.#places++;
    if (byte === 0) throw new ItemError(`not a length in its shortest form: ${hex(this.#lengthAsRead(0))}`);
    if (this.#size > this.#limit + 1 || (byte > 127 && this.#places === LONGEST_LENGTH)) {
      throw new ItemError(`a message is over the limit of ${this.#limit} bytes: ${hex(this.#lengthAsRead(byte))}`);
    }
    if (byte > 127) return;
    this.#size--;
    this.#places = 0;
    if (this.#size > 0) this.#state = 'payload';
    else this.#complete(NOTHING);
  }

  /** The length's bytes again, for whoever is told what was wrong with them. */
  #lengthAsRead(last: number): Buffer {
    const bytes = Array.from({ length: this.#places }, (_, i) => (Math.floor(this.#size / 128 ** i) % 128) | 128);
    return Buffer.from([...bytes.slice(0, -1), last]);
  }

  #read(data: Buffer, at: number): number {
    const stop = Math.min(data.length, at + this.#size - this.#filled);
    const whole = stop - at === this.#size;
    if (!whole) this.#hold(data, at, stop);
    if (whole) this.#complete(data.subarray(at, stop));
    else if (this.#filled === this.#size) this.#complete(this.#held);
    return stop;
  }

  /** Room grows with what has come and not with what was announced: who only announces holds nothing. */
  #hold(data: Buffer, at: number, stop: number): void {
    const needed = this.#filled + stop - at;
    if (needed > this.#held.length) {
      const room = Buffer.allocUnsafeSlow(Math.min(this.#size, Math.max(needed, 2 * this.#held.length)));
      this.#held.copy(room, 0, 0, this.#filled);
      this.#held = room;
    }
    data.copy(this.#held, this.#filled, at, stop);
    this.#filled = needed;
  }

  #complete(payload: Buffer): void {
    const asBytes = this.#asBytes;
    const copied = payload === this.#held;
    this.#state = 'length';
    this.#size = 0;
    this.#held = NOTHING;
    this.#filled = 0;
    this.#asBytes = false;
    if (!asBytes && !isUtf8(payload)) throw new ItemError(`a text message is not UTF-8: ${hex(payload)}`);
    // The log keeps bytes: a slice would keep all that was read with it.
    this.#message(asBytes ? (copied ? payload : Buffer.from(payload)) : payload.toString());
  }
}

const notUnderstood = (...bytes: number[]): ItemError =>
  new ItemError(`not a control item that a client may send: ${hex(Uint8Array.from(bytes))}`);
