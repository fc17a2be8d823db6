/**
 * What a block of four invocations tells: pairs of both builds, and pairs of each build with itself. Pure.
 *
 * In A B B A the first two and the last two are pairs of neighbours, once with the base first and once with the head
 * first, so that a machine that slows down steadily moves one of them up and the other down. The outer two are one build
 * measured twice, the inner two the other: the A/A arm, from the same minutes, of the same number, and at no cost. The
 * rejected alternative, invocations of the base as a third arm, takes half as long again and says the same.
 *
 * Of these the base's are read forwards and the head's backwards, so that over blocks of both orders a steady drift
 * cancels in the arm as it does between the builds: the arm then shows what the comparison suffers from, and not more.
 */
import type { Block, Invocation } from '../ab.ts';
import type { WarningCode } from '../certificate.ts';
import type { NoisyMetric } from './metrics.ts';
import type { Pair } from './paired.ts';

export interface Paired {
  readonly pairs: readonly Pair[];
  readonly sameBuild: readonly Pair[];
  /** Pairs of both builds that could not be formed, because of an invocation that was invalid, failed or has no such figure. */
  readonly leftOut: number;
  /** Why, each reason once, the most frequent first. */
  readonly reasons: readonly string[];
}

/** Reason of an invocation that is valid and yet has no such figure. */
const NO_FIGURE = 'too few samples or not measurable here';

export type Figure = Pick<NoisyMetric, 'slug' | 'steadiedBy'>;

/** @param metric as it is compared: steadied where it has a companion */
export function pairsOf(blocks: readonly Block[], metric: Figure): Paired {
  const pairs: Pair[] = [];
  const sameBuild: Pair[] = [];
  let leftOut = 0;
  for (const { pattern, invocations } of blocks) {
    const [first, second, third, fourth] = [0, 1, 2, 3].map((index) => valueOf(invocations[index], metric));
    for (const neighbours of [both(first, second), both(fourth, third)]) {
      if (neighbours[0] === null) leftOut++;
      else pairs.push(pattern === 'ABBA' ? neighbours : [neighbours[1], neighbours[0]]);
    }
    const [outer, inner] = [both(first, fourth), both(second, third)];
    const [base, head] = pattern === 'ABBA' ? [outer, inner] : [inner, outer];
    if (base[0] !== null) sameBuild.push(base);
    if (head[0] !== null) sameBuild.push([head[1], head[0]]);
  }
  return { pairs, sameBuild, leftOut, reasons: leftOut === 0 ? [] : reasonsOf(blocks, metric) };
}

interface Value {
  readonly value: number;
  /** What steadies it; null where there is none. */
  readonly companion: number | null;
}

/** Both values, or neither. */
function both(one: Value | null | undefined, other: Value | null | undefined): Pair | readonly [null, null] {
  if (!one || !other) return [null, null];
  const apart = one.companion === null || other.companion === null ? 1 : other.companion / one.companion;
  // Half of it is taken out, from each of the two the same part, so that both still read in the metric's unit.
  const part = apart ** 0.25;
  return [one.value * part, other.value / part];
}

function valueOf(invocation: Invocation | undefined, { slug, steadiedBy }: Figure): Value | null {
  if (invocation === undefined || spoiling(invocation, slug).length > 0) return null;
  const value = invocation.values[slug] ?? null;
  if (value === null) return null;
  const companion = steadiedBy === undefined ? null : (invocation.values[steadiedBy] ?? null);
  return { value, companion: companion !== null && companion > 0 ? companion : null };
}

/**
 * Warnings that spoil latencies and nothing else: a process that waits for its core uses no more of it, and its memory is
 * what it is, be it the server or clients that have no core left. Whatever else that does to them, it does to the A/A arm
 * too.
 */
const OF_LATENCY: ReadonlySet<string> = new Set<WarningCode>([
  'machine-busy',
  'machine-stolen',
  'generator-cpu',
  'generator-event-loop',
  'schedule-slip',
  'clock',
  'link-late',
]);

function spoiling({ invalid }: Invocation, metric: string): string[] {
  return invalid.filter((code) => metric.startsWith('latency-') || !OF_LATENCY.has(code));
}

function reasonsOf(blocks: readonly Block[], metric: Figure): string[] {
  const counts = new Map<string, number>();
  for (const invocation of blocks.flatMap(({ invocations }) => invocations)) {
    const spoilt = invocation.failure === null ? spoiling(invocation, metric.slug) : [invocation.failure];
    const missing = spoilt.length === 0 && valueOf(invocation, metric) === null;
    for (const reason of missing ? [NO_FIGURE] : spoilt) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a).map(([reason]) => reason);
}
