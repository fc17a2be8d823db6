import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nonNegativeLeast } from './least-squares.ts';

const entry = fc.oneof(fc.constant(0), fc.double({ min: 0.01, max: 100, noNaN: true }));
const wanted = fc.double({ min: -50, max: 100, noNaN: true });

const systems = fc
  .record({ width: fc.integer({ min: 1, max: 5 }), height: fc.integer({ min: 1, max: 9 }) })
  .chain(({ width, height }) =>
    fc.tuple(
      fc.array(fc.array(entry, { minLength: width, maxLength: width }), { minLength: height, maxLength: height }),
      fc.array(wanted, { minLength: height, maxLength: height }),
    ),
  );

const offOf = (
  rows: readonly (readonly number[])[],
  values: readonly number[],
  coefficients: readonly number[],
): number =>
  rows.reduce(
    (sum, row, at) => sum + (values[at]! - row.reduce((all, one, i) => all + one * coefficients[i]!, 0)) ** 2,
    0,
  );

const subsetsOf = (of: readonly number[]): number[][] =>
  Array.from({ length: 2 ** of.length }, (_, bits) => of.filter((__, i) => (bits >> i) & 1));

describe('least squares without a negative coefficient', () => {
  it('never has one', () => {
    fc.assert(
      fc.property(systems, ([rows, values]) => {
        expect(nonNegativeLeast(rows, values).every((one) => one >= 0)).toBe(true);
      }),
    );
  });

  it.each([0, 1, 2])('is the best of all choices of columns, %d of which are essential', (essential) => {
    fc.assert(
      fc.property(systems, ([rows, values]) => {
        const found = nonNegativeLeast(rows, values, essential);
        const present = rows[0]!.map((_, i) => i).filter((i) => rows.some((row) => row[i]! > 0));
        const needed = present.filter((i) => i < essential);
        const isWhole = (of: readonly number[]): boolean => needed.every((i) => of[i]! > 0);
        const answers = subsetsOf(present)
          .map((kept) =>
            nonNegativeLeast(
              rows.map((row) => row.map((one, i) => (kept.includes(i) ? one : 0))),
              values,
            ),
          )
          .filter(isWhole);
        const off = offOf(rows, values, found);
        if (answers.length > 0) expect(isWhole(found)).toBe(true);
        for (const other of answers) expect(off).toBeLessThanOrEqual(offOf(rows, values, other) * (1 + 1e-6) + 1e-6);
      }),
    );
  });

  it('leaves nothing to be gained by a little more or less of any column', () => {
    fc.assert(
      fc.property(systems, ([rows, values]) => {
        const found = nonNegativeLeast(rows, values);
        const left = rows.map((row, at) => values[at]! - row.reduce((sum, one, i) => sum + one * found[i]!, 0));
        const most = Math.hypot(...values) + 1;
        found.forEach((coefficient, i) => {
          const length = Math.hypot(...rows.map((row) => row[i]!));
          if (length === 0) return expect(coefficient).toBe(0);
          const slope = rows.reduce((sum, row, at) => sum + row[i]! * left[at]!, 0) / length / most;
          expect(slope).toBeLessThanOrEqual(1e-4);
          if (coefficient > 0) expect(Math.abs(slope)).toBeLessThanOrEqual(1e-4);
        });
      }),
    );
  });

  it('says the same whatever the order of columns and rows', () => {
    fc.assert(
      fc.property(systems, ([rows, values]) => {
        const turned = rows.map((row) => row.toReversed());
        const a = offOf(rows, values, nonNegativeLeast(rows, values));
        const b = offOf(turned, values, nonNegativeLeast(turned, values));
        const c = offOf(rows, values, nonNegativeLeast(rows.toReversed(), values.toReversed()));
        expect(b).toBeCloseTo(a, 5 - Math.ceil(Math.log10(1 + a)));
        expect(c).toBeCloseTo(a, 5 - Math.ceil(Math.log10(1 + a)));
      }),
    );
  });

  it('gives what is essential a coefficient where there is such an answer, and the best of them', () => {
    // The second column alone is best; with the first, either the first alone, or the first and the third.
    const rows = [1, 2, 4, 8].map((x) => [x, Math.min(x, 4), 1]);
    const values = rows.map(([x, y]) => y! - 0.01 * x!);
    expect(nonNegativeLeast(rows, values)[0]).toBe(0);
    const found = nonNegativeLeast(rows, values, 1);
    expect(found[0]).toBeGreaterThan(0);
    for (const keep of [[0], [0, 1], [0, 2]]) {
      const some = rows.map((row) => row.map((one, i) => (keep.includes(i) ? one : 0)));
      const other = nonNegativeLeast(some, values);
      if (other[0]! > 0) expect(offOf(rows, values, found)).toBeLessThanOrEqual(offOf(rows, values, other) + 1e-9);
    }
  });

  it('gives one of two columns that always come together all of it', () => {
    const found = nonNegativeLeast(
      [
        [1, 2, 0],
        [2, 4, 0],
        [5, 10, 0],
      ],
      [3, 6, 15],
    );
    expect(found[0]! + 2 * found[1]!).toBeCloseTo(3, 9);
    expect(found.filter((one) => one > 0)).toHaveLength(1);
  });

  it('has no coefficient where there is no row', () => {
    expect(nonNegativeLeast([], [])).toEqual([]);
    expect(nonNegativeLeast([], [], 2)).toEqual([]);
  });
});
