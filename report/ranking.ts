/** Who leads in a metric, and when nobody may be named: overlapping intervals are never ordered. */
import type { MetricName } from './metrics.ts';
import type { Row } from './summary.ts';
import { distinguishable, type NoiseFloor } from '../results/noise-floor.ts';
import type { Estimate } from '../results/statistics.ts';

export type Standing =
  /** No trusted row has the metric. */
  | { kind: 'none' }
  /** One row only: nothing to compare with. */
  | { kind: 'alone'; leader: Row }
  /** `next`: the rows that follow, several where they cannot be told apart. */
  | { kind: 'leader'; leader: Row; next: Row[] }
  | { kind: 'tie'; leaders: Row[] }
  /** A single repetition has no interval, so the lowest reading proves nothing. */
  | { kind: 'unordered'; lowest: Row };

const estimateOf = (row: Row, metric: MetricName): Estimate | null => row.figures[metric].estimate;

/**
 * Whether `a` lies wholly below `b`, both known from more than one repetition, and by more than the run could have made
 * out of nothing. Intervals alone are not enough: of three repetitions, those of two equal transports are apart in one
 * run of ten.
 */
export function below(a: Estimate, b: Estimate, floor: NoiseFloor | null = null): boolean {
  return a.n > 1 && b.n > 1 && a.high < b.low && distinguishable(a.value, b.value, floor);
}

/** The lowest first; by name where two are the same, so that the order in which they were measured has no say. */
function byFigure(a: Row, b: Row, metric: MetricName): number {
  const [one, other] = [a, b].map(({ transport, label }) => `${transport} ${label}`);
  const byName = one === other ? 0 : one! < other! ? -1 : 1;
  return estimateOf(a, metric)!.value - estimateOf(b, metric)!.value || byName;
}

/** Lower is better in every metric that the report ranks. Rows are compared only under the same load, and floors never. */
export function standingOf(rows: readonly Row[], metric: MetricName): Standing {
  const ranked = rows
    .filter((row) => row.trusted && !row.floor && estimateOf(row, metric) !== null)
    .sort((a, b) => byFigure(a, b, metric));
  const [lowest, second] = ranked;
  if (lowest === undefined) return { kind: 'none' };
  if (second === undefined) return { kind: 'alone', leader: lowest };
  if (ranked.some((row) => estimateOf(row, metric)!.n < 2)) return { kind: 'unordered', lowest };
  const leaders = indistinct(ranked, lowest, metric);
  if (leaders.length > 1) return { kind: 'tie', leaders };
  return { kind: 'leader', leader: lowest, next: indistinct(ranked.slice(1), second, metric) };
}

/** The rows that cannot be told from `row`, itself included: intervals overlap, or the difference is below the noise floor. */
export function indistinct(rows: readonly Row[], row: Row, metric: MetricName): Row[] {
  const own = estimateOf(row, metric);
  const floor = row.noise?.[metric] ?? null;
  if (own === null) return [];
  return rows.filter((other) => {
    const estimate = estimateOf(other, metric);
    return estimate !== null && !below(own, estimate, floor) && !below(estimate, own, floor);
  });
}

export type Mark = 'best' | 'tie' | null;

/** What stands beside one row's figure among the rows that ran under the same load. */
export function markOf(row: Row, rows: readonly Row[], metric: MetricName): Mark {
  const standing = standingOf(
    rows.filter((other) => other.load === row.load),
    metric,
  );
  if (standing.kind === 'leader') return standing.leader === row ? 'best' : null;
  if (standing.kind === 'tie') return standing.leaders.includes(row) ? 'tie' : null;
  return null;
}
