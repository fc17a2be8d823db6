/**
 * What a benchmark message carries, in 16 characters that every transport passes as they are: sequence number, intended
 * time and schedule slip, then filler up to the payload size.
 *
 * Base 64 digits instead of JSON, so that the smallest payload (16 B) is a whole message and reading one costs the
 * generator next to nothing.
 */

/** Size of the envelope, and so the smallest payload, bytes. */
export const ENVELOPE_BYTES = 16;

const SEQ = 4;
const INTENDED = 7;
const SLIP = 5;

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const VALUE = new Int8Array(128).fill(-1);
for (let i = 0; i < 64; i++) VALUE[DIGITS.charCodeAt(i)] = i;

export interface Envelope {
  /** Below 64⁴ = 16,777,216. */
  readonly seq: number;
  /** When the message was due, µs since the measurement's epoch; below 64⁷ (50 days). */
  readonly intendedUs: number;
  /** How much later it was sent, µs; below 64⁵ (18 minutes). */
  readonly slipUs: number;
}

/** @param filler text of at least `payloadBytes` ASCII characters; what the envelope leaves room for is used */
export function encodeEnvelope({ seq, intendedUs, slipUs }: Envelope, payloadBytes: number, filler: string): string {
  return (
    digits(seq, SEQ) +
    digits(intendedUs, INTENDED) +
    digits(slipUs, SLIP) +
    filler.slice(0, payloadBytes - ENVELOPE_BYTES)
  );
}

/** Null when the text is not a benchmark message. */
export function decodeEnvelope(text: string): Envelope | null {
  const seq = value(text, 0, SEQ);
  const intendedUs = value(text, SEQ, INTENDED);
  const slipUs = value(text, SEQ + INTENDED, SLIP);
  return seq < 0 || intendedUs < 0 || slipUs < 0 ? null : { seq, intendedUs, slipUs };
}

function digits(number: number, places: number): string {
  let rest = Math.min(number, 64 ** places - 1);
  let text = '';
  for (let i = 0; i < places; i++) {
    text = DIGITS[rest % 64]! + text;
    rest = Math.floor(rest / 64);
  }
  return text;
}

function value(text: string, start: number, places: number): number {
  let number = 0;
  for (let i = start; i < start + places; i++) {
    const digit = VALUE[text.charCodeAt(i)] ?? -1;
    if (digit < 0) return -1;
    number = number * 64 + digit;
  }
  return number;
}

/** Filler that looks like text: words of a fixed list, so that compression neither profits nor suffers unduly. */
export function fillerText(bytes: number): string {
  const words =
    'price update order room user status ready value sensor north delta online queue message time note '.split(' ');
  let text = '';
  for (let i = 0; text.length < bytes; i = (i * 7 + 3) % 1_009) text += `${words[i % (words.length - 1)]} `;
  return text.slice(0, bytes);
}
