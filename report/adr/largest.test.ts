import { describe, expect, it } from 'vitest';
import type { Fit } from '../../results/model/model.ts';
import { LOAD, modelOf } from '../../results/model/model.fixture.ts';
import { largestOf } from './largest.ts';

const p99 = (restedMs: number): Fit => ({
  parts: ['process', 'rested'],
  coefficients: [1, restedMs],
  heldOut: null,
  loads: 6,
});

describe('the largest number of users', () => {
  const own = { load: { ...LOAD, fanOut: 1, ratePerSecond: 0.1, rttMs: 0 }, stalenessMs: 5 };
  const most = (restedMs: number, stalenessMs = own.stalenessMs) =>
    largestOf({ ...modelOf('sse'), serviceP99Ms: p99(restedMs) }, { ...own, stalenessMs }, [])?.users;

  it('is that of a server which so many keep awake, though one of few is late from rest', () => {
    expect(most(20)).toBe(most(0));
    expect(most(20)).toBeGreaterThan(1_000);
  });

  it('is none where even a busy one is late', () => {
    expect(most(20, 0.5)).toBe(0);
  });
});
