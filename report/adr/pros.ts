/** Pros and cons of each option, from its figures beside those of the others. */
import { DRIVERS } from '../../results/workload.ts';
import type { Decision } from './decision.ts';
import { figuresTable, moneyOf } from './figures.ts';
import type { Topic } from './evidence.ts';
import { maintainabilityOf } from './known.ts';
import type { Links } from './links.ts';
import type { Considered } from './options.ts';
import { CRITERIA } from './scores.ts';
import { list, md } from './text.ts';
import { banded, NOT_MEASURED, type Quantity } from './words.ts';
import type { Band } from '../../results/model/band.ts';
import type { Driver } from '../../results/workload.ts';

export function prosAndCons(decision: Decision, links: Links): string {
  const sections = decision.options.map((option) => {
    const items = [...outOf(option), ...byFigures(option, decision, links), ...byJudgement(option)];
    return `### ${md(option.transport)}\n\n${list(items)}`;
  });
  return ['## Pros and Cons of the Options', figuresTable(decision, links), ...sections].join('\n\n');
}

const outOf = ({ knockOuts }: Considered): string[] =>
  knockOuts.map(({ text, source }) => `Bad, because it is knocked out: ${md(text)} (${md(source)})`);

const EVIDENCE: Readonly<Partial<Record<Driver, readonly Topic[]>>> = {
  'time-behaviour': ['p99'],
  'resource-utilisation': ['bytes', 'cores'],
  capacity: ['cores', 'capacity'],
  reliability: ['recovery'],
};

/** Good where nothing is better, bad where nothing is worse, by intervals; neutral between. */
function byFigures(option: Considered, decision: Decision, links: Links): string[] {
  return DRIVERS.flatMap((driver) => {
    const topics = EVIDENCE[driver];
    const { of, raw, better, basis } = CRITERIA[driver];
    if (basis === 'judgement' || topics === undefined) return [];
    const own = of(option);
    const title = driver === 'resource-utilisation' ? decision.costing.title : raw;
    if (own === null) return [`Neutral, because its ${md(title)} is ${NOT_MEASURED}`];
    const others = decision.options.filter((one) => one !== option).flatMap((one) => of(one) ?? []);
    const verdict = place(own, others, better);
    const said = `${md(title)}: ${md(banded(own, quantityOf(driver, decision)))}`;
    return [`${verdict}, because of its ${said}${links(option.transport, ...topics)}`];
  });
}

function quantityOf(driver: Driver, decision: Decision): Quantity {
  if (driver === 'resource-utilisation') return moneyOf(decision);
  return driver === 'capacity' ? 'users' : 'ms';
}

function place(own: Band, others: readonly Band[], better: 'less' | 'more'): string {
  if (others.length === 0) return 'Neutral';
  // Of whom nobody knows how far off it is, nobody is better or worse.
  const less = (a: Band, b: Band): boolean => a.high !== null && b.low !== null && a.high < b.low;
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
