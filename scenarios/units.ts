/** Durations and sizes as people write them: `250ms`, `1.5s`, `64KiB`. A bare number has no unit and is refused. */
import { parseQuantity, SIZE_BYTES } from '../results/units.ts';

const DURATION_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, min: 60_000, h: 3_600_000 };

/** What was wrong with a value, in a clause that follows its name. */
export class InvalidValue extends Error {}

/** Longest duration, ms: two of them still fit into a timer of Node.js, which counts to 2³¹ − 1 and then fires at once. */
const LONGEST_MS = 168 * 3_600_000;

/** Largest size, bytes: more than any setting can use. */
const LARGEST_BYTES = 2 ** 30;

/** @returns milliseconds, to the nanosecond */
export function parseDuration(text: string): number {
  const ms = parse(text, DURATION_MS, 'a duration with its unit, such as 250ms, 10s or 2m');
  if (ms > LONGEST_MS) throw new InvalidValue(`must be at most ${formatDuration(LONGEST_MS)}`);
  // 1.001 s is 1000.9999999999999 ms in floating point.
  return Math.round(ms * 1e6) / 1e6;
}

/** @returns whole bytes */
export function parseSize(text: string): number {
  // A size without a unit is bytes: `--payload 128` can mean nothing else.
  const bytes = parse(/^\d+$/.test(text) ? `${text}B` : text, SIZE_BYTES, 'a size such as 128, 1KB or 64KiB');
  if (bytes > LARGEST_BYTES) throw new InvalidValue(`must be at most ${formatSize(LARGEST_BYTES)}`);
  return Math.round(bytes);
}

function parse(text: string, units: Readonly<Record<string, number>>, expected: string): number {
  const value = parseQuantity(text, units);
  if (value === null) throw new InvalidValue(`must be ${expected}`);
  return value;
}

/** @returns the share: `5%` is 0.05 */
export function parsePercentage(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*%$/.exec(text.trim());
  const share = Number(match?.[1]) / 100;
  if (match === null || share > 10) throw new InvalidValue('must be a percentage from 0% to 1000%, such as 5%');
  return share;
}

/** An exact way to write a duration, in the largest unit that suits: `250ms`, `1.5s`, `2m`, `1h`. */
export function formatDuration(ms: number): string {
  if (ms >= 3_600_000 && ms % 3_600_000 === 0) return `${ms / 3_600_000}h`;
  if (ms >= 60_000 && ms % 60_000 === 0) return `${ms / 60_000}m`;
  return ms >= 1_000 ? `${ms / 1_000}s` : `${ms}ms`;
}

/** An exact way to write a size, in the largest unit that divides it: `128B`, `64KiB`, `1MiB`. */
export function formatSize(bytes: number): string {
  if (bytes >= 2 ** 20 && bytes % 2 ** 20 === 0) return `${bytes / 2 ** 20}MiB`;
  return bytes >= 2 ** 10 && bytes % 2 ** 10 === 0 ? `${bytes / 2 ** 10}KiB` : `${bytes}B`;
}
