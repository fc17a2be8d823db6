import { describe, expect, it } from 'vitest';
import type { HeldOut } from '../../results/model/linear.ts';
import type { Fit } from '../../results/model/model.ts';
import { lateText } from './evidence.ts';

const off = (loads: number, most: number, mostBy: number): HeldOut => ({
  points: Array.from({ length: loads }, (_, i) => ({ name: String(i), predicted: 1, measured: 1, error: most })),
  ...{ median: most / 2, most, mostBy },
});
const fit: Fit = { parts: ['process'], coefficients: [1], heldOut: off(10, 0.4, 2), loads: 10 };

describe('how far off a latency is', () => {
  it('is said in milliseconds, too, and apart for loads over a link where there are some', () => {
    expect(lateText(fit)).toBe('on 10 loads held out: half within 20 %, nine of ten within 40 %, or 2 ms');
    expect(lateText({ ...fit, distant: off(2, 0.04, 1) })).toBe(
      `${lateText(fit)}; over a link, on 2 loads held out: half within 2 %, none further than 4 %, or 1 ms`,
    );
  });

  it('is not known without a fit, or of one that was never held against a load', () => {
    expect(lateText(null)).toBe('never held against a load that it had not seen');
    expect(lateText({ ...fit, heldOut: null })).toBe(lateText(null));
  });
});
