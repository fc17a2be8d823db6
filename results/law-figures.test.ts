import { describe, expect, it } from 'vitest';
import { LatencyRecorder } from './histogram.ts';
import { figuresOf, type Figure, type Quantity } from './law-figures.ts';
import * as laws from './laws.ts';
import type { Latency, Measurement, RunFile } from './schema.ts';

const DELAY_MS = 20;
const [CLIENTS, RATE, WINDOW_MS] = [20, 10, 10_000] as const;
const PAYLOAD = 128;
const INPUT: laws.LawInput = { delayMs: DELAY_MS, ratePerSecond: RATE, pollIntervalMs: 100, holdMs: 200 };

/** 2,000 values that spread evenly from one to the other. */
function evenly(fromMs: number, toMs: number): Latency {
  const recorder = new LatencyRecorder();
  for (let i = 0; i < 2_000; i++) recorder.record((fromMs + ((toMs - fromMs) * (i + 0.5)) / 2_000) * 1e6);
  return recorder.summary();
}

interface Given {
  readonly variant: string;
  readonly latency?: Latency;
  readonly asked?: { readonly perSecond: number; readonly empty?: number };
  readonly bytesPerSecond?: number;
  readonly parameters?: object;
  readonly more?: object;
}

/** Just what the laws read: of 20 clients, 10 messages a second each, for 10 s. */
function measured({ variant, latency, asked, bytesPerSecond = 0, parameters, more }: Given): Measurement {
  const clientSeconds = (CLIENTS * WINDOW_MS) / 1e3;
  const requests = (asked?.perSecond ?? 0) * clientSeconds;
  return {
    transport: 'x',
    parameters: {
      ...{ variant, clients: CLIENTS, durationMs: WINDOW_MS, payloadBytes: PAYLOAD },
      ...{ pollIntervalMs: INPUT.pollIntervalMs, holdMs: INPUT.holdMs, ...parameters },
    },
    counts: { publications: RATE * clientSeconds },
    deliveryLatencyNs: latency ?? evenly(DELAY_MS, DELAY_MS),
    bytes: { up: { total: 0 }, down: { total: bytesPerSecond * clientSeconds } },
    window: {
      ...{ durationNs: WINDOW_MS * 1e6, deliveries: RATE * clientSeconds, emptyPolls: (asked?.empty ?? 0) * requests },
    },
    requests,
    ...more,
  } as unknown as Measurement;
}

const exchange = (up: number, down: number) => ({ up: { total: up }, down: { total: down }, requests: 1 });

/** 500 B a message of 128 B, 700 B of two at once; an empty poll is 300 B, a connection 1,000 B, and up and back 530 B. */
const run = (asks: string, floors: string[] = []): RunFile =>
  ({
    run: { floors },
    exact: {
      transports: [
        {
          ...{ transport: 'x', asks, idle: exchange(200, 100), connect: exchange(400, 600) },
          perMessage: [
            { payloadBytes: PAYLOAD, exchange: exchange(200, 300) },
            { payloadBytes: 4_096, exchange: exchange(200, 4_268) },
          ],
          upstream: { payloadBytes: PAYLOAD, exchange: exchange(220, 810) },
        },
      ],
    },
  }) as unknown as RunFile;

const figures = (given: Given, asks = 'once', floors: string[] = []): Figure[] =>
  figuresOf(measured(given), { delayMs: DELAY_MS, computingMs: 0 }, run(asks, floors));

const of = (all: readonly Figure[], quantity: Quantity): Figure => all.find((one) => one.quantity === quantity)!;

/** Whether each figure is what its law says of it, which was measured to be so. */
function expectNoDivergence(all: readonly Figure[], quantities: readonly Quantity[]): void {
  expect(all.map(({ quantity }) => quantity)).toEqual(quantities);
  for (const { quantity, predicted, measured: found } of all) {
    expect(Math.abs(found - predicted), quantity).toBeLessThanOrEqual(Math.max(1e-9, predicted * 2e-3));
  }
}

