import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WARNING_CODES, type WarningCode } from './schema.ts';
import { DELAY_FLOOR_NS, DELAY_SHARE, THRESHOLDS } from './thresholds.ts';
import { clock, counts, delay, generator, GOOD, machine, NONE } from './validity.fixture.ts';
import { certify, tooLate, type Delay, type Facts } from './validity.ts';

interface Case {
  readonly code: WarningCode;
  readonly why: string;
  /** The last facts that give no warning, and the first that do. */
  readonly good: Partial<Facts>;
  readonly bad: Partial<Facts>;
  readonly message: string;
  readonly advice: string;
}

const LESS = 'Lower --clients (now 100) or --rate (now 20/s).';
const AGAIN = 'If the machine was busy with other work, run again.';
const CLOCK = 'Run again; if it comes back, this machine’s clock cannot be used (pushbench doctor shows its step).';
const DEFECT = 'This is a defect of the server or the client: report it.';

const INVALIDATING: readonly Case[] = [
  {
    code: 'generator-cpu',
    why: 'a full core',
    good: generator({ cpuShare: 0.9, waitedShare: 0 }),
    bad: generator({ cpuShare: 0.91, waitedShare: 0 }),
    message: "The generator used 91 % of a core: the limit measured here is its own, not the server's.",
    advice: LESS,
  },
  {
    code: 'generator-cpu',
    why: 'a core that it shares',
    good: generator({ cpuShare: 0.4, waitedShare: 0.5 }),
    bad: generator({ cpuShare: 0.4, waitedShare: 0.51 }),
    message:
      "The generator used 40 % of a core and waited 51 % of the window for one: the limit measured here is its own, not the server's.",
    advice: `${LESS} ${AGAIN}`,
  },
  {
    code: 'generator-event-loop',
    why: 'half of the latency',
    good: generator({ loopDelayNs: delay(10) }),
    bad: generator({ loopDelayNs: delay(11) }),
    message:
      "The generator's event loop was 11 ms late at p99, where 20 ms were measured: its own delay is in the latencies.",
    advice: `${LESS} ${AGAIN}`,
  },
  {
    code: 'schedule-slip',
    why: 'half of the latency',
    good: generator({ slipNs: delay(10) }),
    bad: generator({ slipNs: delay(11) }),
    message:
      'The generator sent messages 11 ms late at p99, where 20 ms were measured: the load was not offered as scheduled.',
    advice: `${LESS} ${AGAIN}`,
  },
  {
    code: 'deliveries-lost',
    why: 'one',
    good: counts({ lost: 0 }),
    bad: counts({ delivered: 2_399, lost: 1 }),
    message: '1 of 2400 deliveries did not arrive in time: a shortfall makes a measurement invalid, not fast.',
    advice: LESS,
  },
  {
    code: 'deliveries-duplicated',
    why: 'one',
    good: counts({ duplicated: 0 }),
    bad: counts({ duplicated: 1 }),
    message: '1 delivery arrived twice, against the contract.',
    advice: DEFECT,
  },
  {
    code: 'deliveries-reordered',
    why: 'two',
    good: counts({ reordered: 0 }),
    bad: counts({ reordered: 2 }),
    message: '2 deliveries arrived out of order, against the contract.',
    advice: DEFECT,
  },
  {
    code: 'client-errors',
    why: 'three',
    good: { errors: { count: 0, examples: [] } },
    bad: { errors: { count: 3, examples: ['refused (2×)', 'reset (1×)'] } },
    message: 'Clients complained 3 times: refused (2×); reset (1×).',
    advice: `Look at the first complaint. If connections were refused: ${LESS}`,
  },
  {
    code: 'ledger-mismatch',
    why: 'one byte',
    good: { ledgerDifference: { up: 0, down: 0 } },
    bad: { ledgerDifference: { up: 0, down: -1 } },
    message: 'The ledger differs from the sockets by 0 bytes up and -1 down.',
    advice: 'This is a defect of this suite: report it.',
  },
  {
    code: 'link-late',
    why: 'a relay of 20 ms',
    good: { link: { delayNs: 20e6, lateNs: 5e6, cpuShare: 0.1 } },
    bad: { link: { delayNs: 20e6, lateNs: 5.1e6, cpuShare: 0.1 } },
    message: 'The link was up to 5.1 ms longer than its 20 ms: its relay was late.',
    advice: `${LESS} ${AGAIN}`,
  },
  {
    code: 'clock',
    why: 'clocks apart',
    good: clock({ offsetNs: -50e3 }),
    bad: clock({ offsetNs: -0.1e6 }),
    message: 'The clocks of server and generator are 0.1 ms apart or more: latencies are off by that.',
    advice: CLOCK,
  },
  {
    code: 'clock',
    why: 'messages before their time',
    good: clock({ early: { count: 0, worstNs: 0 } }),
    bad: clock({ early: { count: 1, worstNs: 0.3e6 } }),
    message: '1 message seemed to arrive before being sent, by up to 0.3 ms: the clocks disagree.',
    advice: CLOCK,
  },
  {
    code: 'clock',
    why: 'a coarse step',
    good: clock({ resolutionNs: 0.4e6 }),
    bad: clock({ resolutionNs: 1e6 }),
    message: 'The clock moves in steps of 1.0 ms, too coarse for a median of 4.0 ms.',
    advice: CLOCK,
  },
  {
    code: 'machine-busy',
    why: 'each time a wait',
    good: machine({ waitNs: 10e6 }),
    bad: machine({ othersShare: 0.6, waitNs: 1.1e6 }),
    message:
      'Other work used 60 % of the machine during the window, most of it cron with 10 % of a core. Server and generator waited 1.1 ms for a core each time, where the median latency is 4.0 ms. Load average 0.6.',
    advice: 'Close cron or whatever else runs, or raise --repetitions.',
  },
  {
    code: 'machine-busy',
    why: 'a wait of much of the window',
    good: machine({ waitedShare: 0.9 }),
    bad: machine({ othersShare: 0.6, waitedShare: 0.31, loadAverage: null }),
    message:
      'Other work used 60 % of the machine during the window, most of it cron with 10 % of a core. Server or generator waited for a core for 31 % of the window.',
    advice: 'Close cron or whatever else runs, or raise --repetitions.',
  },
  {
    code: 'machine-stolen',
    why: 'a fifth',
    good: machine({ stolenShare: 0.05 }),
    bad: machine({ stolenShare: 0.21 }),
    message: "The hypervisor gave 21 % of this machine's time to others during the window.",
    advice: 'Run again at a quieter time or on a machine of your own; raise --repetitions.',
  },
];

