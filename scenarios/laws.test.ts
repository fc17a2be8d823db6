import { describe, expect, it } from 'vitest';
import { backoffMs } from '../clients/backoff.ts';
import { percentileSupported } from '../results/histogram.ts';
import { FIRST_BACKOFF_MS } from '../results/laws.ts';
import { resolveConfig, scenarioConfig, parametersOf } from './config.ts';
import { laws } from './laws.ts';
import type { Parameters } from './scenario.ts';
import { TRANSPORTS, type TransportName } from './transports.ts';

const EACH: readonly TransportName[] = [...TRANSPORTS, 'tcp'];

/** As a run would have them over a link with so long a way. */
function pointsOf(transport: TransportName, delayMs: number): Parameters[] {
  const resolved = resolveConfig({ flags: { link: `custom:delay=${delayMs}ms` }, env: {}, file: undefined });
  const settings = scenarioConfig(resolved, 'laws');
  return laws.variants(transport, { rttMs: 2 * delayMs }).map((variant) => {
    const set = parametersOf(settings, variant);
    return { ...set, ...laws.needs!(set) };
  });
}

const lawOf = ({ variant }: Parameters): string => variant!.split('/')[0]!;

function byLaw(transport: TransportName, delayMs = 20): Map<string, Parameters[]> {
  const found = new Map<string, Parameters[]>();
  for (const one of pointsOf(transport, delayMs)) found.set(lawOf(one), [...(found.get(lawOf(one)) ?? []), one]);
  return found;
}

/** What a law depends on, of a point. */
const setting = (p: Parameters): string =>
  JSON.stringify([
    p.pollIntervalMs,
    p.holdMs,
    p.payloadBytes,
    p.recycleBytes,
    p.ratePerSecond / p.clients,
    p.stallMs,
    p.carrier,
  ]);

