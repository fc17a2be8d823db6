import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Clock, clockResolutionNs, epochNow, zeroNs } from './clock.ts';

/** How far two clocks of one machine may differ, µs: far under the smallest latency that is compared. */
const AGREEMENT_US = 50;

describe('Clock', () => {
  it('never goes back', () => {
    const clock = new Clock(epochNow());
    let before = clock.nowUs();
    for (let i = 0; i < 10_000; i++) {
      const now = clock.nowUs();
      expect(now).toBeGreaterThanOrEqual(before);
      before = now;
    }
  });

  it('agrees with every other clock of the same epoch', () => {
    const epoch = epochNow();
    const clocks = Array.from({ length: 20 }, () => new Clock(epoch));
    for (const [i, clock] of clocks.entries()) {
      const other = clocks[(i + 1) % clocks.length]!;
      // Read between two readings of the other, so that nothing that interrupts the test can make it fail.
      const before = other.nowUs();
      const now = clock.nowUs();
      const after = other.nowUs();
      expect(now).toBeGreaterThan(before - AGREEMENT_US);
      expect(now).toBeLessThan(after + AGREEMENT_US);
    }
  });

  it('counts microseconds of the machine’s own clock since the epoch', () => {
    const epoch = epochNow();
    const clock = new Clock(epoch);
    const since = (): number => Number(process.hrtime.bigint() - BigInt(epoch)) / 1e3;
    for (let i = 0; i < 100; i++) {
      const before = since();
      const now = clock.nowUs();
      const after = since();
      expect(now).toBeGreaterThan(before - AGREEMENT_US);
      expect(now).toBeLessThan(after + AGREEMENT_US);
    }
  });

  it('is behind zero for an epoch that is still to come', () => {
    const clock = new Clock((process.hrtime.bigint() + 3_600_000_000_000n).toString());
    expect(clock.nowUs()).toBeLessThan(-3_599e6);
    expect(clock.nowUs()).toBeGreaterThan(-3_601e6);
  });
});

describe('zeroNs', () => {
  /** Two readers of one time, between which the process is held up. */
  function readers(zero: bigint, delaysNs: readonly number[]): [() => bigint, () => number] {
    let elapsedNs = 5e9;
    let turn = 0;
    return [
      () => zero + BigInt(elapsedNs),
      () => {
        elapsedNs += delaysNs[turn++ % delaysNs.length]!;
        return elapsedNs / 1e6;
      },
    ];
  }

  it('is not misled by interruptions between the two readings, as long as one pair of them is undisturbed', () => {
    const anyZero = fc.bigInt({ min: 0n, max: 10n ** 16n });
    fc.assert(
      fc.property(anyZero, fc.array(fc.nat(20_000_000), { maxLength: 20 }), fc.nat(20), (zero, delays, at) => {
        delays.splice(at, 0, 0);
        const difference = zeroNs(...readers(zero, delays)) - zero;
        // One nanosecond is lost to milliseconds in floating point.
        expect(Math.abs(Number(difference))).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('clockResolutionNs', () => {
  it('is more than nothing and fine enough to tell microseconds apart', () => {
    expect(clockResolutionNs()).toBeGreaterThan(0);
    expect(clockResolutionNs()).toBeLessThan(100_000);
  });
});
