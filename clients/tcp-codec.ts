/**
 * The items of raw TCP as a client sees them: a strict reader that names each byte as it passes, and the encoding of a
 * message. The wire is described in servers/tcp-codec.ts.
 */
import { isUtf8 } from 'node:buffer';
import { ProtocolError, quote } from './client.ts';
import type { Layer, Ledger } from './ledger.ts';

const LONGEST_MESSAGE = 64 * 2 ** 20;
/** Bytes of a length of 7 bits each: enough for the longest message. */
const LONGEST_LENGTH = 4;
const NOTHING = Buffer.alloc(0);

/** What the server says beside messages. */
export type Control = 'ready' | 'gap' | 'accepted' | 'heartbeat' | 'error' | 'bytes';

interface ControlKind {
  readonly name: Control;
  readonly layer: Layer;
  readonly text: RegExp;
}

/** By the byte after a length of 0: see `KIND` in servers/tcp-codec.ts. */
const CONTROLS: Readonly<Record<string, ControlKind>> = {
  r: { name: 'ready', layer: 'handshake', text: /^\d{1,15}$/ },
  g: { name: 'gap', layer: 'control', text: /^\d{1,15},\d{1,15}$/ },
  a: { name: 'accepted', layer: 'control', text: /^$/ },
  h: { name: 'heartbeat', layer: 'control', text: /^$/ },
  e: { name: 'error', layer: 'control', text: /^[\x20-\x7e]+$/ },
  b: { name: 'bytes', layer: 'framing', text: /^$/ },
};

export interface ItemSink {
  message(payload: string | Buffer): void;
  control(name: Exclude<Control, 'bytes'>, text: string): void;
}

/** Length and payload of a text message. */
export function encodeText(payload: string): Buffer {
  const bytes = Buffer.from(payload);
  const length: number[] = [];
  let rest = bytes.length + 1;
  for (; rest > 127; rest = Math.floor(rest / 128)) length.push((rest % 128) | 128);
  return Buffer.concat([Buffer.from([...length, rest]), bytes]);
}

/** Books messages on their way out, each whole: the length is framing. */
export function bookText(ledger: Ledger, data: Uint8Array, start: number, end: number): void {
  let at = start;
  while (data[at++]! > 127);
  ledger.up.framing += at - start;
  ledger.up.payload += end - at;
}

type State = 'length' | 'kind' | 'text-length' | 'text' | 'payload';

export class ItemReader {
  readonly #ledger: Ledger;
  readonly #sink: ItemSink;
  #state: State = 'length';
  /** The length as read so far, in `#places` bytes; then the bytes of the payload or of the text. */
  #size = 0;
  #places = 0;
  /** A payload of which a part has come, and how much of it. */
  #held: Buffer = NOTHING;
  #filled = 0;
  #asBytes = false;
  #kind: ControlKind = CONTROLS['h']!;
  #text = '';
  /** Bytes read that are booked as partial. */
  #unnamed = 0;
  #ended = false;

  constructor(ledger: Ledger, sink: ItemSink) {
    this.#ledger = ledger;
    this.#sink = sink;
  }

  /** Takes `data[start…end)` and keeps none of it. @throws ProtocolError at the first byte that is wrong */
  feed(data: Buffer, start: number, end: number): void {
    this.#unnamed += end - start;
    this.#ledger.down.partial += end - start;
    for (let at = start; at < end && !this.#ended;) at = this.#step(data, at, end);
  }

  /** The connection is gone: what has no name yet was framing of something cut short. */
  end(): void {
    this.#ended = true;
    this.#name('framing', this.#unnamed);
  }

  #name(layer: Layer, bytes: number): void {
    this.#unnamed -= bytes;
    this.#ledger.move('down', 'partial', layer, bytes);
  }

  #step(data: Buffer, at: number, end: number): number {
    switch (this.#state) {
      case 'length':
        this.#lengthByte(data[at]!);
        return at + 1;
      case 'kind':
        this.#kindByte(data[at]!);
        return at + 1;
      case 'text-length':
        this.#size = data[at]!;
        this.#name(this.#kind.layer, 1);
        this.#state = 'text';
        if (this.#size === 0) this.#control();
        return at + 1;
      case 'text':
        return this.#readText(data, at, end);
      case 'payload':
        return this.#readPayload(data, at, end);
    }
  }

  #lengthByte(byte: number): void {
    if (this.#places === 0 && !this.#asBytes) this.#ledger.packets?.frame();
    if (byte === 0 && this.#places === 0) {
      if (this.#asBytes) throw new ProtocolError(`a message of bytes was due: ${quote('\0')}`);
      // Nobody knows yet which layer this byte is of: its kind tells.
      this.#state = 'kind';
      return;
    }
    this.#name('framing', 1);
    this.#size += (byte & 127) * 128 ** this.#places++;
    if (byte === 0) throw new ProtocolError(`not a length in its shortest form: ${this.#lengthAsRead(0)}`);
    if (this.#size > LONGEST_MESSAGE + 1 || (byte > 127 && this.#places === LONGEST_LENGTH)) {
      throw new ProtocolError(`a message of over ${LONGEST_MESSAGE} bytes: ${this.#lengthAsRead(byte)}`);
    }
    if (byte > 127) return;
    this.#size--;
    this.#places = 0;
    this.#state = 'payload';
    if (this.#size === 0) this.#message(NOTHING);
  }

  /** The length's bytes again, quoted. */
  #lengthAsRead(last: number): string {
    const bytes = Array.from({ length: this.#places }, (_, i) => (Math.floor(this.#size / 128 ** i) % 128) | 128);
    return quote(Buffer.from([...bytes.slice(0, -1), last]));
  }

  #kindByte(byte: number): void {
    const kind = CONTROLS[String.fromCharCode(byte)];
    if (kind === undefined)
      throw new ProtocolError(`not a control item that is understood: ${quote(Buffer.from([0, byte]))}`);
    this.#kind = kind;
    this.#name(kind.layer, 2);
    this.#state = 'text-length';
  }

  #readText(data: Buffer, at: number, end: number): number {
    const stop = Math.min(end, at + this.#size - this.#text.length);
    this.#name(this.#kind.layer, stop - at);
    this.#text += data.toString('latin1', at, stop);
    if (this.#text.length === this.#size) this.#control();
    return stop;
  }

  #control(): void {
    const { name, text: allowed } = this.#kind;
    const text = this.#text;
    this.#text = '';
    this.#size = 0;
    this.#state = 'length';
    if (!allowed.test(text)) throw new ProtocolError(`not what a control item "${name}" says: ${quote(text)}`);
    if (name === 'bytes') this.#asBytes = true;
    else this.#sink.control(name, text);
  }

  #readPayload(data: Buffer, at: number, end: number): number {
    const stop = Math.min(end, at + this.#size - this.#filled);
    this.#name('payload', stop - at);
    if (stop - at === this.#size) this.#message(data.subarray(at, stop));
    else {
      if (this.#filled === 0) this.#held = Buffer.allocUnsafeSlow(this.#size);
      this.#filled += data.copy(this.#held, this.#filled, at, stop);
      if (this.#filled === this.#size) this.#message(this.#held);
    }
    return stop;
  }

  #message(payload: Buffer): void {
    const asBytes = this.#asBytes;
    this.#state = 'length';
    this.#size = 0;
    this.#held = NOTHING;
    this.#filled = 0;
    this.#asBytes = false;
    if (!asBytes && !isUtf8(payload)) throw new ProtocolError(`a text message is not UTF-8: ${quote(payload)}`);
    this.#sink.message(asBytes ? Buffer.from(payload) : payload.toString());
  }
}
