/**
 * A cost as a sum of parts that none makes less: least squares with coefficients that are never negative. Pure.
 *
 * A negative cost of a client or of a byte has no meaning, and would make more load look cheaper somewhere. Squares are of
 * relative errors, because 10 % off a small load is as wrong as 10 % off a large one.
 */

export interface Observation {
  /** Repetitions of one load have one name: they are held out together. */
  readonly name: string;
  readonly parts: readonly number[];
  /** Of the value: what is no part, because a law says it. */
  readonly known: number;
  /** Above 0. */
  readonly value: number;
  /** Never held out: nothing else tells what it is there for. */
  readonly anchor?: boolean;
}

/** Of a few parts: more would be the sign of a solution that does not exist. */
const MOST_SWEEPS = 20_000;

/**
 * By coordinate descent on the normal equations: convex, so that it ends at the one best value. Source: Franc, Hlaváč &
 * Navara, "Sequential Coordinate-Wise Algorithm for the Non-negative Least Squares Problem" (2005).
 *
 * @returns one coefficient a part; 0 for a part that no observation has
 */
export function nonNegative(observations: readonly Observation[]): number[] {
  const width = observations[0]?.parts.length ?? 0;
  const rows = observations.map(({ parts, value }) => parts.map((part) => part / value));
  const gram = Array.from({ length: width }, (_, i) =>
    Array.from({ length: width }, (__, j) => rows.reduce((sum, row) => sum + row[i]! * row[j]!, 0)),
  );
  const left = observations.map(({ known, value }) => (value - known) / value);
  const target = Array.from({ length: width }, (_, i) => rows.reduce((sum, row, at) => sum + row[i]! * left[at]!, 0));
  const found = new Array<number>(width).fill(0);
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let moved = 0;
    for (let i = 0; i < width; i++) {
      const own = gram[i]![i]!;
      if (own === 0) continue;
      const others = found.reduce((sum, value, j) => (j === i ? sum : sum + gram[i]![j]! * value), 0);
      const next = Math.max(0, (target[i]! - others) / own);
      moved = Math.max(moved, Math.abs(next - found[i]!) * Math.sqrt(own));
      found[i] = next;
    }
    if (moved < 1e-10) break;
  }
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
}

/**
 * Leaves each load out in turn and predicts it from the others. Source: Stone, "Cross-Validatory Choice and Assessment of
 * Statistical Predictions" (1974).
 *
 * @returns null where fewer than three loads were measured: what is left says nothing of the one that is out
 */
export function heldOut(observations: readonly Observation[]): HeldOut | null {
  const names = (all: readonly Observation[]): string[] => [...new Set(all.map(({ name }) => name))];
  if (names(observations).length < 3) return null;
  const points = names(observations.filter(({ anchor }) => anchor !== true)).map((name): HeldOutPoint => {
    const out = observations.filter((one) => one.name === name);
    const coefficients = nonNegative(observations.filter((one) => one.name !== name));
    const predicted = mean(out.map(({ known, parts }) => known + sumOf(coefficients, parts)));
    const measured = mean(out.map(({ value }) => value));
    return { name, predicted, measured, error: predicted / measured - 1 };
  });
  return points.length === 0 ? null : errorsOf(points);
}

function errorsOf(points: readonly HeldOutPoint[]): HeldOut {
  const sorted = points.map(({ error }) => Math.abs(error)).sort((a, b) => a - b);
  const rank = sorted.length < 5 ? sorted.length : Math.ceil(0.9 * sorted.length);
  return { points, median: sorted[(sorted.length - 1) >> 1]!, most: sorted[rank - 1]! };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
