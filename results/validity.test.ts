import { describe, expect, it } from 'vitest';
import { WARNING_CODES, type WarningCode } from './schema.ts';
import { certify, type Facts } from './validity.ts';

/** A measurement without a fault. */
const GOOD: Facts = {
  counts: { offered: 2_400, delivered: 2_400, lost: 0, duplicated: 0, reordered: 0 },
  clients: 100,
  ratePerSecond: 20,
  generatorCpuShare: 0.3,
  generatorLoopDelayNs: 1e6,
  generatorSlipNs: 1e6,
  serverSlipNs: 1e6,
  ledgerDifference: { up: 0, down: 0 },
  errors: { count: 0, examples: [] },
  samples: 2_400,
  othersShare: 0.05,
  serverCpuMeasured: true,
};

/** A relay that was on time. */
const LINK = { delayNs: 20e6, lateNs: 0.3e6, cpuShare: 0.1 };

const counts = (more: Partial<Facts['counts']>): Pick<Facts, 'counts'> => ({ counts: { ...GOOD.counts, ...more } });

interface Case {
  readonly code: WarningCode;
  /** The last facts that give no warning, and the first that do. */
  readonly good: Partial<Facts>;
  readonly bad: Partial<Facts>;
  readonly message: string;
  readonly advice: string;
}

const INVALIDATING: readonly Case[] = [
  {
    code: 'generator-cpu',
    good: { generatorCpuShare: 0.9 },
    bad: { generatorCpuShare: 0.91 },
    message: "The generator used 91 % of a core: the limit measured here is its own, not the server's.",
    advice: 'Lower --clients (now 100) or --rate (now 20/s).',
  },
  {
    code: 'generator-event-loop',
    good: { generatorLoopDelayNs: 50e6 },
    bad: { generatorLoopDelayNs: 51e6 },
    message: "The generator's event loop was late by 51 ms: its own delay is in the latencies.",
    advice: 'Lower --clients (now 100) or --rate (now 20/s). If the machine was busy with other work, run again.',
  },
  {
    code: 'schedule-slip',
    good: { generatorSlipNs: 50e6 },
    bad: { generatorSlipNs: 51e6 },
    message: 'Messages were sent up to 51 ms after they were due: the load was not offered as scheduled.',
    advice: 'Lower --clients (now 100) or --rate (now 20/s). If the machine was busy with other work, run again.',
  },
  {
    code: 'deliveries-lost',
    good: counts({ lost: 0 }),
    bad: counts({ delivered: 2_399, lost: 1 }),
    message: '1 of 2400 deliveries did not arrive in time: a shortfall makes a measurement invalid, not fast.',
    advice: 'Lower --rate or --clients until everything arrives.',
  },
  {
    code: 'deliveries-duplicated',
    good: counts({ duplicated: 0 }),
    bad: counts({ duplicated: 1 }),
    message: '1 delivery arrived twice, against the contract.',
    advice: 'This is a defect of the server or the client: report it.',
  },
  {
    code: 'deliveries-reordered',
    good: counts({ reordered: 0 }),
    bad: counts({ reordered: 2 }),
    message: '2 deliveries arrived out of order, against the contract.',
    advice: 'This is a defect of the server or the client: report it.',
  },
  {
    code: 'client-errors',
    good: { errors: { count: 0, examples: [] } },
    bad: { errors: { count: 3, examples: ['refused (2×)', 'reset (1×)'] } },
    message: 'Clients complained 3 times: refused (2×); reset (1×).',
    advice: 'Look at the first complaint; lower --clients if connections were refused.',
  },
  {
    code: 'ledger-mismatch',
    good: { ledgerDifference: { up: 0, down: 0 } },
    bad: { ledgerDifference: { up: 0, down: -1 } },
    message: 'The ledger differs from the sockets by 0 bytes up and -1 down.',
    advice: 'This is a defect of this suite: report it.',
  },
  {
    code: 'link-late',
    good: { link: { ...LINK, lateNs: 5e6 } },
    bad: { link: { ...LINK, lateNs: 5.1e6 } },
    message: 'The link was up to 5.1 ms longer than its 20 ms: its relay was late.',
    advice: 'Lower --clients (now 100) or --rate (now 20/s). If the machine was busy with other work, run again.',
  },
];

const REMARKS: readonly Case[] = [
  {
    code: 'few-samples',
    good: { samples: 1_000 },
    bad: { samples: 999 },
    message: '999 samples do not support a 99th percentile (1,000 do).',
    advice: 'Raise --duration, --rate or --clients.',
  },
  {
    code: 'machine-busy',
    good: { othersShare: 0.2 },
    bad: { othersShare: 0.21 },
    message: 'Other work used 21 % of the machine during the window.',
    advice: 'Close other programs, or raise --repetitions.',
  },
  {
    code: 'not-measured',
    good: { serverCpuMeasured: true },
    bad: { serverCpuMeasured: false },
    message: 'CPU and memory of the server could not be read on this system.',
    advice: 'Run on Linux to have them.',
  },
];

