import { describe, expect, it } from 'vitest';
import { fixtureExact } from '../../report/exact.fixture.ts';
import { countTwice } from './counted.ts';

/** Counts whose handshake is larger by what is said of each, in order. */
function counting(...more: number[]) {
  let calls = 0;
  const running = { now: 0, most: 0 };
  const count = async () => {
    running.most = Math.max(running.most, ++running.now);
    const exact = fixtureExact();
    exact.transports[0]!.connect.down.total += more[calls++] ?? 0;
    await Promise.resolve();
    running.now--;
    return exact;
  };
  return { count, calls: () => calls, running };
}

describe('counting twice', () => {
  it('keeps everything where both agree', async () => {
    const { count, calls } = counting(0, 0);
    const { baseline, unsteady } = await countTwice(count, true);
    expect([unsteady, calls()]).toEqual([[], 2]);
    expect(baseline.transports['short-polling']!['handshake-bytes']).toBe(715);
  });

  it('counts again where a machine disturbed one', async () => {
    const { count, calls } = counting(0, 9, 0, 0);
    expect((await countTwice(count, true)).unsteady).toEqual([]);
    expect(calls()).toBe(4);
  });

  it('leaves out and names what is never the same', async () => {
    const { count, calls } = counting(1, 2, 3, 4, 5, 6);
    const { baseline, unsteady } = await countTwice(count, true);
    expect(unsteady).toEqual([{ transport: 'short-polling', metric: 'handshake-bytes', counts: [720, 721] }]);
    expect(baseline.transports['short-polling']).not.toHaveProperty('handshake-bytes');
    expect(calls()).toBe(6);
  });

  it.each([
    [true, 2],
    [false, 1],
  ])('runs at once only what may: %s', async (together, most) => {
    const { count, running } = counting();
    await countTwice(count, together);
    expect(running.most).toBe(most);
  });
});
