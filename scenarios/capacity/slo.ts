/**
 * The target that a capacity is sought for, as one writes it: `p99<100ms, server-cpu<=80%`. Pure.
 *
 * That nothing is lost is part of every target: a delivery that never came has no latency, so without it the largest
 * load would be the one that loses most.
 */
import type { ClauseResult, SloVerdict } from '../../results/capacity.ts';
import type { Measurement } from '../../results/schema.ts';
import { formatDuration, InvalidValue, parseDuration } from '../units.ts';

export const LATENCY_METRICS = ['p50', 'p90', 'p99', 'p999', 'mean', 'max'] as const;
export type LatencyMetric = (typeof LATENCY_METRICS)[number];

export type Clause =
  | { readonly metric: LatencyMetric; readonly op: '<' | '<='; readonly limitMs: number }
  /** CPU time of the server over the window: 1 is one core. */
  | { readonly metric: 'server-cpu'; readonly op: '<' | '<='; readonly limitShare: number };

/** All clauses must hold, and nothing may be lost; with no clause that is all. */
export interface Slo {
  readonly clauses: readonly Clause[];
}

/** What to write where a target does not parse. */
export const GRAMMAR = `METRIC OP VALUE[, METRIC OP VALUE …]
  METRIC  ${LATENCY_METRICS.join(', ')}  delivery latency, VALUE with its unit: 100ms, 1.5s
          server-cpu                     share of one core, VALUE as 80% or 0.8
          lost                           always 0, written or not: lost=0
  OP      < or <=
  such as p99<100ms or "p99<100ms, p50<=20ms, server-cpu<80%"`;

const NOTHING_LOST = 'lost=0';

/** Cores that a server could be asked to use. */
const MOST_CORES = 1_024;

/** @throws InvalidValue with the clause that does not parse and the grammar */
export function parseSlo(text: string): Slo {
  const clauses = text.split(',').map((part) => parseClause(part.trim()));
  return { clauses: clauses.filter((clause) => clause !== null) };
}

/** Null for `lost=0`, which holds anyway. */
function parseClause(text: string): Clause | null {
  const match = /^([a-z0-9.-]+)\s*(<=|<|=)\s*(\S+)$/.exec(text);
  if (match === null) throw bad(text === '' ? 'a clause is empty' : `"${text}" is no clause`);
  const [, metric, op, value] = match as unknown as [string, string, Clause['op'] | '=', string];
  if (metric === 'lost') {
    if (`${op}${value}` === '=0' || `${op}${value}` === '<=0' || `${op}${value}` === '<1') return null;
    throw bad(`"${text}" would let deliveries be lost`);
  }
  if (op === '=') throw bad(`"${text}" asks for one exact value`);
  if (metric === 'server-cpu') return { metric, op, limitShare: parseShare(text, value) };
  const latency = LATENCY_METRICS.find((name) => name === metric);
  if (latency === undefined) throw bad(`there is no metric "${metric}"`);
  return { metric: latency, op, limitMs: parseLimit(text, value) };
}

function parseShare(text: string, value: string): number {
  const match = /^(\d+(?:\.\d+)?)(%?)$/.exec(value);
  const share = match === null ? 0 : Number(match[1]) / (match[2] === '%' ? 100 : 1);
  // To the hundredth of a percent: it then has a text that gives the same number back.
  const rounded = Math.round(share * 1e4) / 1e4;
  if (rounded <= 0 || rounded > MOST_CORES) throw bad(`"${text}" needs a share of a core, such as 80% or 0.8`);
  return rounded;
}

function parseLimit(text: string, value: string): number {
  try {
    const limitMs = parseDuration(value);
    if (limitMs > 0) return limitMs;
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error;
    throw bad(`in "${text}" the value ${error.message}`);
  }
  throw bad(`"${text}" can never hold`);
}

function bad(what: string): InvalidValue {
  return new InvalidValue(`does not parse: ${what}. The grammar is\n\n  ${GRAMMAR}\n`);
}

/** The canonical text; `parseSlo` gives the same target back. */
export function showSlo({ clauses }: Slo): string {
  return clauses.length === 0 ? NOTHING_LOST : clauses.map(showClause).join(', ');
}

function showClause(clause: Clause): string {
  const value = 'limitMs' in clause ? formatDuration(clause.limitMs) : `${Math.round(clause.limitShare * 1e4) / 100}%`;
  return `${clause.metric}${clause.op}${value}`;
}

/**
 * Whether a measurement met the target, clause by clause. A percentile that its samples do not support is `unknown`, and
 * so is a server's CPU that this system does not tell: neither is ever met.
 */
export function evaluate(slo: Slo, measurement: Measurement): { verdict: SloVerdict; clauses: ClauseResult[] } {
  const { lost } = measurement.counts;
  const clauses = [
    ...slo.clauses.map((clause) => evaluateClause(clause, measurement)),
    // Without a limit above 0 there is no ratio.
    { clause: NOTHING_LOST, verdict: lost > 0 ? 'failed' : 'met', ratio: null } as const,
  ];
  const has = (verdict: SloVerdict): boolean => clauses.some((clause) => clause.verdict === verdict);
  return { verdict: has('failed') ? 'failed' : has('unknown') ? 'unknown' : 'met', clauses };
}

function evaluateClause(clause: Clause, measurement: Measurement): ClauseResult {
  const ratio = ratioOf(clause, measurement);
  const met = ratio !== null && (clause.op === '<' ? ratio < 1 : ratio <= 1);
  return { clause: showClause(clause), verdict: ratio === null ? 'unknown' : met ? 'met' : 'failed', ratio };
}

/** What was measured over the limit; null where it was not measured. */
function ratioOf(clause: Clause, { deliveryLatencyNs, server, window }: Measurement): number | null {
  if ('limitMs' in clause) {
    const valueNs = deliveryLatencyNs[clause.metric];
    return valueNs === null ? null : valueNs / (clause.limitMs * 1e6);
  }
  if (server.cpuNs === null || window.durationNs === 0) return null;
  return server.cpuNs / window.durationNs / clause.limitShare;
}

/** Quantile 0…1 that a latency metric reads; null for the mean and the maximum. */
const QUANTILES: Readonly<Record<LatencyMetric, number | null>> = {
  p50: 0.5,
  p90: 0.9,
  p99: 0.99,
  p999: 0.999,
  mean: null,
  max: null,
};

/** The highest quantile that the target asks for: it decides how many samples a probe needs. Null for none. */
export function highestQuantile({ clauses }: Slo): number | null {
  const asked = clauses.flatMap((clause) => ('limitMs' in clause ? (QUANTILES[clause.metric] ?? []) : []));
  return asked.length === 0 ? null : Math.max(...asked);
}

/**
 * The clause that a client polling once each interval cannot meet however small the load: a delivery waits for the next
 * poll for anything from nothing to the whole interval, each equally likely.
 */
export function brokenByLaw({ clauses }: Slo, pollIntervalMs: number): string | null {
  const broken = clauses.find((clause) => {
    if (!('limitMs' in clause)) return false;
    const share = clause.metric === 'mean' ? 0.5 : (QUANTILES[clause.metric] ?? 1);
    return share * pollIntervalMs >= clause.limitMs;
  });
  return broken === undefined ? null : showClause(broken);
}
