/** From the view model to the charts of the page: pure, so that what is drawn is tested without a browser. */
import type { BarChart, Chart, ChartRow, ChartSet, IntervalChart, PageData, PercentileChart } from './chart-types.ts';
import type { RunFile } from '../results/schema.ts';
import { exactCharts } from './chart-exact.ts';
import { sweepCharts } from './chart-sweeps.ts';
import { clientCharts } from './clients-figures.ts';
import { codecCharts } from './html-codecs.ts';
import { METRICS, type MetricName } from './metrics.ts';
import { overheadCharts } from './overhead-figures.ts';
import { rateCharts } from './rate-figures.ts';
import { digestOf } from './run-digest.ts';
import type { ScenarioKind } from './scenario-kinds.ts';
import type { ReportView, Row } from './summary.ts';
import { timelineCharts } from './timeline-figures.ts';
import { looksOf } from './transports.ts';

/** Values below `ns` are drawn at it on a log axis, which has no zero. */
export interface ClockFloor {
  ns: number;
  /** False where the file does not say how finely its clock ran. */
  measured: boolean;
}

const ASSUMED_CLOCK_NS = 1000;
const BYTES_FLOOR = 1;

/** Provenance is free-form: a resolution that is no positive number could not be drawn at, and counts as none. */
export function clockFloorOf({ environment }: RunFile): ClockFloor {
  const ns = environment.provenance['clockResolutionNs'];
  return typeof ns === 'number' && Number.isFinite(ns) && ns > 0
    ? { ns, measured: true }
    : { ns: ASSUMED_CLOCK_NS, measured: false };
}

export const LAYERS = ['payload', 'framing', 'header', 'control', 'handshake', 'tls', 'partial'] as const;
export type Layer = (typeof LAYERS)[number];

/** The layers worth a column: `tls` only where it rides on it, `partial` only where an edge of a window did cut a message. */
export function layersIn(rows: readonly Row[]): Layer[] {
  const found = (layer: Layer) =>
    rows.some((row) => (row.layers?.up[layer] ?? 0) !== 0 || (row.layers?.down[layer] ?? 0) !== 0);
  return LAYERS.filter((layer) => (layer !== 'partial' && layer !== 'tls') || found(layer));
}

type Look = (row: Row) => ChartRow;

export function pageDataOf(view: ReportView): PageData {
  const looks = looksOf(view.transports, view.floors);
  const look: Look = (row) => ({
    label: row.trusted ? row.label : `${row.label} (invalid)`,
    transport: row.transport,
    look: looks.get(row.transport) ?? 0,
    ordinal: row.ordinal,
    trusted: row.trusted,
  });
  const perScenario = (kind: ScenarioKind, chart: (rows: readonly Row[]) => Chart): ChartSet => {
    const scenarios = view.scenarios.filter((scenario) => scenario.kind === kind);
    // A null prototype, because a scenario may be called __proto__.
    const charts = Object.create(null) as ChartSet;
    for (const { name, rows } of scenarios) {
      const drawn = chart(rows);
      if (!isEmpty(drawn)) charts[name] = drawn;
    }
    return charts;
  };
  const floor = clockFloorOf(view.run).ns;
  const percentiles = (rows: readonly Row[]) => percentileChart(rows, floor, look);
  const intervals = (metric: MetricName, logarithmic: boolean) => (rows: readonly Row[]) =>
    intervalChart(rows, metric, logarithmic, look);
  return {
    charts: {
      latency: perScenario('delivery', percentiles),
      layers: perScenario('delivery', (rows) => layerChart(rows, look)),
      header: perScenario('delivery', (rows) =>
        directions(rows, 'headerDownPerDelivery', 'headerUpPerDelivery', true, look),
      ),
      bandwidth: perScenario('delivery', (rows) => directions(rows, 'bandwidthDown', 'bandwidthUp', false, look)),
      idle: perScenario('idle', intervals('bytesPerClientHour', true)),
      connect: perScenario('connect', percentiles),
      'shared-port': perScenario('shared-port', percentiles),
      cpu: perScenario('delivery', intervals('serverCpuPerDelivery', false)),
      ...sweepCharts(view),
      ...exactCharts(view),
      ...codecCharts(view),
      ...overheadCharts(view),
      ...rateCharts(view),
      ...clientCharts(view),
      ...timelineCharts(view),
    },
    run: digestOf(view.run),
  };
}

function isEmpty(chart: Chart): boolean {
  switch (chart.kind) {
    case 'percentiles':
    case 'lines':
    case 'timeline':
    case 'trend':
      return chart.series.length === 0;
    case 'intervals':
      return chart.rows.length === 0;
    case 'bars':
      return chart.parts.every((part) => part.values.every((value) => value === null));
  }
}

function percentileChart(rows: readonly Row[], floor: number, look: Look): PercentileChart {
  const series = rows
    .filter((row) => row.percentiles.points.length > 0)
    .map((row) => ({
      ...look(row),
      points: row.percentiles.points.map(([q, ns]): [number, number] => [
        Number((1 / (1 - q)).toPrecision(6)),
        Math.max(ns, floor),
      ]),
    }));
  return { kind: 'percentiles', unit: 'ns', floor, series };
}

function layerChart(rows: readonly Row[], look: Look): BarChart {
  const parts = layersIn(rows).map((layer) => ({
    label: layer,
    color: `--layer-${layer}`,
    values: rows.map(({ layers }) => (layers === null ? null : (layers.up[layer] ?? 0) + (layers.down[layer] ?? 0))),
  }));
  const tcpip = (['measured', 'modelled'] as const).map((basis) => ({
    label: `TCP/IP, ${basis}`,
    color: `--layer-tcpip-${basis}`,
    values: rows.map(({ layers, networkBasis }) => (networkBasis === basis ? (layers?.tcpip ?? null) : null)),
  }));
  const connecting = {
    label: 'connecting, shared out',
    color: '--layer-connecting',
    values: rows.map(({ layers }) => layers?.connecting ?? null),
  };
  const shown = [...parts, ...tcpip, connecting].filter(({ values }) => values.some((value) => (value ?? 0) !== 0));
  return { kind: 'bars', unit: 'bytes', stacked: true, rows: rows.map(look), parts: shown };
}

function directions(rows: readonly Row[], down: MetricName, up: MetricName, stacked: boolean, look: Look): BarChart {
  const values = (metric: MetricName) => rows.map((row) => row.figures[metric].estimate?.value ?? null);
  return {
    kind: 'bars',
    unit: METRICS[down].unit,
    stacked,
    rows: rows.map(look),
    parts: [
      { label: 'down (server to client)', color: '--down', values: values(down) },
      { label: 'up (client to server)', color: '--up', values: values(up) },
    ],
  };
}

function intervalChart(rows: readonly Row[], metric: MetricName, logarithmic: boolean, look: Look): IntervalChart {
  const floor = logarithmic ? BYTES_FLOOR : 0;
  return {
    kind: 'intervals',
    unit: METRICS[metric].unit,
    logarithmic,
    floor,
    rows: rows.flatMap((row) => {
      const { estimate } = row.figures[metric];
      if (estimate === null) return [];
      const [value, low, high] = [estimate.value, estimate.low, estimate.high].map((each) => Math.max(each, floor));
      return [{ ...look(row), value: value ?? floor, low: low ?? floor, high: high ?? floor }];
    }),
  };
}
