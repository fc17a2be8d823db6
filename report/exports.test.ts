import Schema from 'typebox/schema';
import { describe, expect, it } from 'vitest';
import type { RunFile } from '../results/schema.ts';
import { BMF_SCHEMA, LONGEST_BENCHMARK_NAME, LONGEST_MEASURE_SLUG } from './bencher-schema.fixture.ts';
import { capacityFile } from './capacity.fixture.ts';
import { ExportError, type ExportFormat } from './export-format.ts';
import { EXPORT_NAMES, EXPORTS } from './exports.ts';
import { GITHUB_BENCHMARK_SCHEMA, readRange } from './github-benchmark-schema.fixture.ts';
import { hostileRun } from './hostile.fixture.ts';
import { SUMMARY_BYTES } from './markdown-limit.ts';
import { fixtureRun } from './run.fixture.ts';

type Bmf = Record<string, Record<string, { value: number; lower_value?: number; upper_value?: number }>>;
type Entry = { name: string; unit: string; value: number; range?: string; extra?: string };

/** For those that only look. */
const RUN = fixtureRun();

const textOf = (format: ExportFormat, run: RunFile = RUN): string => format.render({ kind: 'run', run }).text;
const bmfOf = (run?: RunFile): Bmf => JSON.parse(textOf(EXPORTS.bencher, run)) as Bmf;
const entriesOf = (format: ExportFormat, run?: RunFile): Entry[] => JSON.parse(textOf(format, run)) as Entry[];

const NAME = 'sse/broadcast/n=20/128B/rate=10/arrivals=poisson/duration=10000ms';

/** A run of which one repetition of one transport is invalid, by a figure that nobody could miss. */
function spoilt(): RunFile {
  const run = fixtureRun();
  const [first] = run.measurements.filter(({ transport, scenario }) => transport === 'sse' && scenario === 'broadcast');
  first!.deliveryLatencyNs = { ...first!.deliveryLatencyNs, p50: 9e9 };
  first!.validity = {
    valid: false,
    warnings: [{ code: 'clock', invalidates: true, message: 'The clocks disagree.', advice: 'Run again.' }],
  };
  return run;
}

describe('Bencher Metric Format', () => {
  it.each([
    ['a run', fixtureRun()],
    ['a run whose names are hostile', hostileRun()],
  ])('of %s fits the published schema and lengths', (_what, run) => {
    const bmf = bmfOf(run);
    expect(Schema.Compile(BMF_SCHEMA).Check(bmf)).toBe(true);
    expect(Object.keys(bmf).length).toBeGreaterThan(20);
    for (const [name, measures] of Object.entries(bmf)) {
      expect(name.trim()).toBe(name);
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(LONGEST_BENCHMARK_NAME);
      for (const slug of Object.keys(measures)) {
        expect(slug.length).toBeLessThanOrEqual(LONGEST_MEASURE_SLUG);
        expect(slug).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      }
    }
  });

  it('uses the measures that every project has: latency in ns, throughput a second', () => {
    const bmf = bmfOf();
    const { latency } = bmf[NAME]!;
    expect(latency!.value).toBeGreaterThan(1e5);
    expect(latency!.lower_value!).toBeLessThanOrEqual(latency!.value);
    expect(latency!.upper_value!).toBeGreaterThanOrEqual(latency!.value);
    expect(bmf['sse/codec/encode/20B']!['throughput']!.value).toBeGreaterThan(0);
    expect(bmf['websocket/exact/128B']!['bytes-per-message']).toEqual({ value: 132 });
  });

  it('claims no bounds from one repetition', () => {
    expect(bmfOf(fixtureRun({ repetitions: 1 }))[NAME]!['latency']).toEqual({ value: expect.any(Number) as number });
  });
});

describe('github-action-benchmark', () => {
  it.each([
    ['smaller', EXPORTS['github-smaller']],
    ['bigger', EXPORTS['github-bigger']],
  ])('reads the file of what is better when %s', (_what, format) => {
    for (const run of [fixtureRun(), hostileRun()]) {
      const entries = entriesOf(format, run);
      expect(Schema.Compile(GITHUB_BENCHMARK_SCHEMA).Check(entries)).toBe(true);
      expect(new Set(entries.map(({ name }) => name)).size).toBe(entries.length);
      for (const { range, value } of entries) {
        if (range !== undefined) expect(readRange(range)).toBeGreaterThanOrEqual(0);
        expect(Number.isFinite(value)).toBe(true);
      }
    }
  });

  it('gets each figure in the file of its direction, and in no other', () => {
    const smaller = entriesOf(EXPORTS['github-smaller']).map(({ name }) => name.split(' ')[1]);
    const bigger = entriesOf(EXPORTS['github-bigger']).map(({ name }) => name.split(' ')[1]);
    expect(smaller).toContain('latency-p99');
    expect(new Set(bigger)).toEqual(new Set(['messages-per-second']));
    expect(smaller).not.toContain('messages-per-second');
  });

  it('gets no figure that is 0: against a 0 of before everything is an alert', () => {
    const entries = entriesOf(EXPORTS['github-smaller']);
    expect(entries.filter(({ value }) => value === 0)).toEqual([]);
    // The header bytes of a WebSocket message are 0, those of a poll are not.
    const headers = entries.filter(({ name }) => name.endsWith(' header-per-delivery')).map(({ name }) => name);
    expect(headers.some((name) => name.startsWith('short-polling'))).toBe(true);
    expect(headers.some((name) => name.startsWith('websocket'))).toBe(false);
  });

  it('gets no counter that is normally 0, whatever it is now', () => {
    const run = fixtureRun();
    for (const m of run.measurements) {
      if (m.scenario !== 'echo') continue;
      m.counts.lost = 3;
      m.storm = { clients: 20, recoveryNs: m.deliveryLatencyNs, connections: 20, lostAgain: 0 };
    }
    const names = entriesOf(EXPORTS['github-smaller'], run).map(({ name }) => name.split(' ')[1]);
    expect(names).toContain('recovery-max');
    expect(names).not.toContain('lost');
  });

  it('gets the wider side of the interval as range, and the interval beside it', () => {
    const { value, range, extra } = entriesOf(EXPORTS['github-smaller']).find(
      ({ name }) => name === `${NAME} latency-p50`,
    )!;
    const [, low, high] = /^interval: (\S+) to (\S+)\nvalid repetitions: 3$/.exec(extra!)!.map(Number);
    expect(readRange(range!)).toBeCloseTo(Math.max(value - low!, high! - value), 1);
  });
});

