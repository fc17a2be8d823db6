/** Exact counts of two sides, metric by metric, at zero tolerance. Pure. */
import { cellsOf, type Counted } from './baseline.ts';
import type { Judged } from './judgement.ts';
import { EXACT_METRICS } from './metrics.ts';
import { judgeExact, type Verdict } from './rule.ts';

export interface ExactComparison {
  readonly judged: Judged[];
  /** Transports, and metrics of the others, that only the head has: nothing holds them to anything yet. */
  readonly unguarded: readonly string[];
}

/**
 * What the base has is judged; a metric that the head lacks is inconclusive, because what was not counted may be anything.
 *
 * @param kept whether the base is a baseline, which a smaller count has to be written into, or the next increase goes unseen
 */
export function compareExact(
  base: Counted,
  head: Counted,
  { metrics, kept }: { readonly metrics: ReadonlySet<string>; readonly kept: boolean },
): ExactComparison {
  const cells = cellsOf(base.baseline, head.baseline).filter(({ metric }) => metrics.has(metric));
  const judged = cells.flatMap(({ transport, metric, counts: [from, to] }): Judged[] => {
    if (from === null) return [];
    const unsteady = head.unsteady.find((each) => each.transport === transport && each.metric === metric);
    const verdict = unsteady === undefined ? verdictOn(from, to, kept) : notExact(unsteady.counts);
    return [
      {
        ...{ transport, scenario: null, metric, kind: 'exact', unit: unitOf(metric) },
        ...{ base: from, head: unsteady === undefined ? to : null },
        ...verdict,
      },
    ];
  });
  const unguarded = cells
    .filter(({ counts: [from] }) => from === null)
    .map(({ transport, metric }) =>
      Object.hasOwn(base.baseline.transports, transport) ? `${transport} ${metric}` : transport,
    );
  return { judged, unguarded: [...new Set(unguarded)] };
}

function verdictOn(base: number, head: number | null, kept: boolean): Verdict {
  const verdict = judgeExact(base, head);
  if (head === null || head >= base) return verdict;
  if (!kept) return { ...verdict, outcome: 'pass', reason: `${base - head} less: ${head} instead of ${base}` };
  return {
    ...verdict,
    outcome: 'warn',
    reason: 'less than the baseline has; keep it with "pushbench baseline update"',
  };
}

function notExact([first, second]: readonly [number | null, number | null]): Verdict {
  const reason = `not exact: ${first ?? 'none'} in one count and ${second ?? 'none'} in the next`;
  return { change: null, floor: null, outcome: 'inconclusive', reason };
}

/** A metric of another version is taken for bytes, as almost all are. */
const unitOf = (slug: string): string => EXACT_METRICS.find((metric) => metric.slug === slug)?.unit ?? 'bytes';
