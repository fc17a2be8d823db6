/**
 * What one probe says: whether the target was met, and if not, what stood in its way. Pure.
 *
 * A strained generator can only add to a latency, so a target that is met is met, whatever the certificate says of the
 * generator. A target that is missed beside a strained generator proves nothing about the server: such a probe ends the
 * interval as `invalid`, and the capacity below it is a lower bound.
 */
import type { ClauseResult, Limit, LimitCode, Probe, ProbeVerdict } from '../../results/capacity.ts';
import { cpuSharesOf } from '../../results/cpu-shares.ts';
import type { Measurement, WarningCode } from '../../results/schema.ts';
import { evaluate, type Slo } from './slo.ts';

/** Share of its cores above which a server has no room left. */
export const SERVER_CPU_SHARE = 0.9;

const INSTRUMENT_WARNINGS: ReadonlySet<WarningCode> = new Set([
  'generator-cpu',
  'generator-event-loop',
  'schedule-slip',
  'link-late',
]);
const DEFECTS: ReadonlySet<WarningCode> = new Set(['deliveries-duplicated', 'deliveries-reordered', 'ledger-mismatch']);

export interface Judgement {
  readonly verdict: ProbeVerdict;
  readonly clauses: ClauseResult[];
  readonly limit: Limit | null;
}

/** @param law the clause that this transport cannot meet at any load, when there is one */
export function judge(slo: Slo, measurement: Measurement, law: string | null): Judgement {
  const { verdict, clauses } = evaluate(slo, measurement);
  const { warnings } = measurement.validity;
  const defect = warnings.find(({ code }) => DEFECTS.has(code));
  if (defect !== undefined) {
    return { verdict: 'invalid', clauses, limit: limit('failure', true, defect.message, defect.advice) };
  }
  // A client that was refused or cut off is not served, even if what it missed was made up for in time.
  const complained = warnings.some(({ code }) => code === 'client-errors');
  if (verdict === 'met' && !complained) return { verdict, clauses, limit: null };
  if (verdict === 'unknown') {
    const unknown = clauses.find((clause) => clause.verdict === 'unknown')!;
    const message = `${unknown.clause} could not be judged: too few samples, or not measured on this system.`;
    return { verdict: 'invalid', clauses, limit: limit('samples', true, message, 'Raise --duration.') };
  }
  const reason = limitOf(clauses, measurement, law);
  return { verdict: reason.lowerBound ? 'invalid' : 'failed', clauses, limit: reason };
}

/** Where time ended the search and no load did: nothing says that there is not more. */
export const outOfTime = (): Limit =>
  limit('budget', true, 'The time was over before any load missed the target.', 'Raise --budget.');

/** A probe that could not be finished, by the sentence that says why. */
export function judgeFailure(message: string): Judgement {
  return { verdict: 'invalid', clauses: [], limit: limit(codeOf(message), true, message, null) };
}

function codeOf(message: string): LimitCode {
  if (/\bE[MN]FILE\b/.test(message)) return 'descriptors';
  if (/\bEADDRNOTAVAIL\b/.test(message)) return 'ports';
  // The kernel ends with SIGKILL what takes the last memory, V8 ends itself with SIGABRT.
  return /\bENOMEM\b|heap out of memory|SIGKILL|SIGABRT/.test(message) ? 'memory' : 'failure';
}

const limit = (code: LimitCode, lowerBound: boolean, message: string, advice: string | null): Limit => ({
  code,
  lowerBound,
  message,
  advice,
});

const percent = (share: number | null): string => (share === null ? 'an unknown part' : `${Math.round(share * 100)} %`);

/** Of a probe that missed its target. The fuller of the two processes is the limit where both are full. */
function limitOf(clauses: readonly ClauseResult[], measurement: Measurement, law: string | null): Limit {
  if (law !== null) {
    const message = `${law} cannot be met by its law, not by load: a delivery waits for the next poll, up to a whole poll interval.`;
    return limit('law', false, message, 'Lower --poll-interval.');
  }
  const { warnings } = measurement.validity;
  const { server, generator } = cpuSharesOf(measurement);
  const strained = warnings.find(({ code, invalidates }) => invalidates && INSTRUMENT_WARNINGS.has(code));
  if (server !== null && server >= SERVER_CPU_SHARE && (strained === undefined || server >= (generator ?? 0))) {
    const beside = strained === undefined ? '' : `; the generator was near its own limit with ${percent(generator)}`;
    return limit('server-cpu', false, `The server used ${percent(server)} of a core${beside}.`, null);
  }
  const busy = warnings.find(({ code }) => code === 'machine-busy');
  // A generator that is late with CPU to spare did not get a core: that was others.
  if (strained?.code === 'link-late') return limit('link', true, strained.message, 'Lower --rate, or take no --link.');
  if (strained !== undefined && (strained.code === 'generator-cpu' || busy === undefined)) {
    const advice = 'More cores, or more generators (--workers), would show more.';
    return limit('generator', true, strained.message, advice);
  }
  if (busy !== undefined) return limit('machine-busy', true, busy.message, 'Close other programs and run again.');
  const used = `The server used ${percent(server)} of a core and the generator ${percent(generator)}`;
  const complaint = warnings.find(({ code }) => code === 'client-errors');
  if (complaint !== undefined) return limit('failure', true, complaint.message, complaint.advice);
  const { lost, offered } = measurement.counts;
  if (lost > 0) return limit('lost', false, `${lost} of ${offered} deliveries did not arrive. ${used}.`, null);
  const missed = clauses.find(({ verdict }) => verdict === 'failed')!;
  const times = missed.ratio === null ? '' : ` by ${missed.ratio.toFixed(1)} times its limit`;
  return limit('latency', false, `${missed.clause} was missed${times}. ${used}: neither was full.`, null);
}

/** How many times as much the fuller of the two processes might carry. Null where unknown. */
export function roomOf({ measurement }: Pick<Probe, 'measurement'>): number | null {
  if (measurement === null) return null;
  const { server, generator } = cpuSharesOf(measurement);
  const fullest = Math.max(server ?? 0, generator ?? 0);
  return fullest === 0 ? null : 1 / fullest;
}
