/**
 * The change between two builds from pairs of process invocations: the Hodges–Lehmann estimate with the exact interval of
 * Wilcoxon's signed-rank test. Pure.
 *
 * The unit is the invocation, never the message: messages of one window are correlated. Each pair stands for itself as one
 * log-ratio, so that what the machine did to both of a pair cancels, and one pair that it disturbed has one vote. The
 * rejected alternative, a t-interval, lets such a pair widen the interval at will; a bootstrap of ten pairs is too narrow.
 *
 * Source: Hollander, Wolfe & Chicken, Nonparametric Statistical Methods (3rd ed., 2014), §3.1–3.3.
 */
import type { Change } from './judgement.ts';

/** One metric of two invocations next to each other in time. */
export type Pair = readonly [base: number, head: number];

export const CONFIDENCE = 0.95;

/** With fewer, even the whole range of the pairs covers the change with less than 95 %: 1 − 2/2⁵ is 93.75 %. */
export const FEWEST_PAIRS = 6;

export interface SignedRank {
  /** Median of all Walsh averages. */
  readonly estimate: number;
  /** Null where so few differences cannot reach the confidence. */
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * Where differences lie, symmetric around an unknown middle as log-ratios of a pair are whose order is balanced.
 *
 * @param confidence that low…high covers the middle, 0…1; ties make it more
 * @returns null for no differences
 */
export function signedRank(differences: readonly number[], confidence: number): SignedRank | null {
  const averages = walshAverages(differences);
  if (averages.length === 0) return null;
  const middle = averages.length >> 1;
  const estimate = averages.length % 2 === 1 ? averages[middle]! : (averages[middle - 1]! + averages[middle]!) / 2;
  const rank = criticalRank(differences.length, (1 - confidence) / 2);
  if (rank === 0) return { estimate, low: null, high: null };
  return { estimate, low: averages[rank - 1]!, high: averages[averages.length - rank]! };
}

/** Half the sum of every two differences, each with itself too, in order: n(n + 1)/2 of them. */
function walshAverages(differences: readonly number[]): Float64Array {
  const n = differences.length;
  const averages = new Float64Array((n * (n + 1)) / 2);
  let at = 0;
  for (let i = 0; i < n; i++) {
    // Each half by itself: the sum of two large ones would overflow.
    for (let j = i; j < n; j++) averages[at++] = differences[i]! / 2 + differences[j]! / 2;
  }
  return averages.sort();
}

/**
 * The largest k such that the k-th Walsh average from either end is beyond the middle with a probability of `tail` at
 * most: as many rank sums 0, 1, … as fit into the tail. 0 where not even the outermost does.
 *
 * Exact, by counting over the 2ⁿ signs rank by rank; n³ steps, a few milliseconds for 200 differences.
 */
export function criticalRank(n: number, tail: number): number {
  const probability = new Float64Array((n * (n + 1)) / 2 + 1);
  probability[0] = 1;
  for (let rank = 1; rank <= n; rank++) {
    for (let sum = (rank * (rank + 1)) / 2; sum >= 0; sum--) {
      probability[sum] = (probability[sum]! + (sum < rank ? 0 : probability[sum - rank]!)) / 2;
    }
  }
  let k = 0;
  for (let below = probability[0]; k < probability.length && below <= tail; below += probability[k] ?? 0) k++;
  return k;
}

/** log(head / base) of each pair; null for none, and where one value is not above 0: no ratio tells how far 5 is from 0. */
export function logRatios(pairs: readonly Pair[]): number[] | null {
  const ratios = pairs.map(([base, head]) => (base === head ? 0 : Math.log(head / base)));
  return ratios.length > 0 && ratios.every(Number.isFinite) ? ratios : null;
}

/** The change of head against base; without an interval for fewer than six pairs; null where there is no ratio. */
export function pairedChange(pairs: readonly Pair[]): Change | null {
  const ratios = logRatios(pairs);
  const found = ratios === null ? null : signedRank(ratios, CONFIDENCE);
  if (found === null) return null;
  const ratioOf = (log: number | null): number | null => (log === null ? null : Math.expm1(log));
  return { ratio: Math.expm1(found.estimate), low: ratioOf(found.low), high: ratioOf(found.high), pairs: pairs.length };
}
