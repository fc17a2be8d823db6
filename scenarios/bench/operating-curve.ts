/**
 * How often a gate's verdicts are right, from blocks that were measured once: comparisons are drawn from them as `pushbench
 * ab` would have made them had it begun at each block in turn. Pure.
 *
 * Blocks stay whole and in order of time, so that bursts and drift are in a comparison as they were on the machine; drawn
 * at random, they would be spread evenly over all of them. What is drawn overlaps, so intervals count only as many
 * comparisons as have no block in common.
 */
import type { Block } from '../../results/ab.ts';
import { judgeAb, type Compared } from '../../results/gate/judge-ab.ts';
import { OUTCOMES, worstOutcome, type Change, type Judged, type Outcome } from '../../results/gate/judgement.ts';
import { median } from '../../results/statistics.ts';

/** Comparisons of so many blocks each, with as many again behind them for what fails once; after the last comes the first. */
export function drawComparisons(blocks: readonly Block[], blocksEach: number): Block[][] {
  return blocks.map((_, from) =>
    Array.from({ length: 2 * blocksEach }, (_, place) => ({
      ...blocks[(from + place) % blocks.length]!,
      confirmation: place >= blocksEach,
    })),
  );
}

export interface Curve {
  /** Each metric by itself: its slug, and `all` for the worst of a comparison. */
  readonly metric: string;
  /** What all drawn comparisons came to. */
  readonly shares: Readonly<Record<Outcome, number>>;
  readonly drawn: number;
  /** Comparisons that have no block in common, were all of them measured again. */
  readonly disjoint: number;
  /** Median of the estimated changes; null for `all`, and where there is none. */
  readonly change: number | null;
  /** Median of half the widths of their intervals, relative; null likewise. */
  readonly halfWidth: number | null;
}

export type Rule = Pick<Compared, 'scenario' | 'metrics' | 'relativeFloor'>;

/** @param blocks of one transport in order of time */
export function operatingCurve(blocks: readonly Block[], blocksEach: number, rule: Rule): Curve[] {
  const transports = [...new Set(blocks.map(({ transport }) => transport))];
  // Only noisy figures: exact ones need no curve.
  const exact = { base: {}, head: {} };
  const judged = drawComparisons(blocks, blocksEach).map((drawn) =>
    judgeAb({ ...rule, counted: [], transports, blocks: drawn, exact }),
  );
  const disjoint = Math.floor(blocks.length / (2 * blocksEach));
  const curve = (metric: string, outcomes: readonly Outcome[], changes: readonly Change[]): Curve => ({
    metric,
    shares: Object.fromEntries(
      OUTCOMES.map((outcome) => [outcome, outcomes.filter((each) => each === outcome).length / outcomes.length]),
    ) as Record<Outcome, number>,
    drawn: outcomes.length,
    disjoint,
    change: median(changes.map(({ ratio }) => ratio)),
    halfWidth: median(changes.flatMap(halfWidthOf)),
  });
  const worst = judged.map((each) => worstOutcome(each.map(({ outcome }) => outcome)));
  return [
    curve('all', worst, []),
    ...rule.metrics.map(({ slug }) => {
      const own = judged.flatMap((each) => each.filter(({ metric }) => metric === slug));
      return curve(
        slug,
        own.map(({ outcome }) => outcome),
        own.flatMap(changeOf),
      );
    }),
  ];
}

const changeOf = ({ change }: Judged): Change[] => (change === null ? [] : [change]);

const halfWidthOf = ({ low, high }: Change): number[] =>
  low === null || high === null ? [] : [Math.sqrt((1 + high) / (1 + low)) - 1];
