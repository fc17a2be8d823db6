import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeEnvelope, encodeEnvelope, ENVELOPE_BYTES, fillerText, type Envelope } from './envelope.ts';

const FILLER = fillerText(8_192);
const LARGEST: Envelope = { seq: 64 ** 4 - 1, intendedUs: 64 ** 7 - 1, slipUs: 64 ** 5 - 1 };

const anyEnvelope = fc.record({
  seq: fc.maxSafeNat().map((n) => n % (LARGEST.seq + 1)),
  intendedUs: fc.maxSafeNat().map((n) => n % (LARGEST.intendedUs + 1)),
  slipUs: fc.maxSafeNat().map((n) => n % (LARGEST.slipUs + 1)),
});
const anySize = fc.integer({ min: ENVELOPE_BYTES, max: FILLER.length });

describe('encodeEnvelope', () => {
  it('is read back as it was written, at any payload size', () => {
    fc.assert(
      fc.property(anyEnvelope, anySize, (envelope, bytes) => {
        expect(decodeEnvelope(encodeEnvelope(envelope, bytes, FILLER))).toEqual(envelope);
      }),
    );
  });

  it('makes a message of exactly the payload size, in bytes as in characters', () => {
    fc.assert(
      fc.property(anyEnvelope, anySize, (envelope, bytes) => {
        const text = encodeEnvelope(envelope, bytes, FILLER);
        expect([text.length, Buffer.byteLength(text)]).toEqual([bytes, bytes]);
      }),
    );
  });

  it.each<[Envelope, string]>([
    [{ seq: 0, intendedUs: 0, slipUs: 0 }, 'AAAAAAAAAAAAAAAA'],
    [{ seq: 1, intendedUs: 64, slipUs: 4_096 }, 'AAABAAAAABAAABAA'],
    [LARGEST, '________________'],
  ])('writes %j as %s', (envelope, text) => {
    expect(encodeEnvelope(envelope, ENVELOPE_BYTES, FILLER)).toBe(text);
  });

  it('stops at the largest number that a field holds, and leaves the other fields alone', () => {
    fc.assert(
      fc.property(
        anyEnvelope,
        fc.constantFrom('seq', 'intendedUs', 'slipUs'),
        fc.nat(1_000_000),
        (envelope, field, more) => {
          const text = encodeEnvelope({ ...envelope, [field]: LARGEST[field] + more }, ENVELOPE_BYTES, FILLER);
          expect(text).toHaveLength(ENVELOPE_BYTES);
          expect(decodeEnvelope(text)).toEqual({ ...envelope, [field]: LARGEST[field] });
        },
      ),
    );
  });

  it('needs no escaping in any transport: the envelope is made of base64url digits', () => {
    fc.assert(
      fc.property(anyEnvelope, (envelope) => {
        expect(encodeEnvelope(envelope, ENVELOPE_BYTES, FILLER)).toMatch(/^[A-Za-z0-9_-]{16}$/);
      }),
    );
  });
});

describe('decodeEnvelope', () => {
  it.each([
    ['nothing', ''],
    ['one character too few', 'A'.repeat(15)],
    ['JSON', '{"number":1,"time":"2026-11-21T00:00:00.000Z"}'],
    ['a space inside', 'AAAAAAAA AAAAAAAA'],
    ['ordinary base 64', 'AAAA+AAAAAAAAAAA'],
    ['a letter beyond ASCII', 'AAAAAAAAAAAAAAAé'],
    ['a letter beyond the table', 'AAAAAAAAAAAAAAA\u{1F600}'],
  ])('refuses %s', (_, text) => {
    expect(decodeEnvelope(text)).toBeNull();
  });

  it('accepts a text exactly when its first 16 characters are digits of its own', () => {
    const anyUnits = fc.array(fc.nat(0xffff), { maxLength: 20 }).map((units) => String.fromCharCode(...units));
    const anyText = fc.oneof(fc.string({ maxLength: 30 }), anyUnits, fc.base64String({ minLength: 16 }));
    fc.assert(
      fc.property(anyText, (text) => {
        expect(decodeEnvelope(text) !== null).toBe(/^[A-Za-z0-9_-]{16}/.test(text));
      }),
    );
  });

  it('refuses an envelope in which any one character was replaced by a foreign one', () => {
    fc.assert(
      fc.property(
        anyEnvelope,
        fc.nat(ENVELOPE_BYTES - 1),
        fc.constantFrom('<', '"', '\n', ' ', 'ü', '\0'),
        (envelope, at, foreign) => {
          const text = encodeEnvelope(envelope, ENVELOPE_BYTES, FILLER);
          expect(decodeEnvelope(text.slice(0, at) + foreign + text.slice(at + 1))).toBeNull();
        },
      ),
    );
  });
});

describe('fillerText', () => {
  it('is printable ASCII of the length asked for, without anything that a transport would escape', () => {
    fc.assert(
      fc.property(fc.nat(20_000), (bytes) => {
        const text = fillerText(bytes);
        expect(text).toHaveLength(bytes);
        expect(text).toMatch(/^[a-z ]*$/);
      }),
      { numRuns: 30 },
    );
  });
});
