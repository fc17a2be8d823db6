/** The laws against the processes that they describe, simulated event by event with known randomness. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batching, fixedDelay, fixedRate, held, periodic, single, stall, type LawInput } from './laws.ts';

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
  p99Ms: number;
  requestsPerSecond: number;
  emptyShare: number;
}

function summary(latencies: number[], polls: number, empty: number, endMs: number): Simulated {
  const sorted = Float64Array.from(latencies).sort();
  return {
    meanMs: latencies.reduce((sum, value) => sum + value, 0) / latencies.length,
    p99Ms: sorted[Math.floor(0.99 * sorted.length)]!,
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

describe.each(POINTS)('with %o', (input) => {
  const { pollIntervalMs: T, delayMs: d } = input;

  it('short polling at a fixed rate waits, asks and is empty as its law says', () => {
    const simulated = simulatePolls(input, (at) => at + T);
    const law = fixedRate(input);
    near(law.meanMs, simulated.meanMs);
    near(law.p99Ms, simulated.p99Ms);
    near(law.requestsPerSecond, simulated.requestsPerSecond);
    expect(law.emptyShare).toBeCloseTo(simulated.emptyShare, 2);
  });

  it('short polling after a pause has a cycle longer by the round trip', () => {
    const simulated = simulatePolls(input, (at) => at + T + 2 * d);
    const law = fixedDelay(input);
    near(law.meanMs, simulated.meanMs);
    near(law.p99Ms, simulated.p99Ms);
    near(law.requestsPerSecond, simulated.requestsPerSecond);
    expect(law.emptyShare).toBeCloseTo(simulated.emptyShare, 2);
  });

  it('long polling waits and asks as its law says', () => {
    const simulated = simulateLongPoll({ ...input, holdMs: 1e12 }, Infinity);
    const law = batching(input);
    near(law.meanMs, simulated.meanMs);
    near(law.p99Ms, simulated.p99Ms);
    near(law.requestsPerSecond, simulated.requestsPerSecond);
    expect(simulated.emptyShare).toBe(0);
    expect(law.emptyShare).toBe(0);
  });

  it('long polling with a hold asks more often, and some of its polls are empty', () => {
    const simulated = simulateLongPoll(input, Infinity);
    const law = held(input);
    near(law.meanMs, simulated.meanMs);
    near(law.requestsPerSecond, simulated.requestsPerSecond);
    expect(law.emptyShare).toBeCloseTo(simulated.emptyShare, 2);
  });

  it('long polling of one message at a time is a queue', () => {
    const simulated = simulateLongPoll({ ...input, holdMs: 1e12 }, 1);
    near(single(input).meanMs, simulated.meanMs, 0.03);
    near(single(input).requestsPerSecond, simulated.requestsPerSecond);
  });
});

it('names no latency for a queue that only grows', () => {
  expect(single({ delayMs: 50, ratePerSecond: 10, pollIntervalMs: 0, holdMs: 0 })).toEqual({});
});

it('finds a periodic publisher in a share of the polls', () => {
  expect(periodic({ delayMs: 0, ratePerSecond: 2, pollIntervalMs: 100, holdMs: 0 }).emptyShare).toBeCloseTo(0.8);
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

it('lets a stall grow the mean with its square', () => {
  expect(stall(300, 3_000)).toEqual({ meanGrowthMs: 15, p99Ms: 270 });
  expect(stall(10, 3_000).p99Ms).toBeNull();
});
