/** Charts of the exact byte counts: one message by layer, and the curves over payload, headers, rate and session length. */
import type { Exact } from '../results/exact.ts';
import type { BarChart, ChartRow, ChartSet, LineChart } from './chart-types.ts';
import {
  amortised,
  bytesByHeader,
  exactLayers,
  layersOfMessage,
  usefulByRate,
  type Curve,
  type Rhythm,
} from './exact-figures.ts';
import type { ReportView } from './summary.ts';
import { compareTransports, looksOf, titleOf } from './transports.ts';

/** How often a run polls, holds and beats; the usual values where it measured nothing. */
export function rhythmOf({ run, scenarios }: ReportView): Rhythm {
  // Not the first measurement of all: a session of `connect` polls faster than the run does.
  const usual = scenarios.find(({ kind }) => kind === 'delivery') ?? scenarios.find(({ kind }) => kind === 'idle');
  const parameters = usual?.rows[0]?.parameters ?? run.measurements[0]?.parameters;
  const { pollIntervalMs = 1_000, holdMs = 25_000, heartbeatMs = 15_000 } = parameters ?? {};
  return { pollIntervalMs, holdMs, heartbeatMs };
}

/** The run's exact byte counts in the usual order of transports; undefined where it has none. */
export function exactOf({ run: { exact }, floors }: ReportView): Exact | undefined {
  if (exact === undefined) return undefined;
  const transports = [...exact.transports].sort((a, b) => compareTransports(a.transport, b.transport, floors));
  return { ...exact, transports };
}

export function exactCharts(view: ReportView): Record<string, ChartSet> {
  const exact = exactOf(view);
  if (exact === undefined) return {};
  const names = exact.transports.map(({ transport }) => transport);
  const looks = looksOf(names, view.floors);
  const row = (transport: string): ChartRow => ({
    label: titleOf(transport, view.floors),
    transport,
    look: looks.get(transport) ?? 0,
    ordinal: 0,
    trusted: true,
  });
  // Of a server that is not this project's own some curves have no points, and a picture of none is not drawn.
  const lines = (curves: readonly Curve[], x: LineChart['x'], y: LineChart['y']): ChartSet => {
    const drawn = curves.filter(({ points }) => points.length > 0);
    if (drawn.length === 0) return {};
    return {
      '': { kind: 'lines', x, y, series: drawn.map(({ transport, points }) => ({ ...row(transport), points })) },
    };
  };
  const bytes = (title: string) => ({ title, unit: 'bytes' as const });
  return {
    'exact-layers': { '': layerChart(exact, row) },
    'exact-header': lines(
      // A log axis has no zero: the profile alone is drawn at one byte more.
      bytesByHeader(exact).map((curve) => ({ ...curve, points: curve.points.map(([x, y]) => [Math.max(1, x), y]) })),
      bytes('further header bytes of each request'),
      bytes('bytes of a message'),
    ),
    'exact-rate': lines(
      usefulByRate(exact, rhythmOf(view)),
      { title: 'messages a second and client', unit: 'perSecond' },
      bytes('bytes per useful message'),
    ),
    'exact-session': lines(
      amortised(exact),
      { title: 'messages in a session', unit: 'count' },
      bytes('bytes per message'),
    ),
  };
}

function layerChart(exact: Exact, row: (transport: string) => ChartRow): BarChart {
  return {
    kind: 'bars',
    unit: 'bytes',
    stacked: true,
    rows: exact.transports.map(({ transport }) => row(transport)),
    parts: exactLayers(exact.carrier).map((layer) => ({
      label: layer,
      color: `--layer-${layer}`,
      values: exact.transports.map((of) => layersOfMessage(of, layer)),
    })),
  };
}
