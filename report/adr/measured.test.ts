/** What a record takes from measurements alone, and what from a capacity. */
import { describe, expect, it } from 'vitest';
import { capacityFile } from '../capacity.fixture.ts';
import type { CapacityFile } from '../../results/capacity.ts';
import type { Measurement, MeasurementParameters } from '../../results/schema.ts';
import { fitModel } from '../../results/model/fit.ts';
import { costRun, decisionInput } from './decision.fixture.ts';
import { decide } from './decision.ts';
import type { DecisionInput } from './input.ts';
import { largestOf } from './largest.ts';
import { fittedOf, medianLatency, recoveryOf } from './measured.ts';
import { renderRecord } from './record.ts';
import { situationOf } from './situation.ts';

const input = decisionInput({}, costRun({ storm: true }));
const sse = fitModel([input.runs[0].run]).transports.find(({ transport }) => transport === 'sse')!;

/** A workload that a broadcast is a capacity of. */
const BROADCAST = { users: 4_000, fanOut: 4_000, messagesPerSecond: 10 };

interface Probed {
  readonly slo: string;
  readonly fingerprint: string;
  readonly rate: number;
  readonly publications: number;
  readonly delayMs: number;
  readonly parameters: Partial<MeasurementParameters>;
}

const FITTING: Probed = {
  ...{
    slo: 'p99<500ms',
    fingerprint: input.runs[0].run.environment.fingerprint,
    rate: 10,
    publications: 20,
    delayMs: 30,
  },
  parameters: {},
};

/** The capacity of sse that the fixture has, as an answer to this question. */
function withCapacity({ slo, fingerprint, rate, publications, delayMs, parameters }: Probed): DecisionInput {
  const file = capacityFile();
  const own = file.capacities.find(({ transport, dimension }) => transport === 'sse' && dimension === 'clients')!;
  const probes = own.probes.map((probe) => {
    const m = structuredClone(probe.measurement!);
    Object.assign(m.parameters, { payloadBytes: 200, arrivals: 'poisson' }, parameters);
    Object.assign(m.counts, { publications, offered: 20 * m.parameters.clients });
    const { link } = input.runs[0].run.measurements.find(({ storm }) => storm !== undefined)!;
    return { ...probe, measurement: { ...m, link: { ...link!, delayMs } } };
  });
  const capacity: CapacityFile = {
    ...file,
    run: { ...file.run, slo },
    environment: { ...file.environment, fingerprint },
    capacities: [{ ...own, fixed: { clients: null, ratePerSecond: rate }, probes }],
  };
  return {
    ...input,
    workload: { ...input.workload, ...BROADCAST },
    capacities: [{ file: 'c.json', sha256: '', capacity }],
  };
}

describe('a median latency', () => {
  const like = { ...situationOf(input.workload).load, clients: 100, fanOut: 100, ratePerSecond: 20, rttMs: 0 };

  it('is taken from loads like the one that is asked about', () => {
    expect(medianLatency(input.runs, sse, like)).not.toBeNull();
  });

  it.each([[{ clients: 10_000 }], [{ rttMs: 60 }], [{ ratePerSecond: 0.1 }], [{ fanOut: 1 }]])(
    'is not measured for %j',
    (other) => {
      expect(medianLatency(input.runs, sse, { ...like, ...other })).toBeNull();
    },
  );
});

