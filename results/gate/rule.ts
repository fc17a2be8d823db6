/**
 * The rule by which a gate decides, metric by metric: from what two builds did to what is said of them. Pure.
 *
 * Of a noisy metric nothing is decided by its figures alone: the same build against itself (the A/A arm), measured in the
 * same job, tells what the machine does, and what could not have been seen is not called unchanged.
 */
import type { Change, Outcome } from './judgement.ts';
import type { NoisyMetric } from './metrics.ts';
import { median } from '../statistics.ts';
import { CONFIDENCE, FEWEST_PAIRS, logRatios, pairedChange, signedRank, type Pair } from './paired.ts';

/** What a change must exceed to be believed, however quiet the machine: 5 %. */
export const RELATIVE_FLOOR = 0.05;

/** A run that could not have seen a doubling could not tell: it is inconclusive, and not a pass. */
const BLIND_FROM = Math.log(2);

/**
 * Confidence with which the same build has to differ from itself before a run is given up: of ten pairs all on one side.
 * Every metric of every transport asks, so at 95 % two comparisons of twenty metrics in three would be given up on a
 * machine that did nothing.
 */
const MOVED_CONFIDENCE = 0.998;

export interface Verdict {
  readonly change: Change | null;
  /** The relative change that the run could not tell from noise; null where nothing tells. */
  readonly floor: number | null;
  readonly outcome: Outcome;
  /** One sentence without its full stop. */
  readonly reason: string;
}

export interface Noisy {
  /** Base and head, each pair of two invocations next to each other, in balanced order. */
  readonly pairs: readonly Pair[];
  /** Two invocations of the base, likewise. */
  readonly sameBuild: readonly Pair[];
  readonly metric: Pick<NoisyMetric, 'better' | 'absoluteFloor'>;
  /** 0.05 is 5 %. */
  readonly relativeFloor: number;
}

/**
 * Fails when the whole interval lies beyond the floor, warns when it lies beyond 0 and the estimate beyond the floor. The
 * floor is the largest of the relative one, the absolute one and half the width of the A/A interval.
 */
export function judgeNoisy({ pairs, sameBuild, metric, relativeFloor }: Noisy): Verdict {
  const change = pairedChange(pairs);
  const same = pairedChange(sameBuild);
  const missing = whatIsMissing(pairs, change, 'pairs') ?? whatIsMissing(sameBuild, same, 'pairs of the same build');
  if (missing !== undefined) return { change, floor: null, outcome: 'inconclusive', reason: missing };

  const least = leastChange(pairs, metric.absoluteFloor, relativeFloor);
  const moved = movement(sameBuild, least);
  const floor = Math.max(least, halfWidth(same!));
  const worse = worsening(change!, metric.better);
  // With a true change of this size every other run's whole interval lies beyond the floor.
  const visible = floor + halfWidth(change!);
  const decided = (outcome: Outcome, reason: string): Verdict => ({
    change,
    floor: Math.expm1(floor),
    outcome,
    reason,
  });

  const found = `${words(change!)} (${interval(change!)})`;
  const noise = `the floor of ${percent(Math.expm1(floor))}`;
  if (moved !== null)
    return decided('inconclusive', `the same build differed from itself by ${moved}: the machine moved`);
  if (worse.low > floor) return decided('fail', `${found}, all of it beyond ${noise}`);
  if (worse.low > 0 && worse.estimate > floor) return decided('warn', `${found}, beyond ${noise} but not all of it`);
  if (visible > BLIND_FROM)
    return decided('inconclusive', `could not tell: too noisy to see a doubling (${interval(change!)})`);
  if (worse.high < 0 && -worse.estimate > floor) return decided('pass', `better: ${found}`);
  return decided(
    'pass',
    `no change shown (${interval(change!)}); one of ${percent(Math.expm1(visible))} could have been seen`,
  );
}

/** Counts that any machine repeats: one more is a regression, one fewer asks for a new baseline. */
export function judgeExact(base: number | null, head: number | null): Verdict {
  if (base === null || head === null) {
    const where = base === head ? 'on both sides' : base === null ? 'in the base' : 'in the head';
    return { change: null, floor: null, outcome: 'inconclusive', reason: `missing ${where}` };
  }
  const ratio = base === head ? 0 : head / base - 1;
  const change = Number.isFinite(ratio) ? { ratio, low: null, high: null, pairs: 1 } : null;
  const by = Math.abs(head - base);
  if (head > base) return { change, floor: null, outcome: 'fail', reason: `${by} more: ${head} instead of ${base}` };
  if (head === base) return { change, floor: null, outcome: 'pass', reason: 'the same' };
  const reason = `${by} less: ${head} instead of ${base}; keep it with pushbench baseline update`;
  return { change, floor: null, outcome: 'pass', reason };
}

function whatIsMissing(pairs: readonly Pair[], change: Change | null, what: string): string | undefined {
  if (pairs.length < FEWEST_PAIRS)
    return `${pairs.length} ${what}: an interval of ${CONFIDENCE * 100} % takes ${FEWEST_PAIRS}`;
  return change === null ? `a value of 0 among the ${what}: no ratio can be formed` : undefined;
}

/** The smallest change worth a word, as a log-ratio, however quiet the machine. */
function leastChange(pairs: readonly Pair[], absoluteFloor: number, relativeFloor: number): number {
  const base = median(pairs.map(([value]) => value))!;
  return Math.log1p(Math.max(relativeFloor, absoluteFloor / base));
}

/** By how much the machine has moved between two invocations of one build; null where it has not by anything that counts. */
function movement(sameBuild: readonly Pair[], least: number): string | null {
  const ratios = logRatios(sameBuild)!;
  // Fewer than ten pairs do not reach it: there, too, the whole range must lie on one side, which is 96.9 % of six.
  const { estimate, low, high } = signedRank(ratios, MOVED_CONFIDENCE)!;
  const from = low ?? Math.min(...ratios);
  const to = high ?? Math.max(...ratios);
  return Math.abs(estimate) > least && (from > 0 || to < 0) ? percent(Math.abs(Math.expm1(estimate))) : null;
}

interface Worsening {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/** The change as log-ratios, above 0 where the head is worse. */
function worsening({ ratio, low, high }: Change, better: 'lower' | 'higher'): Worsening {
  const [estimate, from, to] = [Math.log1p(ratio), Math.log1p(low!), Math.log1p(high!)];
  return better === 'lower' ? { estimate, low: from, high: to } : { estimate: -estimate, low: -to, high: -from };
}

const halfWidth = ({ low, high }: Change): number => (Math.log1p(high!) - Math.log1p(low!)) / 2;

const percent = (ratio: number): string => `${(ratio * 100).toFixed(1)} %`;

function signed(ratio: number): string {
  const text = percent(Math.abs(ratio));
  return text === percent(0) ? text : `${ratio < 0 ? '−' : '+'}${text}`;
}

function interval({ low, high }: Change): string {
  return `${signed(low!)} to ${signed(high!)}`;
}

function words({ ratio }: Change): string {
  return `${percent(Math.abs(ratio))} ${ratio < 0 ? 'less' : 'more'}`;
}
