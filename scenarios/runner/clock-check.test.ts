import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clockFacts, EarlyCount, offsetUs, type Exchange } from './clock-check.ts';

/** An exchange with a process whose clock is `aheadUs` ahead of the runner's; each way takes as long as given. */
function exchange(aheadUs: number, thereUs: number, workUs: number, backUs: number, resolutionNs = 40): Exchange {
  const sentUs = 1_000;
  return {
    sentUs,
    gotUs: sentUs + thereUs + workUs + backUs,
    reading: {
      receivedUs: sentUs + thereUs + aheadUs,
      answeredUs: sentUs + thereUs + workUs + aheadUs,
      resolutionNs,
      readNs: 50,
    },
  };
}
const anyUs = fc.integer({ min: 0, max: 1_000_000 });

describe('offsetUs', () => {
  it('accuses no clock that agrees, however long messages and work take', () => {
    fc.assert(
      fc.property(anyUs, anyUs, anyUs, (there, work, back) => {
        expect(offsetUs(exchange(0, there, work, back))).toBe(0);
      }),
    );
  });

  it('never tells more than the truth, and tells all but the message’s own time', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), anyUs, anyUs, anyUs, (ahead, there, work, back) => {
        const found = offsetUs(exchange(ahead, there, work, back));
        expect(Math.abs(found)).toBeLessThanOrEqual(Math.abs(ahead));
        expect(Math.abs(ahead) - Math.abs(found)).toBeLessThanOrEqual(ahead > 0 ? back : there);
        if (found !== 0) expect(Math.sign(found)).toBe(Math.sign(ahead));
      }),
    );
  });
});

describe('clockFacts', () => {
  it('sets the two processes against each other: one that is ahead and one that is behind are twice as far apart', () => {
    const [ahead, behind, right] = [900, -900, 0].map((us) => exchange(us, 100, 0, 100));
    expect(clockFacts(ahead!, [right!, behind!]).offsetNs).toBe(1_600_000);
  });

  it('finds nothing between two processes that are off together only by what cannot be told', () => {
    expect(clockFacts(exchange(50, 100, 0, 100), [exchange(-50, 100, 0, 100)]).offsetNs).toBe(0);
  });

  it('names the coarser of the two steps', () => {
    expect(clockFacts(exchange(0, 1, 1, 1, 40), [exchange(0, 1, 1, 1, 1_000_000)]).resolutionNs).toBe(1_000_000);
  });
});

describe('EarlyCount', () => {
  it('counts only what is earlier than two agreeing clocks can make it, and keeps the worst', () => {
    const early = new EarlyCount();
    for (const transitUs of [0, 120, -1, -50, -51, -300, -80]) early.see(transitUs);
    expect([early.count, early.worstNs]).toEqual([3, 300_000]);
  });
});
