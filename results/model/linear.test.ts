import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meanInterval } from '../statistics.ts';
import { heldOut, jackknife, nonNegative, refitsOf, sumOf, type Observation } from './linear.ts';

const parts = fc.array(fc.double({ min: 0.1, max: 1_000, noNaN: true }), { minLength: 2, maxLength: 2 });
const coefficients = fc.tuple(
  fc.double({ min: 0.01, max: 50, noNaN: true }),
  fc.double({ min: 0, max: 50, noNaN: true }),
);

/** What the coefficients would give, without an error. */
function exactly(of: readonly number[], rows: readonly (readonly number[])[]): Observation[] {
  return rows.map((row, i) => ({ name: `load ${i}`, parts: row, known: 0, value: sumOf(of, row) }));
}

describe('least squares without negative coefficients', () => {
  it('finds what the values were made of', () => {
    fc.assert(
      fc.property(coefficients, fc.array(parts, { minLength: 4, maxLength: 8 }), (of, rows) => {
        const observations = exactly(of, rows);
        const found = nonNegative(observations);
        for (const { parts: row, value } of observations) expect(sumOf(found, row) / value).toBeCloseTo(1, 2);
      }),
    );
  });

  it('never makes a part cheaper than nothing, whatever the values are', () => {
    const values = fc.array(fc.tuple(parts, fc.double({ min: 0.1, max: 100, noNaN: true })), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(values, (rows) => {
        const found = nonNegative(rows.map(([row, value], i) => ({ name: String(i), parts: row, known: 0, value })));
        expect(found.every((coefficient) => coefficient >= 0)).toBe(true);
      }),
    );
  });

  it('gives an essential part a cost even where others would do without it', () => {
    const rows = [1, 2, 4, 8].map((x) => ({
      name: String(x),
      parts: [x, Math.min(x, 4)],
      known: 0,
      value: Math.min(x, 4) - 0.01 * x,
    }));
    expect(nonNegative(rows)[0]).toBe(0);
    expect(nonNegative(rows, 1)[0]).toBeGreaterThan(0);
  });

  it('takes what a law says out of the value first', () => {
    const rows = [1, 2, 4].map((x) => ({ name: String(x), parts: [x], known: 100, value: 100 + 3 * x }));
    expect(nonNegative(rows)[0]).toBeCloseTo(3, 6);
  });

  it('gives a part that nothing was measured with no cost', () => {
    const [first, second] = nonNegative([{ name: 'a', parts: [2, 0], known: 0, value: 10 }]);
    expect(first).toBeCloseTo(5, 9);
    expect(second).toBe(0);
  });

  it('has no coefficient where nothing was measured', () => {
    expect(nonNegative([])).toEqual([]);
    expect(nonNegative([], 1)).toEqual([]);
  });
});

describe('repetitions of one load', () => {
  const of = (name: string, part: number, values: readonly number[]): Observation[] =>
    values.map((value) => ({ name, parts: [part], known: 0, value }));

  it('are fitted by their mean, so that the low ones do not count more than the high ones', () => {
    expect(nonNegative(of('one', 2, [8, 12]))[0]).toBeCloseTo(5, 9);
  });

  it('weigh as much as there are of them', () => {
    const [cheap, dear] = [of('cheap', 1, [1]), of('dear', 1, [2, 2, 2])];
    // Relative errors of 1 and 2: x/1 − 1 once, x/2 − 1 three times.
    expect(nonNegative([...cheap, ...dear])[0]).toBeCloseTo((1 + 3 / 2) / (1 + 3 / 4), 9);
  });
});

