/** A run as the report shows it: measurements grouped into rows, each metric estimated over the valid repetitions. */
import { mergedQuantiles } from '../results/histogram.ts';
import type { Layers, Measurement, MeasurementParameters, RunFile } from '../results/schema.ts';
import { estimate, type Estimate } from '../results/statistics.ts';
import { plain } from './format.ts';
import { METRIC_NAMES, METRICS, type Metric, type MetricName, type Missing, type Reading } from './metrics.ts';
import { LAWS } from '../results/law-check.ts';
import { noiseOf, type Floors as NoiseFloors, type ScenarioNoise } from './noise.ts';
import { loadKey } from './load.ts';
import { portProof, type PortProof } from './port-proof.ts';
import { kindOf, scenarioOrder, type ScenarioKind } from './scenario-kinds.ts';
import { compareTransports, titleOf, type Floors } from './transports.ts';
import { collectWarnings, notesOf, reasonsOf, type Note, type WarningRow } from './warnings.ts';

/** One metric of one row: an estimate over repetitions, or the reason why there is none. */
export type Figure = { estimate: Estimate; missing: null } | { estimate: null; missing: Missing };

/** Mean bytes of one delivery by layer, pooled over repetitions so that the layers still sum to the total. */
export interface LayerBytes {
  up: Layers;
  down: Layers;
  /** Headers of TCP and IP, acknowledgements too, both directions; null where they are not known. */
  tcpip: number | null;
  /** Connecting, shared out over the deliveries that a client had in the window; null where it was not counted. */
  connecting: number | null;
}

export interface Row {
  transport: string;
  variant: string | null;
  /** The limit that the others are seen against: shown last, never ranked. */
  floor: boolean;
  /** Transport, variant and whatever else tells this row from its neighbours. */
  label: string;
  /** 0 for the first row of its transport in the scenario; later ones are drawn hollow, since they share its look. */
  ordinal: number;
  parameters: MeasurementParameters;
  /** Equal for rows that ran under the same load, whatever their variant: only those are ranked together. */
  load: string;
  repetitions: number;
  valid: number;
  /** False when no repetition is valid: figures are then those of the invalid ones, to be greyed and never ranked. */
  trusted: boolean;
  /** Why repetitions are invalid, one line for each kind of reason. */
  reasons: string[];
  /** Warnings of the valid repetitions: the figures count, with a reservation. */
  notes: Note[];
  figures: Record<MetricName, Figure>;
  /** How small a difference of each metric can be seen under this row's load; null where the run holds no A/A pair for it. */
  noise: NoiseFloors | null;
  /** Pooled `[quantile, ns]` of the latency that answers the scenario's question. */
  percentiles: { count: number; points: [number, number][] };
  layers: LayerBytes | null;
  /** How packets came to be known; null where they are not. */
  networkBasis: 'measured' | 'modelled' | null;
  /** Null but where a port is shared. */
  portProof: PortProof | null;
}

export interface ScenarioView {
  name: string;
  kind: ScenarioKind;
  /** As the run file has it, cleaned. */
  question: string;
  rows: Row[];
  noise: ScenarioNoise | null;
}

export interface ReportView {
  run: RunFile;
  transports: string[];
  floors: Floors;
  scenarios: ScenarioView[];
  warnings: WarningRow[];
  measured: number;
  valid: number;
  /** Repetitions behind a row, fewest and most; 0 and 0 for a run without measurements. */
  repetitions: { fewest: number; most: number };
}

/** Quantiles drawn and tabulated; only those that the pooled sample count supports come out. */
export const QUANTILES: readonly number[] = [
  0, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9999, 0.99999,
];

