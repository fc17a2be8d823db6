/**
 * The WHATWG event-stream format, parsed (HTML Living Standard §9.2.6), and what each of its bytes was.
 *
 * Own code and not a parser from npm, because the ledger needs the bytes of every block; the tests hold it to the
 * standard's examples and to an independent parser. Bytes: a message's data is payload and the rest of its block
 * framing; a comment alone is control; a block that only sets the id or `retry` belongs to the handshake.
 */
import { LineBuffer } from './lines.ts';

export interface StreamEvent {
  /** `message` unless the block names another. */
  readonly type: string;
  readonly data: string;
  readonly lastEventId: string;
  /** Bytes of the whole block, its empty line included. */
  readonly bytes: number;
}

export interface EventSink {
  event(event: StreamEvent): void;
  /** A block that dispatched nothing: heartbeat comments, or the id that a stream begins with. */
  silent(kind: 'comment' | 'fields', bytes: number, lastEventId: string): void;
  retry(ms: number): void;
}

export class EventStreamParser {
  readonly #sink: EventSink;
  readonly #lines = new LineBuffer('lf-or-cr');
  /** Bytes of complete lines of the unfinished block. */
  #block = 0;
  #data: string | undefined;
  #type = '';
  #id = '';
  #commented = false;
  #started = false;
  #resets = 0;
  /** The last text ended in CR: an LF that comes next belongs to it. */
  #afterCr = false;

  constructor(sink: EventSink) {
    this.#sink = sink;
  }

  /** Bytes received that belong to no finished block. */
  get pending(): number {
    return this.#lines.length + this.#block;
  }

  feed(buffer: Buffer, start: number, end: number): void {
    const complete = this.#lines.push(buffer, start, end);
    if (complete === null) return;
    let { text } = complete;
    let { bytes } = complete;
    if (!this.#started) {
      this.#started = true;
      if (text.charCodeAt(0) === 0xfeff) {
        text = text.slice(1);
        this.#block += 3;
        bytes -= 3;
      }
    }
    // Sizes are counted in characters where the text is ASCII, which is nearly always; else line by line in bytes.
    const ascii = bytes === text.length;
    const plain = !text.includes('\r');
    let at = 0;
    if (this.#afterCr && text.charCodeAt(0) === 0x0a) {
      this.#block++;
      at = 1;
    }
    this.#afterCr = !plain && text.endsWith('\r');
    const resets = this.#resets;
    while (at < text.length && this.#resets === resets) {
      const stop = plain ? text.indexOf('\n', at) : lineEnd(text, at);
      const next = !plain && text.charCodeAt(stop) === 0x0d && text.charCodeAt(stop + 1) === 0x0a ? stop + 2 : stop + 1;
      this.#block += ascii ? next - at : Buffer.byteLength(text.slice(at, next));
      if (stop === at) this.#dispatch();
      else this.#line(text, at, stop);
      at = next;
    }
  }

  /** Forgets the unfinished block (an unterminated event is discarded) and returns its bytes. */
  reset(): number {
    const dropped = this.pending;
    this.#resets++;
    this.#lines.clear();
    this.#clear();
    this.#started = false;
    this.#afterCr = false;
    return dropped;
  }

  #line(text: string, at: number, stop: number): void {
    let colon = text.indexOf(':', at);
    if (colon === at) {
      this.#commented = true;
      return;
    }
    if (colon === -1 || colon > stop) colon = stop;
    const value = text.charCodeAt(colon + 1) === 0x20 ? colon + 2 : colon + 1;
    this.#field(text.slice(at, colon), colon === stop ? '' : text.slice(value, stop));
  }

  #field(name: string, value: string): void {
    if (name === 'data') this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`;
    else if (name === 'id') {
      if (!value.includes('\0')) this.#id = value;
    } else if (name === 'event') this.#type = value;
    else if (name === 'retry' && /^\d+$/.test(value)) this.#sink.retry(Number(value));
  }

  #dispatch(): void {
    const data = this.#data;
    const type = this.#type === '' ? 'message' : this.#type;
    const bytes = this.#block;
    const comment = this.#commented;
    this.#clear();
    if (data === undefined) this.#sink.silent(comment ? 'comment' : 'fields', bytes, this.#id);
    else this.#sink.event({ type, data, lastEventId: this.#id, bytes });
  }

  #clear(): void {
    this.#block = 0;
    this.#data = undefined;
    this.#type = '';
    this.#commented = false;
  }
}

function lineEnd(text: string, at: number): number {
  for (let i = at; ; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x0a || code === 0x0d) return i;
  }
}
