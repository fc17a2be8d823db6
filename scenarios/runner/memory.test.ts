import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MemoryStep } from '../../results/memory.ts';
import { settled } from './memory.ts';

type Amounts = Omit<MemoryStep, 'clients'>;

/** Readings one after the other, the last for ever; and how often there was a pause. */
async function settle(readings: readonly Amounts[]): Promise<{ found: Amounts; pauses: number; read: number }> {
  let [pauses, read] = [0, 0];
  const found = await settled(
    () => readings[Math.min(read++, readings.length - 1)]!,
    () => Promise.resolve(pauses++),
  );
  return { found, pauses, read };
}

const at = (rssBytes: number | null, kernelBytes: number | null = 50e6): Amounts => ({ rssBytes, kernelBytes });

describe('memory has settled', () => {
  it('when two readings agree, a pause before each', async () => {
    expect(await settle([at(100e6)])).toEqual({ found: at(100e6), pauses: 2, read: 2 });
    expect(await settle([at(140e6), at(110e6), at(100e6), at(100.5e6)])).toEqual({
      found: at(100.5e6),
      pauses: 4,
      read: 4,
    });
  });

  it('and not while only one of server and kernel has', async () => {
    expect((await settle([at(100e6, 90e6), at(100e6, 60e6), at(100e6, 50e6)])).read).toBe(4);
    expect((await settle([at(101e6), at(100e6), at(100e6)])).read).toBe(3);
  });

  it('never waits for what cannot be read', async () => {
    expect(await settle([at(null, null)])).toEqual({ found: at(null, null), pauses: 2, read: 2 });
    expect((await settle([at(null, 90e6), at(null, 50e6)])).read).toBe(3);
  });

  it('at the latest after ten readings, whatever they are', async () => {
    const growing = Array.from({ length: 50 }, (_, index) => at(100e6 * 1.1 ** index));
    expect(await settle(growing)).toEqual({ found: growing[9]!, pauses: 10, read: 10 });
    const anyBytes = fc.option(fc.nat(1e9));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(anyBytes, anyBytes), { minLength: 1 }), async (amounts) => {
        const { read } = await settle(amounts.map(([rss, kernel]) => at(rss, kernel)));
        expect(read).toBeGreaterThanOrEqual(2);
        expect(read).toBeLessThanOrEqual(10);
      }),
    );
  });
});
