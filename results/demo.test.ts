import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  changedKnobs,
  DEFAULT_KNOBS,
  KNOB_BOUNDS,
  KnobError,
  knobProblem,
  publicationText,
  readPublication,
  type NumericKnob,
} from './demo.ts';

const KNOBS = Object.keys(KNOB_BOUNDS) as NumericKnob[];
const FILLER = 'filler '.repeat(3_000);

describe('a change of knobs', () => {
  it.each(KNOBS)('of %s is taken at both bounds, and refused by name beyond them', (knob) => {
    const { least, most } = KNOB_BOUNDS[knob];
    for (const value of [least, most]) expect(changedKnobs(DEFAULT_KNOBS, { [knob]: value })[knob]).toBe(value);
    for (const value of [
      least * 0.99,
      most * 1.01,
      -least,
      0,
      Number.NaN,
      Infinity,
      String(least),
      null,
      true,
      [least],
    ]) {
      expect(() => changedKnobs(DEFAULT_KNOBS, { [knob]: value })).toThrow(new RegExp(`^${knob} must be a .*number`));
    }
  });

  it('leaves what it does not name as it was, and the knobs before it untouched', () => {
    const before = { ...DEFAULT_KNOBS, paused: true };
    expect(changedKnobs(before, { ratePerSecond: 7 })).toEqual({ ...before, ratePerSecond: 7 });
    expect(before.ratePerSecond).toBe(DEFAULT_KNOBS.ratePerSecond);
  });

  it('of a message to part of a byte is refused', () => {
    expect(knobProblem('payloadBytes', 16.5)).toBe('must be a whole number from 16 to 16384');
  });

  it('may be anything at all: what comes out is within bounds, or it is refused in one sentence', () => {
    const value = fc.oneof(fc.anything(), fc.double(), fc.integer({ min: 0, max: 20_000 }), fc.boolean());
    const change = fc.oneof(
      fc.anything(),
      fc.dictionary(fc.constantFrom(...KNOBS, 'paused', '__proto__', 'toString', 'x'), value),
    );
    fc.assert(
      fc.property(change, (what) => {
        let knobs;
        try {
          knobs = changedKnobs(DEFAULT_KNOBS, what);
        } catch (error) {
          expect(error).toBeInstanceOf(KnobError);
          expect((error as Error).message).toMatch(/^[^\n]{1,120}$/);
          return;
        }
        expect(Object.keys(knobs)).toEqual(Object.keys(DEFAULT_KNOBS));
        for (const knob of KNOBS) expect(knobProblem(knob, knobs[knob])).toBeNull();
      }),
    );
  });

  it('from JSON that names the prototype is refused and changes no prototype', () => {
    const hostile: unknown = JSON.parse('{"__proto__":{"ratePerSecond":9}}');
    expect(() => changedKnobs(DEFAULT_KNOBS, hostile)).toThrow('there is no such knob');
    expect(Object.getPrototypeOf(DEFAULT_KNOBS)).toBe(Object.prototype);
  });
});

describe('a publication', () => {
  it('has exactly the size asked for and reads back as what was published, to a tenth of a millisecond', () => {
    const { least, most } = KNOB_BOUNDS.payloadBytes;
    const seq = fc.integer({ min: 1, max: 36 ** 6 - 1 });
    const dueMs = fc.double({ min: 0, max: 36 ** 8 / 10 - 1, noNaN: true });
    fc.assert(
      fc.property(seq, dueMs, fc.integer({ min: least, max: most }), (number, due, bytes) => {
        const text = publicationText({ seq: number, dueMs: due }, bytes, FILLER);
        expect(Buffer.byteLength(text)).toBe(bytes);
        const read = readPublication(text);
        expect(read?.seq).toBe(number);
        expect(Math.abs(read!.dueMs - due)).toBeLessThanOrEqual(0.0501);
      }),
    );
  });

  it('holds nothing that any transport has to escape', () => {
    expect(publicationText({ seq: 1, dueMs: 2 }, 64, FILLER)).toMatch(/^[#0-9a-z ]*$/);
  });

  it.each(['', 'hello', '#', '#1', '#1 ', '# 1 2', '#1 2x!', '#G 1', '#1234567 1', '#1 123456789', ' #1 2', '#1\n2'])(
    'is not what somebody else has published: %j',
    (text) => expect(readPublication(text)).toBeNull(),
  );
});
