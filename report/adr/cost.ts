/** What is compared as the cost of an option: the bill of a month where there are prices, else the bytes that it moves. Pure. */
import { plus, times, type Band } from '../../results/model/band.ts';
import type { Cost } from '../../results/model/break-even.ts';
import type { TransportModel } from '../../results/model/model.ts';
import type { Prediction } from '../../results/model/predict.ts';
import { billOf, SECONDS_A_MONTH, type Bill, type Prices } from '../../results/model/price.ts';
import type { Workload } from '../../results/workload.ts';
import type { Topic } from './topics.ts';
import { withUpstream } from './upstream.ts';
import { listed } from './words.ts';

export interface Costing {
  readonly of: Cost;
  /** For people: what is compared. */
  readonly title: string;
  /** Null: bytes. */
  readonly currency: string | null;
  /** What it rests on. */
  readonly rests: readonly Topic[];
}

type Amount = Parameters<Cost>[1]['load'];

/** Whether a client has a connection all the time: who polls each interval need not. */
const holds = ({ asks }: TransportModel): boolean => asks !== 'each-interval';

/** @param models of all options: bytes are compared on the wire only where that is known of each */
export function costingOf(workload: Workload, models: readonly TransportModel[]): Costing {
  const byName = new Map(models.map((model) => [model.transport, model]));
  const onWire = models.every(({ packets }) => packets !== null);
  const { prices } = workload;
  const { priced, without } = pricedOf(prices, models);
  const of: Cost = (prediction, { load }) => {
    const model = byName.get(prediction.transport);
    if (model === undefined) return null;
    const whole = withUpstream(prediction, model, workload, load.clients);
    return priced === null ? bytesAMonth(whole, onWire) : billOf(whole, load, priced, holds(model)).total;
  };
  if (priced !== null) {
    const lacks = without.length === 0 ? '' : `, without ${listed(without)}: not measured of every option`;
    const rests = PRICES.filter((price) => priced[price] !== undefined).flatMap((price) => RESTS[ITEMS[price]] ?? []);
    return {
      ...{ of, title: `cost a month (${priced.currency}${lacks})`, currency: priced.currency },
      rests: [...new Set(rests)],
    };
  }
  return {
    ...{ of, title: `bytes a month (${onWire ? 'with TCP/IP' : 'on the sockets'})`, currency: null },
    rests: onWire ? ['bytes', 'packets'] : ['bytes'],
  };
}

type Price = Exclude<keyof Prices, 'currency'>;

/** The lines of a bill, by the price that makes them. */
const ITEMS: Readonly<Record<Price, string>> = {
  egressPerGB: 'egress',
  corePerMonth: 'processors',
  memoryPerGiBMonth: 'memory',
  perMillionRequests: 'requests',
  perMillionMessages: 'messages',
  perMillionConnectionMinutes: 'connections',
};

/** What each line of a bill rests on; messages and connections follow from the workload alone. */
export const RESTS: Readonly<Record<string, readonly Topic[]>> = {
  egress: ['bytes', 'packets'],
  processors: ['cores'],
  memory: ['memory'],
  requests: ['bytes'],
};

/** What must have been measured for a price to mean something. */
const NEEDS: Readonly<Partial<Record<Price, readonly [name: string, of: keyof TransportModel]>>> = {
  egressPerGB: ['egress', 'bytes'],
  corePerMonth: ['processors', 'cores'],
  memoryPerGiBMonth: ['memory', 'memory'],
  perMillionRequests: ['requests', 'bytes'],
};

const PRICES: readonly Price[] = [
  'egressPerGB',
  'corePerMonth',
  'memoryPerGiBMonth',
  'perMillionRequests',
  'perMillionMessages',
  'perMillionConnectionMinutes',
];

/** Without what is not known of every option: a bill that one of them has no entry in would compare nothing. */
function pricedOf(
  prices: Workload['prices'],
  models: readonly TransportModel[],
): { readonly priced: Prices | null; readonly without: readonly string[] } {
  if (prices === null) return { priced: null, without: [] };
  const { currency, ...units } = prices;
  const lacks = (price: Price): boolean => {
    const needed = NEEDS[price];
    return needed !== undefined && models.some((model) => model[needed[1]] === null);
  };
  const names = PRICES.filter((price) => units[price] !== undefined);
  const kept = names.filter((price) => !lacks(price));
  const without = names.filter(lacks).map((price) => NEEDS[price]![0]);
  if (kept.length === 0) return { priced: null, without };
  return { priced: { currency, ...Object.fromEntries(kept.map((price) => [price, units[price]])) }, without };
}

function bytesAMonth({ wire, up, down }: Prediction, onWire: boolean): Band | null {
  const all = onWire ? wire : up === null || down === null ? null : plus(up, down);
  return all === null ? null : times(all, SECONDS_A_MONTH);
}

/** Null without prices. */
export function billFor(workload: Workload, model: TransportModel, whole: Prediction, load: Amount): Bill | null {
  return workload.prices === null ? null : billOf(whole, load, workload.prices, holds(model));
}

/** Out of the server in a month, GB: 10⁹ bytes, with TCP/IP where packets are known. */
export function egressGB(whole: Prediction, load: Amount): Band | null {
  return billOf(whole, load, { currency: '', egressPerGB: 1 }, false).total;
}
