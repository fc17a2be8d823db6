/** Runs side by side as tables of plain text: the command line makes HTML, Markdown and lines of them, the page elements. Pure. */
import { EXACT_METRICS } from '../results/gate/metrics.ts';
import { estimate } from '../results/statistics.ts';
import { format, formatRange, NOTHING, percentText, plain, plural, signOf } from './format.ts';
import { METRICS } from './metrics.ts';
import type { DigestGroup, RunDigest } from './run-digest.ts';
import {
  countRows,
  differentSettings,
  figureRows,
  letterOf,
  type CountRow,
  type Difference,
  type FigureRow,
  type ScenarioRows,
  type Verdict,
} from './side-by-side.ts';
import { titleOf } from './transports.ts';

export type MarkKind = 'best' | 'tie' | 'invalid';

export interface SideCell {
  kind: 'head' | 'text' | 'number';
  text: string;
  /** Below it: an interval, or why there is none. */
  small: string;
  mark: { kind: MarkKind; text: string } | null;
  greyed: boolean;
}

export interface SideTable {
  title: string;
  caption: string;
  head: readonly { title: string; number: boolean }[];
  rows: readonly { transport: string; cells: readonly SideCell[] }[];
  notes: readonly string[];
}

const cell = (kind: SideCell['kind'], text: string, more: Partial<SideCell> = {}): SideCell => ({
  ...{ kind, text, small: '', mark: null, greyed: false },
  ...more,
});

export const SIDE_LEGEND =
  'Lower is better in every figure. Medians over the valid repetitions with their interval; changes are paired by repetition, with the 95 % interval of the signed-rank test. “worse” and “better” lie beyond what the A/A pairs of both runs differ by, with a question mark where not all of the interval does; “~” shows no change, and “~ ?” could not be told.';

const MARKS: Readonly<Record<Verdict, SideCell['mark']>> = {
  higher: { kind: 'invalid', text: 'worse' },
  'higher?': { kind: 'invalid', text: 'worse?' },
  lower: { kind: 'best', text: 'better' },
  'lower?': { kind: 'best', text: 'better?' },
  'no change': { kind: 'tie', text: '~' },
  'could not tell': { kind: 'tie', text: '~ ?' },
  'not judged': null,
};

/** Which run each letter stands for. */
export function runsTable(runs: readonly RunDigest[], labels: readonly string[]): SideTable {
  return {
    title: 'Runs',
    caption: 'The runs that stand side by side',
    head: ['run', 'file', 'id', 'started', 'by', 'machine', 'measurements'].map((title) => ({ title, number: false })),
    rows: runs.map((run, index) => ({
      transport: '',
      cells: [
        cell('head', letterOf(index)),
        ...[labels[index] ?? '', run.id, run.startedAt, run.tool, run.fingerprint].map((text) =>
          cell('text', plain(text)),
        ),
        cell('text', run.partial ? `${run.measured} of ${run.planned}, partial` : String(run.measured)),
      ],
    })),
    notes: [],
  };
}

/** A table a scenario, then one of exact counts; none where nothing is held by two runs. */
export function sideTables(runs: readonly RunDigest[]): SideTable[] {
  const floors = new Set(runs.flatMap((run) => run.floors));
  const counts = countRows(runs);
  return [
    ...figureRows(runs).map((rows) => scenarioTable(runs, rows, floors)),
    ...(counts.length === 0 ? [] : [countTable(runs, counts, floors)]),
  ];
}

function headOf(runs: readonly RunDigest[]): SideTable['head'] {
  const sides = runs.map((_, index) => letterOf(index));
  const changes = sides.slice(1).map((letter) => `${letter} against ${sides[0]}`);
  return [
    ...['transport', 'figure'].map((title) => ({ title, number: false })),
    ...[...sides, ...changes].map((title) => ({ title, number: true })),
  ];
}

