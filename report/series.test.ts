import { describe, expect, it } from 'vitest';
import { NOISY_METRICS, EXACT_METRICS } from '../results/gate/metrics.ts';
import { COLUMNS } from './columns.ts';
import { hostileRun } from './hostile.fixture.ts';
import { fixtureRun } from './run.fixture.ts';
import { seriesOf, slugOf } from './series.ts';
import { METRIC_NAMES } from './metrics.ts';

const NAME = 'sse/broadcast/n=20/128B/rate=10/arrivals=poisson/duration=10000ms';

describe('the series of a run', () => {
  it('hold medians over repetitions with their interval', () => {
    const { series, leftOut } = seriesOf(fixtureRun());
    expect(leftOut).toEqual([]);
    const sse = series.find(({ name }) => name === NAME)!;
    expect(Object.keys(sse.figures)).toEqual([
      'latency-p50',
      'latency-p99',
      'latency-max',
      'bytes-per-delivery',
      'header-per-delivery',
      'server-cpu',
    ]);
    const { value, low, high, repetitions, unit, better } = sse.figures['latency-p50']!;
    expect({ repetitions, unit, better }).toEqual({ repetitions: 3, unit: 'ns', better: 'lower' });
    expect(low!).toBeLessThan(value);
    expect(high!).toBeGreaterThan(value);
  });

  it('hold exact counts and codecs, which belong to no scenario', () => {
    const { series } = seriesOf(fixtureRun());
    const exact = series.find(({ name }) => name === 'websocket/exact/128B')!;
    expect(exact).toMatchObject({
      scenario: null,
      figures: { 'bytes-per-message': { value: 132, low: null, unit: 'bytes' } },
    });
    const codec = series.find(({ name }) => name.startsWith('sse/codec/encode/'))!;
    const { value, low, high, better } = codec.figures['messages-per-second']!;
    expect(better).toBe('higher');
    expect(low!).toBeLessThan(value);
    expect(high!).toBeGreaterThan(value);
  });

  it('claim no interval from one repetition', () => {
    const { series } = seriesOf(fixtureRun({ repetitions: 1 }));
    expect(series.find(({ name }) => name === NAME)!.figures['latency-p50']).toMatchObject({
      ...{ low: null, high: null, repetitions: 1 },
    });
  });

  it('leave out what is invalid, and say so', () => {
    const run = fixtureRun();
    const sse = run.measurements.filter(({ transport, scenario }) => transport === 'sse' && scenario === 'broadcast');
    const warning = {
      code: 'clock',
      invalidates: true,
      message: 'The clocks disagree.',
      advice: 'Run again.',
    } as const;
    sse[0]!.validity = { valid: false, warnings: [warning] };
    // A figure that would move the median, were it counted.
    sse[0]!.window.deliveries = 1;
    const partly = seriesOf(run);
    expect(partly.series.find(({ name }) => name === NAME)).toMatchObject({
      invalid: 1,
      figures: { 'bytes-per-delivery': { repetitions: 2, value: 153 } },
    });
    expect(partly.leftOut).toEqual([
      expect.stringMatching(/^sse\/broadcast.*: 1 of 3 repetitions invalid\..*The clocks disagree/),
    ]);

    for (const m of sse) m.validity = { valid: false, warnings: [warning] };
    const none = seriesOf(run);
    expect(none.series.map(({ name }) => name)).not.toContain(NAME);
    expect(none.leftOut).toEqual([expect.stringContaining('3 of 3 repetitions invalid')]);
  });

  it('leave the second of an A/A pair to the noise floor', () => {
    const run = fixtureRun();
    const before = seriesOf(run);
    const [first] = run.measurements.filter(
      ({ transport, scenario }) => transport === 'sse' && scenario === 'broadcast',
    );
    run.measurements.push({ ...first!, twin: true, window: { ...first!.window, deliveries: 1 } });
    expect(seriesOf(run)).toEqual(before);
  });

  it('never give one name to two, and never break by a name', () => {
    const run = hostileRun();
    run.measurements.push(...run.measurements.map((m) => ({ ...m, parameters: { ...m.parameters, link: 'none' } })));
    const names = seriesOf(run).series.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => /[\s\p{Cc}]/u.test(name) || Buffer.byteLength(name) > 1_024)).toEqual([]);
  });
});

describe('the slug of a metric', () => {
  it('is that of the gates, where they have the metric', () => {
    const gates = [...NOISY_METRICS, ...EXACT_METRICS].map(({ slug }) => slug);
    expect(gates).toEqual(
      expect.arrayContaining(
        ['latencyP50', 'latencyP99', 'serverCpuPerDelivery', 'serverRss'].map((name) => slugOf(name as 'latencyP50')),
      ),
    );
  });

  it('never changes: histories and trackers of others know figures by it', () => {
    const shown = new Set(Object.values(COLUMNS).flatMap((columns) => columns.map(({ metric }) => slugOf(metric))));
    expect([...shown].sort()).toMatchInlineSnapshot(`
      [
        "bytes-per-client-hour",
        "bytes-per-delivery",
        "client-kernel-memory",
        "client-memory",
        "client-memory-high",
        "client-memory-low",
        "client-memory-total",
        "handshake-down",
        "handshake-up",
        "header-per-delivery",
        "latency-max",
        "latency-p50",
        "latency-p99",
        "lost",
        "predicted-p99",
        "readiness-p50",
        "readiness-p99",
        "reconnections-per-second",
        "recovery-max",
        "recovery-p50",
        "request-max",
        "request-p50",
        "request-p99",
        "requests-per-client-hour",
        "server-cpu",
        "server-cpu-per-connection",
        "server-cpu-share",
        "server-memory",
        "slow-p50",
        "slow-told-lost",
        "staleness-max",
        "staleness-p50",
        "staleness-p99",
        "transit-max",
        "transit-p50",
        "transit-p99",
      ]
    `);
  });

  it('is one for each metric, and fits into what Bencher takes', () => {
    const slugs = METRIC_NAMES.map(slugOf);
    expect(new Set(slugs).size).toBe(slugs.length);
    for (const slug of slugs) expect(slug).toMatch(/^[a-z][a-z0-9-]{0,63}$/);
  });
});
