import { describe, expect, it } from 'vitest';
import type { Block } from '../../results/ab.ts';
import { NOISY_METRICS } from '../../results/gate/metrics.ts';
import { drawComparisons, operatingCurve, type Rule } from './operating-curve.ts';

const METRIC = NOISY_METRICS.find(({ slug }) => slug === 'server-cpu')!;
const RULE: Rule = { scenario: 'broadcast', metrics: [METRIC], relativeFloor: 0.05 };

/** So many blocks, their heads with these factors on 1 µs of CPU, in turn. */
function blocksOf(count: number, ...factors: number[]): Block[] {
  return Array.from({ length: count }, (_, round) => ({
    transport: 'websocket',
    round,
    confirmation: false,
    pattern: 'ABBA' as const,
    invocations: (['base', 'head', 'head', 'base'] as const).map((role, place) => ({
      role,
      order: 4 * round + place,
      seed: 1,
      tookMs: 1,
      samples: 100,
      values: { [METRIC.slug]: 1_000 * (1 + place / 1e4) * (role === 'head' ? factors[round % factors.length]! : 1) },
      invalid: [],
      failure: null,
    })),
  }));
}

describe('drawComparisons', () => {
  it('begins at each block once, keeps their order and confirms with those that follow', () => {
    const drawn = drawComparisons(blocksOf(6, 1), 2);
    expect(drawn.map((each) => each.map(({ round }) => round))).toEqual([
      [0, 1, 2, 3],
      [1, 2, 3, 4],
      [2, 3, 4, 5],
      [3, 4, 5, 0],
      [4, 5, 0, 1],
      [5, 0, 1, 2],
    ]);
    expect(drawn[0]!.map(({ confirmation }) => confirmation)).toEqual([false, false, true, true]);
  });
});

describe('operatingCurve', () => {
  it('counts what is always found and what never is', () => {
    const [all, cpu] = operatingCurve(blocksOf(25, 1.2), 5, RULE);
    expect(all).toMatchObject({ metric: 'all', shares: { fail: 1, pass: 0 }, drawn: 25, disjoint: 2, change: null });
    expect(cpu).toMatchObject({ metric: 'server-cpu', shares: { fail: 1, pass: 0 } });
    expect(cpu!.change).toBeCloseTo(0.2, 3);
    expect(operatingCurve(blocksOf(15, 1), 5, RULE)[0]).toMatchObject({ shares: { fail: 0, pass: 1 } });
  });

  it('has shares that sum to 1', () => {
    for (const { shares } of operatingCurve(blocksOf(20, 1.5, 1, 1.1, 0.9), 5, RULE)) {
      expect(Object.values(shares).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    }
  });
});
