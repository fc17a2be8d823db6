/** The facts of a faultless measurement, and what changes them, for tests of the certificate. */
import type { Delay, Facts } from './validity.ts';

/** The same at every quantile. */
export const delay = (ms: number): Delay => ({ p50: ms * 1e6, p90: ms * 1e6, p99: ms * 1e6, max: ms * 1e6 });
export const NONE: Delay = { p50: null, p90: null, p99: null, max: null };

/** A measurement without a fault: a p99 of 20 ms. */
export const GOOD: Facts = {
  counts: { offered: 2_400, delivered: 2_400, lost: 0, duplicated: 0, reordered: 0 },
  settings: { clients: 100, ratePerSecond: 20, pollIntervalMs: null, durationMs: 1_200, workers: null, fixed: [] },
  latencyNs: { p50: 4e6, p90: 10e6, p99: 20e6, max: 30e6, count: 2_400 },
  generator: { cpuShare: 0.3, waitedShare: 0.05, loopDelayNs: delay(1), slipNs: delay(1) },
  serverSlipNs: delay(1),
  ledgerDifference: { up: 0, down: 0 },
  errors: { count: 0, examples: [] },
  clock: { resolutionNs: 41, offsetNs: 0, early: { count: 0, worstNs: 0 } },
  machine: {
    othersShare: 0.05,
    stolenShare: 0,
    waitedShare: 0.05,
    waitNs: 0.1e6,
    loadAverage: 0.6,
    busiest: { name: 'cron', share: 0.1 },
  },
  serverCpuMeasured: true,
};

export const counts = (more: Partial<Facts['counts']>): Partial<Facts> => ({ counts: { ...GOOD.counts, ...more } });
export const generator = (more: Partial<Facts['generator']>): Partial<Facts> => ({
  generator: { ...GOOD.generator, ...more },
});
export const machine = (more: Partial<Facts['machine']>): Partial<Facts> => ({ machine: { ...GOOD.machine, ...more } });
export const clock = (more: Partial<NonNullable<Facts['clock']>>): Partial<Facts> => ({
  clock: { ...GOOD.clock!, ...more },
});
