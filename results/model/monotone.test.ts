/**
 * Over the model of a measured run, of every transport and with every part that a fit may have: more of a load never costs
 * less, a rarer poll never asks more often, and a longer way never is faster.
 */
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRun } from '../store.ts';
import { fitModel } from './fit.ts';
import type { Load } from './load.ts';
import { predict, type Prediction } from './predict.ts';

const example = readRun(fileURLToPath(new URL('../../report/examples/run.json.gz', import.meta.url)));
const model = fitModel([example]);
const { transports, usual } = model;
const names = transports.map(({ transport }) => transport);

/** Figures that have a price: what more load may not make cheaper. */
type Cost = 'up' | 'down' | 'wire' | 'requests' | 'cores' | 'memoryBytes' | 'meanMs' | 'p99Ms';
const ALL: readonly Cost[] = ['up', 'down', 'wire', 'requests', 'cores', 'memoryBytes', 'meanMs', 'p99Ms'];

function valueOf(prediction: Prediction, cost: Cost): number {
  const figure = prediction[cost];
  const value = typeof figure === 'number' ? figure : (figure?.value ?? null);
  if (value === null) throw new Error(`${prediction.transport} has no ${cost}`);
  return value;
}

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true, noDefaultInfinity: true });
const decade = (min: number, max: number) => between(Math.log10(min), Math.log10(max)).map((log) => 10 ** log);

/** What somebody may plan, within the sizes that were counted. */
const loads = fc
  .record({
    clients: fc.integer({ min: 1, max: 20_000 }),
    ratePerSecond: decade(1 / 3_600, 100),
    payloadBytes: fc.integer({ min: 16, max: 65_536 }),
    headerBytes: fc.integer({ min: 0, max: 4_096 }),
    pollIntervalMs: decade(100, 600_000),
    rttMs: between(0, 500),
    arrivals: fc.constant('poisson' as const),
    connection: fc.constantFrom('keep-alive' as const, 'close' as const),
    toAll: fc.boolean(),
  })
  .map(({ toAll, ...load }): Load => ({ ...usual, ...load, fanOut: toAll ? load.clients : 1, processes: 1 }));

/** More of one figure of a load. */
interface More {
  readonly what: string;
  readonly more: (load: Load, factor: number) => Load;
  readonly from?: (load: Load) => Load;
  /** Those that may not fall. */
  readonly costs: readonly Cost[];
}

const toAll = (load: Load): boolean => load.fanOut === load.clients;

function manyMore(load: Load, factor: number): Load {
  const clients = Math.ceil(load.clients * factor);
  return { ...load, clients, fanOut: toAll(load) ? clients : load.fanOut };
}

const RISING: readonly More[] = [
  {
    what: 'clients of one stream',
    more: manyMore,
    from: (load) => ({ ...load, fanOut: load.clients }),
    costs: ALL,
  },
  {
    // The busier with messages to one client each, the more rarely a process begins from rest, which makes it late.
    what: 'clients, whose messages are their own or all clients’,',
    more: manyMore,
    costs: ALL.filter((cost) => cost !== 'meanMs' && cost !== 'p99Ms'),
  },
  {
    what: 'messages',
    more: (load, factor) => ({ ...load, ratePerSecond: load.ratePerSecond * factor }),
    // Long polls that come together share answers, and a poll that finds its message waits for none.
    costs: ['memoryBytes', 'down'],
  },
  {
    // Empty answers count as if each woke the server, polls that come back together do so once.
    what: 'messages, where no sign of life and no empty answer gives way to them,',
    more: (load, factor) => ({ ...load, ratePerSecond: load.ratePerSecond * factor }),
    from: (load) => ({ ...load, heartbeatMs: 0, holdMs: 1e9 }),
    costs: ['cores', 'memoryBytes', 'down'],
  },
  {
    what: 'payload',
    more: (load, factor) => ({ ...load, payloadBytes: Math.min(65_536, Math.ceil(load.payloadBytes * factor)) }),
    costs: ALL,
  },
  {
    what: 'headers',
    more: (load, factor) => ({ ...load, headerBytes: Math.ceil((load.headerBytes + 1) * factor) }),
    costs: ALL,
  },
  {
    what: 'round trip',
    more: (load, factor) => ({ ...load, rttMs: (load.rttMs + 1) * factor }),
    costs: ['meanMs', 'p99Ms'],
  },
];

/** Rounding of sums of a dozen terms. */
const ROUNDING = 1e-9;

function falls(name: string, load: Load, more: Load, costs: readonly Cost[]): string[] {
  const one = transports.find(({ transport }) => transport === name)!;
  const [before, after] = [predict(one, load), predict(one, more)];
  return costs
    .filter((cost) => valueOf(after, cost) < valueOf(before, cost) * (1 - ROUNDING))
    .map((cost) => `${name} ${cost}: ${valueOf(before, cost)} → ${valueOf(after, cost)}`);
}

const factors = between(1, 4);

describe('the model of the measured example', () => {
  it('has all five transports, each with every figure, and parts that only a measured one has', () => {
    expect([...names].sort()).toEqual(['forever-iframe', 'long-polling', 'short-polling', 'sse', 'websocket']);
    for (const one of transports) for (const cost of ALL) expect(valueOf(predict(one, usual), cost)).not.toBeNaN();
    const parts = new Set(
      transports.flatMap(({ cores, packets, serviceMs }) =>
        [cores, packets, serviceMs].flatMap((fit) => fit!.parts.filter((_, place) => fit!.coefficients[place]! > 0)),
      ),
    );
    for (const part of [
      'wakeups',
      'publications',
      'megabytes',
      'segments',
      'burstMegabytes',
      'cold',
      'onset',
      'rested',
      'beats',
      'pages',
      'spaced',
      'connections',
    ] as const) {
      expect(parts).toContain(part);
    }
    expect(transports.filter(({ bytes }) => bytes!.recycles).map(({ transport }) => transport)).toEqual([
      'forever-iframe',
    ]);
  });

  describe.each(RISING)('more $what never costs less', ({ more, costs, from = (load) => load }) => {
    it.each(names)('%s', (name) => {
      fc.assert(
        fc.property(loads.map(from), factors, (load, factor) => {
          expect(falls(name, load, more(load, factor), costs)).toEqual([]);
        }),
        { numRuns: 300, seed: 1 },
      );
    });
  });

  it.each(['short-polling'])('%s asks no more often, and costs no more, where it polls more rarely', (name) => {
    fc.assert(
      fc.property(loads, factors, (load, factor) => {
        const rarer = { ...load, pollIntervalMs: load.pollIntervalMs * factor };
        expect(falls(name, rarer, load, ['requests', 'up', 'down', 'cores', 'wire'])).toEqual([]);
        expect(falls(name, load, rarer, ['meanMs', 'p99Ms'])).toEqual([]);
      }),
      { numRuns: 300, seed: 2 },
    );
  });

  it.each(names.filter((name) => name !== 'short-polling'))('%s does not hang on the poll interval', (name) => {
    fc.assert(
      fc.property(loads, factors, (load, factor) => {
        const one = transports.find(({ transport }) => transport === name)!;
        expect(predict(one, { ...load, pollIntervalMs: load.pollIntervalMs * factor })).toEqual(predict(one, load));
      }),
      { numRuns: 100, seed: 3 },
    );
  });
});
