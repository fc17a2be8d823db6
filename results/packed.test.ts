import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coarser, LatencyRecorder, mergedQuantiles } from './histogram.ts';
import { packed } from './packed.ts';
import type { RunFile } from './schema.ts';
import { readRun } from './store.ts';

const FIXTURE = join(import.meta.dirname, 'fixtures', 'run-1.json');
const aRun = (): RunFile => JSON.parse(readFileSync(FIXTURE, 'utf8')) as RunFile;

/** From a microsecond to a hundred seconds. */
const latencies = fc
  .array(fc.double({ min: Math.log(1e3), max: Math.log(1e11), noNaN: true }), { minLength: 1_000, maxLength: 3_000 })
  .map((logs) => {
    const recorder = new LatencyRecorder();
    for (const log of logs) recorder.record(Math.exp(log));
    return recorder.summary();
  });

/** Without histograms. */
const figuresOf = (run: RunFile): unknown =>
  JSON.parse(JSON.stringify(run, (key, value: unknown) => (key === 'hdr' ? '' : value)));

const toFiveDigits = (key: string, value: unknown): unknown =>
  typeof value === 'number' && (!Number.isInteger(value) || /Ns$|^(min|max|p\d+)$/.test(key))
    ? Number(value.toPrecision(5))
    : value;

describe('a packed run', () => {
  it('is read as any other, and has every figure as it was, to five digits', () => {
    const folder = mkdtempSync(join(tmpdir(), 'pushbench-packed-'));
    try {
      const file = join(folder, 'run.json.gz');
      writeFileSync(file, packed(aRun()));
      const read = readRun(file);
      const expected: unknown = JSON.parse(JSON.stringify(figuresOf(aRun()), toFiveDigits));
      expect(figuresOf(read)).toEqual(expected);
      expect(expected).not.toEqual(figuresOf(aRun()));
      const latencies = (run: RunFile) => run.measurements.map((m) => m.deliveryLatencyNs);
      expect(latencies(read).map(({ hdr }) => hdr)).toEqual(latencies(aRun()).map((one) => coarser(one).hdr));
      expect(packed(read)).toEqual(packed(aRun()));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('has smaller histograms, and they are right to a hundredth', () => {
    fc.assert(
      fc.property(latencies, (fine) => {
        const coarse = coarser(fine);
        expect({ ...coarse, hdr: '' }).toEqual({ ...fine, hdr: '' });
        const quantiles = [0.5, 0.9, 0.99];
        const [before, after] = [fine, coarse].map((one) => mergedQuantiles([one, one], quantiles));
        expect(after!.count).toBe(before!.count);
        after!.points.forEach(([, ns], at) => expect(Math.abs(ns / before!.points[at]![1] - 1)).toBeLessThan(0.01));
      }),
      { numRuns: 20 },
    );
    const [fine] = fc.sample(latencies, { seed: 1, numRuns: 1 });
    expect(coarser(fine!).hdr.length).toBeLessThan(fine!.hdr.length);
  });
});
