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

/** What was measured of one metric of two builds. */
export interface Measured {
  /** Base and head, each pair of two invocations next to each other, in balanced order. */
  readonly pairs: readonly Pair[];
  /** Two invocations of the same build, likewise: the A/A arm. */
  readonly sameBuild: readonly Pair[];
}

export interface Noisy extends Measured {
  readonly metric: Pick<NoisyMetric, 'better' | 'absoluteFloor'>;
  /** 0.05 is 5 %. */
  readonly relativeFloor: number;
}

/**
 * Fails when the whole interval lies beyond the floor, warns when it lies beyond 0 and the estimate beyond the floor. The
 * floor is the largest of the relative one, the absolute one and half the width of the A/A interval.
 */
export function judgeNoisy(noisy: Noisy): Verdict {
  const weighed = weigh(noisy);
  if ('missing' in weighed) {
    return { change: weighed.change, floor: null, outcome: 'inconclusive', reason: weighed.missing };
  }
  const { change, floor, moved } = weighed;
  const [outcome, reason]: Decision =
    moved === null ? decide(change, floor, noisy.metric.better) : ['inconclusive', `${moved}: the machine moved`];
  return { change, floor: Math.expm1(floor), outcome, reason };
}

interface Weighed {
  readonly change: Change;
  /** The smallest change worth a word, and what is to be exceeded here; as log-ratios. */
  readonly least: number;
  readonly floor: number;
  /** What is said where the machine has moved. */
  readonly moved: string | null;
}

function weigh({
  pairs,
  sameBuild,
  metric,
  relativeFloor,
}: Noisy): Weighed | { change: Change | null; missing: string } {
  const change = pairedChange(pairs);
  const same = pairedChange(sameBuild);
  const missing = whatIsMissing(pairs, change, 'pairs') ?? whatIsMissing(sameBuild, same, 'pairs of the same build');
  if (missing !== undefined) return { change, missing };
  const least = leastChange(pairs, metric.absoluteFloor, relativeFloor);
  return { change: change!, least, floor: Math.max(least, halfWidth(same!)), moved: movement(sameBuild, least) };
}

type Decision = readonly [outcome: Outcome, reason: string];

/** @param floor as a log-ratio */
function decide(change: Change, floor: number, better: NoisyMetric['better']): Decision {
  const worse = worsening(change, better);
  const found = `${words(change)} (${interval(change)})`;
  const noise = `the floor of ${percent(Math.expm1(floor))}`;
  if (worse.low > floor) return ['fail', `${found}, all of it beyond ${noise}`];
  if (worse.low > 0 && worse.estimate > floor) return ['warn', `${found}, beyond ${noise} but not all of it`];
  if (worse.high < 0 && -worse.estimate > floor) return ['pass', `better: ${found}`];
  // With a true change of this size every other run's whole interval lies beyond the floor.
  const visible = floor + halfWidth(change);
  if (visible > BLIND_FROM)
    return ['inconclusive', `could not tell: too noisy to see a doubling (${interval(change)})`];
  return ['pass', `no change shown (${interval(change)}); one of ${percent(Math.expm1(visible))} could have been seen`];
}

/** Whether it is measured once more: its estimate alone is worse by what would count, whatever the interval says. */
export function looksWorse(noisy: Noisy): boolean {
  const weighed = weigh(noisy);
  if ('missing' in weighed || weighed.moved !== null) return false;
  return worsening(weighed.change, noisy.metric.better).estimate > weighed.least;
}

/**
 * The second of two stages that are decided before the first: what looks worse is measured once more, as many pairs again
 * on fresh processes, and all pairs together decide. Where that could not be measured, what is worse is not believed.
 *
 * It cannot fail what all pairs by themselves would not have failed, so the second look adds no false alarm, and the first
 * may be generous. Rejected: that both stages must fail by themselves. A change has to be found twice then: see
 * CONTRIBUTING.md, which has what each of them found.
 */
export function judgeTwice(first: Noisy, again: Measured): Verdict {
  if (!looksWorse(first)) return judgeNoisy(first);
  const pairs = [...first.pairs, ...again.pairs];
  const sameBuild = [...first.sameBuild, ...again.sameBuild];
  const together = judgeNoisy({ ...first, pairs, sameBuild });
  const isWorse = together.outcome === 'fail' || together.outcome === 'warn';
  const outcome = isWorse && again.pairs.length < FEWEST_PAIRS ? 'inconclusive' : together.outcome;
  const parts = [first, again].map((part) => partText(pairedChange(part.pairs)));
  return { ...together, outcome, reason: `${together.reason}; measured twice: ${parts.join(', then ')}` };
}

function partText(change: Change | null): string {
  if (change === null) return 'nothing';
  return change.low === null ? `${change.pairs} pairs` : `${signed(change.ratio)} (${interval(change)})`;
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
  return Math.log1p(Math.max(relativeFloor, base === 0 ? 0 : absoluteFloor / base));
}

/** What is said where the machine has moved between invocations of one build by more than what counts; else null. */
function movement(sameBuild: readonly Pair[], least: number): string | null {
  const ratios = logRatios(sameBuild)!;
  // Fewer than ten pairs do not reach it: there, too, the whole range must lie on one side, which is 96.9 % of six.
  const { estimate, low, high } = signedRank(ratios, MOVED_CONFIDENCE)!;
  const from = low ?? Math.min(...ratios);
  const to = high ?? Math.max(...ratios);
  if (Math.abs(estimate) <= least || (from <= 0 && to >= 0)) return null;
  return `the same build differed from itself by ${percent(Math.abs(Math.expm1(estimate)))}`;
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