const REMARKS: readonly Case[] = [
  {
    code: 'few-samples',
    why: 'one too few',
    good: { latencyNs: { ...GOOD.latencyNs!, count: 1_000 } },
    bad: { latencyNs: { ...GOOD.latencyNs!, count: 999 } },
    message: '999 samples do not support p99 (1,000 do) and p99.9 (10,000 do).',
    advice: 'Raise --duration or --rate or --clients: --duration 2s would do.',
  },
  {
    code: 'machine-busy',
    why: 'others, and no wait',
    good: machine({ othersShare: 0.2, waitNs: 1e6, waitedShare: 0.3 }),
    bad: machine({ othersShare: 0.21, waitNs: 1e6, waitedShare: 0.3, busiest: null, loadAverage: 2 }),
    message: 'Other work used 21 % of the machine during the window. Load average 2.0.',
    advice: 'Close other programs, or raise --repetitions.',
  },
  {
    code: 'machine-stolen',
    why: 'a little',
    good: machine({ stolenShare: 0.05 }),
    bad: machine({ stolenShare: 0.2 }),
    message: "The hypervisor gave 20 % of this machine's time to others during the window.",
    advice: 'Run again at a quieter time or on a machine of your own; raise --repetitions.',
  },
  {
    code: 'not-measured',
    why: 'no /proc',
    good: { serverCpuMeasured: true },
    bad: { serverCpuMeasured: false },
    message: 'CPU and memory of the server could not be read on this system.',
    advice: 'Run on Linux to have them.',
  },
];

