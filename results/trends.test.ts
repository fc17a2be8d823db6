import { describe, expect, it } from 'vitest';
import type { Entry } from './history.ts';
import type { SeriesFigure } from './series.ts';
import { trendsOf } from './trends.ts';

interface Point {
  readonly value: number;
  readonly fingerprint?: string;
  readonly figure?: Partial<SeriesFigure>;
}

/** A run for each point; a null is a run without the figure. */
function history(points: readonly (Point | null)[], slug = 'latency-p50'): Entry[] {
  return points.map((point, index) => {
    const { value = 0, fingerprint = 'one', figure = {} } = point ?? {};
    const measured: SeriesFigure = {
      ...{ value, low: value * 0.99, high: value * 1.01, repetitions: 3, unit: 'ns', better: 'lower' },
      ...figure,
    };
    return {
      ...{ kind: 'history', schemaVersion: 1, commit: index.toString(16).padStart(7, '0'), runId: `run-${index}` },
      ...{ startedAt: '2026-01-01T00:00:00.000Z', fingerprint, tool: { name: 'pushbench', version: '0.1.0' } },
      series:
        point === null
          ? []
          : [{ name: 'sse/x', transport: 'sse', scenario: 'x', invalid: 0, figures: { [slug]: measured } }],
    };
  });
}

/** About a level, with a noise of one percent that a table gives. */
const about = (level: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => level * (1 + [0.004, -0.009, 0.001, 0.008, -0.005, 0.002][index % 6]!));
const noisy = (values: readonly number[]): Point[] => values.map((value) => ({ value }));
const near = (value: number): number => expect.closeTo(value, 0) as number;
const exact = { low: null, high: null, repetitions: 0, unit: 'bytes' };

describe('trends', () => {
  it('mark the run from which a level is another, and which way', () => {
    const [machine] = trendsOf(history(noisy([...about(100, 10), ...about(124, 8)])));
    const [trend] = machine!.trends;
    expect(trend!.points).toHaveLength(18);
    expect(trend!.changes).toEqual([{ index: 10, run: 10, before: near(100), after: near(124), worse: true }]);
  });

  it('mark nothing in noise, nor in one slow run: what one run can do decides nothing', () => {
    const lone = [...about(100, 9), 140, ...about(100, 9)];
    for (const values of [about(100, 30), lone]) {
      expect(trendsOf(history(noisy(values)))[0]!.trends[0]!.changes).toEqual([]);
    }
  });

  it('see a slow creep that no two neighbours show: the whole history is the baseline, not the latest run', () => {
    const creep = Array.from({ length: 40 }, (_, index) => 100 * 1.008 ** index);
    const changes = trendsOf(history(noisy(creep)))[0]!.trends[0]!.changes;
    expect(changes.length).toBeGreaterThan(0);
    expect(changes.every(({ worse }) => worse)).toBe(true);
  });

  it('call more of what should be more better', () => {
    const points = noisy([...about(100, 8), ...about(150, 8)]);
    const higher = points.map((point) => ({ ...point, figure: { better: 'higher' as const } }));
    expect(trendsOf(history(higher))[0]!.trends[0]!.changes.map(({ worse }) => worse)).toEqual([false]);
  });

  it('mark every byte of an exact count, at once and without statistics', () => {
    const points = [132, 132, 133, 132].map((value) => ({ value, figure: exact }));
    expect(trendsOf(history(points))[0]!.trends[0]!.changes).toEqual([
      { index: 2, run: 2, before: 132, after: 133, worse: true },
      { index: 3, run: 3, before: 133, after: 132, worse: false },
    ]);
  });

  it('never mix machines: another one is no change of level', () => {
    const other = about(160, 10).map((value) => ({ value, fingerprint: 'two' }));
    const points = noisy(about(100, 10)).flatMap((point, index) => [point, other[index]!]);
    const machines = trendsOf(history(points));
    expect(machines.map(({ fingerprint, runs }) => [fingerprint, runs.length])).toEqual([
      ['one', 10],
      ['two', 10],
    ]);
    expect(machines.flatMap(({ trends }) => trends.flatMap(({ changes }) => changes))).toEqual([]);
  });

  it('leave a gap where a run lacks the figure, and still name the right run', () => {
    const points = noisy([...about(100, 6), ...about(140, 6)]);
    const [machine] = trendsOf(history([...points.slice(0, 3), null, ...points.slice(3)]));
    const [trend] = machine!.trends;
    expect(machine!.runs).toHaveLength(13);
    expect(trend!.points.map(({ run }) => run)).toEqual([0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(trend!.changes).toMatchObject([{ index: 6, run: 7 }]);
  });

  it('take a figure in another unit for another figure', () => {
    const points = [1, 1, 1e6, 1e6].map((value, index) => ({ value, figure: { unit: index < 2 ? 'ms' : 'ns' } }));
    expect(trendsOf(history(points))[0]!.trends.map(({ unit, points: own }) => [unit, own.length])).toEqual([
      ['ms', 2],
      ['ns', 2],
    ]);
  });
});
