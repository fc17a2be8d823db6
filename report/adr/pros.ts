/** Pros and cons of each option, from its figures beside those of the others. */
import { DRIVERS } from '../../results/workload.ts';
import type { Decision } from './decision.ts';
import { reasonText } from './claims.ts';
import { figuresTable, figureText } from './figures.ts';
import { maintainabilityOf } from './known.ts';
import type { Links } from './links.ts';
import type { Considered } from './options.ts';
import { CRITERIA } from './scores.ts';
import { list, md } from './text.ts';
import { amount, NOT_MEASURED, repeatedText, usersText } from './words.ts';
import { isBelow, type Band } from '../../results/model/band.ts';
import type { Driver } from '../../results/workload.ts';

export function prosAndCons(decision: Decision, links: Links): string {
  const sections = decision.options.map((option) => {
    const items = [...outOf(option, links), ...byFigures(option, decision, links), ...byJudgement(option)];
    return `### ${md(option.transport)}\n\n${list(items)}`;
  });
  return ['## Pros and Cons of the Options', figuresTable(decision, links), ...sections].join('\n\n');
}

const outOf = (option: Considered, links: Links): string[] =>
  option.knockOuts.map((reason) => `Bad, because it is knocked out: ${reasonText(reason, option, links)}`);

/** A shorter time by less than this share of the target is no argument: nobody would choose by it. */
const ARGUES_FROM = 0.1;

/** Good where nothing is better, bad where nothing is worse, by intervals; neutral between. */
function byFigures(option: Considered, decision: Decision, links: Links): string[] {
  const floorMs = ARGUES_FROM * decision.situation.stalenessMs;
  return DRIVERS.flatMap((driver) => {
    const { of, raw, better, basis } = CRITERIA[driver];
    if (basis === 'judgement') return [];
    const own = of(option);
    const title = md(driver === 'resource-utilisation' ? decision.costing.title : raw);
    if (own === null) return [`Neutral, because its ${title} is ${unscored(driver, option, links)}`];
    // What is out is no choice that another could be worse than.
    const others = decision.ranking.flatMap((one) => (one.option === option ? [] : (of(one.option) ?? [])));
    const verdict = place(own, others, { better, floor: TIMES.includes(driver) ? floorMs : 0 });
    return [`${verdict}, because of its ${title}: ${figureText(driver, option, decision, links)}`];
  });
}

const TIMES: readonly Driver[] = ['time-behaviour', 'reliability'];

/** Why a figure is no argument: it is not there, or not of so many users. */
function unscored(
  driver: Driver,
  { recovery, largest, option: { load }, transport }: Considered,
  links: Links,
): string {
  if (driver === 'capacity' && largest !== null) return 'modelled only (above), and not scored';
  const { repeated, missing } = recovery;
  if (driver !== 'reliability') return NOT_MEASURED;
  if (repeated === null) return md(missing);
  const found = md(`${repeatedText(repeated, 'ms')} of ${amount(repeated.clients, 'users')} clients`);
  return `${found}${links(transport, 'recovery')}, which says nothing of ${usersText(load.clients)}`;
}

interface Placing {
  readonly better: 'less' | 'more';
  /** What two may be apart without that being an argument. */
  readonly floor: number;
}

function place(own: Band, others: readonly Band[], { better, floor }: Placing): string {
  if (others.length === 0) return 'Neutral';
  const less = (a: Band, b: Band): boolean => isBelow(a, b) && b.value - a.value >= floor;
  const beats = (a: Band, b: Band): boolean => (better === 'less' ? less(a, b) : less(b, a));
  if (!others.some((other) => beats(other, own)) && others.some((other) => beats(own, other))) return 'Good';
  if (!others.some((other) => beats(own, other)) && others.some((other) => beats(other, own))) return 'Bad';
  return 'Neutral';
}

/** Of a judged score, where a pro begins and a con ends. */
const EASY = 0.75;
const HARD = 0.5;

function byJudgement({ transport, warnings }: Considered): string[] {
  const judged = maintainabilityOf(transport);
  const verdict =
    judged === null || (judged.score < EASY && judged.score > HARD) ? 'Neutral' : judged.score >= EASY ? 'Good' : 'Bad';
  return [
    ...(judged === null ? [] : [`${verdict}, because of maintainability (judgement): ${md(judged.why)}`]),
    ...warnings.map(({ text, source }) => `Bad, because ${md(text)} (${md(source)})`),
  ];
}