describe('loads held out', () => {
  it('are predicted without an error where the cost is what the parts say', () => {
    const found = heldOut(
      exactly(
        [2, 5],
        [
          [1, 1],
          [2, 1],
          [5, 1],
          [9, 2],
        ],
      ),
    )!;
    expect(found.points).toHaveLength(4);
    expect(found.most).toBeLessThan(1e-3);
  });

  it('show a load that is not made of the parts, by as much as it is off', () => {
    const straight = exactly(
      [1, 0],
      [
        [1, 1],
        [2, 1],
        [3, 1],
        [4, 1],
        [5, 1],
      ],
    );
    const bent = [...straight, { name: 'bent', parts: [6, 1], known: 0, value: 12 }];
    const found = heldOut(bent)!;
    expect(found.points.at(-1)!.error).toBeCloseTo(-0.5, 2);
    expect(found.most).toBeGreaterThanOrEqual(0.5 - 0.01);
  });

  it('hold repetitions of a load out together', () => {
    const twice = exactly([3], [[1], [1], [2], [2], [4], [4]]).map((one, i) => ({ ...one, name: `load ${i >> 1}` }));
    expect(heldOut(twice)!.points.map(({ name }) => name)).toEqual(['load 0', 'load 1', 'load 2']);
  });

  it('say how well what was measured of a load is known itself, where it was repeated', () => {
    const rows = [[1], [1], [2], [2], [4], [4]];
    const apart = (by: number) =>
      exactly([3], rows).map((one, i) => ({
        ...one,
        name: `load ${i >> 1}`,
        value: one.value * (1 + (i % 2 === 0 ? by : -by)),
      }));
    expect(heldOut(exactly([3], rows))!.scatter).toBeUndefined();
    expect(heldOut(apart(0))!.scatter).toBeCloseTo(0, 9);
    // Two values at 1 ± d have a standard deviation of d·√2, and their mean a standard error of d.
    expect(heldOut(apart(0.1))!.scatter).toBeCloseTo(0.1, 9);
    // Repetitions that were asked more, and cost as much more, are no scatter.
    const asked = exactly([3], [[1], [1.5], [2], [2.6], [4], [4.4]]).map((row, i) => ({
      ...row,
      name: `load ${i >> 1}`,
    }));
    expect(heldOut(asked)!.scatter).toBeCloseTo(0, 9);
  });

  it('are none that alone have some part: what only they tell is not predicted from the others', () => {
    const loads = exactly(
      [1, 3],
      [
        [1, 0],
        [2, 0],
        [5, 0],
        [1, 9],
      ],
    );
    const found = heldOut(loads)!;
    expect(found.points).toHaveLength(3);
    expect(found.most).toBeLessThan(1e-3);
  });

  it('are none of a silence that is alone, and are it where others tell as much', () => {
    const loud = exactly(
      [2, 3],
      [
        [4, 0.001],
        [7, 0.002],
        [9, 0.001],
      ],
    );
    const silent = (part: number): Observation => ({
      ...{ name: `silent ${part}`, parts: [0, part], known: 0, value: 3 * part, silent: true },
    });
    const heldOf = (observations: readonly Observation[]): string[] =>
      heldOut(observations)!.points.map(({ name }) => name);
    expect(heldOf([...loud, silent(5)])).not.toContain('silent 5');
    expect(heldOf([...loud, silent(5), silent(50)])).toEqual(expect.arrayContaining(['silent 5', 'silent 50']));
    // Two unknowns of a silence are not told by one other.
    const there = [5, 50].map((part) => ({ ...silent(part), parts: [1, part], value: 1 + 3 * part }));
    expect(heldOf([...loud, ...there]).filter((name) => name.startsWith('silent'))).toEqual([]);
  });

  it('say nothing where fewer than three loads were measured', () => {
    expect(heldOut(exactly([1], [[1], [2]]))).toBeNull();
  });
});

describe('the interval of a coefficient', () => {
  const of = (observations: readonly Observation[]) => jackknife(nonNegative(observations), refitsOf(observations));

  it('is that of a mean where the coefficient is one', () => {
    const values = [1, 2, 3, 4];
    const without = new Map(values.map((value) => [String(value), [(10 - value) / 3]]));
    const { low, high } = meanInterval(values)!;
    expect(jackknife([2.5], without)![0]!.low).toBeCloseTo(low!, 9);
    expect(jackknife([2.5], without)![0]!.high).toBeCloseTo(high!, 9);
  });

  it('is nothing where every load says the same, and more the less they do', () => {
    const rows = [[1], [2], [4], [8], [16]];
    const noisy = (by: number) =>
      exactly([3], rows).map((one, i) => ({ ...one, value: one.value * (1 + (i % 2 === 0 ? by : -by)) }));
    const widthOf = (by: number): number => {
      const [{ low, high } = { low: NaN, high: NaN }] = of(noisy(by))!;
      return high - low;
    };
    expect(widthOf(0)).toBeCloseTo(0, 9);
    expect(widthOf(0.1)).toBeGreaterThan(widthOf(0.02));
    expect(widthOf(0.02)).toBeGreaterThan(0.01);
  });

  it('reaches down to nothing, and not below, where one load alone tells the part', () => {
    const rows = [
      [1, 0],
      [2, 0],
      [5, 0],
      [1, 9],
    ];
    const [, second] = of(exactly([1, 3], rows))!;
    expect(second!.low).toBe(0);
    expect(second!.high).toBeGreaterThan(6);
  });

  it('is unknown with fewer than three loads', () => {
    expect(of(exactly([1], [[1], [2]]))).toBeUndefined();
  });
});
