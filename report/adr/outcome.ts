/** The outcome of a record: what is proposed and why, what follows from it, and how it is confirmed. */
import { isBelow } from '../../results/model/band.ts';
import type { Driver } from '../../results/workload.ts';
import { DRIVER_TITLES } from './titles.ts';
import type { Decision } from './decision.ts';
import { confirmation } from './confirmation.ts';
import { claimed, lateness, reasonText } from './claims.ts';
import { costClaim } from './figures.ts';
import type { Links } from './links.ts';
import { knowsUpstream, predict } from '../../results/model/predict.ts';
import type { Considered } from './options.ts';
import { maintainabilityOf } from './known.ts';
import { countedWeight, CRITERIA, type DriverScore, type Scored } from './scores.ts';
import { list, md } from './text.ts';
import { verdictOn } from './verdict.ts';
import { listed, percent, spanText } from './words.ts';

export function outcome(decision: Decision, links: Links): string {
  const { leaders, ranking } = decision;
  const [first] = leaders;
  if (first === undefined)
    return `## Decision Outcome\n\n${nobody(decision, links)}\n\n### Confirmation\n\n${confirmation(decision)}`;
  const names = leaders.map(({ option }) => `**${md(option.transport)}**`);
  const chosen =
    leaders.length === 1
      ? `Proposed option: ${names[0]}, because ${reasonOf(first, ranking)}.`
      : `Proposed option: ${names[0]}, in a **tie** with ${listed(names.slice(1))}: their scores overlap, so that the figures do not settle it. ${names[0]} is first by the middle of its score, because ${reasonOf(first, ranking)}.`;
  return [
    '## Decision Outcome',
    chosen,
    ...undecided(first),
    '### Consequences',
    list(consequences(first, decision, links)),
    '### Confirmation',
    confirmation(decision),
  ].join('\n\n');
}

function nobody({ options }: Decision, links: Links): string {
  const reasons = options.map(
    (one) => `**${md(one.transport)}**: ${one.knockOuts.map((reason) => reasonText(reason, one, links)).join('; ')}`,
  );
  return `No option is left: each of them is knocked out.\n\n${list(reasons)}\n\nMore is to be accepted, or the path to be changed.`;
}

/** By which drivers it is ahead of the next, in points of the weighted score, and by which it is behind. */
function reasonOf(first: Scored, [, next]: readonly Scored[]): string {
  if (next === undefined) return 'it is the only option that nothing knocks out';
  const [total, other] = [first, next].map((one) => percent(one.total.value));
  const gaps = first.scores.flatMap((own) => gapTo(next, own, first.scores) ?? []).sort((a, b) => b.points - a.points);
  const name = md(next.option.transport);
  const lead = `its weighted score is ${total!}, that of ${name} ${other!}`;
  const apart = 100 * (first.total.value - next.total.value);
  const points = apart < LEAST_POINTS ? 'what sets them apart' : `the ${apart.toFixed(1)} points between them`;
  return gaps.length === 0 ? lead : `${lead}; ${points}: ${gaps.map(gapText).join(', ')}`;
}

interface Gap {
  readonly driver: Driver;
  readonly points: number;
  /** Whether the two figures may be the same. */
  readonly overlap: boolean;
}

/** Less is nothing that a reader sees. */
const LEAST_POINTS = 0.05;

/** Null where it makes no difference. */
function gapTo(next: Scored, { driver, weight, score }: DriverScore, scores: readonly DriverScore[]): Gap | null {
  const other = next.scores.find((one) => one.driver === driver)?.score ?? null;
  if (score === null || other === null) return null;
  const points = (100 * weight * (score.value - other.value)) / countedWeight(scores);
  if (Math.abs(points) < LEAST_POINTS) return null;
  return { driver, points, overlap: !isBelow(score, other) && !isBelow(other, score) };
}

function gapText({ driver, points, overlap }: Gap): string {
  const by = CRITERIA[driver].basis === 'judgement' ? ' (judgement)' : overlap ? ' (their intervals overlap)' : '';
  return `${DRIVER_TITLES[driver]} ${points < 0 ? '−' : '+'}${Math.abs(points).toFixed(1)}${by}`;
}

/** What part of the weights speaks for nobody, because the results do not say it of every option. */
function undecided({ scores }: Scored): string[] {
  const open = scores.filter(({ score, weight }) => score === null && weight > 0);
  if (open.length === 0) return [];
  const sum = (of: readonly DriverScore[]): number => of.reduce((total, { weight }) => total + weight, 0);
  const names = listed(open.map(({ driver }) => DRIVER_TITLES[driver]));
  return [
    `${percent(sum(open) / sum(scores))} of the weights decide nothing here, those of ${names}: the Decision Drivers say why.`,
  ];
}

