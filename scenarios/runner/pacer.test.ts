import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dealt, dueBetween, schedule, type Pace } from './pacer.ts';

const pace = (more: Partial<Pace> = {}): Pace => ({ ratePerSecond: 100, arrivals: 'constant', seed: 1, ...more });
const gapsOf = (due: readonly number[]): number[] => due.slice(1).map((at, i) => at - due[i]!);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const SEEDS = Array.from({ length: 200 }, (_, seed) => seed);

const anyPace = fc.record({
  ratePerSecond: fc.double({ min: 0.1, max: 5_000, noNaN: true }),
  arrivals: fc.constantFrom('constant' as const, 'poisson' as const),
  seed: fc.nat(2 ** 31 - 1),
});
const anyDuration = fc.integer({ min: 0, max: 300_000 });

describe('schedule', () => {
  it.each([
    { ratePerSecond: 1, durationUs: 10e6, count: 10 },
    { ratePerSecond: 20, durationUs: 1e6, count: 20 },
    { ratePerSecond: 500, durationUs: 3e6, count: 1_500 },
    { ratePerSecond: 0.5, durationUs: 10e6, count: 5 },
    { ratePerSecond: 0, durationUs: 10e6, count: 0 },
    { ratePerSecond: 100, durationUs: 0, count: 0 },
  ])(
    'offers $count at $ratePerSecond/s in $durationUs µs, whatever the phase',
    ({ ratePerSecond, durationUs, count }) => {
      for (const seed of SEEDS) expect(schedule(pace({ ratePerSecond, seed }), durationUs)).toHaveLength(count);
    },
  );

  it('keeps the gaps of a constant pace equal, to the microsecond that due times are cut to', () => {
    fc.assert(
      fc.property(anyPace, anyDuration, (any, durationUs) => {
        const period = 1e6 / any.ratePerSecond;
        for (const gap of gapsOf(schedule({ ...any, arrivals: 'constant' }, durationUs))) {
          expect(Math.abs(gap - period)).toBeLessThan(1.001);
        }
      }),
    );
  });

  it('lets messages of a burst be due at one moment, and bursts come so rarely that the rate holds', () => {
    fc.assert(
      fc.property(anyPace, fc.integer({ min: 1, max: 30 }), (any, burst) => {
        const [durationUs, ratePerSecond] = [600e6, Math.min(any.ratePerSecond, 50)];
        const due = schedule({ ...any, ratePerSecond, burst }, durationUs);
        const single = schedule({ ...any, ratePerSecond: ratePerSecond / burst }, durationUs);
        expect(due).toEqual(single.flatMap((at) => Array<number>(burst).fill(at)));
      }),
      { numRuns: 30 },
    );
    expect(schedule(pace({ ratePerSecond: 50, burst: 25 }), 4e6)).toHaveLength(200);
  });

  it('does not drift: the last of 200,000 is as exact as the first', () => {
    const due = schedule(pace({ ratePerSecond: 3_000 }), 66e6);
    const period = 1e6 / 3_000;
    expect(Math.abs(due.at(-1)! - due[0]! - (due.length - 1) * period)).toBeLessThan(1.001);
  });

  it('begins a constant pace within its first period', () => {
    fc.assert(
      fc.property(anyPace, (any) => {
        const [first] = schedule({ ...any, arrivals: 'constant' }, 20e6 / any.ratePerSecond);
        expect(first).toBeLessThan(1e6 / any.ratePerSecond);
      }),
    );
  });

  it('spreads the phase of a constant pace evenly over the period, seed by seed', () => {
    const phases = Array.from(
      { length: 2_000 },
      (_, seed) => schedule(pace({ ratePerSecond: 1, seed }), 1e6)[0]! / 1e6,
    );
    const tenths = Array.from({ length: 10 }, (_, i) => phases.filter((phase) => Math.floor(phase * 10) === i).length);
    // 200 are expected in each; four standard deviations are 54.
    for (const count of tenths) expect(Math.abs(count - 200)).toBeLessThan(54);
    expect(new Set(phases).size).toBeGreaterThan(1_990);
  });

  it('gives neighbouring seeds phases that have nothing to do with each other', () => {
    const phases = Array.from(
      { length: 2_001 },
      (_, seed) => schedule(pace({ ratePerSecond: 1, seed }), 1e6)[0]! / 1e6,
    );
    const products = phases.slice(1).map((phase, i) => (phase - 0.5) * (phases[i]! - 0.5) * 12);
    // A correlation; its standard error is 1/√2000 = 0.022.
    expect(Math.abs(mean(products))).toBeLessThan(0.09);
  });

  it('is in order, within the duration, and in whole microseconds', () => {
    fc.assert(
      fc.property(anyPace, anyDuration, (any, durationUs) => {
        const due = schedule(any, durationUs);
        expect(due.every((at) => Number.isSafeInteger(at) && at >= 0 && at < durationUs)).toBe(true);
        expect(gapsOf(due).every((gap) => gap >= 0)).toBe(true);
      }),
    );
  });

  it('is the same for the same seed, in every process that computes it', () => {
    fc.assert(
      fc.property(anyPace, anyDuration, (any, durationUs) => {
        expect(schedule(any, durationUs)).toEqual(schedule({ ...any }, durationUs));
      }),
    );
    expect(schedule(pace({ arrivals: 'poisson' }), 1e6)).not.toEqual(
      schedule(pace({ arrivals: 'poisson', seed: 2 }), 1e6),
    );
  });

  it('of a shorter window is the beginning of that of a longer one', () => {
    fc.assert(
      fc.property(anyPace, anyDuration, anyDuration, (any, a, b) => {
        const [short, long] = [schedule(any, Math.min(a, b)), schedule(any, Math.max(a, b))];
        expect(long.slice(0, short.length)).toEqual(short);
      }),
    );
  });

  it('offers a Poisson process: counts of windows have a variance equal to their mean', () => {
    const counts = Array.from(
      { length: 4_000 },
      (_, seed) => schedule(pace({ ratePerSecond: 50, arrivals: 'poisson', seed }), 1e6).length,
    );
    const average = mean(counts);
    const variance = mean(counts.map((count) => (count - average) ** 2));
    // Standard errors: √(50/4000) = 0.11 of the mean, 50·√(2/4000) = 1.1 of the variance.
    expect(Math.abs(average - 50)).toBeLessThan(0.45);
    expect(Math.abs(variance - 50)).toBeLessThan(4.5);
  });

  it('draws Poisson gaps that are exponential: as long in the mean as their deviation, and without memory', () => {
    const gaps = SEEDS.flatMap((seed) =>
      gapsOf(schedule(pace({ ratePerSecond: 100, arrivals: 'poisson', seed }), 5e6)),
    );
    const average = mean(gaps);
    const deviation = Math.sqrt(mean(gaps.map((gap) => (gap - average) ** 2)));
    expect(average / 10_000).toBeCloseTo(1, 1);
    expect(deviation / average).toBeCloseTo(1, 1);
    // P(gap > mean) = 1/e, and of those that exceed it as many exceed it once more.
    const over = gaps.filter((gap) => gap > 10_000);
    expect(over.length / gaps.length).toBeCloseTo(1 / Math.E, 1);
    expect(over.filter((gap) => gap > 20_000).length / over.length).toBeCloseTo(1 / Math.E, 1);
  });
});

