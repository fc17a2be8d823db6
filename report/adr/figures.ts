/** What each option takes, a row a figure: with its interval, its evidence, and a word where it is extrapolated. */
import { SHARE_OF_TIMEOUT } from '../../results/model/option.ts';
import type { Load } from '../../results/model/load.ts';
import type { Bill } from '../../results/model/price.ts';
import type { Driver } from '../../results/workload.ts';
import { plural } from '../format.ts';
import { overText } from './carriers.ts';
import { claimed, lateness, type Claim } from './claims.ts';
import { RESTS } from './cost.ts';
import type { Decision } from './decision.ts';
import { usersOf } from './largest.ts';
import type { Links } from './links.ts';
import type { Observed, Repeated } from './measured.ts';
import type { Considered } from './options.ts';
import { CRITERIA } from './scores.ts';
import { SAFE_SILENCE_MS } from './situation.ts';
import { md, table } from './text.ts';
import { EXTRAPOLATED, markOf, type Topic } from './topics.ts';
import { amount, banded, CANNOT_TELL, NOT_MEASURED, repeatedText, spanText, type Quantity } from './words.ts';

const meetsText = ({ meets, surely }: Considered['option']): string =>
  meets === null ? NOT_MEASURED : !meets ? '**no**' : surely ? 'yes' : CANNOT_TELL;

interface Figure {
  readonly title: string;
  /** What the whole row rests on, for where it is of another carrier. */
  readonly topics?: readonly Topic[];
  readonly of: (option: Considered) => string;
}

const BRACKETS =
  'In brackets stands where a figure lies. Of what is modelled: if the model is as far off as it was on nine of ten loads that it had not seen; of memory, the 95 % interval of its slope over numbers of clients. Of what was measured itself: from six repetitions on the 95 % interval of their median; of fewer the least and the most of them, by which nothing is decided. A month has 730 hours.';

export function figuresTable(decision: Decision, links: Links): string {
  const { options, costing, input, other } = decision;
  const figures = figuresOf(decision, links);
  const head = ['', ...options.map(({ transport }) => md(transport))];
  const rows = figures.map(({ title, topics = [], of }) => [md(title + overText(other, topics)), ...options.map(of)]);
  const priced = input.workload.prices === null ? [] : billRows(decision, links);
  const title = costing.title + overText(other, costing.rests);
  const cost = [md(title), ...options.map((one) => claimed(one, costClaim(one, decision), links))];
  return `${BRACKETS}\n\n${table(head, [...rows, cost, ...priced])}`;
}

export const moneyOf = ({ costing: { currency } }: Decision): Quantity => (currency === null ? 'bytes' : { currency });

/** What is compared as the cost of an option. */
export const costClaim = ({ cost }: Considered, decision: Decision): Claim => ({
  ...{ band: cost, quantity: moneyOf(decision), topics: decision.costing.rests },
});

/** The figure by which a driver is scored, where it is known. */
export function figureText(driver: Driver, one: Considered, decision: Decision, links: Links): string {
  switch (driver) {
    case 'time-behaviour':
      return claimed(one, lateness(one), links);
    case 'resource-utilisation':
      return claimed(one, costClaim(one, decision), links);
    case 'capacity':
      return largestText(one, decision, links);
    case 'reliability':
      return observedText(one.recovery, decision.situation.load.clients) + links(one.transport, 'recovery');
    case 'interoperability':
    case 'maintainability':
      return CRITERIA[driver].basis;
  }
}

function figuresOf(decision: Decision, links: Links): Figure[] {
  const { situation } = decision;
  const of = (claim: (option: Considered) => Claim) => (one: Considered) => claimed(one, claim(one), links);
  const users = situation.load.clients;
  return [
    { title: 'as it would be run', of: (one) => runText(one, decision, links) },
    {
      title: `keeps ${spanText(situation.stalenessMs)}`,
      of: ({ option }) => meetsText(option),
    },
    {
      title: `largest number of users of one server process within ${spanText(situation.stalenessMs)}; a modelled one scores nothing`,
      of: (option) => largestText(option, decision, links),
    },
    {
      ...{ title: 'mean delivery latency', topics: ['latency'] },
      of: of(({ prediction }) => ({ band: prediction.meanMs, quantity: 'ms', topics: ['latency'] })),
    },
    { title: 'p50', topics: ['p50'], of: (one) => medianText(one, links) },
    {
      title: 'p99',
      topics: ['p99'],
      of: of(({ prediction }) => ({ band: prediction.p99Ms, quantity: 'ms', topics: ['p99'] })),
    },
    {
      ...{ title: 'bytes per message, on the sockets, both ways', topics: ['bytes'] },
      of: of(({ bytesPerMessage }) => ({ band: bytesPerMessage, quantity: 'bytes', topics: ['bytes'] })),
    },
    {
      ...{ title: 'idle bytes per user and hour, on the sockets, both ways', topics: ['bytes'] },
      of: of(({ idleBytesPerUserHour }) => ({ band: idleBytesPerUserHour, quantity: 'bytes', topics: ['bytes'] })),
    },
    {
      ...{ title: 'egress a month: outwards, with TCP/IP', topics: ['bytes', 'packets'] },
      of: of(({ egressGB, model }) => ({
        ...{ band: egressGB, quantity: 'GB', topics: model.packets === null ? ['bytes'] : ['bytes', 'packets'] },
      })),
    },
    {
      ...{ title: 'cores per 10,000 users, were there so many', topics: ['cores'] },
      of: of(({ of10000: at }) => ({ band: at.prediction.cores, quantity: 'cores', topics: ['cores'], at })),
    },
    {
      ...{ title: 'memory per 10,000 users, were there so many; processes included', topics: ['memory'] },
      of: of(({ of10000: at }) => ({ band: at.prediction.memoryBytes, quantity: 'bytes', topics: ['memory'], at })),
    },
    {
      ...{ title: 'from connecting until ready to receive', topics: ['connect'] },
      of: ({ ready, transport }) => observedText(ready, users) + evidenceOf(ready, transport, 'connect', links),
    },
    {
      ...{ title: 'served again after all connections are cut', topics: ['recovery'] },
      of: ({ recovery, transport }) =>
        observedText(recovery, users) + evidenceOf(recovery, transport, 'recovery', links),
    },
    { title: 'proxies that it survived', of: () => `${NOT_MEASURED}: the runs had none in the path` },
  ];
}