describe('certify', () => {
  it('certifies a measurement without a fault, with nothing to say', () => {
    expect(certify(GOOD)).toEqual({ valid: true, warnings: [] });
  });

  it.each([...INVALIDATING, ...REMARKS])('says nothing on the right side of the threshold of $code', ({ good }) => {
    expect(certify({ ...GOOD, ...good })).toEqual({ valid: true, warnings: [] });
  });

  it.each(INVALIDATING)(
    'declares a measurement invalid for $code, and says what to change',
    ({ code, bad, message, advice }) => {
      expect(certify({ ...GOOD, ...bad })).toEqual({
        valid: false,
        warnings: [{ code, invalidates: true, message, advice }],
      });
    },
  );

  it.each(REMARKS)('remarks $code and leaves the measurement valid', ({ code, bad, message, advice }) => {
    expect(certify({ ...GOOD, ...bad })).toEqual({
      valid: true,
      warnings: [{ code, invalidates: false, message, advice }],
    });
  });

  it('knows a case for every code of the closed set, and no other', () => {
    expect([...INVALIDATING, ...REMARKS].map(({ code }) => code).sort()).toEqual([...WARNING_CODES].sort());
  });

  it('gives all warnings at once when everything is wrong, each once', () => {
    const bad = Object.assign(
      {},
      ...REMARKS.map((one) => one.bad),
      ...INVALIDATING.map((one) => one.bad),
    ) as Partial<Facts>;
    const { valid, warnings } = certify({ ...GOOD, ...bad, ...counts({ lost: 1, duplicated: 1, reordered: 1 }) });
    expect(valid).toBe(false);
    expect(warnings.map(({ code }) => code).sort()).toEqual([...WARNING_CODES].sort());
  });

  it('is silent about what could not be measured, instead of taking it for 0 or for bad', () => {
    const unknown = {
      generatorCpuShare: null,
      generatorLoopDelayNs: null,
      slipNs: null,
      samples: null,
      othersShare: null,
    };
    expect(certify({ ...GOOD, ...unknown })).toEqual({ valid: true, warnings: [] });
  });

  it('does not advise a lower rate where none is offered', () => {
    const { warnings } = certify({ ...GOOD, ratePerSecond: 0, generatorCpuShare: 1 });
    expect(warnings[0]!.advice).toBe('Lower --clients (now 100).');
  });
});

describe('a measurement without latencies', () => {
  it('is not spoilt by a late event loop', () => {
    expect(certify({ ...GOOD, samples: null, generatorLoopDelayNs: 1e9 })).toEqual({ valid: true, warnings: [] });
  });

  it('keeps a stall of the server as a finding, not as a fault of its own', () => {
    const { valid, warnings } = certify({ ...GOOD, serverSlipNs: 51e6 });
    expect(valid).toBe(true);
    expect(warnings.map(({ code, invalidates }) => [code, invalidates])).toEqual([['schedule-slip', false]]);
  });
});

describe('the relay of a link', () => {
  const certified = (link: Partial<NonNullable<Facts['link']>>) => certify({ ...GOOD, link: { ...LINK, ...link } });

  it('may be later over a longer link, by a tenth of its delay', () => {
    expect(certified({ delayNs: 300e6, lateNs: 30e6 }).valid).toBe(true);
    expect(certified({ delayNs: 300e6, lateNs: 30.1e6 }).valid).toBe(false);
  });

  it('must have had room on its core, for what waits to be read is not seen to be late', () => {
    expect(certified({ cpuShare: 0.9 })).toEqual({ valid: true, warnings: [] });
    const { valid, warnings } = certified({ cpuShare: 0.91 });
    expect(valid).toBe(false);
    expect(warnings.map(({ message }) => message)).toEqual([
      "The link's relay used 91 % of a core: it was longer than its 20 ms.",
    ]);
  });

  it('is accused once when it was both', () => {
    expect(certified({ cpuShare: 1, lateNs: 1e9 }).warnings).toHaveLength(1);
  });

  it('spoils nothing where no latency is measured', () => {
    expect(certify({ ...GOOD, samples: null, link: { ...LINK, lateNs: 1e9 } }).warnings).toEqual([]);
  });

  it('is not accused when nothing passed it', () => {
    expect(certified({ lateNs: null })).toEqual({ valid: true, warnings: [] });
  });
});
