import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stallLaw } from './stall-law.ts';

/** Latencies of messages due evenly over a window in which nothing takes time but the stall. */
function latencies(stallNs: number, windowNs: number, messages: number): number[] {
  const [from, until] = [windowNs / 4, windowNs / 4 + stallNs];
  return Array.from({ length: messages }, (_, i) => ((i + 0.5) / messages) * windowNs)
    .map((due) => (due >= from && due < until ? until - due : 0))
    .sort((a, b) => a - b);
}

describe('stallLaw', () => {
  it('says what messages due evenly over the window wait, whatever stall and window', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 1_000, max: 60_000 }), (permille, windowMs) => {
        const [windowNs, messages] = [windowMs * 1e6, 20_000];
        const stallNs = (windowNs * permille) / 1_000;
        const waits = latencies(stallNs, windowNs, messages);
        const { meanGrowthNs, p99Ns } = stallLaw(stallNs, windowNs);
        const step = windowNs / messages;
        expect(Math.abs(waits.reduce((sum, wait) => sum + wait, 0) / messages - meanGrowthNs)).toBeLessThan(step);
        if (p99Ns !== null) expect(Math.abs(waits[Math.round(0.99 * messages)]! - p99Ns)).toBeLessThan(2 * step);
      }),
    );
  });

  it('names no 99th percentile where fewer than one message in a hundred waits', () => {
    expect(stallLaw(9e6, 1e9)).toEqual({ meanGrowthNs: 40_500, p99Ns: null });
    expect(stallLaw(11e6, 1e9).p99Ns).toBe(1e6);
  });
});
