import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLink } from '../link.ts';
import { uniform } from './random.ts';
import { backlogBytes, cutAfterMs, directionsOf, pieceBytes, Shaper, type Direction } from './relay.ts';

const anyDirection: fc.Arbitrary<Direction> = fc
  .record({
    delayMs: fc.double({ min: 0, max: 1_000, noNaN: true }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    bitsPerSecond: fc.option(fc.integer({ min: 1_000, max: 1e9 })),
  })
  .map(({ delayMs, share, bitsPerSecond }) => ({ delayMs, jitterMs: share * delayMs, bitsPerSecond }));

interface Arrival {
  readonly atMs: number;
  readonly bytes: number;
}

const anyArrivals: fc.Arbitrary<Arrival[]> = fc
  .array(fc.record({ gapMs: fc.double({ min: 0, max: 50, noNaN: true }), bytes: fc.nat(100_000) }), { maxLength: 60 })
  .map((gaps) => {
    let atMs = 0;
    return gaps.map(({ gapMs, bytes }) => ({ atMs: (atMs += gapMs), bytes }));
  });

function released(direction: Direction, arrivals: readonly Arrival[], opensMs = 0, seed = 1): number[] {
  const shaper = new Shaper(direction, opensMs, uniform(seed));
  return arrivals.map(({ atMs, bytes }) => shaper.release(atMs, bytes));
}

/** Sums of fractions differ in their last digits. */
const NEARLY = 1e-6;

describe('Shaper', () => {
  it('lets nothing leave before its delay less the jitter is over, nor before the way is open', () => {
    fc.assert(
      fc.property(anyDirection, anyArrivals, fc.nat(500), (direction, arrivals, opensMs) => {
        released(direction, arrivals, opensMs).forEach((leavesMs, i) => {
          const { atMs } = arrivals[i]!;
          expect(leavesMs).toBeGreaterThanOrEqual(
            Math.max(atMs, opensMs) + direction.delayMs - direction.jitterMs - NEARLY,
          );
        });
      }),
    );
  });

  it('lets nothing overtake', () => {
    fc.assert(
      fc.property(anyDirection, anyArrivals, (direction, arrivals) => {
        const times = released(direction, arrivals);
        expect(times).toEqual([...times].sort((a, b) => a - b));
      }),
    );
  });

  it('never carries more than its bandwidth between any two departures, but for what jitter presses together', () => {
    fc.assert(
      fc.property(anyDirection, anyArrivals, (direction, arrivals) => {
        const { bitsPerSecond, jitterMs } = direction;
        if (bitsPerSecond === null) return;
        const times = released(direction, arrivals);
        for (let first = 0; first < times.length; first++) {
          let carried = 0;
          for (let last = first + 1; last < times.length; last++) {
            carried += arrivals[last]!.bytes;
            const roomMs = times[last]! - times[first]! + 2 * jitterMs;
            expect(carried * 8e3).toBeLessThanOrEqual(bitsPerSecond * (roomMs + NEARLY) + NEARLY);
          }
        }
      }),
    );
  });

  it('takes exactly the delay where there is neither jitter nor a limit', () => {
    fc.assert(
      fc.property(fc.nat(1_000), anyArrivals, (delayMs, arrivals) => {
        const times = released({ delayMs, jitterMs: 0, bitsPerSecond: null }, arrivals);
        expect(times).toEqual(arrivals.map(({ atMs }) => atMs + delayMs));
      }),
    );
  });

  it('is idle again after a pause: what waited before delays nothing after', () => {
    const direction: Direction = { delayMs: 10, jitterMs: 0, bitsPerSecond: 8_000 };
    const arrivals = [
      { atMs: 0, bytes: 100 },
      { atMs: 0, bytes: 50 },
      { atMs: 1_000, bytes: 1 },
    ];
    expect(released(direction, arrivals)).toEqual([110, 160, 1_011]);
  });

  it('draws jitter evenly around the delay, so that its mean is the delay', () => {
    const direction: Direction = { delayMs: 20, jitterMs: 5, bitsPerSecond: null };
    const arrivals = Array.from({ length: 20_000 }, (_, i) => ({ atMs: i * 100, bytes: 1 }));
    const took = released(direction, arrivals).map((leavesMs, i) => leavesMs - arrivals[i]!.atMs);
    const mean = took.reduce((sum, ms) => sum + ms, 0) / took.length;
    // Standard error 5/√3/√20,000 = 0.02.
    expect(mean).toBeGreaterThan(19.9);
    expect(mean).toBeLessThan(20.1);
    expect(Math.min(...took)).toBeLessThan(15.1);
    expect(Math.max(...took)).toBeGreaterThan(24.9);
  });

  it('is the same for the same seed', () => {
    const direction: Direction = { delayMs: 20, jitterMs: 5, bitsPerSecond: 1e6 };
    const arrivals = Array.from({ length: 50 }, (_, i) => ({ atMs: i, bytes: 100 }));
    expect(released(direction, arrivals, 0, 3)).toEqual(released(direction, arrivals, 0, 3));
    expect(released(direction, arrivals, 0, 3)).not.toEqual(released(direction, arrivals, 0, 4));
  });
});

describe('what a direction may hold', () => {
  it('is what its line holds and a queue, however wide and long, but never more than 64 MiB', () => {
    expect(backlogBytes({ delayMs: 100, jitterMs: 0, bitsPerSecond: 8e6 })).toBe(100_000 + 256 * 1024);
    expect(backlogBytes({ delayMs: 10_000, jitterMs: 0, bitsPerSecond: null })).toBe(64 * 2 ** 20);
  });

  it('comes in pieces of a packet at least, and of a millisecond on the line where that is more', () => {
    const direction = { delayMs: 1, jitterMs: 0 };
    expect(pieceBytes({ ...direction, bitsPerSecond: 1e6 })).toBe(1_448);
    expect(pieceBytes({ ...direction, bitsPerSecond: 100e6 })).toBe(12_500);
    expect(pieceBytes({ ...direction, bitsPerSecond: null })).toBe(Infinity);
  });
});

describe('directionsOf', () => {
  it('gives each way its own width', () => {
    const { up, down } = directionsOf(parseLink('custom:delay=1ms,down=10Mbit,up=1Mbit'));
    expect([up.bitsPerSecond, down.bitsPerSecond]).toEqual([1e6, 10e6]);
  });
});

describe('cutAfterMs', () => {
  it('is exponential: its mean is the one asked for, and a share of 1 − 1/e is shorter', () => {
    const random = uniform(1);
    const lives = Array.from({ length: 20_000 }, () => cutAfterMs({ cutEveryMs: 30_000 }, random));
    const mean = lives.reduce((sum, ms) => sum + ms, 0) / lives.length;
    expect(Math.abs(mean / 30_000 - 1)).toBeLessThan(0.03);
    expect(lives.filter((ms) => ms < 30_000).length / lives.length).toBeCloseTo(1 - 1 / Math.E, 1);
  });

  it('is never where the link does not cut', () => {
    expect(cutAfterMs({ cutEveryMs: null }, () => 0)).toBe(Infinity);
  });
});
