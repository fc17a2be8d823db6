/** What a prediction costs in a month, at prices that somebody gave with their source. Pure, and the same in the page. */
import { exactly, guessOf, sum, times, type Band } from './band.ts';
import type { Prediction } from './predict.ts';

/** Each per unit, in `currency`; what is missing costs nothing and is said so. */
export interface Prices {
  readonly currency: string;
  /** Out of the server: 10⁹ bytes, TCP/IP included. */
  readonly egressPerGB?: number;
  readonly corePerMonth?: number;
  /** 2³⁰ bytes. */
  readonly memoryPerGiBMonth?: number;
  readonly perMillionRequests?: number;
  /** Of managed gateways: each message delivered. */
  readonly perMillionMessages?: number;
  readonly perMillionConnectionMinutes?: number;
}

export const SECONDS_A_MONTH = 730 * 3_600;

export interface Bill {
  /** Null where a price is given for what the model does not know. */
  readonly total: Band | null;
  readonly items: readonly { readonly name: string; readonly cost: Band | null }[];
}

/** @param holds whether a client has a connection all the time, which gateways bill by the minute */
export function billOf(
  prediction: Prediction,
  { clients, ratePerSecond }: { readonly clients: number; readonly ratePerSecond: number },
  prices: Prices,
  holds: boolean,
): Bill {
  const { down, wire, up, cores, memoryBytes, requests } = prediction;
  // Of what packets add, the half that goes out; without a count of packets the sockets' own bytes.
  const out = wire === null || up === null || down === null ? down : egress(wire, up, down);
  const lines: [string, number | undefined, Band | null, number][] = [
    ['egress', prices.egressPerGB, out, SECONDS_A_MONTH / 1e9],
    ['processors', prices.corePerMonth, cores, 1],
    ['memory', prices.memoryPerGiBMonth, memoryBytes, 1 / 2 ** 30],
    ['requests', prices.perMillionRequests, requests === null ? null : exactly(requests), SECONDS_A_MONTH / 1e6],
    ['messages', prices.perMillionMessages, exactly(clients * ratePerSecond), SECONDS_A_MONTH / 1e6],
    ['connections', prices.perMillionConnectionMinutes, exactly(holds ? clients : 0), SECONDS_A_MONTH / 60e6],
  ];
  const items = lines.flatMap(([name, price, amount, scale]) =>
    price === undefined ? [] : [{ name, cost: amount === null ? null : times(amount, price * scale) }],
  );
  return { total: sum(items.map(({ cost }) => cost)), items };
}

/** Half of the packets' headers go out with what goes out. */
function egress(wire: Band, up: Band, down: Band): Band {
  const half = (all: number, sent: number, back: number): number => back + (all - sent - back) / 2;
  return {
    value: half(wire.value, up.value, down.value),
    low: half(wire.low, up.low, down.low),
    high: half(wire.high, up.high, down.high),
    ...guessOf(wire, up, down),
  };
}
