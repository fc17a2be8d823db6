import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  estimate,
  meanInterval,
  median,
  medianCoverage,
  slope,
  studentT95,
  studentTails,
  wilson,
} from './statistics.ts';

// Of two zeros the sign is nothing that a figure could have.
const anyValue = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }).map((value) => value + 0);
const anyValues = fc.array(anyValue, { minLength: 1, maxLength: 60 });

/** mulberry32: the simulation below must be the same each time. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe('median', () => {
  it.each<[number[], number | null]>([
    [[], null],
    [[3], 3],
    [[1, 2], 1.5],
    [[9, 1, 5], 5],
    [[10, 9, 1, 2], 5.5],
    [[2, 100, 11], 11],
    [[-1, -2, -3], -2],
  ])('of %j is %s', (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it('has as many values under it as above it', () => {
    fc.assert(
      fc.property(anyValues, (values) => {
        const middle = median(values)!;
        const under = values.filter((value) => value < middle).length;
        const above = values.filter((value) => value > middle).length;
        expect(Math.max(under, above)).toBeLessThanOrEqual(values.length / 2);
      }),
    );
  });

  it('leaves its values in their order', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });
});

describe('estimate', () => {
  it('of nothing is nothing', () => {
    expect(estimate([])).toBeNull();
  });

  // 1 − 2 Σ C(n, k) / 2ⁿ over the k of the order statistics that are left out (David & Nagaraja, §7.1).
  it.each([
    { n: 1, low: 1, high: 1, coverage: 0 },
    { n: 2, low: 1, high: 2, coverage: 0.5 },
    { n: 3, low: 1, high: 3, coverage: 0.75 },
    { n: 4, low: 1, high: 4, coverage: 0.875 },
    { n: 5, low: 1, high: 5, coverage: 0.9375 },
    { n: 6, low: 1, high: 6, coverage: 0.96875 },
    { n: 7, low: 1, high: 7, coverage: 0.984375 },
    { n: 8, low: 1, high: 8, coverage: 0.9921875 },
    { n: 9, low: 2, high: 8, coverage: 0.9609375 },
    { n: 10, low: 2, high: 9, coverage: 0.978515625 },
    { n: 20, low: 6, high: 15, coverage: 0.9586105346679688 },
  ])(
    'of $n repetitions is the interval from the $low. to the $high. with coverage $coverage',
    ({ n, low, high, coverage }) => {
      const values = Array.from({ length: n }, (_, i) => n - i);
      expect(estimate(values)).toEqual({ value: (n + 1) / 2, low, high, n, coverage });
    },
  );

  it('does not depend on the order of the repetitions', () => {
    fc.assert(
      fc.property(anyValues, fc.integer(), (values, seed) => {
        const random = seeded(seed);
        const other = values.map((value) => [random(), value] as const).sort(([a], [b]) => a - b);
        expect(estimate(other.map(([, value]) => value))).toEqual(estimate(values));
      }),
    );
  });

  it('encloses its own value, within what was measured', () => {
    fc.assert(
      fc.property(anyValues, (values) => {
        const { value, low, high } = estimate(values)!;
        expect([low, value, high]).toEqual([low, value, high].sort((a, b) => a - b));
        expect(values).toContain(low);
        expect(values).toContain(high);
      }),
    );
  });

  it('moves and stretches with its values', () => {
    const anyScale = fc.integer({ min: 1, max: 100 });
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -1e6, max: 1e6 }), { minLength: 1 }),
        anyScale,
        fc.integer({ min: -1e6, max: 1e6 }),
        (values, a, b) => {
          const { value, low, high, ...rest } = estimate(values)!;
          const line = (x: number): number => a * x + b;
          const expected = { value: line(value), low: line(low), high: line(high), ...rest };
          expect(estimate(values.map(line))).toEqual(expected);
        },
      ),
    );
  });

  it('is the narrowest that still covers 95 %, wherever 95 % can be reached', () => {
    for (const n of [6, 7, 8, 9, 10, 11, 20, 49, 50, 101, 500, 999, 1_000]) {
      const values = Array.from({ length: n }, (_, i) => i);
      const { low, coverage } = estimate(values)!;
      expect(coverage).toBeGreaterThanOrEqual(0.95);
      expect(medianCoverage(n, low + 1)).toBeLessThan(0.95);
    }
  });

  it.each([
    { what: 'uniform', draw: (u: number) => u, truth: 0.5 },
    { what: 'exponential', draw: (u: number) => -Math.log(1 - u), truth: Math.LN2 },
    { what: 'heavy-tailed', draw: (u: number) => (1 - u) ** -2, truth: 4 },
  ])('covers the true median as often as it says, for $what values', ({ draw, truth }) => {
    const random = seeded(2026);
    for (const n of [3, 5, 7, 10, 20]) {
      const tries = 4_000;
      let covered = 0;
      let promised = 0;
      for (let i = 0; i < tries; i++) {
        const { low, high, coverage } = estimate(Array.from({ length: n }, () => draw(random())))!;
        if (low <= truth && truth <= high) covered++;
        promised = coverage;
      }
      // Four standard errors.
      const slack = 4 * Math.sqrt((promised * (1 - promised)) / tries);
      expect(Math.abs(covered / tries - promised)).toBeLessThan(slack);
    }
  });
});

describe('medianCoverage', () => {
  it('falls from rank to rank by the two binomial probabilities that fall out', () => {
    for (const n of [5, 8, 31, 200]) {
      let choose = 1;
      let before = 1;
      for (let rank = 0; rank < Math.floor(n / 2); rank++) {
        const coverage = medianCoverage(n, rank);
        expect(before - coverage).toBeCloseTo(2 * choose * 0.5 ** n, 12);
        before = coverage;
        choose = (choose * (n - rank)) / (rank + 1);
      }
    }
  });

  it.each([1, 3, 7, 31])('is nothing for the middle one alone of %i', (n) => {
    expect(medianCoverage(n, (n - 1) / 2)).toBeCloseTo(0, 12);
  });

  it('counts the ways in which values fall on both sides of the median, out of 2ⁿ', () => {
    for (const n of [2, 6, 15]) {
      const ways = Array.from({ length: n + 1 }, (_, k) =>
        Array.from({ length: k }, (_, i) => (n - i) / (i + 1)).reduce((product, factor) => product * factor, 1),
      );
      for (let rank = 0; rank < n / 2; rank++) {
        const inside = ways.slice(rank + 1, n - rank).reduce((sum, way) => sum + way, 0);
        expect(medianCoverage(n, rank)).toBeCloseTo(inside / 2 ** n, 12);
      }
    }
  });

  it('stays a probability for any rank of up to a thousand repetitions', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000 }), fc.nat(1_000), (n, rank) => {
        const coverage = medianCoverage(n, Math.min(rank, n - 1));
        expect(coverage).toBeGreaterThanOrEqual(0);
        expect(coverage).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('a slope', () => {
  const line = fc.record({ slope: fc.integer({ min: -1000, max: 1000 }), offset: fc.integer({ min: -1e6, max: 1e6 }) });

  it('is that of the line on which all points lie, with no doubt about it', () => {
    fc.assert(
      fc.property(
        line,
        fc.uniqueArray(fc.nat(10_000), { minLength: 3, maxLength: 12 }),
        ({ slope: by, offset }, xs) => {
          const found = slope(xs.map((x) => [x, offset + by * x]));
          expect(found!.slope).toBeCloseTo(by, 3);
          expect(found!.high - found!.low).toBeLessThan(1e-2);
        },
      ),
    );
  });

  it('holds the true one in its interval about as often as it says', () => {
    const random = uniformNoise();
    let held = 0;
    for (let trial = 0; trial < 2_000; trial++) {
      const found = slope([1, 2, 3, 4, 5, 6].map((x) => [x, 7 * x + random()]))!;
      if (found.low <= 7 && 7 <= found.high) held++;
    }
    expect(held / 2_000).toBeGreaterThan(0.93);
    expect(held / 2_000).toBeLessThan(0.97);
  });

  it('is none for fewer than three points, or where nothing grows', () => {
    expect(slope([])).toBeNull();
    expect(
      slope([
        [1, 1],
        [2, 2],
      ]),
    ).toBeNull();
    expect(
      slope([
        [5, 1],
        [5, 2],
        [5, 3],
      ]),
    ).toBeNull();
  });
});

/** Sums of twelve uniform draws less six: close to normal, and the same in every run. */
function uniformNoise(): () => number {
  let state = 12_345;
  const draw = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return () => Array.from({ length: 12 }, draw).reduce((sum, value) => sum + value, -6);
}

