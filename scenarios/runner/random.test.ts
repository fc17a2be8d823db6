import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shuffled, uniform } from './random.ts';

const draws = (count: number, random: () => number): number[] => Array.from({ length: count }, () => random());
const anySeed = fc.nat(2 ** 31 - 1);

/** Pearson's; for independent streams its standard error is 1/√n. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const n = a.length;
  const [meanA, meanB] = [a, b].map((values) => values.reduce((sum, value) => sum + value, 0) / n) as [number, number];
  const sum = (f: (x: number, y: number) => number): number =>
    a.reduce((total, x, i) => total + f(x - meanA, b[i]! - meanB), 0);
  return sum((x, y) => x * y) / Math.sqrt(sum((x) => x * x) * sum((_, y) => y * y));
}

/** Chi-squared of counts that should be equal. */
function chiSquared(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

describe('uniform', () => {
  it('gives the same draws for the same seed and purpose, and others for another of either', () => {
    fc.assert(
      fc.property(anySeed, fc.string(), (seed, purpose) => {
        expect(draws(20, uniform(seed, purpose))).toEqual(draws(20, uniform(seed, purpose)));
        expect(draws(3, uniform(seed, purpose))).not.toEqual(draws(3, uniform(seed + 1, purpose)));
        expect(draws(3, uniform(seed, purpose))).not.toEqual(draws(3, uniform(seed, `${purpose}x`)));
      }),
    );
  });

  it('stays in [0, 1)', () => {
    fc.assert(
      fc.property(anySeed, fc.string(), (seed, purpose) => {
        expect(draws(100, uniform(seed, purpose)).every((draw) => draw >= 0 && draw < 1)).toBe(true);
      }),
    );
  });

  it('keeps the streams of two purposes apart: drawing from one moves no other, and they do not follow each other', () => {
    const [pacer, clients] = [uniform(1, 'pacer'), uniform(1, 'clients')];
    const interleaved = draws(5_000, () => (clients(), pacer()));
    expect(interleaved).toEqual(draws(5_000, uniform(1, 'pacer')));
    // Four standard errors of 1/√5000.
    expect(Math.abs(correlation(interleaved, draws(5_000, uniform(1, 'clients'))))).toBeLessThan(0.057);
  });

  it.each(['', 'pacer', 'order', 'clients'])('makes a first draw for "%s" that does not follow the seed', (purpose) => {
    const first = Array.from({ length: 10_001 }, (_, seed) => uniform(seed, purpose)());
    const tenths = Array.from({ length: 10 }, (_, i) => first.filter((draw) => Math.floor(draw * 10) === i).length);
    // 99.99 % of chi-squared with 9 degrees of freedom lies under 33.7.
    expect(chiSquared(tenths)).toBeLessThan(33.7);
    expect(Math.abs(correlation(first.slice(1), first.slice(0, -1)))).toBeLessThan(0.04);
  });

  it('is even over a long stream', () => {
    const counts = new Array<number>(20).fill(0);
    for (const draw of draws(50_000, uniform(42, 'pacer'))) counts[Math.floor(draw * 20)]!++;
    // 99.99 % of chi-squared with 19 degrees of freedom lies under 50.8.
    expect(chiSquared(counts)).toBeLessThan(50.8);
  });
});

describe('shuffled', () => {
  it('holds the same items as before, and leaves its argument alone', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), anySeed, (items, seed) => {
        const before = [...items];
        const after = shuffled(items, uniform(seed));
        expect(items).toEqual(before);
        expect([...after].sort((a, b) => a - b)).toEqual(before.sort((a, b) => a - b));
      }),
    );
  });

  it('gives every order of four items the same chance, over many seeds', () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 12_000; seed++) {
      const order = shuffled(['a', 'b', 'c', 'd'], uniform(seed, 'order')).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    // 99.99 % of chi-squared with 23 degrees of freedom lies under 56.6.
    expect(chiSquared([...counts.values()])).toBeLessThan(56.6);
  });
});