const verdictOf = (facts: Facts) => {
  const { valid, warnings } = certify(facts);
  return { valid, warnings };
};

describe('certify', () => {
  it('certifies a measurement without a fault, with nothing to say', () => {
    expect(verdictOf(GOOD)).toEqual({ valid: true, warnings: [] });
  });

  it.each([...INVALIDATING, ...REMARKS])(
    'says nothing on the right side of the threshold of $code ($why)',
    ({ good }) => {
      expect(verdictOf({ ...GOOD, ...good })).toEqual({ valid: true, warnings: [] });
    },
  );

  it.each(INVALIDATING)(
    'declares a measurement invalid for $code ($why), and says what to change',
    ({ code, bad, message, advice }) => {
      expect(verdictOf({ ...GOOD, ...bad })).toEqual({
        valid: false,
        warnings: [{ code, invalidates: true, message, advice }],
      });
    },
  );

  it.each(REMARKS)('remarks $code ($why) and leaves the measurement valid', ({ code, bad, message, advice }) => {
    expect(verdictOf({ ...GOOD, ...bad })).toEqual({
      valid: true,
      warnings: [{ code, invalidates: false, message, advice }],
    });
  });

  it('knows a case for every code of the closed set, and no other', () => {
    expect([...new Set([...INVALIDATING, ...REMARKS].map(({ code }) => code))].sort()).toEqual(
      [...WARNING_CODES].sort(),
    );
  });

  it('gives all warnings at once when everything is wrong, each once', () => {
    const bad = {
      ...generator({ cpuShare: 1, loopDelayNs: delay(100), slipNs: delay(100) }),
      ...counts({ lost: 1, duplicated: 1, reordered: 1 }),
      ...clock({ offsetNs: 1e6 }),
      ...machine({ othersShare: 1, stolenShare: 1 }),
      errors: { count: 1, examples: ['x'] },
      link: { delayNs: 1e6, lateNs: 1e9, cpuShare: 1 },
      ledgerDifference: { up: 1, down: 1 },
      latencyNs: { ...GOOD.latencyNs!, count: 1 },
      serverCpuMeasured: false,
    };
    const { valid, warnings } = certify({ ...GOOD, ...bad });
    expect(valid).toBe(false);
    expect(warnings.map(({ code }) => code).sort()).toEqual([...WARNING_CODES].sort());
  });

  it('is silent about what could not be measured, instead of taking it for 0 or for bad', () => {
    const unknown: Partial<Facts> = {
      latencyNs: null,
      generator: { cpuShare: null, waitedShare: null, loopDelayNs: NONE, slipNs: NONE },
      serverSlipNs: NONE,
      clock: null,
      machine: {
        othersShare: null,
        stolenShare: null,
        waitedShare: null,
        waitNs: null,
        loadAverage: null,
        busiest: null,
      },
    };
    const { valid, warnings, evidence } = certify({ ...GOOD, ...unknown });
    expect({ valid, warnings }).toEqual({ valid: true, warnings: [] });
    const { generatorLoopDelayNs, generatorSlipNs, serverSlipNs, ...single } = evidence;
    expect([generatorLoopDelayNs, generatorSlipNs, serverSlipNs]).toEqual([NONE, NONE, NONE]);
    expect(new Set(Object.values(single))).toEqual(new Set([null]));
  });

  it('gives the figures that it judged by, whether they were good or not', () => {
    expect(certify(GOOD).evidence).toEqual({
      generatorCpuShare: 0.3,
      generatorWaitedShare: 0.05,
      generatorLoopDelayNs: delay(1),
      generatorSlipNs: delay(1),
      serverSlipNs: delay(1),
      othersShare: 0.05,
      stolenShare: 0,
      waitedShare: 0.05,
      waitNs: 0.1e6,
      loadAverage: 0.6,
      busiest: { name: 'cron', share: 0.1 },
      clockResolutionNs: 41,
      clockOffsetNs: 0,
      samples: 2_400,
    });
  });
});

