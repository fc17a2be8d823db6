/** Every field of a workload file in one table: how it is read, what a wrong one is told, and what a missing one means. */
import { CARRIERS } from '../../clients/connection.ts';
import {
  DRIVERS,
  INFRASTRUCTURE,
  type Driver,
  type Infrastructure,
  type Workload,
  type WorkloadPrices,
} from '../../results/workload.ts';
import { oneOf } from '../settings.ts';
import { formatSize, InvalidValue, parseDuration, parseSize } from '../units.ts';
import { didYouMean } from '../nearest.ts';
import { Complaints, entriesOf, numberFrom, shown, textFrom, type Field, type Fields } from './field.ts';

/** `all` is known only together with the number of users. */
export type WorkloadFile = Omit<Workload, 'fanOut'> & { readonly fanOut: number | 'all' };

const PER_SECOND: Readonly<Record<string, number>> = {
  s: 1,
  second: 1,
  min: 60,
  minute: 60,
  h: 3_600,
  hour: 3_600,
  day: 86_400,
};

const LARGEST_PAYLOAD = 16 * 2 ** 20;
const LARGEST_HEADER = 64 * 2 ** 10;
const LONGEST_ROUND_TRIP_MS = 20_000;
const MOST_WEIGHT = 10;
const MOST_USERS = 1e9;
const HIGHEST_RATE = 1e5;

/** `3/min`, `0.5/s`, `1 per hour`: a bare number has no unit and is refused. */
function rateFrom(value: unknown): number {
  const match = /^(\d+(?:\.\d+)?)\s*(?:\/|per )\s*([a-z]+)$/.exec(textFrom(value, 40));
  const per = match?.[2] ?? '';
  if (match === null || !Object.hasOwn(PER_SECOND, per)) {
    throw new InvalidValue('must be a rate with its unit, such as 0.5/s, 3/min, 2/h or 1/day');
  }
  const rate = Number(match[1]) / PER_SECOND[per]!;
  if (rate > HIGHEST_RATE) throw new InvalidValue(`must be at most ${HIGHEST_RATE}/s`);
  return rate;
}

function latencyFrom(value: unknown): number {
  const match = /^(\S+?)\s*<=?\s*(.+)$/.exec(textFrom(value, 40));
  if (match === null) throw new InvalidValue('must be a target such as p99 < 500ms');
  if (match[1] !== 'p99') {
    throw new InvalidValue(`is judged by the 99th percentile and not by "${match[1]}"; write p99 < 500ms`);
  }
  return positive(parseDuration(match[2]!), 'must be above 0ms');
}

function positive(value: number, otherwise: string): number {
  if (value <= 0) throw new InvalidValue(otherwise);
  return value;
}

const durationFrom = (value: unknown): number => parseDuration(textFrom(value, 40));

function sizeFrom(least: number, most: number): (value: unknown) => number {
  return (value) => {
    const bytes = parseSize(textFrom(value, 40));
    if (bytes < least || bytes > most) {
      throw new InvalidValue(`must be from ${formatSize(least)} to ${formatSize(most)}`);
    }
    return bytes;
  };
}

function usersFrom(value: unknown): number {
  const users = numberFrom(value, 'a whole number such as 10000');
  if (!Number.isInteger(users) || users < 1 || users > MOST_USERS) {
    throw new InvalidValue(`must be a whole number from 1 to ${MOST_USERS}`);
  }
  return users;
}

