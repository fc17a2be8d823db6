import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deviationNs, LatencyRecorder, mergedQuantiles, percentileSupported, shareAbove } from './histogram.ts';

const HOUR_NS = 3_600_000_000_000;
/** Three significant digits: a step of the histogram is at most this share of the value. */
const STEP = 1e-3;

/** From nanoseconds to an hour, each order of magnitude as likely as the other; beyond 2³¹ ns for two draws in seven. */
const anyLatency = fc
  .tuple(fc.integer({ min: 0, max: 11 }), fc.double({ min: 1, max: 10, noNaN: true }))
  .map(([magnitude, digits]) => Math.min(HOUR_NS, Math.round(digits * 10 ** magnitude)));
const anyLatencies = fc.array(anyLatency, { maxLength: 400 });

function recorderOf(values: readonly number[]): LatencyRecorder {
  const recorder = new LatencyRecorder();
  for (const value of values) recorder.record(value);
  return recorder;
}

/** The smallest value that at least the share `q` of all values does not exceed. */
function exactQuantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(values.length * q - 1e-9) - 1)]!;
}

const without = ({ hdr: _, ...rest }: ReturnType<LatencyRecorder['summary']>) => rest;

describe('percentileSupported', () => {
  it.each([
    { q: 0.5, least: 20 },
    { q: 0.9, least: 100 },
    { q: 0.95, least: 200 },
    { q: 0.99, least: 1_000 },
    { q: 0.999, least: 10_000 },
    { q: 0.9999, least: 100_000 },
  ])('needs $least samples for the quantile $q, ten of them beyond it', ({ q, least }) => {
    expect([percentileSupported(least - 1, q), percentileSupported(least, q)]).toEqual([false, true]);
  });

  it('supports nothing with no samples, and never a maximum', () => {
    expect([percentileSupported(0, 0), percentileSupported(1e9, 1)]).toEqual([false, false]);
  });
});

describe('LatencyRecorder', () => {
  it('summarises nothing as null, never as 0', () => {
    const { hdr, ...rest } = new LatencyRecorder().summary();
    expect(rest).toEqual({ count: 0, min: null, mean: null, p50: null, p90: null, p99: null, p999: null, max: null });
    expect(mergedQuantiles([{ ...rest, hdr }], [0.5])).toEqual({ count: 0, points: [] });
  });

  it.each([
    { count: 19, p50: false, p90: false, p99: false, p999: false },
    { count: 20, p50: true, p90: false, p99: false, p999: false },
    { count: 100, p50: true, p90: true, p99: false, p999: false },
    { count: 1_000, p50: true, p90: true, p99: true, p999: false },
    { count: 10_000, p50: true, p90: true, p99: true, p999: true },
  ])('leaves out of $count samples the percentiles that they do not support', ({ count, ...supported }) => {
    const summary = recorderOf(Array.from({ length: count }, (_, i) => 1_000 + i)).summary();
    for (const [name, is] of Object.entries(supported)) {
      expect(summary[name as 'p50'] !== null, name).toBe(is);
    }
    expect(summary.max).toBe(1_000 + count - 1);
  });

  it('gives every quantile to within 0.1 % of that of the sorted values, up to an hour', () => {
    fc.assert(
      fc.property(anyLatencies, fc.double({ min: 0, max: 1, noNaN: true }), (values, q) => {
        const quantile = recorderOf(values).quantile(q);
        const exact = percentileSupported(values.length, q) ? exactQuantile(values, q) : null;
        if (exact === null) expect(quantile).toBeNull();
        else expect(Math.abs(quantile! - exact)).toBeLessThanOrEqual(exact * STEP);
      }),
      { numRuns: 300 },
    );
  });

  it.each([2 ** 31 - 1, 2 ** 31, 2 ** 32 + 1, 60e9, HOUR_NS])('records %d ns, beyond 32 bits or not', (value) => {
    const { p50, max, mean } = recorderOf(Array.from({ length: 20 }, () => value)).summary();
    expect([p50, max, mean]).toEqual([value, value, value]);
  });

  it('keeps count, minimum, maximum and mean exactly, which the histogram would round', () => {
    fc.assert(
      fc.property(fc.array(anyLatency, { minLength: 1 }), (values) => {
        const { count, min, mean, max } = recorderOf(values).summary();
        expect([count, min, max]).toEqual([values.length, Math.min(...values), Math.max(...values)]);
        expect(mean).toBe(values.reduce((sum, value) => sum + value, 0) / values.length);
      }),
    );
  });

  it('never puts a percentile beyond the values themselves, nor a higher one under a lower one', () => {
    const fractions = fc.double({ min: 0, max: 2 * HOUR_NS, noNaN: true });
    const anyMany = fc.array(fc.oneof(anyLatency, fractions), { minLength: 100, maxLength: 200 });
    fc.assert(
      fc.property(anyMany, (values) => {
        const { min, p50, p90, max } = recorderOf(values).summary();
        expect([min, p50, p90, max]).toEqual([min!, p50!, p90!, max!].sort((a, b) => a - b));
      }),
    );
  });

  it('records a value under zero as 0: two clocks were read in the other order', () => {
    const { min, mean, max } = recorderOf([-5, -1e9, 3]).summary();
    expect([min, mean, max]).toEqual([0, 1, 3]);
  });

  it('shows a value of more than an hour in the maximum and does not stumble over it', () => {
    const { max, count, p50 } = recorderOf([...Array.from({ length: 30 }, () => 1_000), 5 * HOUR_NS]).summary();
    expect([max, count, p50]).toEqual([5 * HOUR_NS, 31, 1_000]);
  });

  it('merged with another summarises as if it had recorded both', () => {
    fc.assert(
      fc.property(anyLatencies, anyLatencies, (a, b) => {
        const merged = recorderOf(a);
        merged.add(recorderOf(b));
        const { mean, ...rest } = merged.summary();
        const { mean: meanOfBoth, ...both } = recorderOf([...a, ...b]).summary();
        expect(rest).toEqual(both);
        // Sums of doubles depend on their order in the last digits.
        if (mean === null) expect(meanOfBoth).toBeNull();
        else expect(Math.abs(mean - meanOfBoth!)).toBeLessThanOrEqual(meanOfBoth! * 1e-12);
      }),
      { numRuns: 50 },
    );
  });

  it('leaves the other alone when it is merged', () => {
    const [one, other] = [recorderOf([1, 2]), recorderOf([3])];
    const before = other.summary();
    one.add(other);
    expect(other.summary()).toEqual(before);
    expect(one.count).toBe(3);
  });
});

