import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolved, type Flags } from '../runner/planned.fixture.ts';
import { CapacityError, largest, planCapacity, type CapacityPlan, type CapacityQuestion } from './plan.ts';
import { parseSlo } from './slo.ts';

const LIMITS = { descriptors: 20_000, ports: 28_232, memoryBytes: null };

function planOf(
  flags: Flags = {},
  question: Partial<CapacityQuestion> & { slo?: ReturnType<typeof parseSlo> } = {},
): CapacityPlan {
  const asked = {
    slo: parseSlo('p99<100ms'),
    dimensions: ['clients', 'rate'] as const,
    budgetMs: 600_000,
    reservedMs: 0,
    ...question,
  };
  return planCapacity(resolved(flags), asked, LIMITS);
}

describe('the plan of a capacity', () => {
  it('seeks every dimension of every transport, the other one standing still', () => {
    const { searches } = planOf({ transports: 'sse,websocket', clients: '50', rate: '30' });
    expect(searches.map(({ transport, dimension, fixed }) => ({ transport, dimension, ...fixed }))).toEqual([
      { transport: 'sse', dimension: 'clients', clients: null, ratePerSecond: 30 },
      { transport: 'sse', dimension: 'rate', clients: 50, ratePerSecond: null },
      { transport: 'websocket', dimension: 'clients', clients: null, ratePerSecond: 30 },
      { transport: 'websocket', dimension: 'rate', clients: 50, ratePerSecond: null },
    ]);
  });

  it('measures a point with what varies and what stands still, and another seed each time', () => {
    const [clients, rate] = planOf({ transports: 'sse', clients: '50', rate: '30' }).searches;
    expect(clients!.planned(700, 0).parameters).toMatchObject({ clients: 700, ratePerSecond: 30 });
    expect(rate!.planned(700, 0).parameters).toMatchObject({ clients: 50, ratePerSecond: 700 });
    expect(clients!.planned(700, 1).seed).not.toBe(clients!.planned(700, 0).seed);
  });

  it('has windows of its own, unless the user says how long', () => {
    const durations = (flags: Flags): number[] => {
      const { durationMs, warmupMs } = planOf({ transports: 'sse', ...flags }).searches[0]!.planned(1, 0).parameters;
      return [durationMs, warmupMs];
    };
    expect(durations({})).toEqual([2_000, 300]);
    expect(durations({ duration: '5s', warmup: '1s' })).toEqual([5_000, 1_000]);
  });

  it('ends the range where the machine does, and says by what', () => {
    const [clients] = planOf({ transports: 'sse' }).searches;
    expect(clients!.most).toBe(19_900);
    expect(clients!.beyond).toMatchObject({ code: 'descriptors', lowerBound: true });
    expect(clients!.beyond.message).toContain('ulimit -n');
    const asked = { slo: parseSlo('p99<1s'), dimensions: ['clients'] as const, budgetMs: 6e5, reservedMs: 0 };
    const [few] = planCapacity(resolved({ transports: 'sse' }), asked, {
      descriptors: 90_000,
      ports: 5_000,
      memoryBytes: null,
    }).searches;
    expect(few!.most).toBe(5_000);
    expect(few!.beyond).toMatchObject({ code: 'ports' });
  });

  it('refuses to start beyond it, with how many fit and what would raise that', () => {
    expect(() => planOf({ clients: '50000' })).toThrow(CapacityError);
    expect(() => planOf({ clients: '50000' })).toThrow(/at most 19900 clients fit.*--workers/);
  });

  it('starts no lower than where the window holds samples for the target', () => {
    const { searches, notes } = planOf({ transports: 'sse', clients: '1', rate: '20' }, { dimensions: ['clients'] });
    expect(searches[0]!.start).toBeGreaterThanOrEqual(25);
    expect(notes[0]).toContain('too few samples');
    expect(planOf({ transports: 'sse', clients: '1' }, { slo: parseSlo('max<1s') }).notes).toEqual([]);
  });

  it('refuses a target that no window here could judge', () => {
    const flags = { transports: 'sse', rate: '0.5', duration: '2s' };
    expect(() => planOf(flags, { slo: parseSlo('p999<1s'), dimensions: ['clients'] })).not.toThrow();
    expect(() =>
      planOf(
        { ...flags, rate: '0.00011', duration: '10000s' },
        { slo: parseSlo('p999<1s'), dimensions: ['clients'], budgetMs: 1e9 },
      ),
    ).not.toThrow();
    const asked = { slo: parseSlo('p999<1s'), dimensions: ['clients'] as const, budgetMs: 6e5, reservedMs: 0 };
    const tiny = { descriptors: 200, ports: 5_000, memoryBytes: null };
    expect(() => planCapacity(resolved({ ...flags, clients: '1' }), asked, tiny)).toThrow(/needs 10000 deliveries/);
  });

  it('knows that short polling breaks a target by its law, and asks of one point only', () => {
    const [law] = planOf({ transports: 'short-polling', pollInterval: '500ms' }).searches;
    expect([law!.law, law!.least]).toEqual(['p99<100ms', law!.start]);
    const [fine] = planOf({ transports: 'short-polling', pollInterval: '50ms' }).searches;
    expect(fine!.law).toBeNull();
    expect(planOf({ transports: 'long-polling' }).searches[0]!.law).toBeNull();
  });

  it('refuses a budget in which nothing could be found, and says what would do', () => {
    expect(() => planOf({ transports: 'sse' }, { budgetMs: 5_000, reservedMs: 4_500 })).toThrow(
      /--budget 5s is too short for 2 searches .* Raise it to \d+s at least/,
    );
  });
});

describe('largest', () => {
  it('is the last number that holds', () => {
    fc.assert(
      fc.property(fc.nat(1e6), fc.nat(1e6), fc.nat(2e6), (low, span, last) => {
        const holds = (at: number): boolean => at <= Math.max(last, low);
        expect(largest(low, low + span, holds)).toBe(Math.min(low + span, Math.max(last, low)));
      }),
    );
  });
});
