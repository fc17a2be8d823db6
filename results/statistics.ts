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
