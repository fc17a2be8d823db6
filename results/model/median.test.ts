import { describe, expect, it } from 'vitest';
import { LOAD, modelOf } from './model.fixture.ts';
import { lawMedianMs, medianFit, medianMs } from './median.ts';

describe('the median of a law', () => {
  it('is half of an interval after the way for short polls, and the way for a stream', () => {
    expect(lawMedianMs('each-interval', LOAD)).toBeCloseTo(500 + 20, 9);
    expect(lawMedianMs('once', LOAD)).toBe(20);
  });

  it('is the way for a long poll that is mostly there, and later for one that is mostly away', () => {
    expect(lawMedianMs('and-waits', { ...LOAD, ratePerSecond: 1 })).toBe(20);
    const busy = lawMedianMs('and-waits', { ...LOAD, ratePerSecond: 100 })!;
    // Nearly all come while it is away for 40 ms: as likely early as late.
    expect(busy).toBeGreaterThan(39);
    expect(busy).toBeLessThan(40);
  });
});

describe('a fitted median', () => {
  it('is of no measurement where there is none, and never earlier than its law', () => {
    expect(medianFit(modelOf('sse'), [])).toBeNull();
    const fit = {
      ...{ parts: ['process'] as const, coefficients: [0.5] },
      loads: 1,
      heldOut: { points: [], median: 0, most: 0, mostBy: 2 },
    };
    expect(medianMs(fit, modelOf('sse'), LOAD)).toEqual({ value: 20.5, low: 20, high: 22.5 });
    expect(medianMs({ ...fit, heldOut: null }, modelOf('sse'), LOAD)).toEqual({
      value: 20.5,
      low: 20.05,
      high: 25,
      guessed: true,
    });
  });
});
