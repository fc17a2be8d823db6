/** Every threshold of the certificate from both sides: at it nothing is said, a hair beyond it the warning is given. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { percentileSupported } from './histogram.ts';
import type { WarningCode } from './schema.ts';
import * as thresholds from './thresholds.ts';
import { clock, delay, generator, GOOD, machine } from './validity.fixture.ts';
import { certify, type Facts } from './validity.ts';

interface Edge {
  readonly code: WarningCode;
  /** Whether the warning must invalidate, too: some thresholds are of that alone. */
  readonly invalidates: boolean;
  /** The facts that stand exactly at the threshold. */
  readonly at: (value: number) => Partial<Facts>;
}

const MEDIAN_NS = GOOD.latencyNs!.p50!;
const BUSY = { othersShare: 0.5 };
const measured = (ns: number): Partial<Facts> => ({ latencyNs: { ...delay(ns / 1e6), count: 2_400 } });
const link = (lateNs: number | null, delayNs: number, cpuShare = 0.1): Partial<Facts> => ({
  link: { delayNs, lateNs, cpuShare },
});

const EDGES: Readonly<Record<string, readonly Edge[]>> = {
  GENERATOR_BUSY_SHARE: [
    {
      code: 'generator-cpu',
      invalidates: true,
      at: (share) => generator({ cpuShare: share, waitedShare: 0 }),
    },
    {
      code: 'generator-cpu',
      invalidates: true,
      at: (share) => generator({ cpuShare: share / 2, waitedShare: share / 2 }),
    },
  ],
  DELAY_SHARE: [
    {
      code: 'generator-event-loop',
      invalidates: true,
      at: (share) => ({ ...measured(40e6), ...generator({ loopDelayNs: delay(share * 40) }) }),
    },
    {
      code: 'schedule-slip',
      invalidates: true,
      at: (share) => ({ ...measured(40e6), ...generator({ slipNs: delay(share * 40) }) }),
    },
    {
      code: 'schedule-slip',
      invalidates: false,
      at: (share) => ({ ...measured(40e6), serverSlipNs: delay(share * 40) }),
    },
  ],
  DELAY_FLOOR_NS: [
    {
      code: 'generator-event-loop',
      invalidates: true,
      at: (ns) => ({ ...measured(1e6), ...generator({ loopDelayNs: delay(ns / 1e6) }) }),
    },
    {
      code: 'schedule-slip',
      invalidates: true,
      at: (ns) => ({ ...measured(1e6), ...generator({ slipNs: delay(ns / 1e6) }) }),
    },
  ],
  MACHINE_BUSY_SHARE: [{ code: 'machine-busy', invalidates: false, at: (share) => machine({ othersShare: share }) }],
  WAIT_SHARE: [
    {
      code: 'machine-busy',
      invalidates: true,
      at: (share) => machine({ ...BUSY, waitNs: share * MEDIAN_NS }),
    },
  ],
  WAITED_SHARE: [
    {
      code: 'machine-busy',
      invalidates: true,
      at: (share) => machine({ ...BUSY, waitNs: 0, waitedShare: share }),
    },
  ],
  MACHINE_STOLEN_SHARE: [
    { code: 'machine-stolen', invalidates: false, at: (share) => machine({ stolenShare: share }) },
  ],
  STOLEN_TOO_MUCH: [{ code: 'machine-stolen', invalidates: true, at: (share) => machine({ stolenShare: share }) }],
  LINK_LATE_SHARE: [{ code: 'link-late', invalidates: true, at: (share) => link(share * 100e6, 100e6) }],
  LINK_LATE_NS: [{ code: 'link-late', invalidates: true, at: (ns) => link(ns, 1e6) }],
  LINK_CPU_SHARE: [{ code: 'link-late', invalidates: true, at: (share) => link(null, 1e6, share) }],
  CLOCK_AGREEMENT_NS: [
    { code: 'clock', invalidates: true, at: (ns) => clock({ offsetNs: ns }) },
    { code: 'clock', invalidates: true, at: (ns) => clock({ offsetNs: -ns }) },
  ],
  CLOCK_STEP_SHARE: [{ code: 'clock', invalidates: true, at: (share) => clock({ resolutionNs: share * MEDIAN_NS }) }],
};

const valueOf = (name: string): number => (thresholds as unknown as Record<string, number>)[name]!;
const EVERY = Object.entries(thresholds).flatMap(([name, value]) => (typeof value === 'number' ? [name] : []));

const given = ({ code, invalidates }: Edge, facts: Partial<Facts>): boolean =>
  certify({ ...GOOD, ...facts }).warnings.some(
    (warning) => warning.code === code && (warning.invalidates || !invalidates),
  );

describe('each threshold', () => {
  const cases = Object.entries(EDGES).flatMap(([name, edges]) =>
    edges.map((edge) => ({ name, edge, code: edge.code })),
  );

  it.each(cases)('$name is the last value without $code', ({ name, edge }) => {
    expect(given(edge, edge.at(valueOf(name)))).toBe(false);
    expect(given(edge, edge.at(valueOf(name) * (1 - 1e-6)))).toBe(false);
  });

  it.each(cases)('$name, exceeded by a millionth, gives $code', ({ name, edge }) => {
    expect(given(edge, edge.at(valueOf(name) * (1 + 1e-6)))).toBe(true);
  });

  it('SAMPLES_FOR_P99 is the first number of samples without few-samples', () => {
    const edge: Edge = {
      code: 'few-samples',
      invalidates: false,
      at: (count) => ({ latencyNs: { ...GOOD.latencyNs!, count } }),
    };
    expect(given(edge, edge.at(thresholds.SAMPLES_FOR_P99))).toBe(false);
    expect(given(edge, edge.at(thresholds.SAMPLES_FOR_P99 - 1))).toBe(true);
  });

  it('has a case here', () => {
    expect([...Object.keys(EDGES), 'SAMPLES_FOR_P99'].sort()).toEqual([...EVERY].sort());
  });
});

describe('too few samples', () => {
  const messageOf = (count: number) =>
    certify({ ...GOOD, latencyNs: { ...GOOD.latencyNs!, count } }).warnings.find(({ code }) => code === 'few-samples')
      ?.message;

  it('are said with every percentile that is missing for them', () => {
    expect(messageOf(1)).toBe(
      '1 sample does not support p50 (20 do), p90 (100 do), p99 (1,000 do) and p99.9 (10,000 do).',
    );
    expect(messageOf(99)).toBe('99 samples do not support p90 (100 do), p99 (1,000 do) and p99.9 (10,000 do).');
    expect(messageOf(100)).toBe('100 samples do not support p99 (1,000 do) and p99.9 (10,000 do).');
  });

  it('name those that the histogram leaves out', () => {
    const names = { 'p50 ': 0.5, 'p90 ': 0.9, 'p99 ': 0.99, 'p99.9 ': 0.999 };
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999 }), (count) => {
        const named = Object.keys(names).filter((name) => messageOf(count)!.includes(name));
        const missing = Object.entries(names).filter(([, quantile]) => !percentileSupported(count, quantile));
        expect(named).toEqual(missing.map(([name]) => name));
      }),
    );
  });
});