export function summarise(run: RunFile): ReportView {
  const floors = new Set(run.run.floors);
  const transports = [...new Set(run.measurements.map((m) => m.transport))].sort((a, b) =>
    compareTransports(a, b, floors),
  );
  // The laws are no comparison of transports under one load: they have a section of their own.
  const names = [...new Set(run.measurements.map((m) => m.scenario))]
    .filter((name) => name !== LAWS)
    .sort(scenarioOrder);
  const scenarios = names.map((name) =>
    viewOf(
      name,
      questionOf(run, name),
      run.measurements.filter((m) => m.scenario === name),
      floors,
    ),
  );
  const counts = scenarios.flatMap((scenario) => scenario.rows.map((row) => row.repetitions));
  return {
    run,
    transports,
    floors,
    scenarios,
    warnings: collectWarnings(run.measurements, floors),
    measured: run.measurements.length,
    valid: run.measurements.filter((m) => m.validity.valid).length,
    repetitions: { fewest: counts.length === 0 ? 0 : Math.min(...counts), most: Math.max(0, ...counts) },
  };
}

/** A file by another writer may lack one; `hasOwn`, because a scenario may be called `constructor`. */
function questionOf({ run }: RunFile, name: string): string {
  return plain(Object.hasOwn(run.questions, name) ? run.questions[name]! : 'The file names no question for it.');
}

function viewOf(name: string, question: string, measurements: readonly Measurement[], floors: Floors): ScenarioView {
  const groups = new Map<string, Measurement[]>();
  const noise = noiseOf(measurements, ({ parameters }) => loadKey(parameters));
  for (const m of measurements) {
    if (m.twin === true) continue;
    const key = JSON.stringify([m.transport, Object.entries(m.parameters).sort()]);
    groups.set(key, [...(groups.get(key) ?? []), m]);
  }
  const kind = kindOf(name, measurements);
  const rows = [...groups.values()]
    .map((group) => rowOf(group, kind, floors))
    .sort((a, b) => compareRows(a, b, floors));
  labelApart(rows);
  for (const row of rows) {
    row.ordinal = rows.filter((other) => other.transport === row.transport).indexOf(row);
    if (noise?.load === row.load) row.noise = noise.floors;
  }
  return { name, kind, question, rows, noise };
}

function rowOf(group: readonly Measurement[], kind: ScenarioKind, floors: Floors): Row {
  const first = group[0]!;
  const title = titleOf(first.transport, floors);
  const valid = group.filter((m) => m.validity.valid);
  const trusted = valid.length > 0;
  const used = trusted ? valid : group;
  return {
    transport: first.transport,
    variant: first.parameters.variant,
    floor: floors.has(first.transport),
    label: plain(first.parameters.variant === null ? title : `${title} · ${first.parameters.variant}`),
    ordinal: 0,
    parameters: first.parameters,
    load: loadKey(first.parameters),
    repetitions: group.length,
    valid: valid.length,
    trusted,
    reasons: reasonsOf(group),
    notes: notesOf(group),
    figures: Object.fromEntries(METRIC_NAMES.map((name) => [name, figureOf(METRICS[name], used)])) as Row['figures'],
    noise: null,
    percentiles: mergedQuantiles(
      used.map((m) => mainLatency(m, kind)).filter((l) => l !== undefined),
      QUANTILES,
    ),
    layers: layersPerDelivery(used),
    networkBasis: networkBasis(used),
    portProof: kind === 'shared-port' ? portProof(used) : null,
  };
}

/** One modelled repetition makes the row's figure no measured one. */
function networkBasis(measurements: readonly Measurement[]): Row['networkBasis'] {
  const bases = measurements.map((m) => m.network?.basis ?? null);
  if (bases.includes(null)) return null;
  return bases.includes('modelled') ? 'modelled' : 'measured';
}

/** Those that may be compared with each other: all but floors. */
export const rivalsIn = (rows: readonly Row[]): Row[] => rows.filter((row) => !row.floor);

/** The rows of the load under which most transports ran: the ones that a summary may show together. */
export function rowsOfMainLoad(rows: readonly Row[]): Row[] {
  const sizes = new Map<string, number>();
  const rivals = rivalsIn(rows);
  for (const row of rivals.length === 0 ? rows : rivals) sizes.set(row.load, (sizes.get(row.load) ?? 0) + 1);
  const main = [...sizes].sort((a, b) => b[1] - a[1])[0]?.[0];
  return rows.filter((row) => row.load === main);
}

