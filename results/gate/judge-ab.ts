/** What is said of two builds from all that was measured of them: exact counts at zero tolerance, figures by the rule. Pure. */
import type { Block } from '../ab.ts';
import { median } from '../statistics.ts';
import { pairsOf, type Paired } from './blocks.ts';
import type { Judged } from './judgement.ts';
import type { ExactMetric, NoisyMetric } from './metrics.ts';
import { judgeExact, judgeNoisy, judgeTwice, looksWorse, type Verdict } from './rule.ts';

/** By transport and metric. A metric that a transport does not have is null, or missing. */
export type ExactCounts = Readonly<Record<string, Readonly<Record<string, number | null>>>>;

export interface Compared {
  readonly scenario: string;
  readonly transports: readonly string[];
  /** Exact metrics that are judged. */
  readonly counted: readonly ExactMetric[];
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

function judgedExact(transport: string, { exact, counted }: Compared): Judged[] {
  return counted.flatMap(({ slug, unit }): Judged[] => {
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
  const first = stageOf(transport, metric, compared, false);
  const again = stageOf(transport, metric, compared, true);
  const noisy = { ...first, metric, relativeFloor: compared.relativeFloor };
  const stages = looksWorse(noisy) && again.planned > 0 ? [first, again] : [first];
  const verdict = stages.length === 2 ? judgeTwice(noisy, again) : unconfirmed(judgeNoisy(noisy));
  const pairs = stages.flatMap((stage) => stage.pairs);
  return {
    transport,
    scenario: compared.scenario,
    metric: metric.slug,
    kind: 'noisy',
    unit: metric.unit,
    base: median(pairs.map(([base]) => base)),
    head: median(pairs.map(([, head]) => head)),
    ...verdict,
    reason: [verdict.reason, ...stages.flatMap(leftOutText)].join('; '),
  };
}

interface Stage extends Paired {
  /** Pairs that it should have. */
  readonly planned: number;
}

/** The planned pairs, or those that were measured again. */
function stageOf(transport: string, metric: NoisyMetric, { blocks }: Compared, again: boolean): Stage {
  const own = blocks.filter((block) => block.transport === transport && block.confirmation === again);
  return { ...pairsOf(own, metric), planned: 2 * own.length };
}

const leftOutText = ({ leftOut, planned, reasons }: Stage): string[] =>
  leftOut === 0 ? [] : [`${leftOut} of ${planned} pairs left out: ${reasons.join(', ')}`];

/** What has failed is believed only when it was measured again. */
function unconfirmed(once: Verdict): Verdict {
  return once.outcome === 'fail' ? { ...once, outcome: 'warn', reason: `${once.reason}; not measured again` } : once;
}

/** Transports that have a figure which looks worse in the planned pairs: these are measured again. */
export function suspects(compared: Compared): string[] {
  const { transports, metrics, relativeFloor } = compared;
  const isSuspect = (transport: string, metric: NoisyMetric): boolean =>
    looksWorse({ ...stageOf(transport, metric, compared, false), metric, relativeFloor });
  return transports.filter((transport) => metrics.some((metric) => isSuspect(transport, metric)));
}
