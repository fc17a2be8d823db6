/** What every rendering of a history says in words: the same in the terminal and in the page. Pure. */
import type { SkippedLine } from '../results/history.ts';
import type { Machine, Trend, TrendChange, TrendPoint, TrendRun } from '../results/trends.ts';
import { format, formatRange, plain, plural, type Unit } from './format.ts';

const UNITS: ReadonlySet<string> = new Set<Unit>(['ns', 'bytes', 'bytesPerSecond', 'perSecond', 'share', 'count']);

/** Fewer values than this have no two levels: results/gate/change-points.ts takes three for one. */
export const FEWEST_FOR_A_CHANGE = 6;

/** Bytes that are exact are told to the byte: 1,064 and 1,065 are both 1.04 KiB. */
export function valueText(value: number, { unit }: Pick<Trend, 'unit'>): string {
  if (unit === 'bytes' && Number.isInteger(value) && Math.abs(value) < 100_000) return `${format(value, 'count')} B`;
  return UNITS.has(unit) ? format(value, unit as Unit) : `${format(value, 'count')} ${plain(unit)}`;
}

/** Nothing for an exact count, nor where the interval reads like its value. */
export function intervalText({ value, low, high }: TrendPoint, { unit }: Pick<Trend, 'unit'>): string {
  if (low === null || high === null || !UNITS.has(unit)) return '';
  const range = formatRange(low, high, unit as Unit);
  return range === format(value, unit as Unit) ? '' : range;
}

/** `+24 %`, `−3.1 %`; the difference itself where there was nothing before. */
export function changeText({ before, after }: TrendChange, trend: Pick<Trend, 'unit'>): string {
  const sign = after >= before ? '+' : '−';
  if (before === 0) return `${sign}${valueText(Math.abs(after - before), trend)}`;
  const percent = Math.abs(after / before - 1) * 100;
  return `${sign}${percent >= 10 ? percent.toFixed(0) : percent.toFixed(percent >= 1 ? 1 : 2)} %`;
}

export const shortCommit = (commit: string): string => commit.slice(0, 7);

/** The date alone: of a run that took minutes the hour says nothing about its commit. */
export const dateOf = ({ startedAt }: TrendRun): string => plain(startedAt.slice(0, 10));

export const runText = (run: TrendRun): string => `${shortCommit(run.commit)} (${dateOf(run)})`;

/** `40 runs, 3f2a1bc (2026-01-02) to 9d8c7b6 (2026-03-01)`. */
export function spanText({ runs }: Machine): string {
  const [first, last] = [runs[0], runs.at(-1)];
  if (first === undefined || last === undefined) return 'no runs';
  return `${plural(runs.length, 'run')}, ${runs.length === 1 ? runText(first) : `${runText(first)} to ${runText(last)}`}`;
}

export interface NamedChange {
  readonly trend: Trend;
  readonly change: TrendChange;
}

/** The latest first: it is the one that somebody can still remember. */
export function changesOf({ trends }: Machine): NamedChange[] {
  return trends
    .flatMap((trend) => trend.changes.map((change) => ({ trend, change })))
    .sort((a, b) => b.change.run - a.change.run);
}

export const skippedText = ({ line, why }: SkippedLine): string => `Line ${line} ${plain(why)}; it was skipped.`;

/** What cannot be said of a machine yet; null where nothing is in the way. */
export function tooFewText({ runs }: Machine): string | null {
  if (runs.length >= FEWEST_FOR_A_CHANGE) return null;
  return `Of ${plural(runs.length, 'run')} no change of level can be told; ${FEWEST_FOR_A_CHANGE} are the fewest.`;
}

/** One for each run of the machine; null for a run that lacks the figure. */
export function valuesOf({ points }: Trend, runs: number): (number | null)[] {
  const values: (number | null)[] = Array.from({ length: runs }, () => null);
  for (const { run, value } of points) values[run] = value;
  return values;
}
