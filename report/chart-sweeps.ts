/** The charts of the sweeps: for each scenario that varies a number, one for each figure over it. */
import type { ChartSet } from './chart-types.ts';
import type { ReportView } from './summary.ts';
import { SWEPT, sweepChart, sweepOf, type Sweep } from './sweeps.ts';
import { looksOf, titleOf } from './transports.ts';

/** The canvas of a figure; by place, because a name from a file may be anything. */
export const sweepCanvas = (place: number, id: string): string => `sweep-${place}-${id}`;

export const sweepsOf = (view: ReportView): Sweep[] =>
  view.scenarios.map(sweepOf).filter((sweep): sweep is Sweep => sweep !== null);

export function sweepCharts(view: ReportView): Record<string, ChartSet> {
  const looks = looksOf(view.transports, view.floors);
  const charts: Record<string, ChartSet> = {};
  for (const [place, sweep] of sweepsOf(view).entries()) {
    for (const { id, title, metric } of SWEPT) {
      const chart = sweepChart(sweep, metric, title, ({ transport }) => ({
        label: titleOf(transport, view.floors),
        transport,
        look: looks.get(transport) ?? 0,
        ordinal: 0,
        trusted: true,
      }));
      if (chart.series.length > 0) charts[sweepCanvas(place, id)] = { '': chart };
    }
  }
  return charts;
}