function infrastructureFrom(value: unknown): Infrastructure[] {
  if (!Array.isArray(value)) throw new InvalidValue('must be a list such as [idle-timeout 60s, no-websocket], or []');
  if (value.length > INFRASTRUCTURE.length) throw new InvalidValue(`has more than ${INFRASTRUCTURE.length} entries`);
  const found = value.map((each): Infrastructure => {
    const [word = '', ...rest] = textFrom(each, 80).split(/\s+/);
    const name = oneOf('entry', INFRASTRUCTURE)(word);
    if (name !== 'idle-timeout') {
      if (rest.length > 0)
        throw new InvalidValue(`has "${word}" with "${rest.join(' ')}" behind it, which it does not take`);
      return { name, afterMs: null };
    }
    if (rest.length !== 1) throw new InvalidValue('has idle-timeout without its time; write idle-timeout 60s');
    return {
      name,
      afterMs: positive(parseDuration(rest[0]!), 'has an idle-timeout of nothing; write idle-timeout 60s'),
    };
  });
  const twice = found.find(({ name }, at) => found.findIndex((other) => other.name === name) !== at);
  if (twice !== undefined) throw new InvalidValue(`names ${twice.name} twice`);
  if (['http1-browsers', 'http2'].every((one) => found.some(({ name }) => name === one))) {
    throw new InvalidValue(
      'names http1-browsers and http2: a message comes over one of the two; write the one that is so',
    );
  }
  return found;
}

function weightsFrom(value: unknown): Record<Driver, number> {
  const complaints = new Complaints();
  const given = entriesOf(value, DRIVERS, 'driver', complaints);
  const weights = Object.fromEntries(DRIVERS.map((driver) => [driver, 1])) as Record<Driver, number>;
  for (const [driver, raw] of given) {
    weights[driver] = complaints.of(driver, raw, weightFrom) ?? 0;
  }
  complaints.throwIfAny();
  if (Object.values(weights).every((weight) => weight === 0)) {
    throw new InvalidValue('are all 0, so that nothing would decide; give at least one driver a weight');
  }
  return weights;
}

function weightFrom(value: unknown): number {
  const expected = `a number from 0 to ${MOST_WEIGHT}`;
  const weight = numberFrom(value, expected);
  if (weight < 0 || weight > MOST_WEIGHT) throw new InvalidValue(`must be ${expected}`);
  return weight;
}

const UNIT_PRICES = [
  'egressPerGB',
  'corePerMonth',
  'memoryPerGiBMonth',
  'perMillionRequests',
  'perMillionMessages',
  'perMillionConnectionMinutes',
] as const;
const PRICE_KEYS = ['currency', 'source', 'date', ...UNIT_PRICES] as const;

function pricesFrom(value: unknown): WorkloadPrices {
  const complaints = new Complaints();
  const given = new Map(entriesOf(value, PRICE_KEYS, 'price', complaints));
  const need = (key: 'currency' | 'source' | 'date', advice: string, read: (raw: unknown) => string): string => {
    const raw = given.get(key);
    if (raw !== undefined && raw !== null) return complaints.of(key, raw, read) ?? '';
    complaints.add(key, `is missing; write ${advice}`);
    return '';
  };
  const prices = {
    currency: need('currency', 'the three letters of ISO 4217, such as EUR', currencyFrom),
    source: need('source', 'where the prices are from: an address or the name of a contract', (raw) =>
      textFrom(raw, 500),
    ),
    date: need('date', 'when they were read, such as 2026-11-21', dateFrom),
  };
  const units = UNIT_PRICES.flatMap((key) => {
    if (!given.has(key)) return [];
    const price = complaints.of(key, given.get(key), priceFrom);
    return price === undefined ? [] : [[key, price] as const];
  });
  if (!UNIT_PRICES.some((key) => given.has(key))) {
    complaints.add('', `has a price of nothing; write at least one of ${UNIT_PRICES.join(', ')}, or leave prices out`);
  }
  complaints.throwIfAny();
  return { ...prices, ...Object.fromEntries(units) };
}

function currencyFrom(value: unknown): string {
  const text = textFrom(value, 40);
  if (!/^[A-Z]{3}$/.test(text)) throw new InvalidValue('must be the three letters of ISO 4217, such as EUR or USD');
  return text;
}

function dateFrom(value: unknown): string {
  const text = textFrom(value, 40);
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text) {
    throw new InvalidValue('must be a day such as 2026-11-21');
  }
  return text;
}

function priceFrom(value: unknown): number {
  const price = numberFrom(value, 'a number such as 0.09; its currency stands in prices.currency');
  if (price < 0 || price > 1e9) throw new InvalidValue('must be a number from 0 to 1000000000');
  return price;
}

const MOST_PEOPLE = 50;