describe('a delay of the generator', () => {
  it('is judged against what was measured: 20 ms are most of 25 ms, and 60 ms are nothing beside 5 s', () => {
    const at = (measured: number) => ({ latencyNs: { ...delay(measured), count: 2_400 } });
    expect(verdictOf({ ...GOOD, ...generator({ loopDelayNs: delay(20) }), ...at(25) }).valid).toBe(false);
    expect(verdictOf({ ...GOOD, ...generator({ loopDelayNs: delay(60) }), ...at(5_000) }).valid).toBe(true);
  });

  it('is read at the highest quantile that both sides support', () => {
    const late: Delay = { p50: 0, p90: 9e6, p99: null, max: 80e6 };
    expect(tooLate(late, { p50: 1e6, p90: 17e6, p99: 20e6, max: 90e6 })?.text).toBe(
      '9.0 ms late at p90, where 17 ms were measured',
    );
    expect(tooLate(late, { p50: 1e6, p90: 18e6, p99: 20e6, max: 90e6 })).toBeNull();
    // So few samples that only a maximum is known: the window was blocked from end to end.
    expect(tooLate({ ...NONE, max: 80e6 }, { p50: 1e6, p90: 2e6, p99: 3e6, max: 90e6 })?.ns).toBe(80e6);
  });

  it('is never too much up to the floor, nor up to its share of the latency, and always beyond both', () => {
    const anyNs = fc.integer({ min: 0, max: 1e11 });
    fc.assert(
      fc.property(anyNs, anyNs, (late, measured) => {
        const expected = late > DELAY_FLOOR_NS && late > DELAY_SHARE * measured;
        expect(tooLate({ ...NONE, p99: late }, { ...NONE, p99: measured }) !== null).toBe(expected);
      }),
    );
  });

  it('spoils nothing where no latency is measured', () => {
    expect(verdictOf({ ...GOOD, latencyNs: null, ...generator({ loopDelayNs: delay(1_000) }) })).toEqual({
      valid: true,
      warnings: [],
    });
  });

  it('is judged by the floor alone where nothing arrived', () => {
    const lost = { latencyNs: { ...NONE, count: 0 }, ...generator({ loopDelayNs: delay(6) }) };
    expect(certify({ ...GOOD, ...lost }).warnings.map(({ code }) => code)).toContain('generator-event-loop');
  });
});

describe('noise of the machine', () => {
  it('spoils latencies and nothing else: bytes and counts do not hurry', () => {
    const noisy = machine({ othersShare: 0.9, stolenShare: 0.5, waitNs: 100e6, waitedShare: 0.9 });
    const { valid, warnings } = certify({ ...GOOD, ...noisy, latencyNs: null });
    expect(warnings.map(({ code, invalidates }) => [code, invalidates])).toEqual([
      ['machine-busy', false],
      ['machine-stolen', false],
    ]);
    expect(valid).toBe(true);
  });

  it('is not blamed for waits of the two processes for each other', () => {
    expect(verdictOf({ ...GOOD, ...machine({ othersShare: 0.2, waitNs: 100e6, waitedShare: 1 }) }).valid).toBe(true);
  });

  it('spoils no latency that is far longer than the waits', () => {
    const polled = { latencyNs: { ...delay(250), count: 2_400 } };
    expect(verdictOf({ ...GOOD, ...polled, ...machine({ othersShare: 0.9, waitNs: 2e6 }) }).valid).toBe(true);
  });
});

it('keeps a stall of the server as a finding, not as a fault of its own', () => {
  const { valid, warnings } = certify({ ...GOOD, serverSlipNs: delay(11) });
  expect(valid).toBe(true);
  expect(warnings.map(({ code, invalidates }) => [code, invalidates])).toEqual([['schedule-slip', false]]);
});

it('the README says of every warning when it is given and when it invalidates', () => {
  const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8');
  const rows = readme.split('\n').filter((line) => line.startsWith('| `'));
  expect(rows).toEqual(
    expect.arrayContaining(
      WARNING_CODES.map((code) => `| \`${code}\` | ${THRESHOLDS[code].given} | ${THRESHOLDS[code].invalid} |`),
    ),
  );
});
