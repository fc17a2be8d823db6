import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normal, uniform } from './machine.fixture.ts';
import { criticalRank, pairedChange, signedRank, type Pair } from './paired.ts';

/**
 * Hamilton's depression scale of nine patients before and after tranquilizer (Salsburg 1970), as in Hollander & Wolfe,
 * Nonparametric Statistical Methods, Table 3.1, and in R's help of wilcox.test.
 */
const BEFORE = [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3];
const AFTER = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29];

/** In steps of a millionth: half of the smallest double is 0, and its sign is lost. */
const anyDifference = fc.integer({ min: -2_000_000, max: 2_000_000 }).map((millionths) => millionths / 1e6);
const anyDifferences = fc.array(anyDifference, { minLength: 6, maxLength: 25 });

describe('criticalRank', () => {
  it.each([
    // Wilcoxon & Wilcox, Some Rapid Approximate Statistical Procedures (1964): the largest rank sum that is
    // significant at 5 % two-sided; one more is the rank of the interval's end.
    [6, 0.05, 0],
    [7, 0.05, 2],
    [8, 0.05, 3],
    [9, 0.05, 5],
    [10, 0.05, 8],
    [12, 0.05, 13],
    [15, 0.05, 25],
    [20, 0.05, 52],
    [25, 0.05, 89],
    [8, 0.01, 0],
    [10, 0.01, 3],
    [20, 0.01, 37],
  ])('is that of the published table for %i pairs at %d', (n, alpha, critical) => {
    expect(criticalRank(n, alpha / 2)).toBe(critical + 1);
  });

  it('is none where not even the outermost average is far enough out', () => {
    expect([1, 2, 3, 4, 5].map((n) => criticalRank(n, 0.025))).toEqual([0, 0, 0, 0, 0]);
    expect(criticalRank(7, 0.005)).toBe(0);
  });
});

describe('signedRank', () => {
  it('finds what the book finds in the depression scale', () => {
    const found = signedRank(
      BEFORE.map((before, index) => before - AFTER[index]!),
      0.95,
    )!;
    expect(found.estimate).toBeCloseTo(0.46, 6);
    expect(found.low).toBeCloseTo(0.01, 6);
    expect(found.high).toBeCloseTo(0.786, 6);
  });

  it('excludes 0 exactly where the test of the same differences rejects it', () => {
    fc.assert(
      fc.property(anyDifferences, (differences) => {
        // With ties and zeros the exact test is another one.
        fc.pre(new Set(differences.map(Math.abs)).size === differences.length && !differences.includes(0));
        const byRank = [...differences].sort((a, b) => Math.abs(a) - Math.abs(b));
        const sum = byRank.reduce((total, value, index) => total + (value > 0 ? index + 1 : 0), 0);
        const most = (differences.length * (differences.length + 1)) / 2;
        const rejects = Math.min(sum, most - sum) < criticalRank(differences.length, 0.025);
        const { low, high } = signedRank(differences, 0.95)!;
        expect(low! > 0 || high! < 0).toBe(rejects);
      }),
    );
  });

  it('moves with the differences and turns with their sign', () => {
    fc.assert(
      fc.property(anyDifferences, fc.double({ min: -1, max: 1, noNaN: true }), (differences, by) => {
        const found = signedRank(differences, 0.95)!;
        const moved = signedRank(
          differences.map((each) => each + by),
          0.95,
        )!;
        const turned = signedRank(
          differences.map((each) => -each),
          0.95,
        )!;
        expect(moved.estimate).toBeCloseTo(found.estimate + by, 9);
        expect(moved.low).toBeCloseTo(found.low! + by, 9);
        expect(turned.low).toBeCloseTo(-found.high!, 9);
        expect(found.low!).toBeLessThanOrEqual(found.estimate);
        expect(found.estimate).toBeLessThanOrEqual(found.high!);
      }),
    );
  });

  it.each<[string, (gauss: () => number) => number]>([
    ['of a normal', (gauss) => gauss()],
    ['of a heavy-tailed', (gauss) => gauss() / Math.abs(gauss())],
  ])('covers the middle %s distribution as often as it promises', (_, draw) => {
    const gauss = normal(uniform(5));
    const all = 4_000;
    let covered = 0;
    for (let i = 0; i < all; i++) {
      const { low, high } = signedRank(
        Array.from({ length: 10 }, () => draw(gauss)),
        0.95,
      )!;
      if (low! <= 0 && high! >= 0) covered++;
    }
    // Exactly 1 − 2·25/1024 for ten; four standard deviations of the count either way.
    const exact = 1 - 50 / 1024;
    const deviation = Math.sqrt((exact * (1 - exact)) / all);
    expect(Math.abs(covered / all - exact)).toBeLessThan(4 * deviation);
  });
});

describe('pairedChange', () => {
  it('is the ratio that all pairs have', () => {
    const pairs = Array.from({ length: 10 }, (_, index): Pair => [index + 1, (index + 1) * 1.2]);
    const change = pairedChange(pairs)!;
    for (const value of [change.ratio, change.low, change.high]) expect(value).toBeCloseTo(0.2, 12);
    expect(change.pairs).toBe(10);
  });

  it('is not moved by one pair that the machine disturbed', () => {
    const quiet = Array.from({ length: 9 }, (_, index): Pair => [100 + index, 101 + index]);
    const { ratio, high } = pairedChange([...quiet, [100, 900]])!;
    expect(ratio).toBeLessThan(0.02);
    expect(high).toBeLessThan(0.02 + Math.sqrt(9));
  });

  it('has no interval for fewer than six pairs: five cover 93.75 % at most', () => {
    const five = Array.from({ length: 5 }, (): Pair => [10, 11]);
    expect(pairedChange(five)).toEqual({ ratio: expect.closeTo(0.1, 12) as number, low: null, high: null, pairs: 5 });
    expect(pairedChange([...five, [10, 11]])!.low).toBeCloseTo(0.1, 12);
  });

  it.each<[string, Pair[]]>([
    ['no pair', []],
    ['a base of 0', [[0, 5]]],
    ['a head of 0', [[5, 0]]],
    ['a value below 0', [[5, -5]]],
    ['no number', [[5, NaN]]],
  ])('cannot be told of %s', (_, pairs) => {
    expect(pairedChange(pairs)).toBeNull();
  });

  it('of nothing and nothing is none', () => {
    expect(pairedChange([[0, 0]])).toMatchObject({ ratio: 0 });
  });
});
