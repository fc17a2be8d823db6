/**
 * A cost as a sum of parts that none makes less: least squares with coefficients that are never negative. Pure.
 *
 * A negative cost of a client or of a byte has no meaning, and would make more load look cheaper somewhere. Squares are of
 * relative errors, because 10 % off a small load is as wrong as 10 % off a large one.
 */
import { studentT95 } from '../statistics.ts';
import { nonNegativeLeast } from './least-squares.ts';

export interface Observation {
  /** Repetitions of one load have one name: they are held out together. */
  readonly name: string;
  readonly parts: readonly number[];
  /** Of the value: what is no part, because a law says it. */
  readonly known: number;
  /** Above 0. */
  readonly value: number;
  /** Of several things whose parts are fitted together, which one it is of; absent: there is one. */
  readonly group?: number;
  /** Silence: what it costs to be there is known from it and its like alone. */
  readonly silent?: boolean;
}

/**
 * @param essential so many of the first parts have a coefficient, if they can, even where others would do without them
 * @returns one coefficient a part, by least squares; 0 for a part that no observation has, or that nothing tells from another
 */
export function nonNegative(observations: readonly Observation[], essential = 0): readonly number[] {
  const loads = meansOf(observations);
  // A mean of n repetitions is known √n times as well as one.
  const weights = loads.map(({ value, repetitions }) => Math.sqrt(repetitions) / value);
  return nonNegativeLeast(
    loads.map(({ parts }, at) => parts.map((part) => part * weights[at]!)),
    loads.map(({ known, value }, at) => (value - known) * weights[at]!),
    essential,
  );
}

/** A load and how often it was measured. */
interface Repeated extends Observation {
  readonly repetitions: number;
}

/**
 * One of each name and group, its means. Each repetition weighed by its own value would make the low ones count most, and every cost
 * come out low: by some 3 % where they differ by 12 %.
 */
function meansOf(observations: readonly Observation[]): Repeated[] {
  return [...grouped(observations, ({ name, group = 0 }) => `${group} ${name}`).values()].map((all) => ({
    ...all[0]!,
    parts: all[0]!.parts.map((_, part) => mean(all.map(({ parts }) => parts[part]!))),
    known: mean(all.map(({ known }) => known)),
    value: mean(all.map(({ value }) => value)),
    repetitions: all.length,
  }));
}

function grouped(observations: readonly Observation[], by: (one: Observation) => string): Map<string, Observation[]> {
  const found = new Map<string, Observation[]>();
  for (const one of observations) found.set(by(one), [...(found.get(by(one)) ?? []), one]);
  return found;
}

export const sumOf = (coefficients: readonly number[], parts: readonly number[]): number =>
  coefficients.reduce((sum, coefficient, i) => sum + coefficient * (parts[i] ?? 0), 0);

/** One load that the fit had not seen. */
export interface HeldOutPoint {
  readonly name: string;
  /** Means over its repetitions. */
  readonly predicted: number;
  readonly measured: number;
  /** predicted / measured − 1 */
  readonly error: number;
}

export interface HeldOut {
  readonly points: readonly HeldOutPoint[];
  /** Of the absolute errors. */
  readonly median: number;
  /** Nine of ten points are no further off; of fewer than five, none is. */
  readonly most: number;
  /** The same in the unit of the value: for what a law says most of. */
  readonly mostBy: number;
  /**
   * As a share, how well what was measured of a load is known itself: the standard error of its mean over repetitions, of all
   * loads together. No model is closer than that. Absent where nothing was repeated.
   */
  readonly scatter?: number;
}

/** By the name of each load, the coefficients of all the others; empty with fewer than three, which say nothing of one. */
export type Refits = ReadonlyMap<string, readonly number[]>;

export function refitsOf(observations: readonly Observation[], essential = 0): Refits {
  const names = [...new Set(observations.map(({ name }) => name))];
  const without = (name: string): Observation[] => observations.filter((one) => one.name !== name);
  return new Map(names.length < 3 ? [] : names.map((name) => [name, nonNegative(without(name), essential)]));
}

