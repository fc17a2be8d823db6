/**
 * Several runs side by side: what each has, what one changed against the first, and what could not be told. Pure, and the
 * same for command line and page.
 *
 * There is one rule for changes between runs in this project, that of `pushbench compare` (results/gate/rule.ts): one
 * log-ratio a repetition, the signed-rank interval, and the A/A pairs of both runs as the floor. It is asked in both
 * directions here, because neither side is the one that must not get worse.
 */
import { LATENCY_FLOOR_NS } from '../results/gate/metrics.ts';
import { pairedChange, type Pair } from '../results/gate/paired.ts';
import { judgeNoisy, RELATIVE_FLOOR, type Noisy } from '../results/gate/rule.ts';
import type { Change } from '../results/gate/judgement.ts';
import { METRICS, type MetricName } from './metrics.ts';
import type { DigestGroup, RunDigest, Values } from './run-digest.ts';

/** `higher` and `lower` for sure; `…?`: beyond the floor, though not all of the interval. */
export type Verdict = 'higher' | 'higher?' | 'lower' | 'lower?' | 'no change' | 'could not tell' | 'not judged';

export interface Difference {
  verdict: Verdict;
  /** Null where the runs may not be compared, or a side has no valid value. */
  change: Change | null;
  /** Why nothing is named, without a full stop; '' where something is. */
  reason: string;
}

/** One metric of one group in all runs. */
export interface FigureRow {
  group: DigestGroup;
  metric: MetricName;
  /** A run each; null where it does not hold the group. */
  sides: ({ values: readonly number[]; trusted: boolean } | null)[];
  /** Against the first run: one for each of the others. */
  differences: (Difference | null)[];
}

export interface ScenarioRows {
  scenario: string;
  rows: FigureRow[];
}

/** A, B, C…: short where names of files are long. */
export const letterOf = (index: number): string => String.fromCharCode(65 + index);

/** The figures of every scenario that two runs or more hold under the same load. */
export function figureRows(runs: readonly RunDigest[]): ScenarioRows[] {
  const distinct = new Map(runs.flatMap((run) => [...indexOf(run)]));
  const scenarios = new Map<string, FigureRow[]>();
  for (const group of distinct.values()) {
    if (runs.filter((run) => groupIn(run, group) !== undefined).length < 2) continue;
    const rows = scenarios.get(group.scenario) ?? [];
    rows.push(...rowsOf(runs, group));
    scenarios.set(group.scenario, rows);
  }
  return [...scenarios].flatMap(([scenario, rows]) => (rows.length === 0 ? [] : [{ scenario, rows }]));
}

const idOf = ({ scenario, transport, variant, load }: DigestGroup): string =>
  JSON.stringify([scenario, transport, variant, load]);

/** Made once for each run: a dropped file may hold thousands of groups. */
const indexes = new WeakMap<RunDigest, ReadonlyMap<string, DigestGroup>>();

function indexOf(run: RunDigest): ReadonlyMap<string, DigestGroup> {
  const known = indexes.get(run);
  if (known !== undefined) return known;
  const index = new Map(run.groups.map((group) => [idOf(group), group]));
  indexes.set(run, index);
  return index;
}

/** What a run holds of the same transport, scenario, variant and load. */
export const groupIn = (run: RunDigest, group: DigestGroup): DigestGroup | undefined => indexOf(run).get(idOf(group));

function rowsOf(runs: readonly RunDigest[], group: DigestGroup): FigureRow[] {
  const sides = runs.map((run) => groupIn(run, group));
  const metrics = (Object.keys(METRICS) as MetricName[]).filter(
    (metric) => sides.filter((side) => side?.values[metric] !== undefined).length > 0,
  );
  return metrics.map((metric) => ({
    group,
    metric,
    sides: sides.map((side) =>
      side === undefined
        ? null
        : { values: (side.values[metric] ?? []).map(([, value]) => value), trusted: side.valid > 0 },
    ),
    differences: runs.slice(1).map((run, index) => difference(runs[0]!, run, [sides[0], sides[index + 1]], metric)),
  }));
}

