import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Measurement } from '../../results/schema.ts';
import { measurementOf, plannedOf } from '../runner/planned.fixture.ts';
import { InvalidValue } from '../units.ts';
import {
  brokenByLaw,
  evaluate,
  GRAMMAR,
  highestQuantile,
  LATENCY_METRICS,
  parseSlo,
  showSlo,
  type Clause,
} from './slo.ts';

const op = fc.constantFrom('<' as const, '<=' as const);
const anyClause: fc.Arbitrary<Clause> = fc.oneof(
  fc.record({
    metric: fc.constantFrom(...LATENCY_METRICS),
    op,
    limitMs: fc.oneof(
      fc.integer({ min: 1, max: 7_200_000 }),
      fc.integer({ min: 1, max: 1e6 }).map((us) => us / 1e3),
    ),
  }),
  fc.record({
    metric: fc.constant('server-cpu' as const),
    op,
    limitShare: fc.integer({ min: 1, max: 160_000 }).map((n) => n / 1e4),
  }),
);

describe('a target', () => {
  it('is the same after it was shown and read again', () => {
    fc.assert(
      fc.property(fc.array(anyClause, { maxLength: 5 }), (clauses) => {
        expect(parseSlo(showSlo({ clauses }))).toEqual({ clauses });
      }),
    );
  });

  it('may have spaces, percent and fractions', () => {
    expect(parseSlo(' p99 < 100ms ,p50<=1.5s, server-cpu < 0.8,mean<20ms,server-cpu<=80%')).toEqual({
      clauses: [
        { metric: 'p99', op: '<', limitMs: 100 },
        { metric: 'p50', op: '<=', limitMs: 1_500 },
        { metric: 'server-cpu', op: '<', limitShare: 0.8 },
        { metric: 'mean', op: '<', limitMs: 20 },
        { metric: 'server-cpu', op: '<=', limitShare: 0.8 },
      ],
    });
  });

  it.each(['lost=0', 'lost <= 0', 'lost<1'])('has nothing lost with "%s" and without', (text) => {
    expect(parseSlo(text)).toEqual({ clauses: [] });
    expect(parseSlo(`p99<1s, ${text}`)).toEqual(parseSlo('p99<1s'));
  });

  it.each([
    ['', 'a clause is empty'],
    ['p99<100ms,', 'a clause is empty'],
    ['p99', '"p99" is no clause'],
    ['p99>100ms', '"p99>100ms" is no clause'],
    ['p99=100ms', 'asks for one exact value'],
    ['p98<100ms', 'there is no metric "p98"'],
    ['p99<100', 'must be a duration with its unit'],
    ['p99<0ms', 'can never hold'],
    ['lost<5', 'would let deliveries be lost'],
    ['server-cpu<0%', 'needs a share of a core'],
    ['server-cpu<fast', 'needs a share of a core'],
  ])('"%s" is refused with what is wrong and the grammar', (text, what) => {
    expect(() => parseSlo(text)).toThrow(InvalidValue);
    expect(() => parseSlo(text)).toThrow(what);
    expect(() => parseSlo(text)).toThrow(GRAMMAR);
  });

  it('either parses or is refused in words, whatever is typed', () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^(p99|lost|server-cpu|max)[<=]{1,2}[0-9.]{1,4}(ms|s|%)?$/));
    fc.assert(
      fc.property(text, (typed) => {
        try {
          const slo = parseSlo(typed);
          expect(parseSlo(showSlo(slo))).toEqual(slo);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidValue);
        }
      }),
    );
  });
});

