/**
 * The smallest difference that a run could have seen, from its A/A pairs: one transport measured twice in every
 * repetition, so that whatever the two differ by was made by the machine. Pure.
 */

import { median, studentT95 } from './statistics.ts';

/** Two values of one metric that should be equal, of one repetition. */
export type Pair = readonly [a: number, b: number];

export interface NoiseFloor {
  /** How much larger than another a figure must be before a difference is believed: 0.12 is 12 %. */
  readonly ratio: number;
  /** Pairs behind it. */
  readonly pairs: number;
}

/** Fewer pairs tell nothing of how much they vary. */
const FEWEST_PAIRS = 2;

/**
 * Half the width of the 95 % interval of the mean log-ratio, and never less than what the two medians do differ by.
 *
 * The true mean of an A/A pair is known, it is 0: so the spread is taken around 0 and has as many degrees of freedom as
 * there are pairs, one more than around a mean of its own (with three pairs t is 3.2 instead of 4.3).
 *
 * @returns null for fewer than two pairs, and where a value is not above 0 while its twin is: no ratio tells how far 5 is from 0
 */
export function noiseFloor(pairs: readonly Pair[]): NoiseFloor | null {
  if (pairs.length < FEWEST_PAIRS) return null;
  const logRatios = pairs.map(([a, b]) => (a === b ? 0 : Math.log(b / a)));
  if (!logRatios.every(Number.isFinite)) return null;
  const n = logRatios.length;
  const deviation = Math.sqrt(logRatios.reduce((sum, each) => sum + each * each, 0) / n);
  const halfWidth = (studentT95(n) * deviation) / Math.sqrt(n);
  const observed = Math.abs(Math.log(middle(pairs.map(([, b]) => b)) / middle(pairs.map(([a]) => a))) || 0);
  return { ratio: Math.exp(Math.max(halfWidth, observed)) - 1, pairs: n };
}

function middle(values: readonly number[]): number {
  return median(values)!;
}

/** Whether `larger` lies so far above `smaller` that the run could have seen it; anything could, where nothing is known. */
export function distinguishable(smaller: number, larger: number, floor: NoiseFloor | null): boolean {
  return floor === null || larger > smaller * (1 + floor.ratio);
}