describe('mergedQuantiles', () => {
  const QUANTILES = [0, 0.25, 0.5, 0.9, 0.99];

  it('reads from stored latencies what a recorder of all their samples says', () => {
    const anyParts = fc.array(anyLatencies, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(anyParts, (parts) => {
        const stored = parts.map((values) => recorderOf(values).summary());
        const all = recorderOf(parts.flat());
        const points = QUANTILES.flatMap((q) => (all.quantile(q) === null ? [] : [[q, all.quantile(q)]]));
        expect(mergedQuantiles(stored, QUANTILES)).toEqual({ count: all.count, points });
      }),
      { numRuns: 50 },
    );
  });

  it('survives the way through a JSON file', () => {
    const summary = recorderOf(Array.from({ length: 2_000 }, (_, i) => 1_000 * i ** 2)).summary();
    const read = JSON.parse(JSON.stringify(summary)) as typeof summary;
    expect(read).toEqual(summary);
    const { points } = mergedQuantiles([read], [0.5, 0.9, 0.99, 0.999]);
    expect(points).toEqual([
      [0.5, summary.p50],
      [0.9, summary.p90],
      [0.99, summary.p99],
    ]);
  });

  it('supports together what none supports alone, and averages nothing', () => {
    const fast = recorderOf(Array.from({ length: 500 }, () => 1e6)).summary();
    const slow = recorderOf(Array.from({ length: 500 }, () => 9e6)).summary();
    expect([fast.p99, slow.p99]).toEqual([null, null]);
    const { count, points } = mergedQuantiles([fast, slow], [0.25, 0.75, 0.99, 0.999]);
    expect(count).toBe(1_000);
    expect(points.map(([q]) => q)).toEqual([0.25, 0.75, 0.99]);
    expect(points[0]![1] / 1e6).toBeCloseTo(1, 2);
    expect(points[1]![1] / 9e6).toBeCloseTo(1, 2);
  });

  it('never goes beyond the values themselves, though the histogram rounds up', () => {
    const same = recorderOf(Array.from({ length: 10 }, () => 5e9)).summary();
    expect(mergedQuantiles([same, same], [0.5]).points).toEqual([[0.5, 5e9]]);
  });

  it('passes over latencies without samples', () => {
    const some = recorderOf(Array.from({ length: 20 }, () => 5_000)).summary();
    const none = new LatencyRecorder().summary();
    expect(mergedQuantiles([none, some, none], [0.5])).toEqual(mergedQuantiles([some], [0.5]));
    expect(mergedQuantiles([], [0.5])).toEqual({ count: 0, points: [] });
  });

  it('does not change what is stored of the others', () => {
    const summary = recorderOf([1, 2, 3]).summary();
    const before = without(summary);
    mergedQuantiles([summary, summary], [0.5]);
    expect(without(summary)).toEqual(before);
  });
});

describe('what else is read of a stored latency', () => {
  it('is the share of the samples that are larger, as the samples themselves say', () => {
    fc.assert(
      fc.property(anyLatencies, fc.double({ min: 0, max: 1.1, noNaN: true }), (values, at) => {
        const stored = recorderOf(values).summary();
        const ns = at * (stored.max ?? 0);
        const share = shareAbove(stored, ns);
        if (values.length === 0) {
          expect(share).toBeNull();
          return;
        }
        // A value that shares its step of three digits with the border may be on either side of it.
        const shareOf = (border: number): number => values.filter((value) => value > border).length / values.length;
        expect(share).toBeGreaterThanOrEqual(shareOf(ns * (1 + 2 * STEP) + 1) - 1e-9);
        expect(share).toBeLessThanOrEqual(shareOf(ns * (1 - 2 * STEP) - 1) + 1e-9);
      }),
    );
  });

  it('is their standard deviation', () => {
    const uniform = Array.from({ length: 2_000 }, (_, i) => i * 1_000);
    expect(deviationNs(recorderOf(uniform).summary())! / (2_000e3 / Math.sqrt(12))).toBeCloseTo(1, 2);
    expect(deviationNs(recorderOf([5e6]).summary())).toBeNull();
    expect(deviationNs(recorderOf([]).summary())).toBeNull();
  });
});
