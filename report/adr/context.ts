/** The beginning of a record: the problem, the drivers by which it is decided, and the options. */
import { DRIVERS } from '../../results/workload.ts';
import type { Workload } from '../../results/workload.ts';
import { carrierAnswer } from './carriers.ts';
import { claimed, lateness, reasonText } from './claims.ts';
import type { Decision } from './decision.ts';
import type { Links } from './links.ts';
import type { Considered } from './options.ts';
import { CRITERIA, scoredDrivers } from './scores.ts';
import { list, md, table } from './text.ts';
import { CHARACTERISTICS, DRIVER_TITLES } from './titles.ts';
import { CANNOT_TELL, carrierText, listed, messagesText, NOT_MEASURED, percent, spanText, usersText } from './words.ts';

export function context(decision: Decision): string {
  const { workload } = decision.input;
  const { name, users, messagesPerSecond, payloadBytes, fanOut, upstreamPerSecond } = workload;
  const reach = fanOut === users ? 'all of them' : usersText(fanOut);
  const up =
    upstreamPerSecond === 0 ? 'Nothing is sent upstream.' : `Each sends ${messagesText(upstreamPerSecond)} upstream.`;
  const sentences = [
    `${name} has ${usersText(users)} connected at once.`,
    `Each receives ${messagesText(messagesPerSecond)} of ${payloadBytes} B, and one message reaches ${reach}. ${up}`,
    targetText(workload),
    pathText(workload),
    'By which transport should these messages reach them?',
  ];
  return `## Context and Problem Statement\n\n${answerText(decision)}\n\n${sentences.map(md).join(' ')}`;
}

/** For whoever reads one line of it: what is proposed, how surely, and what rests on no measurement. */
function answerText({ leaders, ranking, other, sensitivity: { flips, byEvidence } }: Decision): string {
  const [first, ...tied] = leaders;
  const over = md(carrierAnswer(other));
  if (first === undefined) return `In short: no option is left, because each of them is knocked out.${over}`;
  const [name, ...others] = leaders.map(({ option }) => `**${md(option.transport)}**`);
  const next = ranking.find((one) => one !== first);
  const than =
    tied.length > 0
      ? `, in a tie with ${listed(others)}: the figures do not settle it`
      : next === undefined
        ? ''
        : `: its weighted score is ${percent(first.total.value)}, that of the next, ${md(next.option.transport)}, ${percent(next.total.value)}`;
  const winners = [...new Set(flips.map(({ winner }) => md(winner)))];
  const otherwise =
    winners.length === 0 ? '' : ` With one weight half more or half less the first could be ${winners.join(' or ')}.`;
  const isBeyond = first.option.prediction.beyond.length > 0;
  const late = first.option.option.surely ? '' : ' Whether it keeps the target cannot be told.';
  const far = isBeyond ? ' Its load lies beyond what was measured: its figures are extrapolated.' : '';
  return `In short: ${name!} is proposed${than}.${judgementText(leaders, ranking, byEvidence)}${otherwise}${late}${far}${over} Why is under [Decision Outcome](#decision-outcome).`;
}

/** What evidence alone would say, where that is something else. */
function judgementText(
  leaders: Decision['leaders'],
  ranking: Decision['ranking'],
  byEvidence: readonly string[],
): string {
  if (ranking.length < 2) return '';
  if (byEvidence.length === 0) return ' Only what is judged is scored: no figure decides it.';
  const tied = byEvidence.length > 1;
  if (byEvidence.includes(leaders[0]!.option.transport) && (!tied || leaders.length > 1)) return '';
  return ` By evidence alone it would be ${tied ? 'a tie of ' : ''}${listed(byEvidence.map(md))}.`;
}