describe('a rush', () => {
  const rushes = { rush: fc.integer({ min: 2, max: 50 }), warmupMs: fc.integer({ min: 2, max: 200 }) };

  it('is the load of a longer time, so many times as dense in the first half of the warm-up, and as it was from there on', () => {
    fc.assert(
      fc.property(anyPace, rushes.rush, rushes.warmupMs, (any, rush, warmupMs) => {
        const [rushedUs, durationUs] = [warmupMs * 500, warmupMs * 1_000 + 50_000];
        const due = schedule({ ...any, rush, warmupMs }, durationUs);
        const plain = schedule(any, durationUs + (rush - 1) * rushedUs);
        expect(due).toHaveLength(plain.length);
        due.forEach((at, i) => {
          const inRush = plain[i]! < rush * rushedUs;
          expect(at).toBe(inRush ? Math.floor(at) : plain[i]! - (rush - 1) * rushedUs);
          if (inRush) expect(Math.abs(at - plain[i]! / rush)).toBeLessThan(1.001);
        });
        expect(due.every((at, i) => at >= (due[i - 1] ?? 0) && at < durationUs)).toBe(true);
      }),
    );
  });

  it('leaves a load alone that comes once as fast', () => {
    for (const seed of SEEDS) {
      expect(schedule(pace({ seed, rush: 1, warmupMs: 500 }), 1e6)).toEqual(schedule(pace({ seed }), 1e6));
    }
  });
});

