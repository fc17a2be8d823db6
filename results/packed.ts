/** A run as it is kept under version control: small, with its histograms to two digits. Pure. */
import { gzipSync } from 'node:zlib';
import { coarser } from './histogram.ts';
import type { Latency, RunFile } from './schema.ts';

const isLatency = (value: unknown): value is Latency =>
  typeof value === 'object' && value !== null && 'hdr' in value && typeof value.hdr === 'string';

/** Of a share, or of a mean in nanoseconds, what is beyond anybody's clock. */
const DIGITS = 9;

function smaller(value: unknown): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? value : Number(value.toPrecision(DIGITS));
  return isLatency(value) ? coarser(value) : value;
}

/**
 * Whole numbers as they are, others to nine digits; of a histogram, which is nine tenths of a run, what tells values apart that
 * differ by a hundredth.
 *
 * @returns what `readRun` reads from a file whose name ends in `.gz`
 */
export function packed(run: RunFile): Uint8Array {
  const text = JSON.stringify(run, (_, value: unknown) => smaller(value));
  return gzipSync(text, { level: 9 });
}
