import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agreement, MEDIAN_OF, Tally } from './tally.ts';

/** A column that has received so many of the demo's own messages after a cursor. */
function received(count: number, cursor = 10): Tally {
  const tally = new Tally(cursor);
  for (let seq = cursor + 1; seq <= cursor + count; seq++) tally.message({ seq, dueMs: 0 }, 1);
  return tally;
}

describe('what a column has received', () => {
  it('advances by a message, and by what is lost', () => {
    const tally = received(3);
    tally.gap(4);
    tally.message({ seq: 18, dueMs: 0 }, 1);
    expect(tally).toMatchObject({ position: 18, received: 4, lost: 4, disordered: 0 });
  });

  it('gives a message of somebody else its place', () => {
    const tally = received(1);
    tally.message(null, null);
    tally.message({ seq: 13, dueMs: 0 }, 1);
    expect(tally).toMatchObject({ position: 13, received: 3, disordered: 0, samples: 2 });
  });

  it.each([
    ['twice', 12],
    ['too early', 14],
  ])('says so when a message comes %s', (_when, seq) => {
    const tally = received(2);
    tally.message({ seq, dueMs: 0 }, 1);
    expect(tally.disordered).toBe(1);
    expect(tally.position).toBe(seq);
  });

  it('has the median of its newest latencies, and none of none', () => {
    expect(new Tally(0).medianMs).toBeNull();
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1, max: 1e5, noNaN: true }), { minLength: 1, maxLength: 250 }), (all) => {
        const tally = new Tally(0);
        for (const [index, latencyMs] of all.entries()) tally.message({ seq: index + 1, dueMs: 0 }, latencyMs);
        const newest = all.slice(-MEDIAN_OF);
        const below = newest.filter((each) => each <= tally.medianMs!).length;
        const above = newest.filter((each) => each >= tally.medianMs!).length;
        expect(Math.min(below, above)).toBeGreaterThanOrEqual(newest.length / 2);
        expect(tally.samples).toBe(newest.length);
      }),
    );
  });

  it('has no latency of a message whose latency is not known, and keeps the median of the others', () => {
    const tally = received(2);
    tally.message({ seq: 13, dueMs: 0 }, null);
    expect(tally.latencyMs).toBeNull();
    expect(tally.medianMs).toBe(1);
  });
});

describe('how columns stand to each other', () => {
  const column = (name: string, tally: Tally) => ({ name, tally });

  it('is the same for all when none is behind', () => {
    expect(agreement([column('a', received(3)), column('b', received(3))], 13)).toBe(
      'All 2 have received the same 3 messages, in order.',
    );
  });

  it('names who is behind, and by how much', () => {
    expect(agreement([column('a', received(3)), column('b', received(1))], 13)).toBe(
      'All 2 have received the same message, in order; b is 2 behind.',
    );
  });

  it('calls nobody behind for having what the server has not told of yet', () => {
    expect(agreement([column('a', received(3)), column('b', received(3))], 12)).toContain('messages, in order.');
  });

  it('names who has lost something before anything else', () => {
    const lossy = received(2);
    lossy.gap(5);
    expect(agreement([column('a', received(3)), column('b', lossy)], 20)).toBe(
      'Not the same for all: b (5 lost, 0 out of order).',
    );
  });
});
