import { beforeEach, describe, expect, it } from 'vitest';
import type { Failure, Measurement, RunFile } from '../../results/schema.ts';
import { schemaError } from '../../results/store.ts';
import { expectedMs, type Plan, type Planned } from './plan.ts';
import { headerOf, measurementOf, plannedOf, planOf } from './planned.fixture.ts';
import { Eta, executeRun, type RunDependencies } from './run.ts';

const plan: Plan = planOf({ scenarios: 'broadcast,idle', repetitions: '1' });
const TOTAL = plan.planned.length;

/** A run without processes and without time: what is to happen is told for each measurement by its order. */
class FakeRun {
  readonly interruption = new AbortController();
  readonly measured: number[] = [];
  readonly written: RunFile[] = [];
  readonly begun: { order: number; done: number; total: number; etaMs: number }[] = [];
  readonly ended: (Measurement | Failure)[] = [];
  readonly left: { done: number; total: number; etaMs: number }[] = [];
  readonly failing = new Set<number>();
  /** How many times its estimate a measurement takes. */
  slowness = 1;
  /** What was prepared before the first measurement. */
  nowMs = 5_000;
  before: (order: number) => void = () => {};
  after: (order: number) => void = () => {};
  quiet: () => Promise<void> = () => Promise.resolve();

  execute(): Promise<RunFile> {
    const dependencies: RunDependencies = {
      measure: async (planned) => {
        this.measured.push(planned.order);
        this.before(planned.order);
        if (this.interruption.signal.aborted) throw new Error('interrupted');
        this.nowMs += expectedMs(planned) * this.slowness;
        if (this.failing.has(planned.order)) throw new Error(`The server process of ${planned.order} ended.`);
        this.after(planned.order);
        return measurementOf(planned);
      },
      write: (run) => this.written.push(structuredClone(run)),
      progress: {
        begin: (planned, done, total, etaMs) => this.begun.push({ order: planned.order, done, total, etaMs }),
        end: (_, result, done, total, etaMs) => {
          this.ended.push(result);
          this.left.push({ done, total, etaMs });
        },
      },
      quiet: () => this.quiet(),
      now: () => this.nowMs,
      signal: this.interruption.signal,
    };
    return executeRun(plan, headerOf(plan), dependencies);
  }
}

const orders = (run: RunFile): number[] => run.measurements.map(({ order }) => order);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, order) => order);

let fake: FakeRun;
beforeEach(() => {
  fake = new FakeRun();
});

