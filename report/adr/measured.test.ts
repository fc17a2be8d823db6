/** What a record takes from measurements alone, and what from a capacity. */
import { describe, expect, it } from 'vitest';
import { capacityFile } from '../capacity.fixture.ts';
import { fitModel } from '../../results/model/fit.ts';
import { costRun, decisionInput } from './decision.fixture.ts';
import { decide } from './decision.ts';
import { largestOf } from './largest.ts';
import { medianLatency, recoveryOf } from './measured.ts';
import { situationOf } from './situation.ts';

const input = decisionInput({}, costRun({ storm: true }));
const sse = fitModel([input.runs[0].run]).transports.find(({ transport }) => transport === 'sse')!;

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
    expect(recoveryOf(input.runs, 'sse', 60)).toMatchObject({ n: 1 });
    expect(recoveryOf(decisionInput().runs, 'sse', 60)).toBeNull();
    expect(recoveryOf(input.runs, 'sse', 0)).toBeNull();
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

  it('comes from a capacity at such a rate, and from none at another', () => {
    const capacity = capacityFile();
    const own = capacity.capacities.find(({ dimension, met }) => dimension === 'clients' && met !== null)!;
    const model = { ...sse, transport: own.transport };
    const at = (rate: number) => situationOf({ ...input.workload, messagesPerSecond: rate });
    const stored = [{ file: 'c.json', sha256: '', capacity }];
    const rate = own.fixed.ratePerSecond!;
    expect(largestOf(model, at(rate), stored)).toMatchObject({ basis: 'measured', users: own.met });
    expect(largestOf(model, at(rate / 10), stored)?.basis).toBe('modelled');
  });
});

describe('an idle timeout', () => {
  const warned = (afterMs: number): string[] =>
    decide(decisionInput({ infrastructure: [{ name: 'idle-timeout', afterMs }] }))
      .options.filter(({ warnings }) => warnings.length > 0)
      .map(({ transport }) => transport);

  it('is a warning only where it makes a hold or a sign of life come sooner', () => {
    expect(warned(60_000)).toEqual([]);
    expect(warned(40_000)).toEqual(['long-polling']);
    expect(warned(20_000)).toEqual(['long-polling', 'forever-iframe', 'sse', 'websocket']);
  });
});
