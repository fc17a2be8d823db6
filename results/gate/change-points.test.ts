import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changePoints } from './change-points.ts';
import { normal, uniform } from './machine.fixture.ts';

/** Annual flow of the Nile at Aswan 1871–1970, 10⁸ m³ (Cobb 1978; R's `Nile`): the level fell after 1898. */
const NILE = [
  1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799, 958, 1140, 1100,
  1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701, 916, 692, 1020, 1050, 969, 831, 726, 456,
  824, 702, 1120, 1100, 832, 764, 821, 768, 845, 864, 862, 698, 845, 744, 796, 1040, 759, 781, 865, 845, 944, 984, 897,
  822, 1010, 771, 676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890, 744, 749, 838, 1050, 918, 986, 797, 923, 975,
  815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740,
];

const indexes = (values: readonly number[]): number[] => changePoints(values).map(({ index }) => index);

/** Levels of so many values each, with noise of one in a hundred. */
function levels(seed: number, ...of: (readonly [level: number, count: number])[]): number[] {
  const gauss = normal(uniform(seed));
  return of.flatMap(([level, count]) => Array.from({ length: count }, () => level * (1 + 0.01 * gauss())));
}

describe('changePoints', () => {
  it('finds where the Nile changed its level', () => {
    const found = changePoints(NILE);
    expect(found).toHaveLength(1);
    const { index, before, after, pValue } = found[0]!;
    expect(1871 + index).toBe(1899);
    expect(before).toBeCloseTo(1097.75, 2);
    expect(after).toBeCloseTo(849.97, 2);
    expect(pValue).toBeLessThan(1e-9);
  });

  it('finds a step at the run that brought it', () => {
    expect(indexes(levels(1, [100, 12], [110, 8]))).toEqual([12]);
  });

  it('finds a level that goes and returns', () => {
    expect(indexes(levels(2, [100, 30], [120, 10], [100, 30]))).toEqual([30, 40]);
  });

  it('finds several in a long series, each in its place', () => {
    const series = levels(3, [100, 60], [110, 45], [95, 70], [120, 55]);
    expect(indexes(series)).toEqual([60, 105, 175]);
  });

  it('finds a change as soon as three runs have it, and not from one', () => {
    expect(indexes(levels(4, [100, 15], [130, 3]))).toEqual([15]);
    expect(indexes(levels(4, [100, 15], [130, 1]))).toEqual([]);
  });

  it('does not take one disturbed run for a change', () => {
    const series = levels(5, [100, 40]);
    series[20] = 170;
    expect(indexes(series)).toEqual([]);
  });

  it('leaves out a change that is too small to matter, however sure, unless asked', () => {
    const series = levels(6, [100, 40], [103, 40]);
    expect(indexes(series)).toEqual([]);
    expect(changePoints(series, { minChange: 0.01 }).map(({ index }) => index)).toEqual([40]);
  });

  it.each([[[]], [[5]], [[5, 6, 7, 8, 9]], [Array<number>(100).fill(5)], [Array<number>(100).fill(0.1)]])(
    'finds nothing where nothing can be found',
    (values) => {
      expect(changePoints(values)).toEqual([]);
    },
  );

  it('finds a step between constants, and one from 0', () => {
    const from = (level: number): number[] => [...Array<number>(5).fill(level), ...Array<number>(5).fill(7)];
    expect(changePoints(from(3))).toEqual([{ index: 5, before: 3, after: 7, pValue: 0 }]);
    expect(indexes(from(0))).toEqual([5]);
  });

  it('does not depend on the unit, and turns with time', () => {
    const series = levels(7, [100, 20], [120, 20]);
    expect(indexes(series.map((value) => value * 1e-6))).toEqual(indexes(series));
    expect(indexes([...series].reverse())).toEqual([20]);
  });

  it('gives the means of the segments between its points, in order', () => {
    const value = fc
      .constantFrom(1, 2, 3)
      .chain((level) => fc.array(fc.constant(level), { minLength: 3, maxLength: 30 }));
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 8 }), (parts) => {
        const series = parts.flat();
        const found = changePoints(series);
        const edges = [0, ...found.map(({ index }) => index), series.length];
        found.forEach(({ index, before, after, pValue }, at) => {
          const mean = (from: number, to: number): number =>
            series.slice(from, to).reduce((sum, each) => sum + each, 0) / (to - from);
          expect(index).toBeGreaterThan(edges[at]!);
          expect(before).toBeCloseTo(mean(edges[at]!, index), 9);
          expect(after).toBeCloseTo(mean(index, edges[at + 2]!), 9);
          expect(pValue).toBeLessThanOrEqual(0.001);
        });
      }),
    );
  });

  it('finds a step of twice the noise ten runs after it came, and hardly anything in noise alone', () => {
    const gauss = normal(uniform(8));
    const noisy = (runs: number, level: number): number[] =>
      Array.from({ length: runs }, () => level * Math.exp(0.05 * gauss()));
    const share = (isFound: () => boolean): number => Array.from({ length: 300 }, isFound).filter(Boolean).length / 300;
    const near = (index: number): boolean => Math.abs(index - 30) <= 1;
    expect(share(() => indexes([...noisy(30, 1), ...noisy(10, 1.1)]).some(near))).toBeGreaterThan(0.7);
    expect(share(() => indexes(noisy(60, 1)).length > 0)).toBeLessThan(0.04);
  });
});