function targetText({ latencyP99Ms, stalenessMs, upstreamPerSecond }: Workload): string {
  const before = upstreamPerSecond > 0 ? ' (what a user sends was on its way up before)' : '';
  const latency =
    latencyP99Ms === null
      ? []
      : [`99 of 100 messages must arrive within ${spanText(latencyP99Ms)} of when they are due at the server${before}`];
  const staleness =
    stalenessMs === null ? [] : [`no value that a user holds may be older than ${spanText(stalenessMs)}`];
  const text = [...latency, ...staleness].join(', and ');
  const both = latency.length + staleness.length === 2 ? '; the stricter of the two decides' : '';
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${both}.`;
}

function pathText({ rttMs, headerBytes, carrier, infrastructure }: Workload): string {
  const cookie = headerBytes === 0 ? '' : ` Each request carries ${headerBytes} B of cookie or token.`;
  const way = infrastructure.map(({ name, afterMs }) =>
    afterMs === null ? name : `${name} after ${spanText(afterMs)}`,
  );
  const between = way.length === 0 ? '' : ` In the path: ${listed(way)}.`;
  return `The round trip takes ${spanText(rttMs)}, over ${carrierText(carrier)}.${cookie}${between}`;
}

export function drivers({ input: { workload }, options, costing }: Decision, links: Links): string {
  const candidates = options.filter(({ knockOuts }) => knockOuts.length === 0);
  const scored = scoredDrivers(candidates, workload.weights);
  const rows = DRIVERS.map((driver) => {
    const { basis, raw, otherwise = 'not known of every option: counts for none' } = CRITERIA[driver];
    const what = driver === 'resource-utilisation' ? costing.title : raw;
    const weight = workload.weights[driver];
    const counts = weight === 0 ? 'weighs nothing' : scored.includes(driver) ? '' : otherwise;
    return [DRIVER_TITLES[driver], CHARACTERISTICS[driver], String(weight), md(what), basis, counts];
  });
  return [
    '## Decision Drivers',
    'Constraints come first: an option that does not keep the target, or that the path does not let through, is out whatever it scores. What is left is scored, by the characteristics of ISO/IEC 25010:2023.',
    table(['driver', 'characteristic', 'weight', 'compared by', 'basis', ''], rows),
    '### Constraints',
    constraints(options, workload, links),
  ].join('\n\n');
}

/** Each option held to each constraint, also where all are kept. */
function constraints(options: readonly Considered[], workload: Workload, links: Links): string {
  const path = workload.infrastructure.map(({ name }) => name);
  const upstream = workload.upstreamPerSecond > 0;
  const head = ['', 'the target', ...path, ...(upstream ? ['messages upstream'] : []), 'passes'];
  const rows = options.map((one) => [
    md(one.transport),
    keptText(one, links),
    ...path.map((name) => throughText(one, name)),
    ...(upstream ? [upstreamText(one, links)] : []),
    passesText(one),
  ]);
  return table(head, rows);
}

/** What nobody measured is no failure: it is out until somebody does. */
function passesText({ knockOuts, option }: Considered): string {
  if (knockOuts.length === 0) return option.surely ? 'yes' : CANNOT_TELL;
  return knockOuts.every(({ unknown }) => unknown === true) ? `**${NOT_MEASURED}**` : '**no**';
}

function keptText(one: Considered, links: Links): string {
  const { meets, surely } = one.option;
  if (meets === null) return NOT_MEASURED;
  const claim = lateness(one);
  if (claim.band === null) return NOT_MEASURED;
  const kept = surely ? 'kept' : CANNOT_TELL;
  return `${meets ? kept : 'missed'}: ${claim.which} ${claimed(one, claim, links)}`;
}

function throughText({ knockOuts, warnings }: Considered, name: string): string {
  const about = ({ text }: { readonly text: string }): boolean => text.startsWith(`${name}: `);
  if (knockOuts.some(about)) return '**does not pass**';
  return warnings.some(about) ? 'passes, with a warning' : 'passes';
}

function upstreamText({ model: { bytes }, transport }: Considered, links: Links): string {
  if (bytes?.upstream === null || bytes === null) return NOT_MEASURED;
  return (bytes.upstream.requests === 0 ? 'on the connection' : 'a request each') + links(transport, 'bytes');
}

export function optionsConsidered({ options }: Decision, links: Links): string {
  const items = options.map((one) => {
    const out = one.knockOuts.map((reason) => reasonText(reason, one, links)).join('; ');
    return md(one.transport) + (out === '' ? '' : `, **knocked out**: ${out}`);
  });
  return `## Considered Options\n\n${list(items)}`;
}
