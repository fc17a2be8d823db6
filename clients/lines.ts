/** Cuts a byte stream into the text of its complete lines, holding back what is unfinished. */
import { isUtf8 } from 'node:buffer';
import { ProtocolError, quote } from './client.ts';

const NOTHING = Buffer.alloc(0);
const LF = 0x0a;
const CR = 0x0d;

/**
 * Bytes as text. A browser would put U+FFFD where they are not UTF-8; here that is a message that did not arrive byte
 * for byte, and whose bytes could not be counted by its text.
 */
export function textOf(bytes: Buffer): string {
  const text = bytes.toString();
  if (text.includes('\ufffd') && !isUtf8(bytes)) throw new ProtocolError(`not UTF-8: ${quote(bytes)}`);
  return text;
}

export class LineBuffer {
  readonly #crEnds: boolean;
  #tail: Buffer = NOTHING;

  /** @param ends what ends a line: LF alone, or CR too. A CRLF cut in two gives a text that begins with LF. */
  constructor(ends: 'lf' | 'lf-or-cr') {
    this.#crEnds = ends === 'lf-or-cr';
  }

  /** Bytes held back. */
  get length(): number {
    return this.#tail.length;
  }

  /**
   * @returns the text up to and including the last line end so far, and its size in bytes; null when there is none.
   * Cutting there never splits a UTF-8 character, so the text decodes as a whole.
   */
  push(buffer: Buffer, start: number, end: number): { text: string; bytes: number } | null {
    let stop = end;
    while (stop > start && buffer[stop - 1] !== LF && !(this.#crEnds && buffer[stop - 1] === CR)) stop--;
    if (stop === start) {
      this.#hold(buffer, start, end);
      return null;
    }
    const held = this.#tail.length;
    const lines = buffer.subarray(start, stop);
    const text = textOf(held === 0 ? lines : Buffer.concat([this.#tail, lines]));
    this.#tail = NOTHING;
    if (stop < end) this.#hold(buffer, stop, end);
    return { text, bytes: held + stop - start };
  }

  /** Forgets what is held back and returns how many bytes that was. */
  clear(): number {
    const held = this.#tail.length;
    this.#tail = NOTHING;
    return held;
  }

  #hold(buffer: Buffer, start: number, end: number): void {
    const rest = buffer.subarray(start, end);
    this.#tail = this.#tail.length === 0 ? Buffer.from(rest) : Buffer.concat([this.#tail, rest]);
  }
}
