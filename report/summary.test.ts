import { Check } from 'typebox/value';
import { describe, expect, test } from 'vitest';
import { RunFileSchema, type RunFile, type Warning } from '../results/schema.ts';
import { pageDataOf } from './chart-data.ts';
import { footnotesOf } from './footnotes.ts';
import { format } from './format.ts';
import { fixtureRun } from './run.fixture.ts';
import { summarise, type Row } from './summary.ts';

const rowsOf = (run: RunFile, scenario: string): Row[] =>
  summarise(run).scenarios.find((each) => each.name === scenario)?.rows ?? [];
const rowOf = (run: RunFile, scenario: string, transport: string): Row =>
  rowsOf(run, scenario).find((row) => row.transport === transport)!;
const measured = (run: RunFile, scenario: string, transport: string) =>
  run.measurements.filter((m) => m.scenario === scenario && m.transport === transport);

const generatorCpu = (message: string): Warning => ({
  code: 'generator-cpu',
  invalidates: true,
  message,
  advice: 'Fewer clients.',
});
const machineBusy = (message: string): Warning => ({
  code: 'machine-busy',
  invalidates: false,
  message,
  advice: 'Close other programs.',
});

describe('the fixture', () => {
  test('is a valid result file, the same for the same seed, and its layers sum to their totals', () => {
    const run = fixtureRun();
    expect(Check(RunFileSchema, run)).toBe(true);
    expect(fixtureRun()).toEqual(run);
    expect(fixtureRun({ seed: 8 })).not.toEqual(run);
    for (const { up, down } of run.measurements.map((m) => m.bytes)) {
      for (const { total, ...layers } of [up, down]) {
        expect(Object.values(layers).reduce((sum, bytes) => sum + bytes, 0)).toBe(total);
      }
    }
  });
});

test('transports come in their usual order whatever order they were measured in', () => {
  const run = fixtureRun();
  run.measurements.reverse();
  expect(summarise(run).transports).toEqual(['short-polling', 'long-polling', 'forever-iframe', 'sse', 'websocket']);
  expect(summarise(run).scenarios.map((scenario) => scenario.name)).toEqual([
    'broadcast',
    'echo',
    'idle',
    'connect',
    'shared-port',
  ]);
});

test('a figure is the median over repetitions with the range as its interval', () => {
  const run = fixtureRun();
  const p99 = measured(run, 'broadcast', 'sse')
    .map((m) => m.deliveryLatencyNs.p99!)
    .sort((a, b) => a - b);
  expect(rowOf(run, 'broadcast', 'sse').figures.latencyP99.estimate).toEqual({
    low: p99[0],
    value: p99[1],
    high: p99[2],
    n: 3,
    coverage: 0.75,
  });
});

test('invalid repetitions are counted and explained, and stay out of the estimate', () => {
  const run = fixtureRun();
  const [first] = measured(run, 'broadcast', 'sse');
  first!.validity = {
    valid: false,
    warnings: [generatorCpu('Too busy.'), machineBusy('Others at work.')],
  };
  const row = rowOf(run, 'broadcast', 'sse');
  expect([row.valid, row.repetitions, row.trusted, row.figures.latencyP99.estimate?.n]).toEqual([2, 3, true, 2]);
  expect(row.reasons).toEqual(['repetition 1: Too busy. [generator-cpu]']);
});

test('reasons that differ only in their figures are one line, with the first as an example', () => {
  const run = fixtureRun();
  measured(run, 'broadcast', 'sse').forEach((m, index) => {
    m.validity = { valid: false, warnings: [generatorCpu(`Used ${95 + index} %.`)] };
  });
  expect(rowOf(run, 'broadcast', 'sse').reasons).toEqual([
    'repetition 1, 2, 3, for example: Used 95 %. [generator-cpu]',
  ]);
});

