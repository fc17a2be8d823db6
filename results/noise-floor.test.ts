import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distinguishable, noiseFloor, type Pair } from './noise-floor.ts';
import { estimate } from './statistics.ts';

const anyValue = fc.double({ min: 1e-3, max: 1e9, noNaN: true });
const anyPairs = fc.array(fc.tuple(anyValue, anyValue), { minLength: 2, maxLength: 40 });

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

describe('noiseFloor', () => {
  it('of equal pairs is nothing at all: a difference of one byte is a difference', () => {
    expect(
      noiseFloor([
        [40, 40],
        [41, 41],
        [0, 0],
      ]),
    ).toEqual({ ratio: 0, pairs: 3 });
  });

  it('is the half-width of the interval of the mean log-ratio around 0', () => {
    // Log-ratios of ±0.1: spread 0.1, t for four pairs 2.776, so 0.1388.
    const up: Pair = [1, Math.exp(0.1)];
    const down: Pair = [Math.exp(0.1), 1];
    expect(noiseFloor([up, down, up, down])!.ratio).toBeCloseTo(Math.exp(0.1388) - 1, 6);
    expect(noiseFloor([up, down])!.ratio).toBeCloseTo(Math.exp((4.303 * 0.1) / Math.SQRT2) - 1, 6);
  });

  it.each<[string, Pair[]]>([
    ['no pair', []],
    ['one pair', [[1, 2]]],
    [
      'a twin that is 0 alone',
      [
        [1, 1],
        [0, 5],
        [1, 1],
      ],
    ],
    [
      'a figure that is 0 alone',
      [
        [1, 1],
        [5, 0],
        [1, 1],
      ],
    ],
  ])('cannot be computed of %s', (_, pairs) => {
    expect(noiseFloor(pairs)).toBeNull();
  });

  it('is never less than what the twins’ medians differ by, so that no pair is told from itself', () => {
    fc.assert(
      fc.property(anyPairs, (pairs) => {
        const floor = noiseFloor(pairs)!;
        const [a, b] = [estimate(pairs.map(([x]) => x))!.value, estimate(pairs.map(([, y]) => y))!.value];
        expect(Math.max(a, b) / Math.min(a, b)).toBeLessThanOrEqual((1 + floor.ratio) * (1 + 1e-9));
      }),
    );
  });

  it('does not care for the unit, nor for which of the two is called the twin', () => {
    fc.assert(
      fc.property(anyPairs, fc.double({ min: 0.01, max: 100, noNaN: true }), (pairs, scale) => {
        const { ratio } = noiseFloor(pairs)!;
        const near = (other: Pair[]): void => {
          expect(Math.log1p(noiseFloor(other)!.ratio)).toBeCloseTo(Math.log1p(ratio), 6);
        };
        near(pairs.map(([a, b]) => [b, a]));
        near(pairs.map(([a, b]) => [a * scale, b * scale]));
      }),
    );
  });

  it('grows with the noise', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 2 }), (logs) => {
        const of = (scale: number): number => noiseFloor(logs.map((log) => [1, Math.exp(log * scale)]))!.ratio;
        expect(of(2)).toBeGreaterThanOrEqual(of(1));
      }),
    );
  });
});

describe('a comparison that needs intervals apart and more than the floor', () => {
  /** Runs of equal transports: how often A and B come out different, with the floor from A and its twin. */
  function falseAlarms(repetitions: number, deviation: number, withFloor: boolean): number {
    const random = seeded(repetitions);
    const draw = (): number => {
      const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
      return Math.exp(normal * deviation);
    };
    const series = (): number[] => Array.from({ length: repetitions }, draw);
    const runs = 4_000;
    let alarms = 0;
    for (let run = 0; run < runs; run++) {
      const [a, twin, b] = [series(), series(), series()];
      const floor = withFloor ? noiseFloor(a.map((each, index) => [each, twin[index]!])) : null;
      const [low, high] = [estimate(a)!, estimate(b)!].sort((x, y) => x.value - y.value);
      if (low!.high < high!.low && distinguishable(low!.value, high!.value, floor)) alarms++;
    }
    return alarms / runs;
  }

  it.each([3, 4, 5, 7, 10])(
    'names equal transports different in under 5 %% of runs of %i repetitions',
    (repetitions) => {
      for (const deviation of [0.02, 0.3]) expect(falseAlarms(repetitions, deviation, true)).toBeLessThan(0.05);
    },
  );

  it('does so in about 10 % of runs of three repetitions without the floor, which is why there is one', () => {
    expect(falseAlarms(3, 0.1, false)).toBeGreaterThan(0.07);
  });
});

it('believes a difference only above the floor, and any where no floor is known', () => {
  const floor = { ratio: 0.1, pairs: 3 };
  expect([1.1, 1.11].map((larger) => distinguishable(1, larger, floor))).toEqual([false, true]);
  expect(distinguishable(1, 1.0001, null)).toBe(true);
  expect(distinguishable(0, 1, floor)).toBe(true);
});
