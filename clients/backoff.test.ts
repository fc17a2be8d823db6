import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs } from './backoff.ts';

const attempt = fc.nat(5_000);
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('the backoff', () => {
  it('is never negative and never over 10 s, after any number of attempts', () => {
    fc.assert(
      fc.property(attempt, random, (n, r) => {
        expect(backoffMs(n, r)).toBeGreaterThanOrEqual(0);
        expect(backoffMs(n, r)).toBeLessThan(10_000.000_1);
      }),
    );
  });

  it('uses the whole of the range: nothing for 0, and in proportion above (full jitter)', () => {
    fc.assert(
      fc.property(attempt, random, (n, r) => {
        expect(backoffMs(n, 0)).toBe(0);
        expect(backoffMs(n, r)).toBeCloseTo(r * backoffMs(n, 1), 6);
      }),
    );
  });

  it('doubles its range with each attempt until it is 10 s', () => {
    expect([0, 1, 2, 3, 7, 8, 9, 1_000].map((n) => backoffMs(n, 1))).toEqual([
      50, 100, 200, 400, 6_400, 10_000, 10_000, 10_000,
    ]);
  });
});
