/** What each option takes, a row a figure: with its interval, its evidence, and a word where it is extrapolated. */
import type { Band } from '../../results/model/band.ts';
import { overheadAt } from '../../results/model/bytes.ts';
import type { Prediction } from '../../results/model/predict.ts';
import type { Estimate } from '../../results/statistics.ts';
import type { Decision } from './decision.ts';
import type { Topic } from './evidence.ts';
import type { Links } from './links.ts';
import type { Considered } from './options.ts';
import { plural } from '../format.ts';
import { md, table } from './text.ts';
import { banded, NOT_MEASURED, spanText, type Quantity } from './words.ts';

interface Figure {
  readonly title: string;
  readonly of: (option: Considered) => string;
}

const EXTRAPOLATED = ' *extrapolated*';

/** With its evidence behind it; a figure that is not there has none. */
function cell(
  option: Considered,
  band: Band | null,
  quantity: Quantity,
  [links, topics, beyond]: readonly [Links, readonly Topic[], boolean],
): string {
  if (band === null) return NOT_MEASURED;
  return md(banded(band, quantity)) + (beyond ? EXTRAPOLATED : '') + links(option.transport, ...topics);
}

const estimated = (estimate: Estimate | null, quantity: Quantity): string => {
  if (estimate === null) return NOT_MEASURED;
  const { value, low, high, n } = estimate;
  return md(
    n === 1
      ? `${banded({ value, low: value, high: value }, quantity)} (one repetition)`
      : banded({ value, low, high }, quantity),
  );
};

export function figuresTable(decision: Decision, links: Links): string {
  const { options, costing, input } = decision;
  const figures = figuresOf(decision, links);
  const head = ['', ...options.map(({ transport }) => md(transport))];
  const rows = figures.map(({ title, of }) => [md(title), ...options.map(of)]);
  const priced = input.workload.prices === null ? [] : billRows(decision);
  const cost = [
    md(costing.title),
    ...options.map((one) => cell(one, one.cost, moneyOf(decision), [links, COSTS, isBeyond(one)])),
  ];
  return `${BRACKETS}\n\n${table(head, [...rows, cost, ...priced])}`;
}

const BRACKETS =
  'In brackets stands where a figure lies if the model is as far off as it was on nine of ten loads held out (of what is measured: the 95 % interval over repetitions). A month has 730 hours.';

const COSTS: readonly Topic[] = ['bytes', 'packets', 'cores', 'memory'];

export const moneyOf = ({ costing: { currency } }: Decision): Quantity => (currency === null ? 'bytes' : { currency });

/** Whether any figure of the load that CPU and latency depend on was never measured. */
export const isBeyond = ({ option }: Considered): boolean => costsBeyond(option.prediction);

const costsBeyond = ({ beyond }: Pick<Prediction, 'beyond'>): boolean => beyond.some((name) => name !== 'memory');
const memoryBeyond = ({ beyond }: Pick<Prediction, 'beyond'>): boolean => beyond.includes('memory');

const bytesBeyond = ({ model }: Considered, payloadBytes: number): boolean =>
  model.bytes !== null && overheadAt(model.bytes, payloadBytes).extrapolated;

function figuresOf({ situation, input: { workload } }: Decision, links: Links): Figure[] {
  const { payloadBytes } = workload;
  const of =
    (band: (option: Considered) => Band | null, quantity: Quantity, topics: readonly Topic[]) => (option: Considered) =>
      cell(option, band(option), quantity, [
        links,
        topics,
        topics[0] === 'bytes' ? bytesBeyond(option, payloadBytes) : isBeyond(option),
      ]);
  return [
    { title: 'as it would be run', of: runText },
    {
      title: `keeps ${spanText(situation.stalenessMs)}`,
      of: ({ option }) => (option.meets === null ? NOT_MEASURED : option.meets ? 'yes' : '**no**'),
    },
    { title: 'largest number of users of one server process within it', of: (option) => largestText(option, links) },
    { title: 'mean delivery latency', of: of(({ prediction }) => prediction.meanMs, 'ms', ['latency']) },
    {
      title: 'p50, measured at such a load',
      of: ({ p50Ms, transport }) => estimated(p50Ms, 'ms') + (p50Ms === null ? '' : links(transport, 'latency')),
    },
    { title: 'p99', of: of(({ prediction }) => prediction.p99Ms, 'ms', ['p99']) },
    {
      title: 'bytes per message, on the sockets, both ways',
      of: of(({ bytesPerMessage }) => bytesPerMessage, 'bytes', ['bytes']),
    },
    {
      title: 'idle bytes per user and hour, on the sockets, both ways',
      of: of(({ idleBytesPerUserHour }) => idleBytesPerUserHour, 'bytes', ['bytes']),
    },
    { title: 'egress a month: outwards, with TCP/IP', of: of(({ egressGB }) => egressGB, 'GB', ['bytes', 'packets']) },
    {
      title: 'cores per 10,000 users',
      of: (one) => cell(one, one.of10000.cores, 'cores', [links, ['cores'], costsBeyond(one.of10000)]),
    },
    {
      title: 'memory per 10,000 users, processes included',
      of: (one) => cell(one, one.of10000.memoryBytes, 'bytes', [links, ['memory'], memoryBeyond(one.of10000)]),
    },
    {
      title: 'from connecting until ready to receive',
      of: ({ readyMs, transport }) =>
        readyMs === null ? NOT_MEASURED : `half within ${estimated(readyMs, 'ms')}${links(transport, 'connect')}`,
    },
    {
      title: 'served again after all connections are cut',
      of: ({ recoveryMs, transport }) =>
        recoveryMs === null
          ? NOT_MEASURED
          : `half within ${estimated(recoveryMs, 'ms')}${links(transport, 'recovery')}`,
    },
    { title: 'proxies that it survived', of: () => `${NOT_MEASURED}: the runs had none in the path` },
  ];
}

function runText({ model, option: { load } }: Considered): string {
  const how: Readonly<Record<typeof model.asks, string>> = {
    'each-interval': `a poll every ${spanText(load.pollIntervalMs)}`,
    'and-waits': `held for ${spanText(load.holdMs)}`,
    once: `a sign of life after ${spanText(load.heartbeatMs)} of silence`,
  };
  return md(`${how[model.asks]}, over ${plural(load.processes, 'server process', 'server processes')}`);
}

function largestText({ largest, transport }: Considered, links: Links): string {
  if (largest === null) return NOT_MEASURED;
  const { users, low, high, basis, limit, extrapolated } = largest;
  const least = basis === 'measured' && high === null ? 'at least ' : '';
  const most = banded({ value: users, low, high }, 'users').replace(/^[\d,.]+/, '$& users');
  const topics: Topic[] = basis === 'measured' ? ['capacity'] : ['cores', 'p99'];
  return `${md(`${least}${most}, ${basis}: ${limit}`)}${extrapolated ? EXTRAPOLATED : ''}${links(transport, ...topics)}`;
}

/** What the bill is made of: each price that was given. */
function billRows(decision: Decision): string[][] {
  const { options } = decision;
  const names = [...new Set(options.flatMap(({ bill }) => bill?.items.map(({ name }) => name) ?? []))];
  const quantity = moneyOf(decision);
  return names.map((name) => [
    md(`of it ${name === 'processors' ? 'processors, for the time that they are busy' : name}`),
    ...options.map(({ bill }) => md(banded(bill?.items.find((item) => item.name === name)?.cost ?? null, quantity))),
  ]);
}