function scenarioTable(runs: readonly RunDigest[], { scenario, rows }: ScenarioRows, floors: Floors): SideTable {
  return {
    title: plain(scenario),
    caption: `${plain(scenario)}, side by side`,
    head: headOf(runs),
    rows: rows.map((row) => ({
      transport: row.group.transport,
      cells: [
        cell('head', groupName(row.group, floors)),
        cell('text', METRICS[row.metric].title),
        ...row.sides.map((side) => sideCell(side, row)),
        ...row.differences.map(differenceCell),
      ],
    })),
    notes: reasonsOf(rows),
  };
}

type Floors = ReadonlySet<string>;

export function groupName({ transport, variant }: Pick<DigestGroup, 'transport' | 'variant'>, floors: Floors): string {
  const title = titleOf(transport, floors);
  return plain(variant === null ? title : `${title} · ${variant}`);
}

function sideCell(side: FigureRow['sides'][number], { metric }: FigureRow): SideCell {
  const found = side === null ? null : estimate(side.values);
  if (side === null || found === null) return cell('number', NOTHING);
  const { unit } = METRICS[metric];
  const text = format(found.value, unit);
  const range = formatRange(found.low, found.high, unit);
  const small = found.n > 1 && range !== text ? range : '';
  if (side.trusted) return cell('number', text, { small });
  return cell('number', text, { small, greyed: true, mark: { kind: 'invalid', text: 'invalid' } });
}

function differenceCell(difference: Difference | null): SideCell {
  if (difference === null || difference.change === null) return cell('number', NOTHING);
  const { change, verdict } = difference;
  const { ratio, low, high } = change;
  const small = low === null || high === null ? '' : `${percentText(low).replace(/ %$/, '')}…${percentText(high)}`;
  return cell('number', percentText(ratio), { small, mark: MARKS[verdict] });
}

/** Why figures are not named better or worse, each reason once and without the figures in it. */
function reasonsOf(rows: readonly FigureRow[]): string[] {
  const reasons = new Map<string, number>();
  for (const { differences } of rows) {
    for (const each of differences) {
      if (each === null || !['could not tell', 'not judged'].includes(each.verdict)) continue;
      const reason = each.reason.replace(/ \([^)]*\)/g, '').replace(/^could not tell: /, '');
      const key = `${each.verdict === 'not judged' ? 'Not judged' : 'Could not be told'}: ${reason}`;
      reasons.set(key, (reasons.get(key) ?? 0) + 1);
    }
  }
  return [...reasons].map(([reason, count]) => `${reason} (${plural(count, 'figure')}).`);
}

const COUNT_TITLES = new Map(EXACT_METRICS.map(({ slug, title, unit }) => [slug, { title, unit }]));

function countTable(runs: readonly RunDigest[], rows: readonly CountRow[], floors: Floors): SideTable {
  const comparable = runs.map((run) => differentSettings(runs[0]!, run).length === 0);
  return {
    title: 'Exact byte counts',
    caption: 'Exact byte counts, side by side',
    head: headOf(runs),
    rows: rows.map(({ transport, metric, counts }) => ({
      transport,
      cells: [
        cell('head', plain(titleOf(transport, floors))),
        cell('text', COUNT_TITLES.get(metric)?.title ?? plain(metric)),
        ...counts.map((count) => cell('number', countText(count, metric))),
        ...counts.slice(1).map((count, index) => countChange(counts[0] ?? null, count, metric, comparable[index + 1]!)),
      ],
    })),
    notes: ['Counted in lock-step: the same on every machine, so that one byte is a change.'],
  };
}

function countText(count: number | null, metric: string): string {
  if (count === null) return NOTHING;
  return COUNT_TITLES.get(metric)?.unit === 'bytes' ? `${format(count, 'count')} B` : format(count, 'count');
}

function countChange(from: number | null, to: number | null, metric: string, comparable: boolean): SideCell {
  if (from === null || to === null || !comparable) return cell('number', NOTHING);
  if (from === to) return cell('number', 'the same');
  const kind: MarkKind = to > from ? 'invalid' : 'best';
  const text = `${signOf(to - from)}${countText(Math.abs(to - from), metric)}`;
  return cell('number', text, { mark: { kind, text: to > from ? 'more' : 'fewer' } });
}
