/** What is said of two builds from all that was measured of them: exact counts at zero tolerance, figures by the rule. Pure. */
import type { Block } from '../ab.ts';
import { median } from '../statistics.ts';
import { pairsOf, type Paired } from './blocks.ts';
import type { Judged } from './judgement.ts';
import { EXACT_METRICS, type NoisyMetric } from './metrics.ts';
import { judgeExact, judgeNoisy, type Verdict } from './rule.ts';

/** By transport and metric. A metric that a transport does not have is null, or missing. */
export type ExactCounts = Readonly<Record<string, Readonly<Record<string, number | null>>>>;

export interface Compared {
  readonly scenario: string;
  readonly transports: readonly string[];
  readonly metrics: readonly NoisyMetric[];
  /** 0.05 is 5 %. */
  readonly relativeFloor: number;
  readonly blocks: readonly Block[];
  /** Null: it could not be counted. */
  readonly exact: { readonly base: ExactCounts | null; readonly head: ExactCounts | null };
}

export function judgeAb(compared: Compared): Judged[] {
  return compared.transports.flatMap((transport) => [
    ...judgedExact(transport, compared),
    ...compared.metrics.map((metric) => judgedNoisy(transport, metric, compared)),
  ]);
}

function judgedExact(transport: string, { exact }: Compared): Judged[] {
  return EXACT_METRICS.flatMap(({ slug, unit }): Judged[] => {
    const [base = null, head = null] = [exact.base?.[transport]?.[slug], exact.head?.[transport]?.[slug]];
    // Neither has it: this transport has no such thing. Where one build could not be counted, that is said.
    if (base === null && head === null && exact.base !== null && exact.head !== null) return [];
    const { change, floor, outcome, reason } = judgeExact(base, head);
    return [
      { transport, scenario: null, metric: slug, kind: 'exact', unit, base, head, change, floor, outcome, reason },
    ];
  });
}

function judgedNoisy(transport: string, metric: NoisyMetric, compared: Compared): Judged {
  const first = verdictOf(transport, metric, compared, false)!;
  const { pairs } = first.paired;
  return {
    transport,
    scenario: compared.scenario,
    metric: metric.slug,
    kind: 'noisy',
    unit: metric.unit,
    base: median(pairs.map(([base]) => base)),
    head: median(pairs.map(([, head]) => head)),
    ...confirmed(first.verdict, verdictOf(transport, metric, compared, true)?.verdict),
  };
}

/** Of the planned pairs or of those that were measured again; undefined where there was no again. */
function verdictOf(
  transport: string,
  metric: NoisyMetric,
  { blocks, relativeFloor }: Compared,
  again: boolean,
): { verdict: Verdict; paired: Paired } | undefined {
  const own = blocks.filter((block) => block.transport === transport && block.confirmation === again);
  if (again && own.length === 0) return undefined;
  const paired = pairsOf(own, metric.slug);
  const verdict = judgeNoisy({ ...paired, metric, relativeFloor });
  if (paired.leftOut === 0) return { verdict, paired };
  const why = `${paired.leftOut} of ${2 * own.length} pairs left out: ${paired.reasons.join(', ')}`;
  return { verdict: { ...verdict, reason: `${verdict.reason}; ${why}` }, paired };
}

/** A failure is believed when it comes twice. Once is a warning, and where the second could not tell, neither can the whole. */
export function confirmed(first: Verdict, again: Verdict | undefined): Verdict {
  if (first.outcome !== 'fail') return first;
  if (again === undefined) return { ...first, outcome: 'warn', reason: `${first.reason}; not measured again` };
  const reason = `${first.reason}; measured again on fresh processes: ${again.reason}`;
  const outcome = again.outcome === 'fail' || again.outcome === 'inconclusive' ? again.outcome : 'warn';
  return { ...first, outcome, reason };
}

/** Transports that have a figure which failed in the planned pairs. */
export function failedOnce(compared: Compared): string[] {
  const fails = (transport: string, metric: NoisyMetric): boolean =>
    verdictOf(transport, metric, compared, false)!.verdict.outcome === 'fail';
  return compared.transports.filter((transport) => compared.metrics.some((metric) => fails(transport, metric)));
}