test('a warning that does not invalidate is a note of its row, and is no reason', () => {
  const run = fixtureRun();
  const [first, second] = measured(run, 'broadcast', 'sse');
  first!.validity.warnings = [machineBusy('Others used 31 %.')];
  second!.validity = { valid: false, warnings: [machineBusy('Others used 90 %.')] };
  const row = rowOf(run, 'broadcast', 'sse');
  expect(row.notes.map((note) => note.message)).toEqual(['Others used 31 %.']);
  expect(row.reasons).toEqual(['repetition 2: The measurement is marked invalid and gives no reason. [invalid]']);
  const { warnings } = summarise(run);
  expect(warnings.map((w) => [w.code, w.invalidates])).toEqual([
    ['invalid', true],
    ['machine-busy', false],
    ['machine-busy', false],
  ]);
});

test('footnotes put reasons before notes, and notes of one code together', () => {
  const run = fixtureRun();
  const [first] = measured(run, 'broadcast', 'websocket');
  first!.validity = { valid: false, warnings: [generatorCpu('Too busy.')] };
  for (const [index, m] of measured(run, 'broadcast', 'sse').entries()) {
    m.validity.warnings = [machineBusy(`Others used ${31 + index} %.`)];
  }
  measured(run, 'broadcast', 'websocket')[1]!.validity.warnings = [machineBusy('Others used 40 %.')];
  const rows = rowsOf(run, 'broadcast');
  const { texts, marksOf } = footnotesOf(rows);
  expect(texts).toEqual([
    'invalid, repetition 1: Too busy. [generator-cpu]',
    'note, for example: Others used 31 %. [machine-busy]',
  ]);
  expect(rows.map(marksOf)).toEqual(['', '', '', '2)', '1) 2)']);
});

test('a row without any valid repetition keeps its figures but is not trusted', () => {
  const run = fixtureRun();
  for (const m of measured(run, 'broadcast', 'sse')) m.validity.valid = false;
  const row = rowOf(run, 'broadcast', 'sse');
  expect(row.trusted).toBe(false);
  expect(row.figures.latencyP99.estimate).not.toBeNull();
  expect(row.reasons.join()).toContain('gives no reason');
});

test('a percentile that the samples cannot support is missing with its reason, never 0', () => {
  const run = fixtureRun();
  for (const m of measured(run, 'broadcast', 'sse')) m.deliveryLatencyNs.p99 = null;
  expect(rowOf(run, 'broadcast', 'sse').figures.latencyP99).toEqual({ estimate: null, missing: 'too few samples' });
});

test('idle has no bytes per delivery, since nothing was delivered; its cost counts per client and hour', () => {
  const row = rowOf(fixtureRun(), 'idle', 'short-polling');
  expect(row.figures.bytesPerDelivery).toEqual({ estimate: null, missing: 'no deliveries' });
  expect(row.layers).toBeNull();
  // 3600 polls an hour of 491 + 182 + 12 bytes.
  expect(row.figures.requestsPerClientHour.estimate?.value).toBe(3600);
  expect(row.figures.bytesPerClientHour.estimate?.value).toBeCloseTo(3600 * 685, 6);
});

test('memory that cannot be measured is missing and not 0', () => {
  const run = fixtureRun();
  for (const m of run.measurements) m.server.rssPerClientBytes = null;
  expect(rowOf(run, 'idle', 'sse').figures.rssPerClient).toEqual({ estimate: null, missing: 'too few clients' });
  for (const m of run.measurements) m.server.rssBytes = null;
  expect(rowOf(run, 'idle', 'sse').figures.rssPerClient).toEqual({ estimate: null, missing: 'not measurable' });
});

test('layers of a delivery sum to its total, up and down', () => {
  const layers = rowOf(fixtureRun(), 'broadcast', 'long-polling').layers!;
  for (const { total, ...rest } of [layers.up, layers.down]) {
    expect(Object.values(rest).reduce((sum, bytes) => sum + bytes, 0)).toBeCloseTo(total, 9);
  }
});

