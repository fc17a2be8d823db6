/** The charts of a history: one for each figure of a scenario, with a line a transport. Pure. */
import { median } from '../results/statistics.ts';
import { commitUrl } from '../results/commit-url.ts';
import type { Machine, Trend } from '../results/trends.ts';
import type { TrendChart } from './chart-types.ts';
import type { Unit } from './format.ts';
import { runText, valuesOf } from './trend-words.ts';

/** Runs that the page shows, the newest: it stays under some megabytes. The file and `--json` have all. */
export const MOST_RUNS = 100;

/** What is asked of all transports alike: the name of a series without its transport. */
export interface Question {
  readonly name: string;
  readonly trends: readonly Trend[];
}

export function questionsOf({ trends }: Machine): Question[] {
  const groups = new Map<string, Trend[]>();
  for (const trend of trends) {
    const name = trend.name.slice(trend.name.indexOf('/') + 1);
    groups.set(name, [...(groups.get(name) ?? []), trend]);
  }
  return [...groups].map(([name, own]) => ({ name, trends: own }));
}

export const metricsOf = ({ trends }: Question): string[] => [...new Set(trends.map(({ metric }) => metric))];

/** The last runs as they are shown, and where the first of them stands among all. */
export function shownRuns({ runs }: Machine): { runs: Machine['runs']; from: number } {
  const from = Math.max(0, runs.length - MOST_RUNS);
  return { runs: runs.slice(from), from };
}

/** Null where nothing can be drawn: all is 0, or there is one run only. */
export function trendChart(
  question: Question,
  metric: string,
  machine: Machine,
  { looks, template }: { looks: ReadonlyMap<string, number>; template: string | null },
): TrendChart | null {
  const { runs, from } = shownRuns(machine);
  const drawn = question.trends
    .filter((trend) => trend.metric === metric)
    .flatMap((trend) => seriesOf(trend, runs.length, from, looks));
  if (drawn.length === 0 || runs.length < 2) return null;
  return {
    kind: 'trend',
    unit: question.trends.find((trend) => trend.metric === metric)!.unit as Unit,
    labels: runs.map(runText),
    links: template === null ? [] : runs.map(({ commit }) => commitUrl(template, commit)),
    series: drawn,
  };
}

/** Nothing of a figure that is 0 throughout: it has no middle that others could be seen against. */
function seriesOf(trend: Trend, runs: number, from: number, looks: ReadonlyMap<string, number>): TrendChart['series'] {
  const values = valuesOf(trend, from + runs).slice(from);
  const middle = median(values.filter((value) => value !== null));
  if (middle === null || middle === 0) return [];
  return [
    {
      label: trend.transport,
      transport: trend.transport,
      look: looks.get(trend.transport) ?? 0,
      ordinal: 0,
      trusted: true,
      values,
      middle,
      changes: trend.changes.flatMap(({ run }) => (run >= from ? [run - from] : [])),
    },
  ];
}
