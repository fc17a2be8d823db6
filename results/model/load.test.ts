import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joiningMs, lawOf, trafficOf, type Asks, type Load } from './load.ts';
import { LOAD } from './model.fixture.ts';

const traffic = (asks: Asks, load: Partial<Load>, beatsAlways = false) =>
  trafficOf(asks, { ...LOAD, ...load }, beatsAlways);

describe('what a client asks for in a second', () => {
  it('is a poll each interval, most of them empty where messages are rare', () => {
    const { requests, empty, first, further } = traffic('each-interval', {
      ratePerSecond: 0.02,
      pollIntervalMs: 1_000,
    });
    expect(requests).toBe(1);
    // Bozdag, Mesbah & van Deursen: pulling every second at one publication in 50 s leaves 98 % redundant.
    expect(empty).toBeCloseTo(0.98, 2);
    expect(first + further).toBeCloseTo(0.02, 12);
  });

  it('is as many empty polls as a periodic publisher leaves: 1 − C/I', () => {
    expect(traffic('each-interval', { ratePerSecond: 0.02, arrivals: 'constant' }).empty).toBeCloseTo(0.98, 12);
    expect(traffic('each-interval', { ratePerSecond: 4, arrivals: 'constant' })).toMatchObject({
      empty: 0,
      further: 3,
    });
  });

  it('is a long poll for each message, and one for each hold without any', () => {
    expect(traffic('and-waits', { ratePerSecond: 2, arrivals: 'constant' })).toMatchObject({ requests: 2, empty: 0 });
    const idle = traffic('and-waits', { ratePerSecond: 0 });
    expect(idle.requests).toBeCloseTo(1 / 25.04, 6);
    expect(idle.empty).toBeCloseTo(idle.requests, 9);
  });

  it('is nothing of a stream but signs of life', () => {
    expect(traffic('once', { ratePerSecond: 0 })).toEqual({
      requests: 0,
      empty: 0,
      first: 0,
      further: 0,
      beats: 1 / 15,
    });
    expect(traffic('once', { ratePerSecond: 10 }, true).beats).toBe(1 / 15);
    expect(traffic('once', { ratePerSecond: 10 }).beats).toBeCloseTo(0, 12);
    expect(traffic('once', { ratePerSecond: 0, heartbeatMs: 0 }).beats).toBe(0);
  });

  it('brings every message once, alone or with another, whatever the load', () => {
    const loads = fc.record({
      ratePerSecond: fc.double({ min: 0, max: 1_000, noNaN: true }),
      rttMs: fc.double({ min: 0, max: 1_000, noNaN: true }),
      pollIntervalMs: fc.double({ min: 50, max: 60_000, noNaN: true }),
      holdMs: fc.double({ min: 100, max: 60_000, noNaN: true }),
      arrivals: fc.constantFrom('poisson' as const, 'constant' as const),
      pollPacing: fc.constantFrom('fixed-rate' as const, 'fixed-delay' as const),
    });
    fc.assert(
      fc.property(loads, fc.constantFrom<Asks>('once', 'each-interval', 'and-waits'), (load, asks) => {
        const { requests, empty, first, further, beats } = traffic(asks, load);
        expect(first + further).toBeCloseTo(load.ratePerSecond, 6);
        for (const count of [requests, empty, first, further, beats]) expect(count).toBeGreaterThanOrEqual(-1e-9);
        if (asks !== 'once') expect(empty).toBeLessThanOrEqual(requests + 1e-9);
        expect(lawOf(asks, { ...LOAD, ...load }).meanMs).toBeGreaterThanOrEqual(load.rttMs / 2 - 1e-9);
      }),
    );
  });
});

describe('a long poll', () => {
  const busy = { rttMs: 0, fanOut: 300, clients: 300, ratePerSecond: 20 };

  it('brings together what comes before its answer is written, the more clients are written to before', () => {
    expect(joiningMs({ ...LOAD, fanOut: 1 })).toBeCloseTo(1.015, 9);
    expect(joiningMs({ ...LOAD, fanOut: 300 })).toBeCloseTo(5.5, 9);
    expect(joiningMs({ ...LOAD, fanOut: 300, processes: 3 })).toBeCloseTo(2.5, 9);
    // Of 300 clients with 20 messages/s each 0.90 polls a message were measured.
    const { requests, further } = traffic('and-waits', busy);
    expect(requests / 20).toBeCloseTo(1 / (1 + 20 * 5.5e-3), 2);
    expect(further).toBeCloseTo(20 - requests, 9);
  });

  it('joins nothing where nothing comes', () => {
    expect(traffic('and-waits', { ...busy, rttMs: 40, ratePerSecond: 0 }).requests).toBeCloseTo(1 / 25.04, 6);
  });

  it('is as late as its law says, which knows nothing of a fan-out', () => {
    const [one, many] = [1, 300].map((fanOut) => lawOf('and-waits', { ...LOAD, ...busy, fanOut }));
    expect(many!.meanMs).toBe(one!.meanMs);
  });
});

describe('the law of a load', () => {
  it('has a long poll late by what comes while it is away', () => {
    expect(lawOf('and-waits', { ...LOAD, arrivals: 'constant', ratePerSecond: 1 }).meanMs).toBe(20);
    expect(lawOf('and-waits', { ...LOAD, ratePerSecond: 1_000 }).meanMs).toBeCloseTo(40, 0);
  });
});
