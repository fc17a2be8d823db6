/** The outcome of a record: what is proposed and why, what follows from it, and how it is confirmed. */
import type { Band } from '../../results/model/band.ts';
import type { Driver } from '../../results/workload.ts';
import { DRIVER_TITLES } from './titles.ts';
import type { Decision } from './decision.ts';
import { moneyOf } from './figures.ts';
import type { Links } from './links.ts';
import { knowsUpstream } from '../../results/model/predict.ts';
import type { Considered } from './options.ts';
import { maintainabilityOf } from './known.ts';
import type { DriverScore, Scored } from './scores.ts';
import { block, list, md, quoted } from './text.ts';
import { banded, listed, percent, spanText, type Quantity } from './words.ts';

export function outcome(decision: Decision, links: Links): string {
  const { leaders, ranking } = decision;
  const [first] = leaders;
  if (first === undefined)
    return `## Decision Outcome\n\n${nobody(decision)}\n\n### Confirmation\n\n${confirmation(decision)}`;
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

function nobody({ options }: Decision): string {
  const reasons = options.map(
    ({ transport, knockOuts }) => `**${md(transport)}**: ${md(knockOuts.map(({ text }) => text).join('; '))}`,
  );
  return `No option is left: each of them is knocked out.\n\n${list(reasons)}\n\nMore is to be accepted, or the path to be changed.`;
}

/** In which drivers it leads, and how surely: where intervals overlap it is ahead by the middle of the figures alone. */
function reasonOf(first: Scored, ranking: readonly Scored[]): string {
  if (ranking.length === 1) return 'it is the only option that nothing knocks out';
  const leads: Record<Lead, string[]> = { apart: [], middle: [], shared: [] };
  for (const own of first.scores) {
    const lead = leadOf(
      own,
      ranking.filter((other) => other !== first).flatMap((other) => scoreIn(other, own.driver)),
    );
    if (lead !== null) leads[lead].push(DRIVER_TITLES[own.driver]);
  }
  const said = [
    leads.apart.length === 0 ? [] : [`it is the best in ${listed(leads.apart)}`],
    leads.middle.length === 0
      ? []
      : [`it is ahead in ${listed(leads.middle)} by the middle of figures whose intervals overlap`],
    leads.shared.length === 0 ? [] : [`nobody is better in ${listed(leads.shared)}`],
  ].flat();
  const total = `with a weighted score of ${percent(first.total.value)}`;
  if (said.length === 0) return `it has the highest weighted score without being the best at anything, ${total}`;
  return `${listed(said)}, ${total}`;
}

type Lead = 'apart' | 'middle' | 'shared';

const scoreIn = ({ scores }: Scored, driver: Driver): Band[] =>
  scores.flatMap((one) => (one.driver === driver && one.score !== null ? [one.score] : []));

/** Null where it does not lead, and where all are the same: that speaks for none. */
function leadOf({ score, weight }: DriverScore, others: readonly Band[]): Lead | null {
  if (score === null || weight === 0 || others.some(({ value }) => value > score.value)) return null;
  if (others.every(({ value }) => value === score.value)) return null;
  if (others.some(({ value }) => value === score.value)) return 'shared';
  const { low } = score;
  return low !== null && others.every(({ high }) => high !== null && high < low) ? 'apart' : 'middle';
}

/** What part of the weights speaks for nobody, because the results do not say it of every option. */
function undecided({ scores }: Scored): string[] {
  const open = scores.filter(({ score, weight }) => score === null && weight > 0);
  if (open.length === 0) return [];
  const sum = (of: readonly DriverScore[]): number => of.reduce((total, { weight }) => total + weight, 0);
  const names = listed(open.map(({ driver }) => DRIVER_TITLES[driver]));
  return [
    `${percent(sum(open) / sum(scores))} of the weights decide nothing here: ${names} is not measured of every option.`,
  ];
}

function consequences(first: Scored, decision: Decision, links: Links): string[] {
  const { option } = first;
  const quantity = moneyOf(decision);
  const others = decision.ranking.filter((one) => one !== first).map((one) => one.option);
  return [
    ...compared(option, others, quantity, links),
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

/** Against the cheapest of the others; a tie where the intervals overlap. */
function compared(option: Considered, others: readonly Considered[], quantity: Quantity, links: Links): string[] {
  const priced = others.filter(({ cost }) => cost !== null).sort((a, b) => a.cost!.value - b.cost!.value);
  const [next] = priced;
  if (option.cost === null || next === undefined) return [];
  const [own, other] = [option.cost, next.cost!];
  const apart =
    (own.high ?? own.value) < (other.low ?? other.value) || (own.low ?? own.value) > (other.high ?? other.value);
  const what = `it takes ${md(banded(own, quantity))} a month${links(option.transport, 'bytes', 'cores')}, ${md(next.transport)} ${md(banded(other, quantity))}${links(next.transport, 'bytes', 'cores')}`;
  if (!apart) return [`Neutral, because ${what}: the two cannot be told apart.`];
  return [`${own.value < other.value ? 'Good' : 'Bad'}, because ${what}.`];
}

function latencyOf({ option, prediction, transport }: Considered, { situation }: Decision, links: Links): string[] {
  const late = prediction.p99Ms ?? prediction.meanMs;
  if (option.meets !== true || late === null) return [];
  const which = prediction.p99Ms === null ? 'the mean of its latency' : '99 of 100 messages';
  const verb = prediction.p99Ms === null ? 'is' : 'arrive within';
  return [
    `Good, because ${which} ${verb} ${md(banded(late, 'ms'))}${links(transport, 'p99', 'latency')}, where ${spanText(situation.stalenessMs)} are accepted.`,
  ];
}

/** What makes the record again, and the gates that tell when its ground has moved. */
function confirmation({ input, leaders, situation }: Decision): string {
  const again = input.command.map(quoted).join(' ');
  const blocks = [
    'This record is made again by the first of these from the same results; the second measures anew:',
    block('sh', [again, anewOf(input.command)]),
    'Its figures are of this project’s reference servers, whose exact byte counts are guarded under version control: one byte more fails. `--target FILE` on both counts a server of your own. Once, then in CI:',
    block('sh', ['pushbench baseline update', 'pushbench compare results/baselines/exact.json']),
  ];
  const first = leaders[0]?.option;
  if (first === undefined || !isWord(first.transport)) return blocks.join('\n\n');
  const measured = guardRun(first, situation.load.rttMs);
  const [budget] = budgetLines(first.transport, situation.stalenessMs);
  const held = [`echo ${quoted(budget!)} > budget.txt`, 'pushbench check --budget budget.txt'];
  return [
    ...blocks,
    'And by its target, held against a run over the same distance:',
    block('sh', [measured, ...held]),
  ].join('\n\n');
}

/** Without results the command measures what it needs. */
function anewOf(command: readonly string[]): string {
  const at = command.indexOf('--workload');
  const file = at < 0 ? 'FILE' : (command[at + 1] ?? 'FILE');
  return `pushbench adr --workload ${quoted(file)}`;
}

/** A name that needs no quoting anywhere. */
const isWord = (name: string): boolean => /^[a-z0-9-]+$/.test(name);

/** A minute of the option as it would be run. */
function guardRun({ transport, model, option: { load } }: Considered, rttMs: number): string {
  const polls =
    model.asks === 'each-interval'
      ? ` --poll-interval ${Math.floor(load.pollIntervalMs)}ms --duration ${guardSeconds(load.pollIntervalMs)}s`
      : '';
  const link = rttMs === 0 ? '' : ` --link custom:delay=${rttMs / 2}ms`;
  return `pushbench run --transports ${transport} --scenarios broadcast --payload ${load.payloadBytes}${link}${polls}`;
}

/** A window must hold several polls. */
const guardSeconds = (pollIntervalMs: number): number => Math.max(3, Math.ceil((3 * pollIntervalMs) / 1e3));

/** In the grammar of `pushbench check`. */
export function budgetLines(transport: string, limitMs: number): string[] {
  return isWord(transport) ? [`${transport}/broadcast: p99 < ${Number(limitMs.toFixed(3))}ms`] : [];
}
