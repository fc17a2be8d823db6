import { describe, expect, it } from 'vitest';
import type { HeldOut } from '../../results/model/linear.ts';
import { errorText, lateText } from './evidence.ts';

const off = (loads: number, most: number, mostBy: number): HeldOut => ({
  points: Array.from({ length: loads }, (_, i) => ({
    ...{ name: String(i), predicted: 1 + mostBy / 2, measured: 1, error: most },
  })),
  ...{ median: most / 2, most, mostBy },
});

describe('how far off a latency is', () => {
  it('is said in time, and of loads over a link by itself, as a share too', () => {
    const heldOut = off(10, 0.4, 2);
    expect(lateText({ heldOut })).toBe('on 10 loads held out: half within 1 ms, nine of ten within 2 ms');
    expect(lateText({ heldOut, distant: off(2, 0.04, 1) })).toBe(
      `${lateText({ heldOut })}; over a link on 2 loads held out: half within 500 µs, none further than 1 ms, or 2 % and 4 %`,
    );
  });

  it('is not known of one that was never held against a load', () => {
    expect(lateText({ heldOut: null })).toBe('never held against a load that it had not seen');
  });
});

it('says of a cost how well what was measured of a load is known itself, where it was repeated', () => {
  const heldOut = off(10, 0.4, 2);
  const plain = 'on 10 loads held out: half within 20 %, nine of ten within 40 %';
  expect(errorText(heldOut)).toBe(plain);
  expect(errorText({ ...heldOut, scatter: 0.074 })).toBe(
    `${plain}, where what was measured of a load is known to 7.4 % itself`,
  );
});
