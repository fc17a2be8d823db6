/**
 * What of a run is held against other runs: values by repetition, A/A pairs and exact counts. Pure, and without histograms
 * or Node: the page makes it of a dropped file by the same code as the command line.
 */
import type { Exact } from '../results/exact.ts';
import { EXACT_METRICS } from '../results/gate/metrics.ts';
import type { Measurement, MeasurementParameters, RunFile } from '../results/schema.ts';
import { comparableMetrics } from './columns.ts';
import { loadKey } from './load.ts';
import { METRICS, type MetricName } from './metrics.ts';
import { kindOf, scenarioOrder, type ScenarioKind } from './scenario-kinds.ts';
import { compareTransports } from './transports.ts';

/** By metric; a value stands beside its repetition, or beside its A/A twin. */
export type Values = Partial<Record<MetricName, (readonly [number, number])[]>>;

/** One transport in one scenario, variant and load. */
export interface DigestGroup {
  scenario: string;
  transport: string;
  variant: string | null;
  kind: ScenarioKind;
  load: string;
  parameters: MeasurementParameters;
  repetitions: number;
  valid: number;
  /** `[repetition, value]` of what is valid; of all where nothing is, to be greyed and never compared. */
  values: Values;
}

export interface DigestTwins {
  scenario: string;
  variant: string | null;
  values: Values;
}

export interface DigestExact {
  settings: Omit<Exact, 'transports'>;
  /** By transport: `[slug, count]`. */
  counts: { transport: string; counts: (readonly [string, number])[] }[];
}

export interface RunDigest {
  id: string;
  startedAt: string;
  tool: string;
  fingerprint: string;
  partial: boolean;
  measured: number;
  planned: number;
  floors: string[];
  groups: DigestGroup[];
  twins: DigestTwins[];
  exact: DigestExact | null;
}

/** The laws are measured against formulas and not against another run. */
const NOT_COMPARED = 'laws';

/** Drawn beside what is tabulated. */
const DRAWN: readonly MetricName[] = ['latencyP50', 'latencyP90', 'latencyP99', 'latencyP999'];

/** What the digest reads of a run: a dropped file holds it as text that was checked, and not as a validated run. */
export type Digestible = Pick<RunFile, 'partial' | 'run' | 'environment' | 'measurements' | 'exact'>;

export function digestOf({ partial, run, environment, measurements, exact }: Digestible): RunDigest {
  const floors = run.floors ?? [];
  const names = [...new Set(measurements.map((m) => m.scenario))]
    .filter((name) => name !== NOT_COMPARED)
    .sort(scenarioOrder);
  const scenarios = names.map((name) => measurements.filter((m) => m.scenario === name));
  return {
    id: run.id,
    startedAt: run.startedAt,
    tool: `${run.tool.name} ${run.tool.version}`,
    fingerprint: environment.fingerprint,
    partial,
    measured: measurements.length,
    planned: run.planned,
    floors: [...floors],
    groups: scenarios.flatMap((all) => groupsOf(all, new Set(floors))),
    twins: scenarios.flatMap(twinsOf),
    exact: exact === undefined ? null : exactDigest(exact),
  };
}

const metricsOf = (kind: ScenarioKind): MetricName[] => [
  ...new Set([...comparableMetrics(kind), ...(kind === 'delivery' ? DRAWN : [])]),
];

function groupsOf(measurements: readonly Measurement[], floors: ReadonlySet<string>): DigestGroup[] {
  const kind = kindOf(measurements[0]?.scenario ?? '', measurements);
  const found = new Map<string, Measurement[]>();
  for (const m of measurements) {
    if (m.twin === true) continue;
    const key = JSON.stringify([m.transport, m.parameters.variant, loadKey(m.parameters)]);
    const group = found.get(key);
    if (group === undefined) found.set(key, [m]);
    else group.push(m);
  }
  return [...found.values()]
    .map((group) => groupOf(group, kind))
    .sort((a, b) => compareTransports(a.transport, b.transport, floors));
}

function groupOf(group: readonly Measurement[], kind: ScenarioKind): DigestGroup {
  const { scenario, transport, parameters } = group[0]!;
  const valid = group.filter((m) => m.validity.valid);
  const used = valid.length > 0 ? valid : group;
  return {
    ...{ scenario, transport, variant: parameters.variant, kind },
    ...{ load: loadKey(parameters), parameters, repetitions: group.length, valid: valid.length },
    values: valuesOf(metricsOf(kind), (metric) =>
      used.flatMap((m) => {
        const value = METRICS[metric].of(m);
        return typeof value === 'number' ? [[m.repetition, trimmed(value)] as const] : [];
      }),
    ),
  };
}

function valuesOf(metrics: readonly MetricName[], of: (metric: MetricName) => (readonly [number, number])[]): Values {
  const values: Values = {};
  for (const metric of metrics) {
    const found = of(metric);
    if (found.length > 0) values[metric] = found;
  }
  return values;
}

/** The A/A pairs of each variant of a scenario, whatever transport was measured twice. */
function twinsOf(measurements: readonly Measurement[]): DigestTwins[] {
  const kind = kindOf(measurements[0]?.scenario ?? '', measurements);
  const valid = measurements.filter((m) => m.validity.valid);
  const partners = new Map(valid.filter((m) => m.twin !== true).map((m) => [keyOf(m), m]));
  const pairs = valid
    .filter((m) => m.twin === true)
    .flatMap((twin) => {
      const partner = partners.get(keyOf(twin));
      return partner === undefined ? [] : [[partner, twin] as const];
    });
  return [...new Set(pairs.map(([{ parameters }]) => parameters.variant))].map((variant) => ({
    scenario: measurements[0]!.scenario,
    variant,
    values: valuesOf(metricsOf(kind), (metric) =>
      pairs.flatMap(([a, b]) => {
        const [first, second] = [METRICS[metric].of(a), METRICS[metric].of(b)];
        const both = typeof first === 'number' && typeof second === 'number' && a.parameters.variant === variant;
        return both ? [[trimmed(first), trimmed(second)] as const] : [];
      }),
    ),
  }));
}

const keyOf = (m: Measurement): string =>
  JSON.stringify([m.transport, Object.entries(m.parameters).sort(), m.repetition]);

function exactDigest({ transports, ...settings }: Exact): DigestExact {
  const counts = transports.map((each) => ({
    transport: each.transport,
    counts: EXACT_METRICS.flatMap(({ slug, of }) => {
      const count = of(each, settings.payloadBytes);
      return count === null ? [] : [[slug, count] as const];
    }),
  }));
  return { settings, counts };
}

/** Nine digits decide more than any measurement does, and keep the page small. */
const trimmed = (value: number): number => Number(value.toPrecision(9));
