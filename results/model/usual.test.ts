import { describe, expect, it } from 'vitest';
import { fixtureRun } from '../../report/run.fixture.ts';
import type { Measurement } from '../schema.ts';
import { measured } from './fit.fixture.ts';
import { fitModel } from './fit.ts';

describe('the load that a planner begins with', () => {
  it('is the same in whatever order the loads were measured, with pages of the usual size', () => {
    const run = fixtureRun();
    const usual = (transport: string, rate: number, recycleBytes: number): Measurement => {
      const m = measured(
        run.measurements.find((one) => one.transport === transport)!,
        { clients: 100, rate },
      );
      return { ...m, parameters: { ...m.parameters, variant: 'usual', recycleBytes } };
    };
    const all = [usual('long-polling', 15, 131_072), usual('forever-iframe', 60, 2 ** 30), usual('sse', 60, 131_072)];
    const [one, other] = [all, [...all].reverse()].map((measurements) => fitModel([{ ...run, measurements }]).usual);
    expect(one).toEqual(other);
    expect(one).toMatchObject({ ratePerSecond: 60, recycleBytes: 131_072 });
  });
});