describe('a measurement that is what its law says shows it in each figure', () => {
  it.each(['fixed-rate', 'fixed-delay'] as const)('of polls at a %s', (variant) => {
    const law = variant === 'fixed-rate' ? laws.fixedRate(INPUT) : laws.fixedDelay(INPUT);
    const perSecond = law.requestsPerSecond!;
    const full = perSecond * (1 - law.emptyShare!);
    const all = figures(
      {
        variant: `${variant}/100ms`,
        latency: evenly(DELAY_MS, law.maxMs!),
        asked: { perSecond, empty: law.emptyShare! },
        // A message alone is 500 B, and each that shares its answer adds its payload and three bytes.
        bytesPerSecond: (perSecond - full) * 300 + full * 500 + (RATE - full) * (PAYLOAD + 3),
      },
      'each-interval',
    );
    expectNoDivergence(all, ['mean', 'sd', 'p99', 'late', 'requests', 'empty', 'bytes']);
  });

  it('of a periodic publisher, whatever the pace of the polls', () => {
    const at = (pollPacing: 'fixed-rate' | 'fixed-delay', cycleMs: number) =>
      figures({
        variant: 'periodic/C/I=0.5',
        asked: { perSecond: 1e3 / cycleMs, empty: 1 - (cycleMs * RATE) / 1e3 },
        parameters: { pollPacing, pollIntervalMs: 50 },
      }).filter(({ quantity }) => quantity !== 'bytes');
    expectNoDivergence(at('fixed-rate', 50), ['requests', 'empty']);
    expectNoDivergence(at('fixed-delay', 90), ['requests', 'empty']);
  });

  it('of held polls, with and without messages', () => {
    const law = laws.held(INPUT);
    const latency = evenly(law.meanMs! - 1, law.meanMs! + 1);
    const asked = { perSecond: law.requestsPerSecond!, empty: law.emptyShare! };
    const hold = figures({ variant: 'hold/200ms', latency, asked }, 'and-waits');
    expect(of(hold, 'mean').measured / of(hold, 'mean').predicted).toBeCloseTo(1, 3);
    expect(of(hold, 'late')).toEqual({ quantity: 'late', predicted: 0, measured: 0 });
    const idle = figures(
      {
        variant: 'idle/200ms',
        latency: new LatencyRecorder().summary(),
        asked: { perSecond: 1e3 / (INPUT.holdMs + 2 * DELAY_MS), empty: 1 },
        bytesPerSecond: (300 * 1e3) / (INPUT.holdMs + 2 * DELAY_MS),
        more: { counts: { publications: 0 }, window: { durationNs: 1e10, deliveries: 0, emptyPolls: 10e3 / 12 } },
      },
      'and-waits',
    );
    expectNoDivergence(idle, ['requests', 'empty', 'bytes']);
  });

  it('of one message a response, and of a queue that only grows', () => {
    const law = laws.single({ ...INPUT, ratePerSecond: RATE });
    const asked = { perSecond: RATE };
    const single = figures({ variant: 'single/λW=0.4', latency: evenly(law.meanMs!, law.meanMs!), asked }, 'and-waits');
    expect(of(single, 'mean').predicted).toBeCloseTo(20 + (0.01 * 40 ** 2) / (2 * 0.6), 9);
    const publications = 50 * CLIENTS * 10;
    const growing = figures(
      { variant: 'single/λW=2', asked: { perSecond: 25 }, more: { counts: { publications } } },
      'and-waits',
    );
    expect(of(growing, 'requests')).toEqual({ quantity: 'requests', predicted: 25, measured: 25 });
    expect(of(growing, 'mean')).toBeUndefined();
  });

  it('of a stream, of a page that is begun anew, and of a round trip', () => {
    expectNoDivergence(figures({ variant: 'stream/128B', bytesPerSecond: RATE * 500 }), ['mean', 'bytes']);
    // Two pages a second: 40 ms away each, of which messages wait half on average.
    const recycled = { variant: 'recycle/2KiB', asked: { perSecond: 2 }, bytesPerSecond: RATE * 500 + 2 * 1_000 };
    const meanMs = DELAY_MS + (2e-3 * 40 ** 2) / 2;
    expectNoDivergence(figures({ ...recycled, latency: evenly(meanMs, meanMs) }), ['mean', 'late', 'bytes']);
    const back = { variant: 'round-trip/4096B', latency: evenly(40, 40), parameters: { payloadBytes: 4_096 } };
    // Down and up are framed alike; 30 B more are the mask, and the acceptance.
    expectNoDivergence(figures({ ...back, bytesPerSecond: RATE * (2 * 4_468 + 30) }), ['mean', 'bytes']);
  });

  it('of a server that stood still, by how long it really did', () => {
    const law = laws.stalled(INPUT, 900e6, 10e9);
    const latency = evenly(law.meanMs! - 1, law.meanMs! + 1);
    const all = figures({ variant: 'stall/10%', latency, more: { stall: { stalledNs: 900e6 } } });
    expect(of(all, 'mean').measured / of(all, 'mean').predicted).toBeCloseTo(1, 3);
    expect(of(all, 'p99').predicted).toBeCloseTo(820, 9);
  });

  it('of the way back after a cut, and of the first way, with TLS and without', () => {
    const back = (carrier: string, trips: number) => {
      const { meanMs } = laws.reconnected(INPUT, trips === 3);
      const storm = { recoveryNs: evenly(meanMs! - 1, meanMs! + 1) };
      return figures({ variant: 'reconnect/10per-second', parameters: { carrier }, more: { storm } });
    };
    const first = (carrier: string, trips: number) => {
      const readinessNs = evenly(2 * DELAY_MS * trips, 2 * DELAY_MS * trips);
      return figures({ variant: 'cold/20per-second', parameters: { carrier }, more: { readinessNs } });
    };
    for (const [carrier, trips] of [
      ['h1', 2],
      ['tls', 3],
    ] as const) {
      expectNoDivergence(back(carrier, trips), ['mean']);
      expectNoDivergence(first(carrier, trips), ['mean']);
    }
  });
});

describe('what no figure is made of', () => {
  it('the latency of the floor, which the others are measured by', () => {
    expect(
      figures({ variant: 'stream/128B', bytesPerSecond: 5_000 }, 'once', ['x']).map(({ quantity }) => quantity),
    ).toEqual(['bytes']);
  });

  it('a law that nobody knows, or one whose event did not happen', () => {
    expect(figures({ variant: 'constructor/1' }).filter(({ quantity }) => quantity !== 'bytes')).toEqual([]);
    expect(of(figures({ variant: 'stall/10%' }), 'mean')).toBeUndefined();
    expect(figures({ variant: 'reconnect/10per-second' })).toEqual([]);
  });

  it('a share of late messages, unless there is a bound: those beyond it by more than 5 % are counted', () => {
    expect(of(figures({ variant: 'fixed-rate/100ms', latency: evenly(0, 252) }), 'late').measured).toBeCloseTo(0.5, 2);
    expect(of(figures({ variant: 'stream/128B' }), 'late')).toBeUndefined();
  });
});
