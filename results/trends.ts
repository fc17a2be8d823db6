/**
 * The history as trends: each figure over the runs of one machine, and where its level changed. Pure. Fingerprints are
 * never mixed: between machines unchanged code differs by more than most changes do.
 */
import { changePoints } from './gate/change-points.ts';
import type { Entry } from './history.ts';
import type { Series, SeriesFigure } from './series.ts';

export interface TrendRun {
  readonly commit: string;
  readonly startedAt: string;
  readonly runId: string;
  readonly toolVersion: string;
}

export interface TrendPoint {
  /** Index into the machine's runs: a run that lacks the figure leaves a gap. */
  readonly run: number;
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

export interface TrendChange {
  /** Index into the points: the first of the new level. */
  readonly index: number;
  /** Into the machine's runs. */
  readonly run: number;
  readonly before: number;
  readonly after: number;
  readonly worse: boolean;
}

export interface Trend {
  /** Of the series, as in results/series.ts. */
  readonly name: string;
  readonly transport: string;
  readonly scenario: string | null;
  readonly metric: string;
  readonly unit: string;
  readonly better: SeriesFigure['better'];
  readonly points: readonly TrendPoint[];
  readonly changes: readonly TrendChange[];
}

export interface Machine {
  readonly fingerprint: string;
  readonly runs: readonly TrendRun[];
  readonly trends: readonly Trend[];
}

/** In the order in which machines, series and figures first appear in the file. */
export function trendsOf(entries: readonly Entry[]): Machine[] {
  const machines = new Map<string, Entry[]>();
  for (const entry of entries) machines.set(entry.fingerprint, [...(machines.get(entry.fingerprint) ?? []), entry]);
  return [...machines].map(([fingerprint, own]) => ({
    fingerprint,
    runs: own.map(({ commit, startedAt, runId, tool }) => ({ commit, startedAt, runId, toolVersion: tool.version })),
    trends: trendsOfOne(own),
  }));
}

type Growing = Omit<Trend, 'points' | 'changes'> & { readonly points: TrendPoint[]; exact: boolean };

function trendsOfOne(entries: readonly Entry[]): Trend[] {
  const growing = new Map<string, Growing>();
  entries.forEach((entry, run) => {
    for (const series of entry.series) {
      for (const [metric, figure] of Object.entries(series.figures)) grow(growing, series, metric, figure, run);
    }
  });
  return [...growing.values()].map(({ exact, ...trend }) => ({ ...trend, changes: changesOf(trend, exact) }));
}

function grow(growing: Map<string, Growing>, series: Series, metric: string, figure: SeriesFigure, run: number): void {
  const { name, transport, scenario } = series;
  const { value, low, high, unit, better } = figure;
  // A figure in another unit is another figure.
  const key = JSON.stringify([name, metric, unit, better]);
  const trend = growing.get(key) ?? { name, transport, scenario, metric, unit, better, points: [], exact: true };
  trend.points.push({ run, value, low, high });
  trend.exact &&= figure.repetitions === 0 && low === null;
  growing.set(key, trend);
}

/** An exact count has changed where it differs; a level of noisy figures where the statistics say so. */
function changesOf({ points, better }: Omit<Growing, 'exact'>, exact: boolean): TrendChange[] {
  const values = points.map(({ value }) => value);
  const found = exact ? steps(values) : changePoints(values);
  return found.map(({ index, before, after }) => ({
    index,
    run: points[index]!.run,
    before,
    after,
    worse: better === 'lower' ? after > before : after < before,
  }));
}

const steps = (values: readonly number[]): { index: number; before: number; after: number }[] =>
  values.flatMap((after, index) => {
    const before = values[index - 1];
    return before === undefined || before === after ? [] : [{ index, before, after }];
  });