describe('a mean', () => {
  it('has an interval from two values on', () => {
    expect(meanInterval([])).toBeNull();
    expect(meanInterval([3])).toEqual({ mean: 3, low: null, high: null, n: 1 });
    const { mean, low, high } = meanInterval([1, 2, 3])!;
    expect([mean, low, high].map((value) => value!.toFixed(3))).toEqual(['2.000', '-0.484', '4.484']);
  });
});

describe("Student's t", () => {
  it('leaves 5 % outside of the tabled quantiles', () => {
    for (let degrees = 1; degrees <= 30; degrees++) {
      expect(studentTails(studentT95(degrees), degrees)).toBeCloseTo(0.05, 4);
    }
    expect(studentTails(1.96, 1e5)).toBeCloseTo(0.05, 4);
  });

  it('gives the published p-value of the sleep data (Student 1908; t.test in R)', () => {
    expect(studentTails(-1.8608, 18)).toBeCloseTo(0.07919, 5);
  });

  it('is certain of nothing at 0, and of everything at infinity', () => {
    for (const degrees of [1, 2, 3, 10, 31]) {
      expect(studentTails(0, degrees)).toBe(1);
      expect(studentTails(Infinity, degrees)).toBeCloseTo(0, 12);
    }
  });

  it('falls with the distance, and never below 0', () => {
    const values = [0.1, 1, 2, 5, 10, 100, 1e6].map((t) => studentTails(t, 8));
    expect([...values].sort((a, b) => b - a)).toEqual(values);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
  });
});

describe('a share', () => {
  it('has the interval of the published example: 0 of 10 is below 28 %', () => {
    expect(wilson(0, 10).low).toBe(0);
    expect(wilson(0, 10).high).toBeCloseTo(0.2775, 4);
    expect(wilson(1, 10)).toEqual({ low: expect.closeTo(0.7225, 4) as number, high: 1 });
    expect(wilson(0.5, 100).low).toBeCloseTo(0.4038, 4);
  });

  it('may be anything where nothing was tried', () => {
    expect(wilson(0, 0)).toEqual({ low: 0, high: 1 });
  });
});