function runText({ model, option, transport }: Considered, decision: Decision, links: Links): string {
  const { load } = option;
  const { cutMs } = decision.situation;
  const sign = model.bytes?.beatsAlways === true ? 'a ping every' : 'a comment after a silence of';
  const how: Readonly<Record<typeof model.asks, string>> = {
    'each-interval': `a poll every ${spanText(load.pollIntervalMs)}${connectionText(load, decision)}`,
    'and-waits': `held for ${spanText(load.holdMs)}${whyText(load.holdMs, cutMs)}`,
    once:
      load.heartbeatMs === 0
        ? 'no sign of life'
        : `${sign} ${spanText(load.heartbeatMs)} as a sign of life${whyText(load.heartbeatMs, cutMs)}`,
  };
  const processes = plural(load.processes, 'server process', 'server processes');
  return `${md(`${how[model.asks]}, over ${processes}`)}${markOf(model, option, ['cores'])}${links(transport, 'cores')}`;
}

/** Why a hold or a stream is silent for so long. */
const whyText = (silentMs: number, cutMs = Infinity): string =>
  silentMs < SAFE_SILENCE_MS || silentMs === SHARE_OF_TIMEOUT * cutMs
    ? ` (the path cuts a connection that is silent for ${spanText(cutMs)})`
    : ', as is safe on most paths (RFC 6202 §5.5)';

/** Why polls open connections, or come as often as they do. */
function connectionText({ connection, pollIntervalMs }: Load, { situation, model, other }: Decision): string {
  const { cutMs = Infinity } = situation;
  const keptMs = SHARE_OF_TIMEOUT * cutMs;
  const cut = `the path cuts it after a silence of ${spanText(cutMs)}`;
  if (connection === 'close') {
    const bare = 'without TLS, whose handshake would come on top; ';
    const bytesAlone = 'its TLS handshake in bytes alone; ';
    const half = other !== null && !other.isEncrypted.measured ? bytesAlone : '';
    const open = ['h1', 'h2c'].includes(model.carrier) ? bare : half;
    return `, each on a connection of its own (${open}a kept one would be used every ${spanText(keptMs)}: ${cut})`;
  }
  return pollIntervalMs === keptMs ? `, no rarer, so that its connection is kept (${cut})` : '';
}

function largestText({ largest, transport }: Considered, { other }: Decision, links: Links): string {
  if (largest === null) return NOT_MEASURED;
  const { high, basis, limit, extrapolated } = largest;
  const least = basis === 'measured' && high === null ? 'at least ' : '';
  const most = banded(usersOf(largest), 'users').replace(/^[\d,.]+/, '$& users');
  const topics: Topic[] = basis === 'measured' ? ['capacity'] : ['cores', 'p99'];
  // One that was measured is of the workload's carrier: others are of another question.
  const over = basis === 'measured' ? '' : overText(other, topics);
  return `${md(`${least}${most}, ${basis}: ${limit}${over}`)}${extrapolated ? ` ${EXTRAPOLATED}` : ''}${links(transport, ...topics)}`;
}

/** As it was measured at such a load, else by the model. */
function medianText(one: Considered, links: Links): string {
  const { measured, modelledMs } = one.p50;
  if (measured !== null) return `${md(repeatedText(measured, 'ms'))}, measured${links(one.transport, 'p50')}`;
  if (modelledMs === null) return NOT_MEASURED;
  return `modelled: ${claimed(one, { band: modelledMs, quantity: 'ms', topics: ['p50'] }, links)}`;
}

/** With how many clients it was measured, because nobody knows it of more. */
function observedText({ repeated, missing }: Observed, users: number): string {
  if (repeated === null) return md(missing);
  const { clients } = repeated;
  const mark = clients < users ? ` ${EXTRAPOLATED}` : '';
  return `half within ${md(`${repeatedText(repeated, 'ms')}, of ${amount(clients, 'users')} clients`)}${mark}`;
}

const evidenceOf = (
  { repeated }: { readonly repeated: Repeated | null },
  transport: string,
  topic: Topic,
  links: Links,
): string => (repeated === null ? '' : links(transport, topic));

/** What the bill is made of: each price that was given. */
function billRows(decision: Decision, links: Links): string[][] {
  const { options, other } = decision;
  const names = [...new Set(options.flatMap(({ bill }) => bill?.items.map(({ name }) => name) ?? []))];
  const quantity = moneyOf(decision);
  const costOf = (bill: Bill | null, name: string): Claim['band'] =>
    bill?.items.find((item) => item.name === name)?.cost ?? null;
  return names.map((name) => [
    md(
      `of it ${name === 'processors' ? 'processors, for the time that they are busy' : name}${overText(other, RESTS[name] ?? [])}`,
    ),
    ...options.map((one) => claimed(one, { band: costOf(one.bill, name), quantity, topics: RESTS[name] ?? [] }, links)),
  ]);
}
