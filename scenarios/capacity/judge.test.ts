import { describe, expect, it } from 'vitest';
import type { Measurement, Warning, WarningCode } from '../../results/schema.ts';
import { measurementOf, plannedOf } from '../runner/planned.fixture.ts';
import { judge, judgeFailure, roomOf } from './judge.ts';
import { parseSlo } from './slo.ts';

const SLO = parseSlo('p99<100ms');

interface Facts {
  readonly p99Ms?: number | null;
  readonly lost?: number;
  readonly server?: number | null;
  readonly generator?: number | null;
  readonly warnings?: readonly WarningCode[];
}

function measured({ p99Ms = 250, lost = 0, server = 0.5, generator = 0.5, warnings = [] }: Facts): Measurement {
  const base = measurementOf(plannedOf('sse', 'broadcast'));
  const all: Warning[] = warnings.map((code) => ({
    code,
    invalidates: code !== 'machine-busy',
    message: `${code}!`,
    advice: 'do',
  }));
  const cpu = (share: number | null): number | null => (share === null ? null : share * 2e9);
  return {
    ...base,
    counts: { ...base.counts, offered: 1_000, delivered: 1_000 - lost, lost },
    deliveryLatencyNs: { ...base.deliveryLatencyNs, p99: p99Ms === null ? null : p99Ms * 1e6 },
    window: { ...base.window, durationNs: 2e9 },
    server: { ...base.server, cpuNs: cpu(server) },
    generator: { ...base.generator, cpuNs: cpu(generator) },
    validity: { valid: all.length === 0, warnings: all },
  };
}

const outcome = (facts: Facts, law: string | null = null): string => {
  const { verdict, limit } = judge(SLO, measured(facts), law);
  return limit === null ? verdict : `${verdict} by ${limit.code}`;
};

describe('a probe', () => {
  it.each<[string, Facts, string]>([
    ['meets its target', { p99Ms: 50 }, 'met'],
    [
      'meets it even beside a strained generator, which can only add',
      { p99Ms: 50, warnings: ['generator-cpu'] },
      'met',
    ],
    ['fails by the server’s CPU', { server: 0.95 }, 'failed by server-cpu'],
    [
      'fails by it where the server is the fuller',
      { server: 1, generator: 0.95, warnings: ['generator-cpu'] },
      'failed by server-cpu',
    ],
    [
      'says nothing where the generator is the fuller',
      { server: 0.92, generator: 0.98, warnings: ['generator-cpu'] },
      'invalid by generator',
    ],
    ['says nothing where the generator was late', { warnings: ['generator-event-loop'] }, 'invalid by generator'],
    ['says nothing where the link’s relay was late', { warnings: ['link-late'] }, 'invalid by link'],
    ['says nothing where the load was offered late', { warnings: ['schedule-slip'] }, 'invalid by generator'],
    [
      'says nothing where others had the cores',
      { warnings: ['generator-event-loop', 'machine-busy'] },
      'invalid by machine-busy',
    ],
    ['says nothing where others had the cores', { warnings: ['machine-busy'] }, 'invalid by machine-busy'],
    [
      'fails by the server’s CPU whoever else is there',
      { server: 0.95, warnings: ['machine-busy'] },
      'failed by server-cpu',
    ],
    ['fails by what was lost', { p99Ms: 50, lost: 3 }, 'failed by lost'],
    ['fails by latency where nothing is full', {}, 'failed by latency'],
    ['fails by latency where no CPU can be read', { server: null, generator: null }, 'failed by latency'],
    ['says nothing without samples', { p99Ms: null }, 'invalid by samples'],
    ['says nothing beside a defect', { p99Ms: 50, warnings: ['ledger-mismatch'] }, 'invalid by failure'],
    ['is not met where clients complained', { p99Ms: 50, warnings: ['client-errors'] }, 'invalid by failure'],
  ])('%s', (_, facts, expected) => expect(outcome(facts)).toBe(expected));

  it('that a law forbids fails by its law, not by load', () => {
    expect(outcome({ server: 0.1 }, 'p99<100ms')).toBe('failed by law');
    expect(judge(SLO, measured({}), 'p99<100ms').limit!.message).toContain('by its law, not by load');
  });

  it.each([
    ['connect EMFILE 127.0.0.1:1234', 'descriptors'],
    ['connect EADDRNOTAVAIL 127.0.0.1:1234', 'ports'],
    ['The server process was ended by SIGKILL.', 'memory'],
    ['The generator process ended with exit code 1.', 'failure'],
  ])('that could not be finished (%s) is invalid by %s', (message, code) => {
    expect(judgeFailure(message)).toMatchObject({ verdict: 'invalid', limit: { code, lowerBound: true, message } });
  });

  it('makes the capacity a lower bound exactly when it is invalid', () => {
    for (const facts of [{ server: 0.95 }, {}, { warnings: ['generator-cpu'] }, { lost: 1 }] satisfies Facts[]) {
      const { verdict, limit } = judge(SLO, measured(facts), null);
      expect(limit!.lowerBound).toBe(verdict === 'invalid');
    }
  });
});

describe('the room that a probe saw', () => {
  it.each([
    [{ server: 0.25, generator: 0.1 }, 4],
    [{ server: 0.1, generator: 0.5 }, 2],
    [{ server: null, generator: 0.5 }, 2],
    [{ server: null, generator: null }, null],
  ])('of %o is that of the fuller process', (facts, room) => {
    expect(roomOf({ measurement: measured(facts) })).toBe(room);
  });

  it('is shared out over as many processes as there are', () => {
    const measurement = measured({ server: 0.4, generator: 1.6 });
    const parameters = { ...measurement.parameters, workers: 4 };
    expect(roomOf({ measurement: { ...measurement, parameters } })).toBe(2.5);
  });

  it('is unknown where nothing was measured', () => expect(roomOf({ measurement: null })).toBe(null));
});
