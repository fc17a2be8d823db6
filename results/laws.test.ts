/** The laws against the processes that they describe, simulated event by event with known randomness. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  batching,
  FIRST_BACKOFF_MS,
  fixedDelay,
  fixedRate,
  held,
  periodic,
  reconnected,
  recycled,
  single,
  stalled,
  type LawInput,
  type Prediction,
} from './laws.ts';

/** A small seeded generator (mulberry32): this room may not import the runner's. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const MESSAGES = 200_000;

function arrivals(perMs: number, seed = 1): number[] {
  const draw = random(seed);
  let at = 0;
  return Array.from({ length: MESSAGES }, () => (at += -Math.log(1 - draw()) / perMs));
}

interface Simulated {
  meanMs: number;
  sdMs: number;
  p99Ms: number;
  maxMs: number;
  requestsPerSecond: number;
  emptyShare: number;
}

function summary(latencies: number[], polls: number, empty: number, endMs: number): Simulated {
  const sorted = Float64Array.from(latencies).sort();
  const meanMs = latencies.reduce((sum, value) => sum + value, 0) / latencies.length;
  return {
    meanMs,
    sdMs: Math.sqrt(latencies.reduce((sum, value) => sum + (value - meanMs) ** 2, 0) / latencies.length),
    p99Ms: sorted[Math.floor(0.99 * sorted.length)]!,
    maxMs: sorted.at(-1)!,
    requestsPerSecond: (polls * 1e3) / endMs,
    emptyShare: empty / polls,
  };
}

/** Polls reach the server at `next(previous)`; each takes all that has come since. */
function simulatePolls(input: LawInput, next: (at: number) => number): Simulated {
  const times = arrivals(input.ratePerSecond / 1e3);
  const latencies: number[] = [];
  let [polls, empty, i, at] = [0, 0, 0, 0];
  while (i < times.length) {
    at = next(at);
    polls++;
    const before = i;
    while (i < times.length && times[i]! <= at) latencies.push(at - times[i++]! + input.delayMs);
    if (i === before) empty++;
  }
  return summary(latencies, polls, empty, at);
}

/** A page that ends with its `size`-th message, and is back at the server 2d later. */
function simulatePages({ delayMs, ratePerSecond }: LawInput, size: number): Simulated {
  const times = arrivals(ratePerSecond / 1e3);
  const latencies: number[] = [];
  let [pages, i, at] = [0, 0, 0];
  while (i + size <= times.length) {
    pages++;
    let last = at;
    for (let k = 0; k < size; k++, i++) {
      last = Math.max(at, times[i]!);
      latencies.push(last - times[i]! + delayMs);
    }
    at = last + 2 * delayMs;
  }
  return summary(latencies, pages, 0, at);
}

/** From the loss to the first message published since, for many clients. */
function simulateReturns({ delayMs, ratePerSecond }: LawInput, away: number): number {
  const draw = random(7);
  let sum = 0;
  for (let i = 0; i < MESSAGES; i++) {
    const back = draw() * FIRST_BACKOFF_MS + away * delayMs;
    sum += Math.max(back, (-Math.log(1 - draw()) * 1e3) / ratePerSecond) + delayMs;
  }
  return sum / MESSAGES;
}

/** A long poll: at the server from `at` on, answered at once, by a message, or when the hold ends; then away for 2d. */
function simulateLongPoll({ delayMs, ratePerSecond, holdMs }: LawInput, most: number): Simulated {
  const times = arrivals(ratePerSecond / 1e3);
  const latencies: number[] = [];
  let [polls, empty, i, at] = [0, 0, 0, 0];
  while (i < times.length) {
    polls++;
    const answered = Math.min(Math.max(at, times[i]!), at + holdMs);
    const before = i;
    while (i < times.length && times[i]! <= answered && i - before < most) {
      latencies.push(answered - times[i++]! + delayMs);
    }
    if (i === before) empty++;
    at = answered + 2 * delayMs;
  }
  return summary(latencies, polls, empty, at);
}

const POINTS: LawInput[] = [
  { delayMs: 20, ratePerSecond: 5, pollIntervalMs: 80, holdMs: 100 },
  { delayMs: 10, ratePerSecond: 30, pollIntervalMs: 200, holdMs: 40 },
  { delayMs: 50, ratePerSecond: 2, pollIntervalMs: 400, holdMs: 1_000 },
];

const near = (predicted: number | undefined, simulated: number, within = 0.015): void => {
  expect(Math.abs(predicted! / simulated - 1), `${predicted} against ${simulated}`).toBeLessThan(within);
};

/** No message is later than the bound, and some are nearly as late. */
function bounded({ maxMs }: Prediction, simulated: Simulated): void {
  expect(simulated.maxMs).toBeLessThanOrEqual(maxMs! * (1 + 1e-9));
  expect(simulated.maxMs).toBeGreaterThan(maxMs! * 0.9);
}

function spread(law: Prediction, simulated: Simulated): void {
  near(law.sdMs, simulated.sdMs);
  bounded(law, simulated);
}

