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

/** @param metric slug */
export function pairsOf(blocks: readonly Block[], metric: string): Paired {
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

type Value = number | null | undefined;

/** Both values, or neither. */
function both(one: Value, other: Value): Pair | readonly [null, null] {
  return typeof one === 'number' && typeof other === 'number' ? [one, other] : [null, null];
}

function valueOf(invocation: Invocation | undefined, metric: string): number | null {
  return invocation === undefined || spoiling(invocation, metric).length > 0
    ? null
    : (invocation.values[metric] ?? null);
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

function reasonsOf(blocks: readonly Block[], metric: string): string[] {
  const counts = new Map<string, number>();
  for (const invocation of blocks.flatMap(({ invocations }) => invocations)) {
    const spoilt = invocation.failure === null ? spoiling(invocation, metric) : [invocation.failure];
    const missing = spoilt.length === 0 && valueOf(invocation, metric) === null;
    for (const reason of missing ? [NO_FIGURE] : spoilt) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a).map(([reason]) => reason);
}
