/**
 * Least squares without a negative coefficient, which has one best answer. Pure. Source: Lawson & Hanson, Solving Least Squares
 * Problems (1974), ch. 23, by normal equations.
 */

/**
 * @param rows one value a column; all of one length
 * @param wanted of each row
 * @param essential so many of the first columns have a coefficient, if they can, even where others would do without them
 * @returns one coefficient a column; 0 for one that no row has, or that nothing tells from others
 */
export function nonNegativeLeast(
  rows: readonly (readonly number[])[],
  wanted: readonly number[],
  essential = 0,
): readonly number[] {
  const columns = Array.from({ length: rows[0]?.length ?? 0 }, (_, i) => i);
  const gram = columns.map((i) => columns.map((j) => rows.reduce((sum, row) => sum + row[i]! * row[j]!, 0)));
  const target = columns.map((i) => rows.reduce((sum, row, at) => sum + row[i]! * wanted[at]!, 0));
  const system = { rows, wanted, gram, target };
  const present = columns.filter((i) => gram[i]![i]! > 0);
  return leastWith(
    present.filter((i) => i < essential),
    system,
    present,
  ).coefficients;
}

interface System {
  readonly rows: readonly (readonly number[])[];
  readonly wanted: readonly number[];
  readonly gram: readonly (readonly number[])[];
  readonly target: readonly number[];
}

interface Answer {
  readonly coefficients: readonly number[];
  /** Sum of squares of what is left. */
  readonly off: number;
}

/**
 * The best answer in which all that is needed has a coefficient, or the best of all where there is none. If the best of all lacks
 * one of them, some column that it uses has to go: each is tried, those tried before it staying, and no branch is followed that
 * is worse than an answer.
 */
function leastWith(
  needed: readonly number[],
  system: System,
  among: readonly number[],
  staying = needed,
  bound = Infinity,
): Answer {
  const found = least(system, among);
  const isWhole = ({ coefficients }: Answer): boolean => needed.every((i) => coefficients[i]! > 0);
  if (found.off >= bound || isWhole(found)) return found;
  const spare = among.filter((i) => found.coefficients[i]! > 0 && !staying.includes(i));
  let best: Answer | null = null;
  for (const [place, left] of spare.entries()) {
    const rest = among.filter((i) => i !== left);
    const one = leastWith(needed, system, rest, [...staying, ...spare.slice(0, place)], best?.off ?? bound);
    if (isWhole(one) && one.off < (best?.off ?? Infinity)) best = one;
  }
  return best ?? found;
}

/** A gradient below this share of what it may be at most is what rounding leaves. */
const FLAT = 1e-10;

/** Columns are set free one by one, the steepest first, and bound to 0 again where they would become negative. */
function least(system: System, among: readonly number[]): Answer {
  const { wanted, gram, target } = system;
  const flat = FLAT * Math.sqrt(wanted.reduce((sum, one) => sum + one * one, 0));
  const slopeOf = (i: number): number => (target[i]! - dot(coefficients, gram[i]!)) / Math.sqrt(gram[i]![i]!);
  let coefficients: readonly number[] = target.map(() => 0);
  let off = offOf(system, coefficients);
  let refused: readonly number[] = [];
  for (;;) {
    const [next] = among
      .filter((i) => coefficients[i] === 0 && !refused.includes(i) && slopeOf(i) > flat)
      .sort((a, b) => slopeOf(b) - slopeOf(a));
    if (next === undefined) return { coefficients, off };
    const better = freed(system, coefficients, next);
    const less = better === null ? off : offOf(system, better);
    // What is no better is rounding's, and would be tried for ever.
    const isBetter = better !== null && less < off;
    refused = isBetter ? [] : [...refused, next];
    if (isBetter) [coefficients, off] = [better, less];
  }
}

const offOf = ({ rows, wanted }: System, coefficients: readonly number[]): number =>
  rows.reduce((sum, row, at) => sum + (wanted[at]! - dot(coefficients, row)) ** 2, 0);

/** With one column more; null where nothing tells it from those that are free, or rounding took it for a gain. */
function freed({ gram, target }: System, from: readonly number[], next: number): number[] | null {
  const coefficients = [...from];
  let free = [...from.keys()].filter((i) => i === next || from[i]! > 0);
  for (;;) {
    const solution = solved(
      free.map((i) => free.map((j) => gram[i]![j]!)),
      free.map((i) => target[i]!),
    );
    if (solution === null) return null;
    if (coefficients[next] === 0 && solution[free.indexOf(next)]! <= 0) return null;
    // As far towards it as none becomes negative.
    const steps = free.map((i, at) => (solution[at]! > 0 ? 1 : coefficients[i]! / (coefficients[i]! - solution[at]!)));
    const step = Math.min(...steps);
    free.forEach((i, at) => {
      const isSpent = step < 1 && steps[at] === step;
      coefficients[i] = isSpent ? 0 : coefficients[i]! + step * (solution[at]! - coefficients[i]!);
    });
    if (step === 1) return coefficients[next]! > 0 ? coefficients : null;
    free = free.filter((i) => coefficients[i]! > 0);
  }
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, one, i) => sum + one * b[i]!, 0);

/** A pivot below this share of its own column is what rounding leaves of columns that always come together. */
const SINGULAR = 1e-9;

/** Gaussian elimination of a symmetric system; null where it has no one solution. */
function solved(matrix: readonly (readonly number[])[], target: readonly number[]): number[] | null {
  const n = target.length;
  const rows = matrix.map((row, i) => [...row, target[i]!]);
  for (let k = 0; k < n; k++) {
    const pivot = rows[k]![k]!;
    if (!(pivot > SINGULAR * matrix[k]![k]!)) return null;
    for (let i = 0; i < n; i++) {
      if (i === k) continue;
      const factor = rows[i]![k]! / pivot;
      for (let j = k; j <= n; j++) rows[i]![j]! -= factor * rows[k]![j]!;
    }
  }
  return rows.map((row, k) => row[n]! / row[k]!);
}