/**
 * Each load in turn, predicted from the others. Source: Stone, "Cross-Validatory Choice and Assessment of Statistical
 * Predictions" (1974).
 *
 * @returns null where fewer than three loads were measured
 */
export function heldOut(observations: readonly Observation[], refits = refitsOf(observations)): HeldOut | null {
  const points = [...refits]
    .filter(([name]) => !isAnchor(name, observations))
    .map(([name, coefficients]): HeldOutPoint => {
      const out = observations.filter((one) => one.name === name);
      const predicted = mean(out.map(({ known, parts }) => known + sumOf(coefficients, parts)));
      const measured = mean(out.map(({ value }) => value));
      return { name, predicted, measured, error: predicted / measured - 1 };
    });
  const [found, scatter] = [errorsOf(points), scatterOf(observations, refits)];
  return found === null || scatter === null ? found : { ...found, scatter };
}

/** Null where no load was measured twice. */
function scatterOf(observations: readonly Observation[], refits: Refits): number | null {
  const squares = [...grouped(observations, ({ name }) => name)].flatMap(([name, all]) => {
    const coefficients = refits.get(name);
    if (all.length < 2 || coefficients === undefined) return [];
    // Of what is predicted: repetitions of a load whose messages come at random do not ask quite the same.
    const shares = all.map(({ known, parts, value }) => value / (known + sumOf(coefficients, parts)));
    if (!shares.every(Number.isFinite)) return [];
    const middle = mean(shares);
    const variance = shares.reduce((sum, share) => sum + (share / middle - 1) ** 2, 0) / (all.length - 1);
    return [variance / all.length];
  });
  return squares.length === 0 ? null : Math.sqrt(mean(squares));
}

/** 95 %; never below 0, as no cost is. */
export interface CoefficientInterval {
  readonly low: number;
  readonly high: number;
}

/**
 * How well each coefficient is known, by the jackknife: how much it moves when one load is left out. Source: Efron &
 * Tibshirani, An Introduction to the Bootstrap (1993), ch. 11. Of a part that one load alone tells, that is all of it.
 *
 * @returns undefined with fewer than three loads
 */
export function jackknife(coefficients: readonly number[], refits: Refits): CoefficientInterval[] | undefined {
  const n = refits.size;
  if (n === 0) return undefined;
  return coefficients.map((value, part) => {
    const left = [...refits.values()].map((each) => each[part]!);
    const middle = mean(left);
    const error = Math.sqrt(((n - 1) / n) * left.reduce((sum, one) => sum + (one - middle) ** 2, 0));
    const half = studentT95(n - 1) * error;
    return { low: Math.max(0, value - half), high: value + half };
  });
}

/**
 * A load that alone has some part, or a silent one where the others that are silent are fewer than its parts: what those cost no
 * other load tells, so none predicts it.
 */
function isAnchor(name: string, observations: readonly Observation[]): boolean {
  const width = observations[0]?.parts.length ?? 0;
  const others = observations.filter((one) => one.name !== name);
  const own = observations.filter((one) => one.name === name);
  const has = (all: readonly Observation[], part: number): boolean => all.some(({ parts }) => parts[part]! > 0);
  const its = Array.from({ length: width }, (_, part) => part).filter((part) => has(own, part));
  const isQuiet = ({ silent }: Observation): boolean => silent === true;
  if (own.some(isQuiet) && new Set(others.filter(isQuiet).map((one) => one.name)).size < its.length) return true;
  return its.some((part) => !has(others, part));
}

/** Null where there is no point. */
export function errorsOf(points: readonly HeldOutPoint[]): HeldOut | null {
  if (points.length === 0) return null;
  const shares = points.map(({ error }) => Math.abs(error)).sort((a, b) => a - b);
  const amounts = points.map(({ predicted, measured }) => Math.abs(predicted - measured)).sort((a, b) => a - b);
  const rank = points.length < 5 ? points.length : Math.ceil(0.9 * points.length);
  return { points, median: shares[(shares.length - 1) >> 1]!, most: shares[rank - 1]!, mostBy: amounts[rank - 1]! };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