function difference(
  first: RunDigest,
  run: RunDigest,
  [a, b]: readonly (DigestGroup | undefined)[],
  metric: MetricName,
): Difference | null {
  if (a === undefined || b === undefined) return null;
  const none = (reason: string): Difference => ({ verdict: 'not judged', change: null, reason });
  const reason = obstacle(first, run);
  if (reason !== null) return none(reason);
  if (a.valid === 0 || b.valid === 0) return none('invalid measurements are never compared');
  const pairs = pairsOf(a.values[metric], b.values[metric]);
  if (pairs.length === 0) return none('no repetition has it on both sides');
  const sameBuild = [first, run]
    .flatMap(({ twins }) => twins.filter(({ scenario, variant }) => scenario === a.scenario && variant === a.variant))
    .flatMap(({ values }): Pair[] => values[metric] ?? [])
    .slice(0, MOST_PAIRS);
  if (sameBuild.length === 0) {
    return { verdict: 'not judged', change: pairedChange(pairs), reason: 'no A/A pair tells how noisy it was' };
  }
  return judged({ pairs, sameBuild, metric: ruleOf(metric), relativeFloor: RELATIVE_FLOOR });
}

/** The signed-rank interval takes the cube of it in steps; no run has as many repetitions. */
const MOST_PAIRS = 200;

/** By repetition: the load of each has its own random order and phases, the same on both sides where the seeds are equal. */
function pairsOf(a: Values[MetricName] = [], b: Values[MetricName] = []): Pair[] {
  const others = new Map(b);
  return a.slice(0, MOST_PAIRS).flatMap(([repetition, value]): Pair[] => {
    const other = others.get(repetition);
    return other === undefined ? [] : [[value, other]];
  });
}

/** Times that a scheduler's turn decides; CPU time is no such thing. */
const ruleOf = (metric: MetricName): Noisy['metric'] => ({
  better: 'lower',
  absoluteFloor: METRICS[metric].unit === 'ns' && !metric.startsWith('serverCpu') ? LATENCY_FLOOR_NS : 0,
});

function judged(noisy: Noisy): Difference {
  const up = judgeNoisy(noisy);
  const down = judgeNoisy({ ...noisy, pairs: noisy.pairs.map(([a, b]): Pair => [b, a]) });
  const { change } = up;
  const found = (verdict: Verdict): Difference => ({ verdict, change, reason: '' });
  if (up.outcome === 'fail') return found('higher');
  if (down.outcome === 'fail') return found('lower');
  if (up.outcome === 'warn') return found('higher?');
  if (down.outcome === 'warn') return found('lower?');
  // What it could have seen is in the reason of a pass, and why it could not in that of the others.
  const verdict = up.outcome === 'pass' ? 'no change' : 'could not tell';
  return { verdict, change, reason: up.reason };
}

/** Why noisy figures of two runs may not be compared at all; null where they may. */
export function obstacle(a: RunDigest, b: RunDigest): string | null {
  if (a.fingerprint !== b.fingerprint) return 'different machines';
  return a.partial || b.partial ? 'a partial run' : null;
}

/** One exact count of all runs. */
export interface CountRow {
  transport: string;
  metric: string;
  counts: (number | null)[];
}

/** Settings in which exact counts of two runs were made differently, as `headers chrome and minimal`; then none compares. */
export function differentSettings(a: RunDigest, b: RunDigest): string[] {
  if (a.exact === null || b.exact === null) return [];
  const [left, right] = [a.exact.settings, b.exact.settings];
  return (Object.keys(left) as (keyof typeof left)[])
    .filter((name) => left[name] !== right[name])
    .map((name) => `${name} ${left[name]} and ${right[name]}`);
}

/** Exact counts that two runs or more hold. */
export function countRows(runs: readonly RunDigest[]): CountRow[] {
  const cells = new Map<string, CountRow>();
  runs.forEach(({ exact }, index) => {
    for (const { transport, counts } of exact?.counts ?? []) {
      for (const [metric, count] of counts) {
        const key = JSON.stringify([transport, metric]);
        const row = cells.get(key) ?? { transport, metric, counts: runs.map(() => null) };
        row.counts[index] = count;
        cells.set(key, row);
      }
    }
  });
  return [...cells.values()].filter(({ counts }) => counts.filter((count) => count !== null).length > 1);
}
