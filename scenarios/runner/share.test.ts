import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addressOf, countOf, inTurn, partOf, placeOf, type Share } from './share.ts';

const shares = (of: number): Share[] => Array.from({ length: of }, (_, index) => ({ index, of }));
const dealt = fc.record({ total: fc.nat(500), of: fc.integer({ min: 1, max: 64 }) });

it('deals everything out, once', () => {
  fc.assert(
    fc.property(dealt, ({ total, of }) => {
      const all = Array.from({ length: total }, (_, i) => i);
      const parts = shares(of).map((share) => partOf(all, share));
      expect(parts.flat().sort((a, b) => a - b)).toEqual(all);
      expect(parts.map((part) => part.length)).toEqual(shares(of).map((share) => countOf(total, share)));
    }),
  );
});

it('says which of all things each one is', () => {
  fc.assert(
    fc.property(dealt, ({ total, of }) => {
      const all = Array.from({ length: total }, (_, i) => i);
      for (const share of shares(of))
        expect(partOf(all, share)).toEqual(partOf(all, share).map((_, k) => placeOf(k, share)));
    }),
  );
});

it('has no process more than one ahead of another', () => {
  fc.assert(
    fc.property(dealt, ({ total, of }) => {
      const counts = shares(of).map((share) => countOf(total, share));
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    }),
  );
});

it('gives each process an address of its own', () => {
  const addresses = shares(1_000).map(addressOf);
  expect(new Set(addresses).size).toBe(1_000);
  for (const address of addresses) expect(address).toMatch(/^127\.0\.[1-9]\d?\.(\d{1,3})$/);
});

it('takes ports in turn and begins again', () => {
  const next = inTurn({ first: 100, count: 3 });
  expect([next(), next(), next(), next()]).toEqual([100, 101, 102, 100]);
});