describe('every format', () => {
  it.each(EXPORT_NAMES)('%s says what reads it, and renders a run and a capacity', (name) => {
    expect(EXPORTS[name].what).toMatch(/\S/);
    expect(textOf(EXPORTS[name]).length).toBeGreaterThan(100);
    const capacity = { kind: 'capacity', capacity: capacityFile() } as const;
    if (name === 'github-smaller') expect(() => EXPORTS[name].render(capacity)).toThrow(ExportError);
    else expect(EXPORTS[name].render(capacity).text.length).toBeGreaterThan(100);
  });

  it.each(['bencher', 'github-smaller'] as const)(
    '%s never holds an invalid figure, and says what is missing',
    (name) => {
      const { text, leftOut } = EXPORTS[name].render({ kind: 'run', run: spoilt() });
      expect(text).not.toContain('9000000000');
      expect(leftOut).toEqual([expect.stringMatching(/1 of 3 repetitions invalid\..*The clocks disagree/)]);
    },
  );

  it.each(['csv', 'markdown'] as const)('%s marks what is invalid', (name) => {
    expect(textOf(EXPORTS[name], spoilt())).toMatch(name === 'csv' ? /,false,[^\n]*clock\r\n/ : /clocks disagree/);
  });

  it.each(['csv', 'markdown'] as const)('%s marks a partial run', (name) => {
    expect(EXPORTS[name].marksPartial).toBe(true);
    const partial = { ...fixtureRun(), partial: true };
    expect(textOf(EXPORTS[name], partial)).not.toBe(textOf(EXPORTS[name]));
    expect(textOf(EXPORTS[name], partial)).toMatch(name === 'csv' ? /,true,c0ffee/ : /partial/i);
  });

  it.each(['bencher', 'github-smaller', 'github-bigger'] as const)('%s, which cannot, is not asked to', (name) => {
    expect(EXPORTS[name].marksPartial).toBe(false);
  });

  it('says which measurements failed', () => {
    const run = fixtureRun();
    run.run.failures = [{ transport: 'sse', scenario: 'burst', repetition: 0, message: 'the server died' }];
    const { leftOut } = EXPORTS.bencher.render({ kind: 'run', run });
    expect(leftOut).toEqual(['sse/burst: not measured, the server died']);
  });

  it('refuses to export nothing as if it were something', () => {
    const run = { ...fixtureRun(), measurements: [] };
    delete run.exact;
    delete run.codecs;
    for (const name of ['bencher', 'github-smaller', 'github-bigger'] as const) {
      expect(() => EXPORTS[name].render({ kind: 'run', run })).toThrow(/no valid figure/);
    }
  });
});

describe('a capacity', () => {
  it('is the largest load that met the target, and only where the server was the limit', () => {
    const { text, leftOut } = EXPORTS['github-bigger'].render({ kind: 'capacity', capacity: capacityFile() });
    expect(JSON.parse(text)).toEqual([
      {
        name: 'sse/capacity/clients/rate=20/p99<100ms capacity-clients',
        unit: 'count',
        value: 4_200,
        range: '± 400.00',
        extra: 'interval: 4200 to 4600',
      },
    ]);
    expect(leftOut).toEqual([
      expect.stringMatching(/^sse, publications\/s at 100 clients: at least this much/),
      expect.stringMatching(/^short-polling, clients at 20\/s: no load was found/),
    ]);
  });
});

describe('the Markdown of a job summary', () => {
  it('stays under what GitHub keeps, whatever the run holds', () => {
    const run = fixtureRun();
    run.run.notes = Array.from({ length: 20_000 }, (_, index) => `note ${index} ${'x'.repeat(80)}`);
    const text = textOf(EXPORTS.markdown, run);
    expect(Buffer.byteLength(text)).toBeLessThan(SUMMARY_BYTES);
    expect(text).toContain('Cut to fit');
  });
});
