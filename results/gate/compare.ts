/**
 * Two stored files, judged: exact counts always, noisy figures only where machine and completeness allow. Pure.
 *
 * What stands in the way of a judgement is said in a note and makes the outcome inconclusive: it is never a pass.
 */
import type { RunFile } from '../schema.ts';
import { RunFileError } from '../store.ts';
import { baselineOf, differentSettings, type Counted } from './baseline.ts';
import { compareExact } from './compare-exact.ts';
import { compareNoisy } from './compare-noisy.ts';
import { worstOutcome, type Judged, type Outcome } from './judgement.ts';
import { EXACT_METRICS, NOISY_METRICS } from './metrics.ts';
import type { Stored } from './stored.ts';

export interface Side {
  /** A path, or what was measured just now. */
  readonly label: string;
  readonly fingerprint: string | null;
  readonly counted: Counted | null;
  /** Null for a baseline, which holds exact counts alone. */
  readonly run: RunFile | null;
}

export interface Comparison {
  readonly judged: Judged[];
  readonly notes: string[];
  readonly outcome: Outcome;
}

/** @throws RunFileError for a run that holds nothing to judge */
export function sideOf(stored: Stored): Side {
  const label = stored.path;
  if (stored.kind === 'baseline') {
    return { label, fingerprint: null, counted: { baseline: stored.baseline, unsteady: [] }, run: null };
  }
  const { run } = stored;
  if (run.exact === undefined && run.measurements.length === 0) {
    throw new RunFileError(`${label} holds neither a measurement nor exact counts: there is nothing to judge.`);
  }
  const counted = run.exact === undefined ? null : { baseline: baselineOf(run.exact), unsteady: [] };
  return { label, fingerprint: run.environment.fingerprint, counted, run };
}

/** @throws RunFileError where exact counts were made with other settings */
export function compareSides(base: Side, head: Side, metrics: ReadonlySet<string>): Comparison {
  const exact = EXACT_METRICS.some(({ slug }) => metrics.has(slug)) ? exactPart(base, head, metrics) : NOTHING;
  const noisy = NOISY_METRICS.some(({ slug }) => metrics.has(slug)) ? noisyPart(base, head, metrics) : NOTHING;
  const judged = [...exact.judged, ...noisy.judged];
  const obstacles = [...exact.obstacles, ...noisy.obstacles];
  const outcomes = judged.map(({ outcome }) => outcome);
  return {
    judged,
    notes: [...obstacles, ...exact.notes, ...noisy.notes],
    outcome: worstOutcome([...outcomes, ...obstacles.map(() => 'inconclusive' as const)]),
  };
}

interface Part {
  readonly judged: Judged[];
  /** Why something was not judged that should have been. */
  readonly obstacles: string[];
  readonly notes: string[];
}

const NOTHING: Part = { judged: [], obstacles: [], notes: [] };

function exactPart(base: Side, head: Side, metrics: ReadonlySet<string>): Part {
  const without = [base, head].filter(({ counted }) => counted === null);
  if (base.counted === null || head.counted === null) {
    const names = without.map(({ label }) => label).join(' and ');
    return { ...NOTHING, obstacles: [`Exact counts are not compared: there are none in ${names}.`] };
  }
  const different = differentSettings(base.counted.baseline.settings, head.counted.baseline.settings);
  if (different.length > 0) {
    throw new RunFileError(
      `${base.label} and ${head.label} were made with different settings, which no count survives: ${different.join(', ')}. Measure both alike.`,
    );
  }
  const kept = base.run === null;
  const { judged, unguarded } = compareExact(base.counted, head.counted, { metrics, kept });
  if (unguarded.length === 0) return { ...NOTHING, judged };
  const advice = kept ? ' "pushbench baseline update" adds them.' : '';
  return { ...NOTHING, judged, notes: [`Not in the base, so not judged: ${unguarded.join(', ')}.${advice}`] };
}

function noisyPart(base: Side, head: Side, metrics: ReadonlySet<string>): Part {
  // Nobody asks a baseline for latencies.
  if (base.run === null || head.run === null) return NOTHING;
  const reasons = obstaclesOf(base, head, [base.run, head.run]);
  const judges = 'Exact counts are judged all the same; --metrics names those alone.';
  if (reasons.length > 0)
    return { ...NOTHING, obstacles: [`Noisy figures are not judged: ${reasons.join('; ')}. ${judges}`] };
  const { judged, withoutTwins } = compareNoisy(base.run, head.run, metrics);
  if (judged.length === 0) {
    return {
      ...NOTHING,
      obstacles: [`Noisy figures are not judged: no valid A/A pair tells how noisy the machine was. ${judges}`],
    };
  }
  const drift =
    'The runs were not measured side by side: a change of the machine between them counts as one of the build. "pushbench ab" tells them apart.';
  const left = `Not judged for want of an A/A pair: noisy figures of ${withoutTwins.join(', ')}.`;
  return { judged, obstacles: [], notes: [drift, ...(withoutTwins.length === 0 ? [] : [left])] };
}

function obstaclesOf(base: Side, head: Side, runs: readonly RunFile[]): string[] {
  const partial = runs.flatMap(({ partial, run, measurements }, index) =>
    partial ? [`${[base, head][index]!.label} is partial (${measurements.length} of ${run.planned} measurements)`] : [],
  );
  const machines = [base, head].map(({ fingerprint }) => fingerprint);
  const different = machines[0] === machines[1] ? [] : [`different machines (${machines.join(' and ')})`];
  return [...different, ...partial];
}