describe('a recovery', () => {
  it('is that of measurements with a storm, and not measured without, or over another path', () => {
    expect(recoveryOf(input.runs, 'sse', 60).repeated).toMatchObject({ n: 1, clients: 100 });
    expect(recoveryOf(decisionInput().runs, 'sse', 60)).toMatchObject({ repeated: null, missing: 'not measured' });
    expect(recoveryOf(input.runs, 'sse', 0).repeated).toBeNull();
  });

  it('that was measured and is invalid is said to be so', () => {
    const [{ run }] = input.runs;
    const late = { code: 'link-late' as const, message: '', advice: '', invalidates: true };
    const measurements = run.measurements.map((m) => ({
      ...m,
      validity: m.storm === undefined ? m.validity : { ...m.validity, valid: false, warnings: [late] },
    }));
    const all = [{ ...input.runs[0], run: { ...run, measurements } }] as const;
    expect(recoveryOf(all, 'sse', 60)).toEqual({ repeated: null, missing: 'measured, and invalid: link-late 1' });
    const { markdown } = renderRecord(decide({ ...input, runs: all }), 'a');
    expect(markdown).toMatch(
      /\| served again after all connections are cut \|( measured, and invalid: link-late 1 \|)+/,
    );
  });

  it('scores nothing for more than ten times as many users as were cut, and says how many those were', () => {
    const scored = (users: number): boolean =>
      decide({ ...input, workload: { ...input.workload, users } }).ranking[0]!.scores.some(
        ({ driver, score }) => driver === 'reliability' && score !== null,
      );
    expect([scored(1_000), scored(1_001)]).toEqual([true, false]);
    const { markdown } = renderRecord(decide(input), 'a');
    expect(markdown).toMatch(/half within 38 ms \(one repetition\), of 100 clients \*extrapolated\* \[E\d+\]/);
    expect(markdown).toMatch(
      /38 ms \(one repetition\) of 100 clients \[E\d+\]\(#e\d+\), which says nothing of 10,?000 users/,
    );
  });
});

describe('the largest number of users', () => {
  it('comes from the model where no capacity was measured, more load making it smaller', () => {
    const light = largestOf(sse, situationOf(input.workload), [])!;
    const heavy = largestOf(sse, situationOf({ ...input.workload, messagesPerSecond: 10 }), [])!;
    expect(light).toMatchObject({ basis: 'modelled', extrapolated: true });
    expect(heavy.users).toBeLessThan(light.users);
    expect(light.low!).toBeLessThanOrEqual(light.users);
    expect(light.high!).toBeGreaterThanOrEqual(light.users);
  });

  it('comes from a capacity that was measured of this workload', () => {
    const [option] = decide(withCapacity(FITTING)).options.filter(({ transport }) => transport === 'sse');
    expect(option!.largest).toMatchObject({ basis: 'measured', users: 4_200, low: 4_200, high: 4_600 });
    expect(option!.capacities.misfits).toEqual([]);
  });

  it.each([
    [{ slo: 'p99<100ms' }, 'its target is p99<100ms and not p99<500 ms'],
    [{ slo: 'p50<500ms' }, 'its target is p50<500ms and not p99<500 ms'],
    [{ slo: 'p99<500ms, server-cpu<50%' }, 'its target is p99<500ms, server-cpu<50% and not p99<500 ms'],
    [{ fingerprint: 'another' }, 'it is of another machine (fingerprint another)'],
    [{ rate: 1 }, 'each client received 1 message/s'],
    [{ publications: 1_000 }, 'one message went to a few'],
    [{ delayMs: 5 }, 'its round trip was 10 ms'],
    [{ parameters: { payloadBytes: 16 } }, 'its messages had 16 B'],
    [{ parameters: { arrivals: 'constant' as const } }, 'its messages came like a clock'],
    [{ parameters: { carrier: 'tls' } }, 'it went over HTTP/1.1 over TLS'],
    [{ parameters: { headers: 'minimal' } }, 'its header profile was minimal'],
    [{ parameters: { responseHeaders: 'typical' } }, 'its response headers were typical'],
    [{ parameters: { serverWorkers: 2 } }, 'its server had 2 processes'],
  ])('comes from no capacity of another question, which is named: %j', (other, why) => {
    const decision = decide(withCapacity({ ...FITTING, ...other }));
    const [option] = decision.options.filter(({ transport }) => transport === 'sse');
    expect(option!.largest!.basis).toBe('modelled');
    expect(option!.capacities.misfits).toEqual([{ file: 'c.json', transport: 'sse', why: [why] }]);
    expect(decision.evidence.filter(({ topic }) => topic === 'capacity')).toEqual([]);
    expect(renderRecord(decision, 'a').markdown).toContain('The capacity of sse in c.json is of another question');
  });

  it('comes from no capacity of a broadcast where a message reaches a few', () => {
    const decision = decide({ ...withCapacity(FITTING), workload: { ...input.workload, fanOut: 20 } });
    expect(decision.options.flatMap(({ capacities }) => capacities.misfits).map(({ why }) => why)).toEqual([
      ['each client received 10 messages/s', 'one message went to all clients'],
    ]);
  });
});

describe('an idle timeout', () => {
  const warned = (afterMs: number, workload: Partial<DecisionInput['workload']> = {}): string[] =>
    decide(decisionInput({ ...workload, infrastructure: [{ name: 'idle-timeout', afterMs }] }))
      .options.filter(({ warnings }) => warnings.length > 0)
      .map(({ transport }) => transport);

  it('is a warning only where it makes a hold or a sign of life come sooner', () => {
    expect(warned(60_000)).toEqual([]);
    expect(warned(50_000)).toEqual(['long-polling', 'forever-iframe', 'sse', 'websocket']);
  });

  it('is no warning for polls, which come soon enough or open a connection each', () => {
    expect(warned(60_000, { latencyP99Ms: null, stalenessMs: 60_000 })).toEqual([]);
  });
});

describe('what a record cites for times', () => {
  /** Each load kept awake, and beside each one that was not. */
  const run = costRun({ sends: true });
  const awake = run.measurements.map((m) => ({ ...m, awakeCores: 2 }));
  const asleep = run.measurements.map((m) => ({ ...m, scenario: 'broadcast', order: m.order + 1_000 }));
  const runsOf = (measurements: Measurement[]): DecisionInput['runs'] => [
    { ...input.runs[0], run: { ...run, measurements } },
  ];
  const runs = runsOf([...awake, ...asleep]);

  const scenariosOf = (found: readonly { readonly measurement: Measurement }[]): string[] => [
    ...new Set(found.map(({ measurement }) => measurement.scenario)),
  ];

  it('is what they are fitted to: of cores that were kept awake, where there are enough', () => {
    const { packets, cores, latency } = fittedOf(runs, sse);
    expect(scenariosOf(packets)).toEqual(['cost', 'broadcast']);
    expect(scenariosOf(cores)).toEqual(['cost']);
    expect(scenariosOf(latency)).toEqual(['cost']);
  });

  it('is all of it where none was', () => {
    const { packets, cores, latency } = fittedOf(runsOf(asleep), sse);
    expect(latency).toEqual(packets);
    expect(cores.length).toBeGreaterThanOrEqual(packets.length);
  });

  it('is nothing that had just started, of processor time, and nothing over a link, of packets too', () => {
    const at = asleep.findIndex(({ transport, bytes }) => transport === 'sse' && bytes.up.payload === 0);
    const [usual, others] = [asleep[at], asleep.filter((_, place) => place !== at)];
    const cold = { ...usual!, parameters: { ...usual!.parameters, warmupMs: 1 } };
    const { link } = input.runs[0].run.measurements.find(({ storm }) => storm !== undefined)!;
    const far = others.map((m) => ({ ...m, scenario: 'laws', link: { ...link!, delayMs: 20 } }));
    const { packets, cores, latency } = fittedOf(runsOf([cold, ...others, ...far]), sse);
    const has = (found: readonly { readonly measurement: Measurement }[]): boolean =>
      found.some(({ measurement }) => measurement === cold);
    expect([has(latency), has(cores)]).toEqual([true, false]);
    expect(scenariosOf(latency)).toContain('laws');
    expect(scenariosOf(packets)).toEqual(['broadcast']);
  });
});
