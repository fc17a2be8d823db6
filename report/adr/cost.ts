/** What is compared as the cost of an option: the bill of a month where there are prices, else the bytes that it moves. Pure. */
import { plus, times, type Band } from '../../results/model/band.ts';
import type { Cost } from '../../results/model/break-even.ts';
import type { TransportModel } from '../../results/model/model.ts';
import type { Prediction } from '../../results/model/predict.ts';
import { billOf, SECONDS_A_MONTH, type Bill } from '../../results/model/price.ts';
import type { Workload } from '../../results/workload.ts';
import { withUpstream } from './upstream.ts';

export interface Costing {
  readonly of: Cost;
  /** For people: what is compared. */
  readonly title: string;
  /** Null: bytes. */
  readonly currency: string | null;
}

type Amount = Parameters<Cost>[1]['load'];

/** Whether a client has a connection all the time: who polls each interval need not. */
const holds = ({ asks }: TransportModel): boolean => asks !== 'each-interval';

/** @param models of all options: bytes are compared on the wire only where that is known of each */
export function costingOf(workload: Workload, models: readonly TransportModel[]): Costing {
  const byName = new Map(models.map((model) => [model.transport, model]));
  const onWire = models.every(({ packets }) => packets !== null);
  const { prices } = workload;
  const of: Cost = (prediction, { load }) => {
    const model = byName.get(prediction.transport);
    if (model === undefined) return null;
    const whole = withUpstream(prediction, model, workload, load.clients);
    return prices === null ? bytesAMonth(whole, onWire) : billOf(whole, load, prices, holds(model)).total;
  };
  if (prices !== null) return { of, title: `cost a month (${prices.currency})`, currency: prices.currency };
  return { of, title: `bytes a month (${onWire ? 'with TCP/IP' : 'on the sockets'})`, currency: null };
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