describe('dueBetween', () => {
  const due = [10, 20, 20, 30];
  it.each([
    { fromUs: 0, untilUs: 100, first: 0, count: 4 },
    { fromUs: 10, untilUs: 30, first: 0, count: 3 },
    { fromUs: 11, untilUs: 31, first: 1, count: 3 },
    { fromUs: 20, untilUs: 20, first: 1, count: 0 },
    { fromUs: 20, untilUs: 21, first: 1, count: 2 },
    { fromUs: 31, untilUs: 90, first: 4, count: 0 },
  ])('finds $count from $first in [$fromUs, $untilUs)', ({ fromUs, untilUs, first, count }) => {
    expect(dueBetween(due, fromUs, untilUs)).toEqual({ first, count });
  });

  it('agrees with a filter over every due time', () => {
    fc.assert(
      fc.property(anyPace, anyDuration, anyDuration, anyDuration, (any, durationUs, a, b) => {
        const all = schedule(any, durationUs);
        const [from, until] = [Math.min(a, b), Math.max(a, b)];
        const inside = all.filter((at) => at >= from && at < until);
        const { first, count } = dueBetween(all, from, until);
        expect(all.slice(first, first + count)).toEqual(inside);
      }),
    );
  });
});

describe('two loads of one measurement', () => {
  it.each(['constant', 'poisson'] as const)('are never in step: %s', (arrivals) => {
    for (let seed = 0; seed < 50; seed++) {
      const pace = { ratePerSecond: 200, arrivals, seed };
      const publications = new Set(schedule(pace, 1e6));
      const shared = schedule(pace, 1e6, 'requests').filter((us) => publications.has(us));
      expect(shared.length).toBeLessThan(20);
    }
  });
});

describe('publications dealt to channels', () => {
  const paces = fc.record({ arrivals: fc.constantFrom('constant' as const, 'poisson' as const), seed: fc.nat() });
  const many = { publications: fc.nat(2_000), channels: fc.integer({ min: 1, max: 50 }) };

  it('go each to one that exists, the same for everybody who computes it', () => {
    fc.assert(
      fc.property(paces, many.publications, many.channels, (pace, publications, channels) => {
        const to = dealt(publications, channels, { ...pace, ratePerSecond: 1 });
        expect(to).toHaveLength(publications);
        expect(to.every((channel) => Number.isInteger(channel) && channel >= 0 && channel < channels)).toBe(true);
        expect(dealt(publications, channels, { ...pace, ratePerSecond: 1 })).toEqual(to);
      }),
    );
  });

  it('leave each channel a period of its own where they are evenly spaced', () => {
    expect(dealt(5, 2, { arrivals: 'constant', seed: 1, ratePerSecond: 1 })).toEqual([0, 1, 0, 1, 0]);
  });

  it('have exponential gaps in each channel where they come as a Poisson stream', () => {
    const pace = { arrivals: 'poisson' as const, seed: 3, ratePerSecond: 1_000 };
    const due = schedule(pace, 200e6);
    const to = dealt(due.length, 10, pace);
    const own = due.filter((_, index) => to[index] === 4);
    const gaps = own.slice(1).map((us, index) => us - own[index]!);
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
    expect(mean / 10_000).toBeCloseTo(1, 1);
    // Of an exponential distribution the standard deviation is the mean; of turns it would be a third of that.
    expect(Math.sqrt(variance) / mean).toBeCloseTo(1, 1);
  });
});
