/** A run as it is kept under version control: small, with its histograms to two digits. Pure. */
import { gzipSync } from 'node:zlib';
import { coarser } from './histogram.ts';
import type { Latency, RunFile } from './schema.ts';

const isLatency = (value: unknown): value is Latency =>
  typeof value === 'object' && value !== null && 'hdr' in value && typeof value.hdr === 'string';

/** Of a share, or of a mean, or a time: a hundred-thousandth, where repetitions differ by hundredths. */
const DIGITS = 5;

/** Counts and bytes are exact; clocks are not, nor what a histogram says of them. */
const isTime = (key: string): boolean => key.endsWith('Ns') || /^(min|max|p\d+)$/.test(key);

function smaller(key: string, value: unknown): unknown {
  if (typeof value === 'number') {
    return Number.isInteger(value) && !isTime(key) ? value : Number(value.toPrecision(DIGITS));
  }
  return isLatency(value) ? coarser(value) : value;
}

/**
 * Counts and bytes as they are, times and what is no whole number to five digits; of a histogram, which is nine tenths of a run,
 * what tells values apart that differ by a hundredth.
 *
 * @returns what `readRun` reads from a file whose name ends in `.gz`
 */
export function packed(run: RunFile): Uint8Array {
  const text = JSON.stringify(run, smaller);
  return gzipSync(text, { level: 9 });
}
