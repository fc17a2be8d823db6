import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LatencyRecorder } from '../../results/histogram.ts';
import type { Latency } from '../../results/schema.ts';
import { mergeFindings } from './findings.ts';

function latencyOf(values: readonly number[]): Latency {
  const recorder = new LatencyRecorder();
  for (const value of values) recorder.record(value);
  return recorder.summary();
}

describe('findings of several processes', () => {
  it('are together what one process would have found', () => {
    const parts = fc.array(fc.array(fc.integer({ min: 1, max: 1e9 }), { maxLength: 60 }), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(parts, (values) => {
        const merged = mergeFindings(
          values.map((part) => ({
            stalenessNs: latencyOf(part),
            slow: { clients: part.length, deliveryLatencyNs: latencyOf(part), toldLost: 2, disconnected: 3 },
            storm: { clients: 5, recoveryNs: latencyOf(part), connections: part.length, lostAgain: 1 },
            unknownUpgrades: 1,
          })),
        );
        const { count, min, max, p50 } = latencyOf(values.flat());
        for (const latency of [merged.stalenessNs, merged.slow?.deliveryLatencyNs, merged.storm?.recoveryNs]) {
          expect(latency).toMatchObject({ count, min, max, p50 });
        }
        const processes = values.length;
        expect(merged.slow).toMatchObject({ clients: count, toldLost: 2 * processes, disconnected: 3 * processes });
        expect(merged.unknownUpgrades).toBe(processes);
        expect(merged.storm).toMatchObject({ clients: 5 * processes, connections: count, lostAgain: processes });
      }),
    );
  });

  it('are none where nobody looked', () => {
    expect(mergeFindings([{}, {}])).toEqual({});
  });
});