function peopleFrom(value: unknown): string[] {
  if (!Array.isArray(value) || value.length > MOST_PEOPLE) {
    throw new InvalidValue(`must be a list of at most ${MOST_PEOPLE} names, such as [architecture, operations]`);
  }
  return value.map((name) => textFrom(name, 100));
}

/** Words are read in small letters, as those of all settings are: who writes another is told the one that is meant. */
function refuseSlip(value: unknown, word: string, expected: string): void {
  const near = typeof value === 'string' && value !== word ? didYouMean(value, [word]) : '';
  if (near !== '') throw new InvalidValue(`has no word "${shown(value)}"${near} It must be ${expected}`);
}

function upstreamFrom(value: unknown): number {
  if (value === 'none') return 0;
  refuseSlip(value, 'none', 'a rate such as 3/min, or none');
  try {
    return rateFrom(value);
  } catch (error) {
    if (error instanceof InvalidValue) throw new InvalidValue(`${error.message}; or none, where messages go down only`);
    throw error;
  }
}

function fanOutFrom(value: unknown): number | 'all' {
  if (value === 'all') return 'all';
  const expected = 'a number of users, or all';
  refuseSlip(value, 'all', expected);
  const fanOut = numberFrom(value, expected);
  if (fanOut < 1) throw new InvalidValue('must be at least 1, or all');
  return fanOut;
}

function roundTripFrom(value: unknown): number {
  const ms = durationFrom(value);
  if (ms > LONGEST_ROUND_TRIP_MS) throw new InvalidValue(`must be at most ${LONGEST_ROUND_TRIP_MS / 1e3}s`);
  return ms;
}

const required = <T>(read: Field<T>['read'], advice: string): Field<T> => ({ read, advice, missing: undefined });
const optional = <T>(read: Field<T>['read'], advice: string, missing: T): Field<T> => ({
  ...{ read, advice },
  missing: { value: missing },
});

export const FIELDS: Fields<WorkloadFile> = {
  name: ['name', required((value) => textFrom(value, 100), 'what the system is called, such as chat')],
  users: ['users', required(usersFrom, 'how many are connected at once, such as 10000')],
  messages: ['messagesPerSecond', required(rateFrom, 'how many each user receives, such as 3/min')],
  fanOut: ['fanOut', required(fanOutFrom, 'how many users one message reaches, such as 20, or all')],
  payload: ['payloadBytes', required(sizeFrom(16, LARGEST_PAYLOAD), 'the size of a message, such as 200B')],
  upstream: ['upstreamPerSecond', required(upstreamFrom, 'how many each user sends, such as 1/min, or none')],
  latency: ['latencyP99Ms', optional<number | null>(latencyFrom, 'a target such as p99 < 500ms', null)],
  staleness: [
    'stalenessMs',
    optional<number | null>((value) => positive(durationFrom(value), 'must be above 0ms'), 'a time such as 5s', null),
  ],
  roundTrip: ['rttMs', required(roundTripFrom, 'the round trip that ping shows, such as 40ms')],
  cookie: [
    'headerBytes',
    optional(sizeFrom(0, LARGEST_HEADER), 'what a cookie or token adds to each request, such as 46B, or 0B', 0),
  ],
  carrier: [
    'carrier',
    optional<string>((value) => oneOf('carrier', CARRIERS)(textFrom(value, 40)), CARRIERS.join(', '), 'h1'),
  ],
  arrivals: [
    'arrivals',
    optional<'poisson' | 'constant'>(
      (value) => oneOf('arrivals', ['poisson', 'constant'])(textFrom(value, 40)),
      'poisson or constant',
      'poisson',
    ),
  ],
  infrastructure: ['infrastructure', optional<readonly Infrastructure[]>(infrastructureFrom, 'a list', [])],
  weights: [
    'weights',
    optional<Readonly<Record<Driver, number>>>(weightsFrom, 'a number for each driver', weightsFrom({})),
  ],
  prices: ['prices', optional<WorkloadPrices | null>(pricesFrom, 'prices with currency, source and date', null)],
  decisionMakers: ['decisionMakers', optional<readonly string[]>(peopleFrom, 'a list of names', [])],
};