test('variants are rows of their own, the plain one first, and a parameter that differs is in the label', () => {
  expect(
    rowsOf(fixtureRun(), 'connect')
      .map((row) => row.label)
      .slice(0, 2),
  ).toEqual(['short-polling · keep-alive', 'short-polling · close']);
  const run = fixtureRun();
  measured(run, 'broadcast', 'sse')[0]!.parameters.payloadBytes = 1024;
  expect(
    rowsOf(run, 'broadcast')
      .filter((row) => row.transport === 'sse')
      .map((row) => row.label),
  ).toEqual(['sse (payloadBytes 1024)', 'sse (payloadBytes 128)']);
});

test('readiness is the main latency of connect, and the request latency that of the shared port', () => {
  const run = fixtureRun();
  const median = (row: Row) => format(row.percentiles.points.find(([q]) => q === 0.5)?.[1] ?? null, 'ns');
  expect(median(rowOf(run, 'connect', 'websocket'))).toMatch(/^2\.\d+ ms$/);
  expect(median(rowOf(run, 'shared-port', 'websocket'))).toMatch(/^5\d\d µs$/);
});

test('a scenario that the report has never heard of is shown as one that delivers', () => {
  const run = fixtureRun();
  for (const m of measured(run, 'echo', 'sse')) m.scenario = 'burst';
  const scenario = summarise(run).scenarios.at(-1)!;
  expect([scenario.name, scenario.kind, scenario.question]).toEqual([
    'burst',
    'delivery',
    'The file names no question for it.',
  ]);
  run.run.questions['burst'] = 'How bad is a burst?';
  expect(summarise(run).scenarios.at(-1)?.question).toBe('How bad is a burst?');
});

describe('the charts', () => {
  test.each([
    [2_000_000, 2_000_000],
    [41, 41],
    [0, 1000],
    [-1, 1000],
    ['41', 1000],
    [undefined, 1000],
  ])('clamp at a recorded clock resolution of %s as %i ns', (recorded, floor) => {
    const run = fixtureRun();
    run.environment.provenance['clockResolutionNs'] = recorded;
    const chart = pageDataOf(summarise(run)).charts['latency']?.['broadcast'];
    if (chart?.kind !== 'percentiles') throw new Error('not a percentile chart');
    const lowest = Math.min(...chart.series.flatMap((series) => series.points.map(([, ns]) => ns)));
    expect(chart.floor).toBe(floor);
    expect(lowest === floor).toBe(floor === 2_000_000);
  });

  test('draw percentiles on x = 1/(1 − q)', () => {
    const run = fixtureRun();
    const chart = pageDataOf(summarise(run)).charts['latency']?.['broadcast'];
    if (chart?.kind !== 'percentiles') throw new Error('not a percentile chart');
    expect(chart.series.map((series) => series.label)).toEqual(summarise(run).transports);
    expect(chart.series[0]?.points.map(([x]) => x)).toEqual([1, 1.33333, 2, 4, 10, 20, 50, 100, 200, 500]);
  });

  test('leave out the partial layer unless a window did cut a message', () => {
    const run = fixtureRun();
    const layers = () => {
      const chart = pageDataOf(summarise(run)).charts['layers']?.['broadcast'];
      return chart?.kind === 'bars' ? chart.parts.map((part) => part.label) : [];
    };
    expect(layers()).not.toContain('partial');
    measured(run, 'broadcast', 'sse')[0]!.bytes.down.partial = 12;
    expect(layers()).toContain('partial');
  });

  test('have nothing to draw for a run without measurements', () => {
    const { exact, codecs, ...run } = fixtureRun();
    expect([exact, codecs]).not.toContain(undefined);
    const { charts } = pageDataOf(summarise({ ...run, measurements: [] }));
    expect(Object.values(charts).every((set) => Object.keys(set).length === 0)).toBe(true);
  });
});

test('a setting of one transport does not keep it from being compared with the others', () => {
  const run = fixtureRun();
  const intervals = new Set(rowsOf(run, 'connect').map((row) => row.parameters.pollIntervalMs));
  expect([...intervals]).toEqual([20, 1000]);
  expect(new Set(rowsOf(run, 'connect').map((row) => row.load)).size).toBe(1);
});