function consequences(first: Scored, decision: Decision, links: Links): string[] {
  const { option } = first;
  const others = decision.ranking.filter((one) => one !== first).map((one) => one.option);
  return [
    ...compared(option, others, decision, links),
    ...signsOfLife(option, decision),
    ...latencyOf(option, decision, links),
    ...option.warnings.map(({ text, source }) => `Bad, because ${md(text)} (${md(source)}).`),
    ...burdenOf(option),
    ...(decision.input.workload.upstreamPerSecond > 0 && (option.model.bytes?.upstream?.requests ?? 0) > 0
      ? [
          `Bad, because each message upstream is a request of its own${knowsUpstream(option.model) ? '' : '; what that takes of the server’s CPU is not measured'}.`,
        ]
      : []),
  ];
}

/** Below this an option leaves much to the application. */
const EASY = 0.75;

function burdenOf({ transport }: Considered): string[] {
  const judged = maintainabilityOf(transport);
  return judged === null || judged.score >= EASY
    ? []
    : [`Bad, because of maintainability (judgement): ${md(judged.why)}.`];
}

/** Beside the cheapest of the others; a tie where the intervals overlap. */
function compared(option: Considered, others: readonly Considered[], decision: Decision, links: Links): string[] {
  const [next] = others.filter(({ cost }) => cost !== null).sort((a, b) => a.cost!.value - b.cost!.value);
  if (option.cost === null || next === undefined) return [];
  const [own, other] = [option.cost, next.cost!];
  const [first, second] = [option, next].map((one) => claimed(one, costClaim(one, decision), links));
  const verdict = verdictOn('resource-utilisation', option, decision) ?? 'Neutral';
  const tied = !isBelow(own, other) && !isBelow(other, own);
  const least = tied && verdict === 'Good' ? ', and no option less' : '';
  const tie = tied ? ': the two cannot be told apart' : '';
  return [`${verdict}, because it takes ${first} a month${least}; ${md(next.transport)} takes ${second}${tie}.`];
}

/** Beside the soonest of the others, where it is later than any. */
function latencyOf(option: Considered, decision: Decision, links: Links): string[] {
  const claim = lateness(option);
  if (option.option.meets !== true || claim.band === null) return [];
  const verdict = verdictOn('time-behaviour', option, decision) ?? 'Neutral';
  const what = claim.which === 'mean' ? 'the mean of its latency is' : '99 of 100 messages arrive within';
  const accepted = spanText(decision.situation.stalenessMs);
  return [
    `${verdict}, because ${what} ${claimed(option, claim, links)}${verdict === 'Bad' ? soonest(option, claim.which, decision, links) : ''}; ${option.option.surely ? `the ${accepted} that are accepted are kept` : `whether the ${accepted} that are accepted are kept cannot be told`}.`,
  ];
}

function soonest(option: Considered, which: 'p99' | 'mean', { ranking }: Decision, links: Links): string {
  const [first] = ranking
    .flatMap((one) => (one.option === option ? [] : [{ one: one.option, claim: lateness(one.option) }]))
    .filter(({ claim }) => claim.band !== null && claim.which === which)
    .sort((a, b) => a.claim.band!.value - b.claim.band!.value);
  return first === undefined
    ? ''
    : `, ${which === 'mean' ? 'that' : 'those'} of ${md(first.one.transport)} ${claimed(first.one, first.claim, links)}`;
}

/** From this share of a cost on it is what the cost is made of. */
const MOST_OF_IT = 0.5;

/** A stream that says little pays for being there: how often it says so is the application's choice. */
function signsOfLife({ cost, model, option: { load } }: Considered, { costing, situation }: Decision): string[] {
  if (model.asks !== 'once' || cost === null || cost.value === 0) return [];
  const silent = { ...load, heartbeatMs: 0 };
  const without = costing.of(predict(model, silent), { ...situation, load: silent });
  const share = without === null ? 0 : 1 - without.value / cost.value;
  if (share < MOST_OF_IT) return [];
  return [
    `Neutral, because ${percent(share)} of its ${costing.currency === null ? 'bytes' : 'cost'} are signs of life, one each ${spanText(load.heartbeatMs)}: half as often they take half of that.`,
  ];
}