/** A measurement with these latencies in ms, so many lost, and the server at this share of a core. */
function measured(latencyMs: Partial<Record<(typeof LATENCY_METRICS)[number], number | null>>, lost = 0, share = 0.5) {
  const base = measurementOf(plannedOf('sse', 'broadcast'));
  const inNs = Object.entries(latencyMs).map(([name, ms]) => [name, ms === null ? null : ms * 1e6]);
  return {
    ...base,
    counts: { ...base.counts, offered: 1_000, delivered: 1_000 - lost, lost },
    deliveryLatencyNs: { ...base.deliveryLatencyNs, ...(Object.fromEntries(inNs) as object) },
    window: { ...base.window, durationNs: 2e9 },
    server: { ...base.server, cpuNs: share * 2e9 },
  } satisfies Measurement;
}

describe('evaluating a target', () => {
  it.each([
    ['p99<100ms', measured({ p99: 99 }), 'met'],
    ['p99<100ms', measured({ p99: 100 }), 'failed'],
    ['p99<=100ms', measured({ p99: 100 }), 'met'],
    ['p99<100ms, p50<10ms', measured({ p99: 50, p50: 11 }), 'failed'],
    ['p99<100ms', measured({ p99: 1 }, 1), 'failed'],
    ['lost=0', measured({}), 'met'],
    ['server-cpu<80%', measured({}, 0, 0.79), 'met'],
    ['server-cpu<80%', measured({}, 0, 0.81), 'failed'],
    ['p999<1s, p50<10ms', measured({ p999: null, p50: 11 }), 'failed'],
  ] as const)('%s (row %#) is what it is', (text, measurement, verdict) => {
    expect(evaluate(parseSlo(text), measurement).verdict).toBe(verdict);
  });

  it.each(LATENCY_METRICS)('never calls %s met where the samples do not support it', (metric) => {
    const slo = { clauses: [{ metric, op: '<' as const, limitMs: 1e9 }] };
    expect(evaluate(slo, measured({ [metric]: null })).verdict).toBe('unknown');
  });

  it('does not know the CPU of a server that this system does not tell', () => {
    const measurement = measured({});
    const hidden = { ...measurement, server: { ...measurement.server, cpuNs: null } };
    expect(evaluate(parseSlo('server-cpu<80%'), hidden).verdict).toBe('unknown');
  });

  it('says which clause failed, and by how much', () => {
    expect(evaluate(parseSlo('p50<=20ms, p99<100ms'), measured({ p50: 10, p99: 250 })).clauses).toEqual([
      { clause: 'p50<=20ms', verdict: 'met', ratio: 0.5 },
      { clause: 'p99<100ms', verdict: 'failed', ratio: 2.5 },
      { clause: 'lost=0', verdict: 'met', ratio: null },
    ]);
  });

  it('finds no larger latency better', () => {
    const ms = fc.integer({ min: 1, max: 10_000 });
    fc.assert(
      fc.property(ms, ms, ms, (limitMs, a, b) => {
        const slo = { clauses: [{ metric: 'p99' as const, op: '<' as const, limitMs }] };
        const met = (p99: number): boolean => evaluate(slo, measured({ p99 })).verdict === 'met';
        expect(met(Math.min(a, b)) || !met(Math.max(a, b))).toBe(true);
      }),
    );
  });
});

describe('what a target asks for', () => {
  it.each([
    ['p99<1s, p50<1ms', 0.99],
    ['mean<1s, p50<1ms', 0.5],
    ['max<1s', null],
    ['lost=0', null],
  ])('%s needs samples for the quantile %s', (text, quantile) =>
    expect(highestQuantile(parseSlo(text))).toBe(quantile),
  );

  it.each([
    ['p99<100ms', 500, 'p99<100ms'],
    ['p99<100ms', 101, null],
    ['p99<100ms', 102, 'p99<100ms'],
    ['p50<300ms', 500, null],
    ['mean<250ms', 500, 'mean<250ms'],
    ['mean<251ms', 500, null],
    ['max<500ms', 500, 'max<500ms'],
    ['server-cpu<10%', 500, null],
  ])('%s with a poll each %i ms is broken by law in %s', (text, intervalMs, clause) => {
    expect(brokenByLaw(parseSlo(text), intervalMs)).toBe(clause);
  });
});