describe('the laws of each transport', () => {
  it.each([
    ['short-polling', ['fixed-rate', 'fixed-delay', 'periodic']],
    ['long-polling', ['batching', 'hold', 'idle', 'single']],
    ['forever-iframe', ['stream', 'recycle', 'reconnect', 'cold']],
    ['sse', ['stream', 'reconnect', 'cold']],
    ['websocket', ['stream', 'round-trip', 'stall', 'reconnect', 'cold']],
    ['tcp', ['stream', 'cold']],
  ] as const)('%s: %j, each at three points or more that differ in what the law depends on', (transport, expected) => {
    const found = byLaw(transport);
    expect([...found.keys()].sort()).toEqual([...expected].sort());
    for (const [law, points] of found) {
      expect(new Set(points.map(setting)).size, law).toBe(points.length);
      expect(points.length, law).toBeGreaterThanOrEqual(3);
    }
  });

  it('have no two points of one name', () => {
    for (const transport of EACH) {
      const names = pointsOf(transport, 20).map(({ variant }) => variant);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  it.each([5, 10, 20, 100])('over %d ms leave shares of empty polls that tell something', (delayMs) => {
    for (const p of pointsOf('short-polling', delayMs)) {
      const cycleMs = p.pollPacing === 'fixed-rate' ? p.pollIntervalMs : p.pollIntervalMs + 2 * delayMs;
      const perCycle = ((p.ratePerSecond / p.clients) * cycleMs) / 1e3;
      const empty = p.arrivals === 'poisson' ? Math.exp(-perCycle) : 1 - perCycle;
      expect(empty, p.variant!).toBeGreaterThan(0.04);
      expect(empty, p.variant!).toBeLessThan(0.85);
    }
  });

  it.each([5, 10, 20, 100])(
    'over %d ms have windows that hold their cycles, and a 99th percentile of polls',
    (delayMs) => {
      for (const p of pointsOf('short-polling', delayMs)) {
        expect(p.durationMs).toBeGreaterThanOrEqual(5 * p.pollIntervalMs);
        const cycleMs = p.pollPacing === 'fixed-rate' ? p.pollIntervalMs : p.pollIntervalMs + 2 * delayMs;
        expect(p.durationMs % cycleMs, p.variant!).toBeCloseTo(0, 6);
        if (p.arrivals === 'poisson')
          expect(percentileSupported((p.ratePerSecond * p.durationMs) / 1e3, 0.99)).toBe(true);
      }
      for (const p of pointsOf('long-polling', delayMs)) {
        const grows = p.batch === false && (p.ratePerSecond / p.clients) * 2 * Math.max(delayMs, 5) > 1e3;
        expect(p.durationMs, p.variant!).toBeGreaterThanOrEqual((grows ? 8 : 40) * 2 * delayMs);
        const messages = (p.ratePerSecond * p.durationMs) / 1e3;
        if (messages > 0 && !grows) expect(percentileSupported(messages, 0.99), p.variant!).toBe(true);
        // A client that nothing comes to has as many empty polls as its cycles fit into the window.
        if (messages === 0) expect(p.durationMs % (p.holdMs + 2 * delayMs), p.variant!).toBeCloseTo(0, 6);
      }
    },
  );

  it.each([5, 10, 20, 50, 100])(
    'over %d ms let a queue that grows be empty again before the grace is over',
    (delayMs) => {
      const growing = pointsOf('long-polling', delayMs).filter(
        (p) => p.batch === false && (p.ratePerSecond / p.clients) * 2 * Math.max(delayMs, 5) > 1e3,
      );
      expect(growing).toHaveLength(1);
      for (const { arrivals, warmupMs, durationMs, ratePerSecond, clients } of growing) {
        const rttMs = 2 * delayMs;
        const gatheredMs = ((ratePerSecond / clients / 1e3) * rttMs - 1) * (warmupMs + durationMs);
        // The grace of a measurement: 2 s, and eight round trips. By chance one of many would have far more than its share.
        expect(gatheredMs).toBeLessThan(2_000 + 8 * rttMs);
        expect(arrivals).toBe('constant');
      }
    },
  );
});

describe('the way back', () => {
  /** Which part of how many is cut by each event, in order. */
  const cutsOf = (variant: string): [number, number][] => {
    const cuts: [number, number][] = [];
    for (const { happen } of laws.events!) {
      happen({ parameters: { variant }, cut: (part: number, of: number) => cuts.push([part, of]) } as never);
    }
    return cuts;
  };
  const cuts = cutsOf('reconnect/30per-second');
  const parts = cuts[0]![1];

  it('is asked of each client equally often, more than once, and cuts nobody where it is not asked about', () => {
    expect(cuts).toEqual(laws.events!.map((_, at) => [at % parts, parts]));
    expect(cuts.length).toBeGreaterThan(parts);
    expect(cuts.length % parts).toBe(0);
    expect(cutsOf('stream/125B')).toEqual([]);
  });

  it.each([5, 10, 20, 100])('over %d ms is over before a client is cut again, but for one in a thousand', (delayMs) => {
    const points = pointsOf('sse', delayMs).filter((p) => lawOf(p) === 'reconnect');
    expect(points.length).toBeGreaterThanOrEqual(3);
    const shares = laws.events!.map(({ atShare }) => atShare);
    for (const { durationMs, ratePerSecond, clients } of points) {
      const longestMs = FIRST_BACKOFF_MS + 4 * delayMs + (Math.log(1_000) * 1e3 * clients) / ratePerSecond;
      expect((shares[parts]! - shares[0]!) * durationMs).toBeGreaterThan(longestMs);
      expect((1 - shares.at(-1)!) * durationMs).toBeGreaterThan(longestMs);
    }
  });
});

it('says of a first backoff what clients do', () => {
  expect(backoffMs(0, 0)).toBe(0);
  expect(backoffMs(0, 1)).toBe(FIRST_BACKOFF_MS);
  expect(backoffMs(0, 0.5)).toBe(FIRST_BACKOFF_MS / 2);
});
