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
import { verdictOn } from './verdict.ts';
import { amount, NOT_MEASURED, repeatedText, usersText } from './words.ts';
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

function byFigures(option: Considered, decision: Decision, links: Links): string[] {
  return DRIVERS.flatMap((driver) => {
    const { raw, basis } = CRITERIA[driver];
    if (basis === 'judgement') return [];
    const title = md(driver === 'resource-utilisation' ? decision.costing.title : raw);
    const verdict = verdictOn(driver, option, decision);
    if (verdict === null) return [`Neutral, because its ${title} is ${unscored(driver, option, links)}`];
    return [`${verdict}, because of its ${title}: ${figureText(driver, option, decision, links)}`];
  });
}

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