describe('executeRun', () => {
  it('measures the plan in its order and ends with a whole run', async () => {
    const run = await fake.execute();
    expect(fake.measured).toEqual(upTo(TOTAL));
    expect(orders(run)).toEqual(upTo(TOTAL));
    expect(run.partial).toBe(false);
    expect(run.run.failures).toEqual([]);
  });

  it('writes after every measurement what there is so far, marked partial, and the whole at the end', async () => {
    await fake.execute();
    expect(fake.written.map(orders)).toEqual([...upTo(TOTAL).map((n) => upTo(n + 1)), upTo(TOTAL)]);
    expect(fake.written.map(({ partial }) => partial)).toEqual([...upTo(TOTAL).map(() => true), false]);
  });

  it('announces a measurement, waits until nothing disturbs it, and does not count the wait as part of it', async () => {
    const waited: number[][] = [];
    fake.quiet = async () => {
      waited.push([fake.begun.length, fake.measured.length]);
      fake.nowMs += 60_000;
    };
    await fake.execute();
    expect(waited).toEqual(upTo(TOTAL).map((order) => [order + 1, order]));
    expect(fake.begun.at(-1)!.etaMs).toBeCloseTo(expectedMs(plan.planned.at(-1)!));
  });

  it('writes documents that fit the schema, each time', async () => {
    fake.failing.add(1);
    await fake.execute();
    expect(fake.written.map(schemaError)).toEqual(fake.written.map(() => null));
  });

  it('counts the run’s time by the clock that it was given, and what was prepared before with it', async () => {
    const run = await fake.execute();
    const measuring = plan.planned.reduce((sum, planned) => sum + expectedMs(planned), 0);
    expect(run.run.wallTimeMs).toBe(Math.round(5_000 + measuring));
  });

  it('tells progress of each beginning and each end, with how much there is to do', async () => {
    await fake.execute();
    expect(fake.begun.map(({ order, done, total }) => [order, done, total])).toEqual(
      upTo(TOTAL).map((n) => [n, n, TOTAL]),
    );
    expect(fake.ended).toEqual(plan.planned.map(measurementOf));
    expect(fake.left.map(({ done, total }) => [done, total])).toEqual(upTo(TOTAL).map((n) => [n + 1, TOTAL]));
  });

  it('records a failure with its sentence and goes on', async () => {
    fake.failing.add(2);
    const run = await fake.execute();
    const { transport, scenario, repetition } = plan.planned[2]!;
    const failure = { transport, scenario, repetition, message: 'The server process of 2 ended.' };
    expect(run.run.failures).toEqual([failure]);
    expect(fake.ended[2]).toEqual(failure);
    expect(orders(run)).toEqual(upTo(TOTAL).filter((order) => order !== 2));
    expect(run.partial).toBe(true);
  });

  it('writes a failure too, before it goes on', async () => {
    fake.failing.add(0);
    await fake.execute();
    expect(fake.written[0]!.run.failures).toHaveLength(1);
  });

  it('gives up after two failures in a row', async () => {
    fake.failing.add(3).add(4);
    const run = await fake.execute();
    expect(fake.measured).toEqual(upTo(5));
    expect(run.run.failures).toHaveLength(2);
    expect(orders(run)).toEqual([0, 1, 2]);
    expect(run.partial).toBe(true);
    expect(fake.written.at(-1)).toEqual(run);
  });

  it('does not give up over failures that are not in a row', async () => {
    fake.failing.add(1).add(3).add(5);
    await fake.execute();
    expect(fake.measured).toEqual(upTo(TOTAL));
  });

  it('ends a run that is interrupted during a measurement with what was measured before it', async () => {
    fake.before = (order) => order === 4 && fake.interruption.abort();
    const run = await fake.execute();
    expect(orders(run)).toEqual(upTo(4));
    expect(run.partial).toBe(true);
    expect(run.run.failures).toEqual([]);
    expect(fake.written.at(-1)).toEqual(run);
    expect(schemaError(run)).toBeNull();
  });

  it('keeps a measurement that is finished when the interruption comes, and begins no other', async () => {
    fake.after = (order) => order === 4 && fake.interruption.abort();
    const run = await fake.execute();
    expect(orders(run)).toEqual(upTo(5));
    expect(fake.measured).toEqual(upTo(5));
    expect(run.partial).toBe(true);
  });

  it('measures nothing when it is interrupted before it begins, and writes a valid file all the same', async () => {
    fake.interruption.abort();
    const run = await fake.execute();
    expect(fake.measured).toEqual([]);
    expect(run).toMatchObject({ partial: true, measurements: [] });
    expect(fake.written).toEqual([run]);
    expect(schemaError(run)).toBeNull();
  });

  it('is whole when only the very last measurement is done as the interruption comes', async () => {
    fake.after = (order) => order === TOTAL - 1 && fake.interruption.abort();
    expect((await fake.execute()).partial).toBe(false);
  });

  it('passes on an error of writing: nothing must seem saved that is not', async () => {
    const full = new Error('ENOSPC');
    const dependencies: RunDependencies = {
      measure: async (planned) => measurementOf(planned),
      write: () => {
        throw full;
      },
      progress: { begin: () => {}, end: () => {} },
      now: () => 0,
      signal: fake.interruption.signal,
    };
    await expect(executeRun(plan, headerOf(plan), dependencies)).rejects.toBe(full);
  });
});

describe('the estimate of what is left', () => {
  const rest = (from: number): number =>
    plan.planned.slice(from).reduce((sum, planned) => sum + expectedMs(planned), 0);

  it('begins with what was expected, and stays there while all goes as expected', async () => {
    await fake.execute();
    for (const { order, etaMs } of fake.begun) expect(etaMs).toBeCloseTo(rest(order));
  });

  it('learns how far off it was: on a machine three times as slow it is three times as long', async () => {
    fake.slowness = 3;
    await fake.execute();
    expect(fake.begun[0]!.etaMs).toBeCloseTo(rest(0));
    for (const { order, etaMs } of fake.begun.slice(1)) expect(etaMs).toBeCloseTo(3 * rest(order));
  });

  it('is told anew when a measurement is over, without it', async () => {
    fake.slowness = 3;
    await fake.execute();
    for (const { done, etaMs } of fake.left) expect(etaMs).toBeCloseTo(3 * rest(done));
    expect(fake.left.at(-1)!.etaMs).toBe(0);
  });

  it('weighs long measurements more than short ones', () => {
    const short: Planned = plannedOf('sse', 'idle', { durationMs: 100 });
    const long: Planned = plannedOf('sse', 'idle', { durationMs: 100_000 });
    const eta = new Eta([short, long, long]);
    eta.learn(short, 2 * expectedMs(short));
    eta.learn(long, expectedMs(long));
    expect(eta.remainingMs(2) / expectedMs(long)).toBeCloseTo(1, 1);
    expect(eta.remainingMs(3)).toBe(0);
  });
});
