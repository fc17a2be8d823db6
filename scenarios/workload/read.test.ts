/** What a workload file may say, and the sentence that each wrong one is answered with. */
import { describe, expect, it } from 'vitest';
import { parseWorkload, WorkloadError } from './read.ts';

const GOOD: Readonly<Record<string, string>> = {
  name: 'chat',
  users: '10000',
  messages: '6/min',
  fanOut: '20',
  payload: '200B',
  upstream: '0.3/min',
  latency: 'p99 < 500ms',
  roundTrip: '60ms',
};

/** A good file with some fields otherwise; null: without it. */
function file(changes: Readonly<Record<string, string | null>>): string {
  return Object.entries({ ...GOOD, ...changes })
    .flatMap(([key, value]) => (value === null ? [] : [`${key}: ${value}`]))
    .join('\n');
}

function complaintsOf(text: string): string[] {
  try {
    parseWorkload(text, 'w.yaml');
  } catch (error) {
    if (error instanceof WorkloadError) return error.message.split('\n').map((line) => line.trim());
    throw error;
  }
  return [];
}

describe('a workload file', () => {
  it('is read with its units, and what it leaves out has a meaning', () => {
    expect(parseWorkload(file({}), 'w.yaml')).toEqual({
      name: 'chat',
      users: 10_000,
      messagesPerSecond: 0.1,
      fanOut: 20,
      payloadBytes: 200,
      upstreamPerSecond: 0.005,
      arrivals: 'poisson',
      latencyP99Ms: 500,
      stalenessMs: null,
      rttMs: 60,
      headerBytes: 0,
      carrier: 'h1',
      infrastructure: [],
      weights: {
        'time-behaviour': 1,
        'resource-utilisation': 1,
        capacity: 1,
        interoperability: 1,
        reliability: 1,
        maintainability: 1,
      },
      prices: null,
      decisionMakers: [],
    });
  });

  it('may be JSON', () => {
    const json = JSON.stringify({ ...GOOD, users: 10_000, fanOut: 20, messages: '1 per hour' });
    expect(parseWorkload(json, 'w.json')).toMatchObject({ users: 10_000, messagesPerSecond: 1 / 3_600 });
  });

  it('may reach all users, send nothing up, name what lies in the way, weigh and price', () => {
    const text = file({
      ...{ fanOut: 'all', upstream: 'none', infrastructure: '[no-websocket, idle-timeout 60s]', cookie: '46B' },
      ...{ weights: '{ capacity: 3 }', staleness: '5s', decisionMakers: '[architecture]' },
      prices: '{ currency: EUR, source: contract 7, date: 2026-11-01, egressPerGB: 0.08 }',
    });
    expect(parseWorkload(text, 'w.yaml')).toMatchObject({
      ...{
        fanOut: 10_000,
        upstreamPerSecond: 0,
        headerBytes: 46,
        stalenessMs: 5_000,
        decisionMakers: ['architecture'],
      },
      infrastructure: [
        { name: 'no-websocket', afterMs: null },
        { name: 'idle-timeout', afterMs: 60_000 },
      ],
      weights: { capacity: 3, reliability: 1 },
      prices: { currency: 'EUR', source: 'contract 7', date: '2026-11-01', egressPerGB: 0.08 },
    });
  });
});

