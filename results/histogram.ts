/** Latency recorded into an HDR histogram: mergeable, stored encoded, and summarised without inventing percentiles. */
import * as hdr from 'hdr-histogram-js';
import type { Latency } from './schema.ts';

/** Highest recordable value, ns: one hour. What is later than that is recorded as one hour and visible in `max`. */
const HIGHEST_NS = 3_600_000_000_000;

/** How many samples must lie beyond a percentile before it is printed. 10 gives p99 at 1,000 and p99.9 at 10,000. */
const SAMPLES_BEYOND = 10;

/** Whether `count` samples support the quantile `q` (0…1): at least ten samples must lie beyond it. */
export function percentileSupported(count: number, q: number): boolean {
  // Compared in whole samples: 1000 × (1 − 0.99) is 10.000000000000009 in floating point, 100 × (1 − 0.9) is 9.999….
  return Math.round(count * (1 - q) * 1e6) >= SAMPLES_BEYOND * 1e6;
}

/** The histogram answers with the upper end of a step, which may lie beyond the largest value that was recorded. */
function within(min: number, value: number, max: number): number {
  return Math.min(Math.max(value, min), max);
}

/** Of one range for all, so that any two can be merged. */
const emptyHistogram = (digits: 2 | 3 = 3): hdr.Histogram =>
  hdr.build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST_NS,
    numberOfSignificantValueDigits: digits,
    bitBucketSize: 32,
    useWebAssembly: false,
  });

export class LatencyRecorder {
  readonly #histogram = emptyHistogram();
  // Kept beside the histogram because it rounds to three digits: minimum, mean and maximum are exact.
  #count = 0;
  #sum = 0;
  #min = Infinity;
  #max = 0;

  /** Records one value in ns. A negative one (two clocks read in the other order) counts as 0. */
  record(valueNs: number): void {
    const value = valueNs < 0 ? 0 : valueNs;
    this.#histogram.recordValue(Math.min(Math.round(value), HIGHEST_NS));
    this.#count++;
    this.#sum += value;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
  }

  get count(): number {
    return this.#count;
  }

  /** Adds all samples of another recorder. */
  add(other: LatencyRecorder): void {
    this.#histogram.add(other.#histogram);
    this.#count += other.#count;
    this.#sum += other.#sum;
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
  }

  /** Adds all samples of a stored latency. */
  addStored({ count, min, mean, max, hdr: encoded }: Latency): void {
    if (count === 0) return;
    this.#histogram.add(decoded({ hdr: encoded }));
    this.#count += count;
    this.#sum += (mean ?? 0) * count;
    this.#min = Math.min(this.#min, min ?? 0);
    this.#max = Math.max(this.#max, max ?? 0);
  }

  /** The value in ns at quantile `q`, or null when the samples cannot support it. */
  quantile(q: number): number | null {
    if (!percentileSupported(this.#count, q)) return null;
    return within(this.#min, this.#histogram.getValueAtPercentile(q * 100), this.#max);
  }

  /** In ns, where no histogram needs to be kept. */
  delay(): { p50: number | null; p90: number | null; p99: number | null; max: number | null } {
    const max = this.#count === 0 ? null : this.#max;
    return { p50: this.quantile(0.5), p90: this.quantile(0.9), p99: this.quantile(0.99), max };
  }

  summary(): Latency {
    const none = this.#count === 0;
    return {
      count: this.#count,
      min: none ? null : this.#min,
      mean: none ? null : this.#sum / this.#count,
      p50: this.quantile(0.5),
      p90: this.quantile(0.9),
      p99: this.quantile(0.99),
      p999: this.quantile(0.999),
      max: none ? null : this.#max,
      hdr: hdr.encodeIntoCompressedBase64(this.#histogram),
    };
  }
}

/** Several latencies as one: what a process each has recorded. Percentiles come of the merged samples, never of averages. */
export function mergeLatencies(latencies: readonly Latency[]): Latency {
  if (latencies.length === 1) return latencies[0]!;
  const merged = new LatencyRecorder();
  for (const latency of latencies) merged.addStored(latency);
  return merged.summary();
}

/**
 * Merges stored latencies and reads them by quantile; percentiles are never averaged.
 *
 * @returns points `[quantile, ns]` for every quantile that the merged count supports, and the merged count
 */
export function mergedQuantiles(
  latencies: readonly Latency[],
  quantiles: readonly number[],
): { count: number; points: [number, number][] } {
  const recorded = latencies.filter((latency) => latency.count > 0);
  const histograms = recorded.map(decoded);
  // Into finer ones the values of a coarser one come as the low ends of its steps.
  const merged = emptyHistogram(histograms.some(isCoarse) ? 2 : 3);
  for (const histogram of histograms) merged.add(histogram);
  let count = 0;
  let [min, max] = [Infinity, 0];
  for (const latency of recorded) {
    count += latency.count;
    min = Math.min(min, latency.min ?? 0);
    max = Math.max(max, latency.max ?? Infinity);
  }
  const points: [number, number][] = [];
  for (const q of quantiles) {
    if (percentileSupported(count, q)) points.push([q, within(min, merged.getValueAtPercentile(q * 100), max)]);
  }
  return { count, points };
}

const decoded = ({ hdr: encoded }: Pick<Latency, 'hdr'>): hdr.Histogram =>
  hdr.decodeFromCompressedBase64(encoded, 32, false);

const isCoarse = (histogram: hdr.Histogram): boolean => histogram.numberOfSignificantValueDigits < 3;

/** With a histogram of two digits, which takes a third of the bytes; all else is as it was. */
export function coarser(latency: Latency): Latency {
  const coarse = emptyHistogram(2);
  coarse.add(decoded(latency));
  return { ...latency, hdr: hdr.encodeIntoCompressedBase64(coarse) };
}

/** Standard deviation of the samples, ns, to the histogram's digits; null for fewer than two. */
export function deviationNs(latency: Latency): number | null {
  return latency.count < 2 ? null : decoded(latency).stdDeviation;
}

/** Share of the samples (0…1) that are larger than `ns`, to the histogram's digits; null where there are none. */
export function shareAbove(latency: Latency, ns: number): number | null {
  const { count, max } = latency;
  if (count === 0) return null;
  if (max === null || max <= ns) return 0;
  const histogram = decoded(latency);
  // The smallest rank whose value is above: values grow with their rank.
  let [below, above] = [0, count];
  while (above - below > 1) {
    const middle = (below + above) >> 1;
    if (histogram.getValueAtPercentile((middle / count) * 100) > ns) above = middle;
    else below = middle;
  }
  return (count - below) / count;
}
