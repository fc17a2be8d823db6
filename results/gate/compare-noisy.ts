/**
 * Noisy figures of two runs of one machine, over repetitions. Pure.
 *
 * The runs were not measured side by side, so what the machine did between them is in the change and in no A/A pair:
 * `pushbench ab` is the better judge, and this one needs both runs' A/A pairs before it says anything.
 */
import type { Measurement, RunFile } from '../schema.ts';
import { median } from '../statistics.ts';
import type { Judged } from './judgement.ts';
import { NOISY_METRICS, type NoisyMetric } from './metrics.ts';
import type { Pair } from './paired.ts';
import { judgeNoisy, RELATIVE_FLOOR, type Verdict } from './rule.ts';

export interface NoisyComparison {
  readonly judged: Judged[];
  /** Scenarios without an A/A pair, in which nothing can be told. */
  readonly withoutTwins: readonly string[];
}

/** One transport in one scenario and variant, by repetition; only what is valid. */
interface Group {
  readonly transport: string;
  readonly scenario: string;
  readonly base: Measurement[];
  readonly head: Measurement[];
}

export function compareNoisy(base: RunFile, head: RunFile, metrics: ReadonlySet<string>): NoisyComparison {
  const chosen = NOISY_METRICS.filter(({ slug }) => metrics.has(slug));
  const twins = [...twinPairs(base.measurements), ...twinPairs(head.measurements)];
  const groups = groupsOf(base.measurements, head.measurements);
  const hasTwins = ({ scenario }: Group): boolean => twins.some(([first]) => labelOf(first) === scenario);
  return {
    judged: groups.filter(hasTwins).flatMap((group) => {
      const same = twins.filter(([first]) => labelOf(first) === group.scenario);
      return chosen.flatMap((metric) => judgeMetric(group, same, metric));
    }),
    withoutTwins: [...new Set(groups.filter((group) => !hasTwins(group)).map(({ scenario }) => scenario))],
  };
}

type Twins = readonly (readonly [Measurement, Measurement])[];

/** Two measurements of one build that should be equal. */
function twinPairs(measurements: readonly Measurement[]): Twins {
  return measurements
    .filter((m) => m.twin === true && m.validity.valid)
    .flatMap((twin) => {
      const partner = measurements.find((m) => m.twin !== true && m.validity.valid && keyOf(m) === keyOf(twin));
      return partner === undefined ? [] : [[partner, twin] as const];
    });
}

const labelOf = ({ scenario, parameters: { variant } }: Measurement): string =>
  variant === null ? scenario : `${scenario} ${variant}`;

const parametersOf = ({ parameters }: Measurement): string => JSON.stringify(Object.entries(parameters).sort());

const keyOf = (m: Measurement): string => JSON.stringify([m.transport, m.scenario, parametersOf(m), m.repetition]);

function groupsOf(base: readonly Measurement[], head: readonly Measurement[]): Group[] {
  const groups = new Map<string, Group>();
  const add = (measurements: readonly Measurement[], side: 'base' | 'head'): void => {
    for (const m of measurements.filter((each) => each.twin !== true)) {
      const [transport, scenario] = [m.transport, labelOf(m)];
      const key = JSON.stringify([transport, scenario]);
      const group = groups.get(key) ?? { transport, scenario, base: [], head: [] };
      if (m.validity.valid) group[side].push(m);
      groups.set(key, group);
    }
  };
  add(base, 'base');
  add(head, 'head');
  return [...groups.values()];
}

function judgeMetric(group: Group, twins: Twins, metric: NoisyMetric): Judged[] {
  const { transport, scenario } = group;
  const [base, head] = [valuesOf(group.base, metric), valuesOf(group.head, metric)];
  // There is no such figure here, and not only none that is valid: a waiting client has no latency.
  if (base.size === 0 && head.size === 0 && group.base.length + group.head.length > 0) return [];
  const medians = { base: median([...base.values()]), head: median([...head.values()]) };
  const verdict =
    obstacle(group, medians) ??
    judgeNoisy({
      pairs: pairsOf(base, head),
      sameBuild: twins.flatMap(([first, second]) => pairOf(metric.of(first), metric.of(second))),
      metric,
      relativeFloor: RELATIVE_FLOOR,
    });
  return [
    { ...{ transport, scenario, metric: metric.slug, kind: 'noisy', unit: metric.unit }, ...medians, ...verdict },
  ];
}

const valuesOf = (measurements: readonly Measurement[], metric: NoisyMetric): Map<number, number> =>
  new Map(
    measurements.flatMap((m) => {
      const value = metric.of(m);
      return value === null ? [] : [[m.repetition, value] as const];
    }),
  );

/** By repetition: the load of each has its own random order and phases, the same on both sides where the seeds are equal. */
const pairsOf = (base: ReadonlyMap<number, number>, head: ReadonlyMap<number, number>): Pair[] =>
  [...base].flatMap(([repetition, value]) => pairOf(value, head.get(repetition) ?? null));

const pairOf = (a: number | null, b: number | null): Pair[] => (a === null || b === null ? [] : [[a, b]]);

/** Why two groups cannot be compared at all; null where they can. */
function obstacle({ base, head }: Group, medians: { base: number | null; head: number | null }): Verdict | null {
  const says = (reason: string): Verdict => ({ change: null, floor: null, outcome: 'inconclusive', reason });
  const missing = (['base', 'head'] as const).filter((side) => medians[side] === null);
  if (missing.length > 0)
    return says(`not measured on ${missing.length === 2 ? 'either side' : `the side of the ${missing[0]}`}`);
  if (parametersOf(base[0]!) === parametersOf(head[0]!)) return null;
  return says(`measured with other parameters: ${differences(base[0]!, head[0]!).join(', ')}`);
}

function differences({ parameters: a }: Measurement, { parameters: b }: Measurement): string[] {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])] as (keyof typeof a)[];
  return names.filter((name) => a[name] !== b[name]).map((name) => `${name} ${a[name]} and ${b[name]}`);
}
