import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Measurement, RunFile } from '../schema.ts';
import { LOADS, runOf, socketOf } from './fit.fixture.ts';
import { modelOf } from './model.fixture.ts';
import { furtherSegments, spacedOf } from './packets.ts';

const traffic = (first: number, further: number) => ({ requests: first, empty: 0, first, further, beats: 0 });

describe('deliveries that share no packet with another', () => {
  it('are all of them where a process has little to do, grow with them, and come to an end', () => {
    expect(spacedOf(0)).toBeCloseTo(0, 12);
    expect(spacedOf(100) / 100).toBeCloseTo(1, 2);
    const some = fc.double({ min: 1e-3, max: 1e7, noNaN: true });
    fc.assert(
      fc.property(some, some, (deliveries, more) => {
        const few = spacedOf(deliveries);
        expect(few).toBeLessThanOrEqual(Math.min(deliveries, 25_000) * (1 + 1e-9));
        expect(spacedOf(deliveries + more)).toBeGreaterThanOrEqual(few * (1 - 1e-9));
      }),
    );
  });
});

describe('packets beyond the first of an answer', () => {
  it('are those that one message needs, with what is around it', () => {
    expect(furtherSegments(null, 1_447, traffic(1, 0))).toBe(0);
    expect(furtherSegments(null, 1_448, traffic(1, 0))).toBe(1);
    // 23 B around each.
    expect(furtherSegments(modelOf('sse').bytes, 1_424, traffic(1, 0))).toBe(0);
    expect(furtherSegments(modelOf('sse').bytes, 1_425, traffic(1, 0))).toBe(1);
    expect(furtherSegments(null, 128, traffic(0, 0))).toBe(0);
  });

  it('are by chance those of several messages, and nearly none of a few small ones', () => {
    // Ten or more beside the first, of two on average.
    expect(furtherSegments(null, 140, traffic(1, 2))).toBeLessThan(1e-3);
    // Ten of 140 B are 1,400 B: about half of all answers need another packet.
    expect(furtherSegments(null, 140, traffic(1, 9.3))).toBeGreaterThan(0.3);
    expect(furtherSegments(null, 140, traffic(1, 9.3))).toBeLessThan(0.6);
  });

  it('grow with messages and with their size, also where those are too many to count one by one', () => {
    const counts = fc.double({ min: 0, max: 2_000, noNaN: true });
    const sizes = fc.integer({ min: 16, max: 10_000 });
    fc.assert(
      fc.property(counts, sizes, fc.double({ min: 1, max: 3, noNaN: true }), (further, size, times) => {
        const few = furtherSegments(null, size, traffic(1, further));
        expect(furtherSegments(null, Math.ceil(size * times), traffic(1, further))).toBeGreaterThanOrEqual(
          few * (1 - 1e-9),
        );
        // Within a packet of the average.
        const average = (size * (1 + further)) / 1_448;
        expect(Math.abs(few - average)).toBeLessThanOrEqual(1 + 1e-6 * average);
      }),
    );
  });
});

describe('packets of a run', () => {
  const withPackets = (run: RunFile, packets: (m: Measurement, at: number) => number): Measurement[] =>
    run.measurements.map((m, at): Measurement => ({
      ...m,
      network: { basis: 'measured', packets: packets(m, at), ipBytes: 0 },
    }));
  const run = runOf(LOADS);
  const packetsOf = (measurements: Measurement[]) => socketOf({ ...run, measurements }).packets;

  it('are not known where all that was measured is silent: nobody knows what a message takes', () => {
    const silent = withPackets(
      runOf([500, 6_000].map((clients) => ({ clients, rate: 0 }))),
      (m) => m.parameters.clients,
    );
    expect(packetsOf(silent)).toBeNull();
    expect(packetsOf([...silent, ...withPackets(run, () => 500)])).not.toBeNull();
  });

  it('are those of the repetition in the middle, so that what came between once counts for nothing', () => {
    const two = (m: Measurement): number => 2 * m.counts.offered;
    const counted = withPackets(run, two);
    const spoilt = withPackets(run, (m, at) => (at === 0 ? 7 : 1) * two(m));
    expect(packetsOf([...counted, ...counted, ...spoilt])).toEqual(packetsOf(counted));
  });
});