describe('a field that cannot be used', () => {
  it.each([
    [{ users: null }, 'users is missing; write how many are connected at once, such as 10000'],
    [{ name: null }, 'name is missing; write what the system is called, such as chat'],
    [{ users: '0' }, 'users must be a whole number from 1 to 1000000000; got 0'],
    [{ users: 'many' }, 'users must be a whole number such as 10000; got many'],
    [{ messages: '3' }, 'messages must be a rate with its unit, such as 0.5/s, 3/min, 2/h or 1/day; got 3'],
    [
      { messages: '3/fortnight' },
      'messages must be a rate with its unit, such as 0.5/s, 3/min, 2/h or 1/day; got 3/fortnight',
    ],
    [{ fanOut: 'some' }, 'fanOut must be a number of users, or all; got some'],
    [{ fanOut: 'ALL' }, 'fanOut has no word "ALL"; did you mean "all"? It must be a number of users, or all'],
    [{ upstream: 'None' }, /^upstream has no word "None"; did you mean "none"\? It must be a rate /],
    [{ carrier: 'H2C' }, /^carrier has no carrier "H2C"; did you mean "h2c"\?/],
    [{ payload: '200 apples' }, 'payload must be a size such as 128, 1KB or 64KiB; got 200 apples'],
    [{ payload: '1B' }, 'payload must be from 16B to 16MiB; got 1B'],
    [{ upstream: 'yes please' }, /^upstream must be a rate .*; or none, where messages go down only; got yes please$/],
    [{ latency: 'fast' }, 'latency must be a target such as p99 < 500ms; got fast'],
    [
      { latency: 'p50 < 5ms' },
      'latency is judged by the 99th percentile and not by "p50"; write p99 < 500ms; got p50 < 5ms',
    ],
    [{ roundTrip: '60' }, 'roundTrip must be a duration with its unit, such as 250ms, 10s or 2m; got 60'],
    [{ carrier: 'h3' }, /^carrier has no carrier "h3"; did you mean "h[12]"\? There are: h1, tls, h2c, h2$/],
    [
      { infrastructure: '[no-webscoket]' },
      /^infrastructure has no entry "no-webscoket"; did you mean "no-websocket"\?/,
    ],
    [{ infrastructure: '[idle-timeout]' }, 'infrastructure has idle-timeout without its time; write idle-timeout 60s'],
    [{ infrastructure: '[http2, http2]' }, 'infrastructure names http2 twice'],
    [
      { infrastructure: '[http2, http1-browsers]', carrier: 'h2' },
      'infrastructure names http1-browsers and http2: a message comes over one of the two; write the one that is so',
    ],
    [{ weights: '{ capcity: 2 }' }, /^weights\.capcity is no driver; did you mean "capacity"\?/],
    [{ weights: '{ capacity: 11 }' }, 'weights.capacity must be a number from 0 to 10; got 11'],
    [{ weights: 'heavy' }, /^weights must be a table of drivers: time-behaviour, /],
    [
      { prices: '{ egressPerGB: 0.1, source: x, date: 2026-01-01 }' },
      'prices.currency is missing; write the three letters of ISO 4217, such as EUR',
    ],
    [
      { prices: '{ currency: EUR, egressPerGB: 0.1, date: 2026-01-01 }' },
      'prices.source is missing; write where the prices are from: an address or the name of a contract',
    ],
    [
      { prices: '{ currency: EUR, egressPerGB: 0.1, source: x }' },
      'prices.date is missing; write when they were read, such as 2026-11-21',
    ],
    [
      { prices: '{ currency: euro, egressPerGB: 0.1, source: x, date: 2026-02-30 }' },
      'prices.date must be a day such as 2026-11-21; got 2026-02-30',
    ],
    [
      { prices: '{ currency: EUR, source: x, date: 2026-01-01 }' },
      /^prices has a price of nothing; write at least one of egressPerGB, /,
    ],
    [
      { prices: '{ currency: EUR, source: x, date: 2026-01-01, egressPerGb: 1 }' },
      /^prices\.egressPerGb is no price; did you mean "egressPerGB"\?/,
    ],
    [{ usres: '7' }, /^usres is no field; did you mean "users"\? There are: \$schema, name, users, /],
  ])('%j is answered field by field', (changes, expected) => {
    const lines = complaintsOf(file(changes));
    expect(lines[0]).toBe('w.yaml is no workload yet:');
    expect(lines).toContainEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected));
  });

  it('is told together with all others', () => {
    const lines = complaintsOf(file({ users: null, messages: '3', payload: null, prices: '{ egressPerGB: 1 }' }));
    expect(lines.slice(1).map((line) => line.split(' ')[0])).toEqual([
      ...['users', 'messages', 'payload', 'prices.currency', 'prices.source', 'prices.date'],
    ]);
  });
});

describe('fields that contradict each other', () => {
  it.each([
    [{ latency: null }, /^latency and staleness are both missing; write one of them/],
    [
      { fanOut: '20000' },
      'fanOut and users: one message cannot reach 20000 of 10000 users; write all, or at most 10000',
    ],
    [
      { latency: 'p99 < 30ms' },
      /^latency and roundTrip: nobody can meet 30ms, because with a round trip of 60ms a message takes 30ms down at the least/,
    ],
    [
      { upstream: 'none', staleness: '20ms' },
      /^staleness and roundTrip: nobody can meet 20ms, because with a round trip of 60ms a message takes 30ms down at the least/,
    ],
    [
      { infrastructure: '[http1-browsers]', carrier: 'h2c' },
      'carrier and infrastructure: over carrier h2c browsers speak HTTP/2, and http1-browsers says HTTP/1.1; write carrier h1 or tls, or leave http1-browsers out',
    ],
    [
      { infrastructure: '[http2]' },
      'carrier and infrastructure: http2 says that it goes over HTTP/2, and carrier h1 is HTTP/1.1; write carrier h2 or h2c, or leave http2 out',
    ],
    [{ infrastructure: '[http2]', carrier: 'tls' }, /^carrier and infrastructure: .* carrier tls is HTTP\/1\.1/],
    [{ upstream: 'none', messages: '0/s' }, /^messages and upstream: nothing is sent in either direction/],
  ])('%j are named both', (changes, expected) => {
    expect(complaintsOf(file(changes))).toContainEqual(
      typeof expected === 'string' ? expected : expect.stringMatching(expected),
    );
  });

  it('are none where the path speaks the carrier’s version of HTTP', () => {
    for (const carrier of ['h2', 'h2c']) expect(complaintsOf(file({ infrastructure: '[http2]', carrier }))).toEqual([]);
    for (const carrier of ['h1', 'tls', null]) {
      expect(complaintsOf(file({ infrastructure: '[http1-browsers]', carrier }))).toEqual([]);
    }
  });

  it('are none where a target is just possible: it counts one way, whether users send or not', () => {
    for (const upstream of ['0.3/min', 'none']) {
      expect(complaintsOf(file({ latency: 'p99 < 31ms', upstream }))).toEqual([]);
      expect(complaintsOf(file({ latency: null, staleness: '31ms', upstream }))).toEqual([]);
    }
  });
});

describe('a file that is no workload', () => {
  it.each([
    ['', /^w\.yaml holds no fields\./],
    ['just words', /^w\.yaml holds no fields\./],
    ['- a\n- b', /^w\.yaml holds no fields\./],
    ['a: [1', /^w\.yaml is not YAML: /],
    ['name: a\nname: b', /^w\.yaml is not YAML: Map keys must be unique at line 2/],
    ['a: &a [1]\nb: *a', /^w\.yaml has an alias/],
  ])('%j is named as what it is', (text, expected) => {
    expect(complaintsOf(text)[0]).toMatch(expected);
  });
});
