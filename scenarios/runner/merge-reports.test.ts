import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LatencyRecorder } from '../../results/histogram.ts';
import { mergeReports, worst } from './merge-reports.ts';
import type { GeneratorReport } from './protocol.ts';

const layers = (payload: number) => ({
  payload,
  framing: 1,
  header: 2,
  control: 3,
  handshake: 4,
  partial: 5,
  tls: 6,
  total: payload + 21,
});

function reportOf(latencies: readonly number[], more: Partial<GeneratorReport> = {}): GeneratorReport {
  const recorder = new LatencyRecorder();
  for (const latency of latencies) recorder.record(latency);
  const none = new LatencyRecorder().summary();
  const window = { up: layers(10), down: layers(latencies.length), requests: 1, emptyPolls: 2, connections: 3 };
  return {
    publications: latencies.length,
    offered: latencies.length,
    delivered: latencies.length,
    duplicated: 0,
    reordered: 0,
    deliveryLatencyNs: recorder.summary(),
    transitTimeNs: none,
    readinessNs: none,
    requestLatencyNs: none,
    findings: {},
    window,
    modelled: { packets: 5, headerBytes: 260 },
    windowNs: 1e9,
    windowDeliveries: latencies.length,
    handshakePerClient: { upBytes: 500, downBytes: 100 },
    ready: 1,
    visits: false,
    restless: false,
    ledgerDifference: { up: 0, down: 0 },
    cpuNs: 1e6,
    rssBytes: 1e7,
    eventLoopDelayNs: { p50: 1, p90: 2, p99: 2, max: 3 },
    slipNs: { p50: null, p90: null, p99: null, max: null },
    early: { count: 0, worstNs: 0 },
    losses: 0,
    errors: { count: 0, examples: [] },
    ...more,
  };
}

describe('reports of several processes', () => {
  it('are together what one process would have recorded of it all', () => {
    const samples = fc.array(fc.integer({ min: 0, max: 1e9 }), { maxLength: 300 });
    fc.assert(
      fc.property(fc.array(samples, { minLength: 1, maxLength: 5 }), (parts) => {
        const merged = mergeReports(
          parts.map((part) => reportOf(part)),
          false,
        );
        const whole = reportOf(parts.flat());
        expect({ ...merged.deliveryLatencyNs, mean: null, hdr: null }).toEqual({
          ...whole.deliveryLatencyNs,
          mean: null,
          hdr: null,
        });
        expect(merged.deliveryLatencyNs.mean ?? 0).toBeCloseTo(whole.deliveryLatencyNs.mean ?? 0, 3);
        expect(merged.publications).toBe(whole.publications);
        expect(merged.window.down.total).toBe(parts.flat().length + 21 * parts.length);
      }),
    );
  });

  it('count the publications once that all of them saw', () => {
    expect(mergeReports([reportOf([1, 2]), reportOf([3, 4])], true).publications).toBe(2);
  });

  it('weigh the handshake of each client alike', () => {
    const few = reportOf([], { ready: 1, handshakePerClient: { upBytes: 100, downBytes: null } });
    const many = reportOf([], { ready: 3, handshakePerClient: { upBytes: 200, downBytes: null } });
    expect(mergeReports([few, many], true).handshakePerClient).toEqual({ upBytes: 175, downBytes: null });
  });

  it('do not let the differences of two ledgers cancel out', () => {
    const off = (up: number) => reportOf([], { ledgerDifference: { up, down: 0 } });
    expect(mergeReports([off(3), off(-3)], true).ledgerDifference.up).toBe(6);
  });

  it('count every message that came too early, and keep the worst', () => {
    const early = (count: number, worstNs: number) => reportOf([], { early: { count, worstNs } });
    expect(mergeReports([early(2, 70_000), early(1, 90_000)], true).early).toEqual({ count: 3, worstNs: 90_000 });
  });

  it('have no packets where one of them has none', () => {
    expect(mergeReports([reportOf([]), reportOf([], { modelled: null })], true).modelled).toBeNull();
  });
});

it('takes the worst of each quantile, and null only where nobody has one', () => {
  expect(
    worst([
      { p50: 1, p90: 3, p99: null, max: 5 },
      { p50: 3, p90: 4, p99: null, max: 4 },
    ]),
  ).toEqual({ p50: 3, p90: 4, p99: null, max: 5 });
});