function mainLatency(m: Measurement, kind: ScenarioKind) {
  switch (kind) {
    case 'connect':
      return m.readinessNs;
    case 'shared-port':
      return m.requestLatencyNs;
    case 'staleness':
      return m.stalenessNs;
    case 'storm':
      return m.storm?.recoveryNs;
    case 'delivery':
    case 'idle':
    case 'memory':
    case 'slow':
    case 'stall':
      return m.deliveryLatencyNs;
  }
}

function figureOf(metric: Metric, measurements: readonly Measurement[]): Figure {
  const readings: Reading[] = measurements.map((m) => metric.of(m));
  const estimated = estimate(readings.filter((reading) => typeof reading === 'number'));
  if (estimated !== null) return { estimate: estimated, missing: null };
  const reason = readings.find((reading) => typeof reading === 'string');
  return { estimate: null, missing: reason ?? 'not measured' };
}

const LAYER_NAMES = ['payload', 'framing', 'header', 'control', 'handshake', 'tls', 'partial', 'total'] as const;

function layersPerDelivery(measurements: readonly Measurement[]): LayerBytes | null {
  const deliveries = measurements.reduce((sum, m) => sum + m.window.deliveries, 0);
  if (deliveries === 0) return null;
  const mean = (direction: 'up' | 'down'): Layers =>
    Object.fromEntries(
      LAYER_NAMES.map((layer) => [
        layer,
        measurements.reduce((sum, m) => sum + (m.bytes[direction][layer] ?? 0), 0) / deliveries,
      ]),
    ) as Layers;
  const [up, down] = [mean('up'), mean('down')];
  const sum = (of: (m: Measurement) => number | null): number | null =>
    measurements.reduce<number | null>((all, m) => (all === null || of(m) === null ? null : all + of(m)!), 0);
  const ipBytes = sum(({ network }) => network?.ipBytes ?? null);
  const connecting = sum(({ handshakePerClient: { upBytes, downBytes }, parameters: { clients } }) =>
    upBytes === null || downBytes === null ? null : (upBytes + downBytes) * clients,
  );
  return {
    up,
    down,
    // The edges of both windows are milliseconds apart, so that next to nothing may come out as less.
    tcpip: ipBytes === null ? null : Math.max(0, ipBytes / deliveries - up.total - down.total),
    connecting: connecting === null ? null : connecting / deliveries,
  };
}

function compareRows(a: Row, b: Row, floors: Floors): number {
  const byTransport = compareTransports(a.transport, b.transport, floors);
  if (byTransport !== 0) return byTransport;
  return (
    variantRank(a.variant) - variantRank(b.variant) ||
    (a.variant === b.variant ? 0 : compareNumbers(a.parameters, b.parameters)) ||
    (a.variant ?? '').localeCompare(b.variant ?? '')
  );
}

/** Variants by the number that they vary: 16 B before 128 B. */
function compareNumbers(a: MeasurementParameters, b: MeasurementParameters): number {
  for (const key of Object.keys(a) as (keyof MeasurementParameters)[]) {
    const [x, y] = [a[key], b[key]];
    if (typeof x === 'number' && typeof y === 'number' && x !== y) return x - y;
  }
  return 0;
}

/** The plain case first: no variant, then the default kind of connection, then the port without sockets. */
function variantRank(variant: string | null): number {
  const order = [null, 'keep-alive', 'http-alone'];
  const rank = order.indexOf(variant);
  return rank < 0 ? order.length : rank;
}

/** Adds the parameters that differ to the labels of rows that would otherwise read the same. */
function labelApart(rows: readonly Row[]): void {
  for (const label of new Set(rows.map((row) => row.label))) {
    const same = rows.filter((row) => row.label === label);
    if (same.length < 2) continue;
    const keys = [...new Set(same.flatMap((row) => Object.keys(row.parameters)))] as (keyof MeasurementParameters)[];
    const differing = keys.filter((key) => new Set(same.map((row) => row.parameters[key])).size > 1);
    for (const row of same) {
      const { link = 'none', ...rest } = row.parameters;
      const value = (key: keyof MeasurementParameters): string => plain(String({ ...rest, link }[key]));
      row.label += ` (${differing.map((key) => `${key} ${value(key)}`).join(', ')})`;
    }
  }
}
