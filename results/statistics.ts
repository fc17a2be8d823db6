/** Statistics over repetitions. The repetition is the unit, never the message: messages of one window are correlated. */

/** The middle of the values; the mean of the two middle ones for an even count. Null for none. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export interface Estimate {
  /** Median over the repetitions. */
  value: number;
  low: number;
  high: number;
  /** Repetitions behind it. */
  n: number;
  /** Probability (0…1) that low…high covers the true median, whatever the distribution. 0 for one repetition. */
  coverage: number;
}

/**
 * Median over repetitions with the order-statistic interval: distribution-free, the narrowest pair of order statistics
 * that covers at least 95 %, or the whole range with the coverage it reaches when there are fewer than six repetitions.
 * Source: David & Nagaraja, Order Statistics (2003), §7.1.
 */
export function estimate(values: readonly number[]): Estimate | null {
  const value = median(values);
  if (value === null) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const n = sorted.length;
  let rank = 0;
  while (rank + 1 < n - 1 - (rank + 1) && medianCoverage(n, rank + 1) >= 0.95) rank++;
  return { value, low: sorted[rank]!, high: sorted[n - 1 - rank]!, n, coverage: medianCoverage(n, rank) };
}

/** P(the true median lies between the (rank+1)-th smallest and the (rank+1)-th largest of n). */
export function medianCoverage(n: number, rank: number): number {
  let tail = 0;
  let choose = 1;
  for (let k = 0; k <= rank; k++) {
    tail += choose;
    choose = (choose * (n - k)) / (k + 1);
  }
  return Math.max(0, 1 - 2 * tail * 0.5 ** n);
}

/**
 * Student's t, two-sided 95 %, by degrees of freedom from 1. Source: NIST/SEMATECH e-Handbook §1.3.6.7.2. A library that
 * inverts the distribution would be larger than all else here.
 */
const T_95: readonly number[] = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/** @param degrees of freedom, from 1 */
export const studentT95 = (degrees: number): number => T_95[degrees - 1] ?? 1.96;

/**
 * P(|T| ≥ |t|), two-sided, of Student's t. Source: Abramowitz & Stegun, Handbook of Mathematical Functions, 26.7.3 and
 * 26.7.4: finite sums for whole degrees of freedom, so that neither gamma nor beta function is needed. What is below
 * 10⁻¹⁵ is rounding, or 0.
 *
 * @param degrees of freedom, whole, from 1; as many steps as half of them
 */
export function studentTails(t: number, degrees: number): number {
  const angle = Math.atan(Math.abs(t) / Math.sqrt(degrees));
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  const odd = degrees % 2 === 1;
  let term = odd ? cos : 1;
  let sum = degrees === 1 ? 0 : term;
  for (let k = odd ? 3 : 2; k < degrees; k += 2) {
    term *= ((k - 1) / k) * cos * cos;
    sum += term;
  }
  return Math.max(0, 1 - (odd ? (2 / Math.PI) * (angle + sin * sum) : sin * sum));
}

export interface Interval {
  readonly mean: number;
  /** 95 %; null for one value, which tells nothing of how much it varies. */
  readonly low: number | null;
  readonly high: number | null;
  readonly n: number;
}

export interface Share {
  readonly low: number;
  readonly high: number;
}

/**
 * Where the probability lies, 95 %, of what came to pass in `share` (0…1) of `n` independent trials, by Wilson's score: it
 * tells something of 0 and of n, too. Source: Brown, Cai & DasGupta, "Interval Estimation for a Binomial Proportion" (2001).
 */
export function wilson(share: number, n: number): Share {
  if (n === 0) return { low: 0, high: 1 };
  const z2 = 1.96 ** 2;
  const middle = share + z2 / (2 * n);
  const half = Math.sqrt(z2 * ((share * (1 - share)) / n + z2 / (4 * n * n)));
  return { low: Math.max(0, (middle - half) / (1 + z2 / n)), high: Math.min(1, (middle + half) / (1 + z2 / n)) };
}

/** The mean of independent values and its interval; null for none. */
export function meanInterval(values: readonly number[]): Interval | null {
  const n = values.length;
  if (n === 0) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return { mean, low: null, high: null, n };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const half = studentT95(n - 1) * Math.sqrt(variance / n);
  return { mean, low: mean - half, high: mean + half, n };
}

export interface Slope {
  readonly slope: number;
  /** 95 %, by Student's t with two degrees of freedom fewer than points. */
  readonly low: number;
  readonly high: number;
}

/** Least squares through points [x, y]. Null for fewer than three, or where all have the same x: nothing tells how far it is off. */
export function slope(points: readonly (readonly [x: number, y: number])[]): Slope | null {
  const n = points.length;
  if (n < 3) return null;
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / n;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / n;
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  if (spread === 0) return null;
  const value = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread;
  const residual = points.reduce((sum, [x, y]) => sum + (y - meanY - value * (x - meanX)) ** 2, 0);
  const half = studentT95(n - 2) * Math.sqrt(residual / (n - 2) / spread);
  return { slope: value, low: value - half, high: value + half };
}
