/** CPU and memory of the server over the number of clients: every number of clients that the run holds. Pure. */
import { median } from '../results/statistics.ts';
import type { Chart, ChartRow, ChartSet, LineChart } from './chart-types.ts';
import { plain, plural } from './format.ts';
import type { ScenarioKind } from './scenario-kinds.ts';
import type { ReportView, Row } from './summary.ts';
import { looksOf, titleOf } from './transports.ts';

export const CLIENT_CHARTS = { memory: 'clients-memory', cpu: 'clients-cpu' } as const;

/** The server with so many clients: medians over the valid repetitions. */
export interface ServerPoint {
  transport: string;
  label: string;
  scenario: string;
  /** Whether nothing was published meanwhile. */
  waiting: boolean;
  clients: number;
  /** Messages a second to each client; null where they wait. */
  ratePerSecond: number | null;
  /** Of one core. */
  cpuShare: number | null;
  rssBytes: number | null;
  trusted: boolean;
}

/** Scenarios that stop a server or its clients say nothing of what clients cost. */
const KINDS: readonly ScenarioKind[] = ['delivery', 'idle'];

export function serverPoints(view: ReportView): ServerPoint[] {
  const rows = view.scenarios.filter(({ kind }) => KINDS.includes(kind));
  const read = rows.flatMap(({ name, kind, rows: each }) => each.map((row) => pointOf(row, name, kind === 'idle')));
  return [...read, ...stepPoints(view)].filter(({ cpuShare, rssBytes }) => cpuShare !== null || rssBytes !== null);
}

function pointOf(row: Row, scenario: string, waiting: boolean): ServerPoint {
  const { transport, label, trusted, parameters, figures } = row;
  // What reached each of them: of an echo the offered rate is that of all together.
  const delivered = figures.deliveriesPerSecond.estimate?.value;
  return {
    ...{ transport, label, scenario, waiting, clients: parameters.clients, trusted },
    ratePerSecond: delivered === undefined || waiting ? null : delivered / parameters.clients,
    cpuShare: figures.serverCpuShare.estimate?.value ?? null,
    rssBytes: figures.serverRss.estimate?.value ?? null,
  };
}

/** The scenario `memory` connects clients in steps and reads the server at each. */
function stepPoints({ run, floors }: ReportView): ServerPoint[] {
  const stepped = run.measurements.filter((m) => m.memory !== undefined && m.twin !== true && m.validity.valid);
  const groups = new Map<string, number[]>();
  for (const { transport, scenario, memory } of stepped) {
    for (const { clients, rssBytes } of memory!.steps) {
      const key = JSON.stringify([transport, scenario, clients]);
      if (rssBytes !== null) groups.set(key, [...(groups.get(key) ?? []), rssBytes]);
    }
  }
  return [...groups].map(([key, values]) => {
    const [transport, scenario, clients] = JSON.parse(key) as [string, string, number];
    const label = plain(titleOf(transport, floors));
    const point = { transport, label, scenario, clients, waiting: true, trusted: true };
    return { ...point, ratePerSecond: null, cpuShare: null, rssBytes: median(values) };
  });
}

/**
 * Of waiting clients a curve; under load each point for itself, since their loads differ. A chart in which nothing was
 * measured with two numbers of clients would show no growth, and is left out.
 */
export function clientCharts(view: ReportView): Record<string, ChartSet> {
  const points = serverPoints(view).filter(({ trusted }) => trusted);
  const transports = view.transports.filter((name) => points.some(({ transport }) => transport === name));
  const looks = looksOf(view.transports, view.floors);
  const seriesOf = (of: (point: ServerPoint) => number | null): LineChart['series'] =>
    transports.flatMap((transport): LineChart['series'] => {
      const own = (waiting: boolean) =>
        points
          .filter((point) => point.transport === transport && point.waiting === waiting)
          .flatMap((point): [number, number][] => {
            const value = of(point);
            // A log axis has no zero.
            return value === null || value <= 0 ? [] : [[point.clients, value]];
          })
          .sort((a, b) => a[0] - b[0]);
      const name = titleOf(transport, view.floors);
      const row = (label: string): ChartRow => ({
        ...{ label, transport, look: looks.get(transport) ?? 0, ordinal: 0, trusted: true },
      });
      const [waiting, loaded] = [own(true), own(false)];
      return [
        ...(waiting.length === 0 ? [] : [{ ...row(name), points: waiting }]),
        ...(loaded.length === 0 ? [] : [{ ...row(`${name}, under load`), points: loaded, loose: true as const }]),
      ];
    });
  const x = { title: 'clients', unit: 'count' } as const;
  const charts = {
    [CLIENT_CHARTS.memory]: lines(
      x,
      { title: 'server memory', unit: 'bytes' },
      seriesOf(({ rssBytes }) => rssBytes),
    ),
    [CLIENT_CHARTS.cpu]: lines(
      x,
      { title: 'server CPU, of one core', unit: 'share' },
      seriesOf(({ cpuShare }) => cpuShare),
    ),
  };
  return Object.fromEntries(
    Object.entries(charts)
      .filter(([, { series }]) => series.some(isOverClients))
      .map(([name, chart]) => [name, { '': chart }]),
  );
}

const isOverClients = ({ points }: LineChart['series'][number]): boolean => new Set(points.map(([x]) => x)).size > 1;

/** What lines and marks of a chart stand for, of those that it has. */
export function clientsNote(chart: Chart | undefined): string {
  if (chart?.kind !== 'lines') return '';
  const waiting = chart.series.filter(({ loose }) => loose !== true);
  const look = waiting.some(isOverClients) ? 'Lines' : 'Filled marks';
  return [
    ...(waiting.length === 0 ? [] : [`${look}: clients that wait.`]),
    ...(waiting.length === chart.series.length ? [] : ['Hollow marks: clients that are served.']),
  ].join(' ');
}

const lines = (x: LineChart['x'], y: LineChart['y'], series: LineChart['series']): LineChart => ({
  ...{ kind: 'lines', x, y, series },
});

/**
 * How far the numbers of clients go, and whether that says how cost grows.
 *
 * @param isDrawn whether there is a chart: see `clientCharts`
 */
export function clientsSentence(points: readonly ServerPoint[], isDrawn: boolean): string {
  const counts = [...new Set(points.map(({ clients }) => clients))].sort((a, b) => a - b);
  const [fewest, most] = [counts[0] ?? 0, counts.at(-1) ?? 0];
  if (counts.length < 2) {
    return `All was measured with ${plural(fewest, 'client')}, so nothing here says how cost grows with them.`;
  }
  if (!isDrawn) {
    return `Measured with ${fewest} to ${most} clients, but no transport with two numbers of waiting or of served clients, so nothing here says how cost grows with them.`;
  }
  return `Measured with ${counts.length} numbers of clients, from ${fewest} to ${most}. What waits and what is served differ in their load too: compare points of one kind.`;
}
