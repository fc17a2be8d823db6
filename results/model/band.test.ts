import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { banded, exactly, GUESS, guessed, isBelow, isGuessed, plus, sum, times, type Band } from './band.ts';

const amounts = fc.double({ min: 0, max: 1e9, noNaN: true });
const bands: fc.Arbitrary<Band> = fc
  .tuple(amounts, fc.option(fc.double({ min: 0, max: 2, noNaN: true })))
  .map(([value, error]) => banded(value, error));

describe('a band', () => {
  it('holds its value, whatever is done to it, and stays a guess', () => {
    fc.assert(
      fc.property(bands, bands, fc.double({ min: 0, max: 1e3, noNaN: true }), (a, b, by) => {
        for (const { value, low, high } of [a, plus(a, b), times(a, by)]) {
          expect(low).toBeLessThanOrEqual(value * (1 + 1e-9));
          expect(high).toBeGreaterThanOrEqual(value * (1 - 1e-9));
        }
        expect(isGuessed(plus(a, b))).toBe(isGuessed(a, b));
        expect(isGuessed(times(a, by))).toBe(isGuessed(a));
      }),
    );
  });

  it('is below another also where a part is a guess, if what is known tells them apart', () => {
    // Egress of USD 68 and processors of USD 2, of whose error nobody knows, beside egress of 1,130.
    expect(isBelow(plus(exactly(68), guessed(2)), plus(exactly(1_130), guessed(70)))).toBe(true);
    expect(isBelow(guessed(2), guessed(2 * GUESS ** 2 * 1.01))).toBe(true);
    expect(isBelow(guessed(2), guessed(2 * GUESS))).toBe(false);
  });

  it('is missing where a part is missing', () => {
    expect(sum([exactly(1), null])).toBeNull();
    expect(sum([])).toEqual(exactly(0));
  });
});
