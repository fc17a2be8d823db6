import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Reconciler, type Tally } from './reconcile.ts';

interface Arrival {
  readonly client: number;
  readonly seq: number;
}

/** The same by brute force: everything that a client ever received is remembered. */
function model(arrivals: readonly Arrival[], inWindow: (seq: number) => boolean): Tally & { first: boolean[] } {
  const seen = new Map<number, Set<number>>();
  const tally = { delivered: 0, duplicated: 0, reordered: 0 };
  const first = arrivals.map(({ client, seq }) => {
    const before = seen.get(client) ?? new Set<number>();
    seen.set(client, before);
    const isFirst = !before.has(seq);
    const overtaken = [...before].some((other) => other > seq);
    before.add(seq);
    if (isFirst && inWindow(seq)) tally.delivered++;
    if (!isFirst) tally.duplicated++;
    if (isFirst && overtaken) tally.reordered++;
    return isFirst;
  });
  return { ...tally, first };
}

function reconcile(arrivals: readonly Arrival[], inWindow: (seq: number) => boolean): Tally & { first: boolean[] } {
  const reconciler = new Reconciler();
  const first = arrivals.map(({ client, seq }) => reconciler.receive(client, seq, inWindow(seq)));
  return { ...reconciler.tally, first };
}

const always = (): boolean => true;
const of = (...seqs: number[]): Arrival[] => seqs.map((seq) => ({ client: 0, seq }));

describe('Reconciler', () => {
  it.each([
    { what: 'nothing', arrivals: of(), tally: { delivered: 0, duplicated: 0, reordered: 0 } },
    { what: 'everything in order', arrivals: of(0, 1, 2, 3), tally: { delivered: 4, duplicated: 0, reordered: 0 } },
    { what: 'a loss', arrivals: of(0, 1, 3), tally: { delivered: 3, duplicated: 0, reordered: 0 } },
    { what: 'a loss at the start', arrivals: of(2, 3), tally: { delivered: 2, duplicated: 0, reordered: 0 } },
    { what: 'the newest again', arrivals: of(0, 1, 1), tally: { delivered: 2, duplicated: 1, reordered: 0 } },
    { what: 'an old one again', arrivals: of(0, 1, 2, 0, 0), tally: { delivered: 3, duplicated: 2, reordered: 0 } },
    { what: 'an overtaken one', arrivals: of(0, 2, 1), tally: { delivered: 3, duplicated: 0, reordered: 1 } },
    { what: 'an overtaken one twice', arrivals: of(1, 0, 0), tally: { delivered: 2, duplicated: 1, reordered: 1 } },
    { what: 'the reverse order', arrivals: of(3, 2, 1, 0), tally: { delivered: 4, duplicated: 0, reordered: 3 } },
  ])('counts $what', ({ arrivals, tally }) => {
    expect(reconcile(arrivals, always)).toMatchObject(tally);
  });

  it('agrees with a model that remembers everything, over any arrivals at any clients', () => {
    const anyArrivals = fc.array(fc.record({ client: fc.nat(3), seq: fc.nat(12) }), { maxLength: 80 });
    fc.assert(
      fc.property(anyArrivals, fc.nat(12), fc.nat(12), (arrivals, from, until) => {
        const inWindow = (seq: number): boolean => seq >= from && seq < until;
        expect(reconcile(arrivals, inWindow)).toEqual(model(arrivals, inWindow));
      }),
      { numRuns: 300 },
    );
  });

  it('agrees with the model on a stream that loses, repeats and swaps now and then', () => {
    const anyFault = fc.record({ at: fc.nat(99), kind: fc.constantFrom('lose', 'repeat', 'swap') });
    fc.assert(
      fc.property(fc.array(anyFault, { maxLength: 10 }), (faults) => {
        const arrivals = of(...Array.from({ length: 100 }, (_, seq) => seq));
        for (const { at, kind } of faults) {
          if (at + 1 >= arrivals.length) continue;
          if (kind === 'lose') arrivals.splice(at, 1);
          else if (kind === 'repeat') arrivals.splice(at, 0, arrivals[at]!);
          else arrivals.splice(at, 2, arrivals[at + 1]!, arrivals[at]!);
        }
        expect(reconcile(arrivals, always)).toEqual(model(arrivals, always));
      }),
    );
  });

  it('counts a late message in the window that it was intended for, though it comes after the window', () => {
    const reconciler = new Reconciler();
    reconciler.receive(0, 1, false);
    expect(reconciler.receive(0, 0, true)).toBe(true);
    expect(reconciler.tally).toEqual({ delivered: 1, duplicated: 0, reordered: 1 });
  });
});
