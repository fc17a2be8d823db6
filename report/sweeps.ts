/**
 * Scenarios that vary one number (the size of a message, the poll interval): figures as curves over it. Pure.
 *
 * Found in the data and not by name: where all rows of a transport differ in a numeric parameter, that is what was varied.
 */
import type { MeasurementParameters } from '../results/schema.ts';
import type { ChartRow, LineChart } from './chart-types.ts';
import { format, formatMs, type Unit } from './format.ts';
import { METRICS, type MetricName } from './metrics.ts';
import type { Row, ScenarioView } from './summary.ts';

/** Fewer points make no curve. */
const FEWEST = 3;

export interface Sweep {
  scenario: ScenarioView;
  /** What was varied, for people: `payload`, `poll interval`. */
  title: string;
  /** Its values in the order of their size, in the unit of its parameter. */
  values: number[];
  /** A value as one writes it. */
  show: (value: number) => string;
  /** The same for an axis. */
  axis: { unit: Unit; scale: number };
  transports: SweptTransport[];
}

export interface SweptTransport {
  /** The first row stands for the transport: its look and its filter. */
  row: Row;
  /** By value; a transport that was not varied has the one row for all values. */
  at: (value: number) => Row | undefined;
  varied: boolean;
}

type Key = keyof MeasurementParameters;

/** Null where the scenario varies no single number. */
export function sweepOf(scenario: ScenarioView): Sweep | null {
  if (scenario.kind !== 'delivery') return null;
  const groups = [...new Set(scenario.rows.map((row) => row.transport))].map((transport) =>
    scenario.rows.filter((row) => row.transport === transport),
  );
  const widest = groups.reduce((most, rows) => (rows.length > most.length ? rows : most), []);
  const key = variedKey(widest);
  if (key === null) return null;
  const valueOf = (row: Row) => row.parameters[key] as number;
  const transports = groups.flatMap((rows): SweptTransport[] => {
    const [row] = rows;
    if (row === undefined) return [];
    const varied = rows.length > 1;
    return [{ row, varied, at: (value) => (varied ? rows.find((each) => valueOf(each) === value) : row) }];
  });
  const values = [...new Set(widest.map(valueOf))].sort((a, b) => a - b);
  return { scenario, values, transports, ...wordsOf(key) };
}

/** The one parameter in which all rows differ, when each is a variant of its own. */
function variedKey(rows: readonly Row[]): Key | null {
  if (rows.length < FEWEST || new Set(rows.map((row) => row.variant)).size < rows.length) return null;
  const keys = Object.keys(rows[0]!.parameters) as Key[];
  const differing = keys.filter((key) => {
    const values = rows.map((row) => row.parameters[key]);
    return values.every((value) => typeof value === 'number' && value > 0) && new Set(values).size === rows.length;
  });
  return differing.length === 1 ? differing[0]! : null;
}

/** Raw numbers carry their unit in their name. */
function wordsOf(key: Key): Pick<Sweep, 'title' | 'show' | 'axis'> {
  const [, stem = key, unit = ''] = /^(.*?)(Bytes|Ms|PerSecond)?$/.exec(key) ?? [];
  const title = stem.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  switch (unit) {
    case 'Bytes':
      return { title, show: (value) => format(value, 'bytes'), axis: { unit: 'bytes', scale: 1 } };
    case 'Ms':
      return { title, show: formatMs, axis: { unit: 'ns', scale: 1e6 } };
    case 'PerSecond':
      return { title, show: (value) => format(value, 'perSecond'), axis: { unit: 'perSecond', scale: 1 } };
    default:
      return { title, show: String, axis: { unit: 'count', scale: 1 } };
  }
}

/** What is drawn and tabulated over the number that was varied. */
export const SWEPT: readonly { id: string; title: string; metric: MetricName }[] = [
  { id: 'latency', title: 'median latency', metric: 'latencyP50' },
  { id: 'bytes', title: 'bytes per delivery', metric: 'bytesPerDelivery' },
  { id: 'requests', title: 'requests per delivery', metric: 'requestsPerDelivery' },
  { id: 'cpu', title: 'server CPU per delivery', metric: 'serverCpuPerDelivery' },
];

export const figureAt = ({ at }: SweptTransport, value: number, metric: MetricName): number | null =>
  at(value)?.figures[metric].estimate?.value ?? null;

/** Both axes are logarithmic and have no zero: what is 0 is left out. */
export function sweepChart(
  { values, transports, title, axis }: Sweep,
  metric: MetricName,
  y: string,
  look: (row: Row) => ChartRow,
): LineChart {
  const series = transports.flatMap((each) => {
    const points = values.flatMap((value): [number, number][] => {
      const figure = figureAt(each, value, metric);
      return figure === null || figure <= 0 ? [] : [[value * axis.scale, figure]];
    });
    return points.length === 0 ? [] : [{ ...look(each.row), points }];
  });
  return { kind: 'lines', x: { title, unit: axis.unit }, y: { title: y, unit: METRICS[metric].unit }, series };
}