describe.each(POINTS)('with %o', (input) => {
  const { pollIntervalMs: T, delayMs: d } = input;

  it('short polling at a fixed rate waits, asks and is empty as its law says', () => {
    const simulated = simulatePolls(input, (at) => at + T);
    const law = fixedRate(input);
    near(law.meanMs, simulated.meanMs);
    spread(law, simulated);
    near(law.p99Ms, simulated.p99Ms);
    near(law.requestsPerSecond, simulated.requestsPerSecond);
    expect(law.emptyShare).toBeCloseTo(simulated.emptyShare, 2);
  });

  it('short polling after a pause has a cycle longer by the round trip', () => {
    const simulated = simulatePolls(input, (at) => at + T + 2 * d);
    const law = fixedDelay(input);
    near(law.meanMs, simulated.meanMs);
    spread(law, simulated);
    near(law.p99Ms, simulated.p99Ms);
    near(law.requestsPerSecond, simulated.requestsPerSecond);
    expect(law.emptyShare).toBeCloseTo(simulated.emptyShare, 2);
  });

  it('long polling waits and asks as its law says', () => {
    const simulated = simulateLongPoll({ ...input, holdMs: 1e12 }, Infinity);
    const law = batching(input);
    near(law.meanMs, simulated.meanMs);
    bounded(law, simulated);
    near(law.p99Ms, simulated.p99Ms);
    near(law.requestsPerSecond, simulated.requestsPerSecond);
    expect(simulated.emptyShare).toBe(0);
    expect(law.emptyShare).toBe(0);
  });

  it('long polling with a hold asks more often, and some of its polls are empty', () => {
    const simulated = simulateLongPoll(input, Infinity);
    const law = held(input);
    near(law.meanMs, simulated.meanMs);
    bounded(law, simulated);
    near(law.requestsPerSecond, simulated.requestsPerSecond);
    expect(law.emptyShare).toBeCloseTo(simulated.emptyShare, 2);
  });

  it('long polling of one message at a time is a queue', () => {
    const simulated = simulateLongPoll({ ...input, holdMs: 1e12 }, 1);
    near(single(input).meanMs, simulated.meanMs, 0.03);
    near(single(input).requestsPerSecond, simulated.requestsPerSecond);
  });
});

it('names no latency for a queue that only grows, but that it is always asking', () => {
  const input = { delayMs: 50, ratePerSecond: 20, pollIntervalMs: 0, holdMs: 1e12 };
  expect(single(input)).toEqual({ requestsPerSecond: 10 });
  near(10, simulateLongPoll(input, 1).requestsPerSecond);
});

it('holds every poll to its end where nothing is published', () => {
  const input = { delayMs: 20, ratePerSecond: 0, pollIntervalMs: 0, holdMs: 160 };
  expect(held(input)).toEqual({ requestsPerSecond: 5, emptyShare: 1 });
  // …which is where the law for rare messages goes to.
  const rare = held({ ...input, ratePerSecond: 1e-6 });
  expect(rare.requestsPerSecond).toBeCloseTo(5, 5);
  expect(rare.emptyShare).toBeCloseTo(1, 5);
});

it('finds a periodic publisher in a share of the polls, by their cycle', () => {
  const input = { delayMs: 50, ratePerSecond: 2, pollIntervalMs: 100, holdMs: 0 };
  expect(periodic(input, 'fixed-rate')).toEqual({ requestsPerSecond: 10, emptyShare: 0.8 });
  expect(periodic(input, 'fixed-delay')).toEqual({ requestsPerSecond: 5, emptyShare: 0.6 });
});

it.each([6, 15, 40])('a page of %d messages is late by what comes while it is asked for again', (size) => {
  const input = { delayMs: 20, ratePerSecond: 5, pollIntervalMs: 0, holdMs: 0 };
  const simulated = simulatePages(input, size);
  const law = recycled(input, simulated.requestsPerSecond);
  near(law.meanMs, simulated.meanMs, 0.001);
  bounded(law, simulated);
});

it.each([2, 10, 50])('a client that lost its connection is served again, at %d messages a second', (ratePerSecond) => {
  const input = { delayMs: 20, ratePerSecond, pollIntervalMs: 0, holdMs: 0 };
  near(reconnected(input, false).meanMs, simulateReturns(input, 3));
  near(reconnected(input, true).meanMs, simulateReturns(input, 5));
});

it('never waits less than the delay, nor shorter for a longer one', () => {
  const inputs = fc.record({
    delayMs: fc.double({ min: 0.1, max: 500, noNaN: true }),
    ratePerSecond: fc.double({ min: 0.01, max: 1_000, noNaN: true }),
    pollIntervalMs: fc.double({ min: 1, max: 10_000, noNaN: true }),
    holdMs: fc.double({ min: 10, max: 60_000, noNaN: true }),
  });
  fc.assert(
    fc.property(inputs, (input) => {
      for (const law of [fixedRate, fixedDelay, batching, held]) {
        const { meanMs } = law(input);
        expect(meanMs).toBeGreaterThanOrEqual(input.delayMs);
        expect(law({ ...input, delayMs: input.delayMs * 2 }).meanMs).toBeGreaterThan(meanMs!);
      }
      // Three delays at the most, on average less.
      expect(batching(input).meanMs).toBeLessThanOrEqual(3 * input.delayMs * (1 + 1e-9));
    }),
  );
});

it('lets a stall grow the mean with its square, after the path', () => {
  const input = { delayMs: 20, ratePerSecond: 10, pollIntervalMs: 0, holdMs: 0 };
  expect(stalled(input, 300e6, 3e9)).toEqual({ meanMs: 35, p99Ms: 290 });
  expect(stalled(input, 10e6, 3e9).p99Ms).toBeUndefined();
});
