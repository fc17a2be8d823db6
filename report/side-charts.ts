/** Latency by percentile of several runs in one picture: a transport keeps its look, further runs are drawn hollow. Pure. */
import { median } from '../results/statistics.ts';
import type { ChartSet } from './chart-types.ts';
import type { MetricName } from './metrics.ts';
import type { DigestGroup, RunDigest } from './run-digest.ts';
import { figureRows, groupIn, letterOf } from './side-by-side.ts';
import { groupName } from './side-tables.ts';
import { compareTransports, looksOf } from './transports.ts';

/** The percentiles that a result file holds as numbers: the page decodes no histogram. */
const POINTS: readonly (readonly [metric: MetricName, x: number])[] = [
  ['latencyP50', 2],
  ['latencyP90', 10],
  ['latencyP99', 100],
  ['latencyP999', 1_000],
];

/** Microseconds do not matter between runs. */
const FLOOR_NS = 1_000;

export const SIDE_CHART = 'side-latency';

/** A chart for each scenario that delivers, by its name. */
export function sideCharts(runs: readonly RunDigest[]): ChartSet {
  const charts = Object.create(null) as ChartSet;
  const floors = new Set(runs.flatMap((run) => run.floors));
  const looks = looksOf(transportsOf(runs), floors);
  for (const { scenario, rows } of figureRows(runs)) {
    const groups = [...new Set(rows.map(({ group }) => group))].filter(({ kind }) => kind === 'delivery');
    const series = groups.flatMap((group) =>
      runs.flatMap((run, ordinal) => {
        const held = groupIn(run, group);
        const points = held === undefined ? [] : pointsOf(held);
        if (held === undefined || points.length === 0) return [];
        const label = `${groupName(group, floors)} · ${letterOf(ordinal)}`;
        const look = looks.get(group.transport) ?? 0;
        return [{ label, transport: group.transport, look, ordinal, trusted: held.valid > 0, points }];
      }),
    );
    if (series.length > 0) charts[scenario] = { kind: 'percentiles', unit: 'ns', floor: FLOOR_NS, series };
  }
  return charts;
}

export function transportsOf(runs: readonly RunDigest[]): string[] {
  const floors = new Set(runs.flatMap((run) => run.floors));
  const names = runs.flatMap(({ groups, exact }) => [
    ...groups.map(({ transport }) => transport),
    ...(exact?.counts ?? []).map(({ transport }) => transport),
  ]);
  return [...new Set(names)].sort((a, b) => compareTransports(a, b, floors));
}

function pointsOf({ values }: DigestGroup): [number, number][] {
  return POINTS.flatMap(([metric, x]): [number, number][] => {
    const middle = median((values[metric] ?? []).map(([, value]) => value));
    return middle === null ? [] : [[x, Math.max(middle, FLOOR_NS)]];
  });
}
