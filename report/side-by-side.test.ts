import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RunFile } from '../results/schema.ts';
import { smallAssets } from './assets.fixture.ts';
import { gatedRun } from './gated-run.fixture.ts';
import { HOSTILE, hostileRun } from './hostile.fixture.ts';
import { renderSideHtml } from './html-side.ts';
import { fixtureRun } from './run.fixture.ts';
import { digestOf, type RunDigest } from './run-digest.ts';
import { figureRows, type Verdict } from './side-by-side.ts';
import { sideCharts } from './side-charts.ts';
import { sideTables } from './side-tables.ts';
import { sideMarkdown, sideTerminal } from './side-text.ts';
import { sideSentences, sideWarnings } from './side-words.ts';

const verdicts = (runs: readonly RunDigest[], scenario: string, metric: string): (Verdict | undefined)[] =>
  figureRows(runs)
    .filter((each) => each.scenario === scenario)
    .flatMap(({ rows }) => rows.filter((row) => row.metric === metric).map((row) => row.differences[0]?.verdict));

/** Its histograms take a while to make: once for all tests. */
const BASE = gatedRun();
const base = (): RunFile => structuredClone(BASE);

const digests = (...runs: RunFile[]): RunDigest[] => runs.map(digestOf);

describe('what a run changed against the first', () => {
  test('a run beside itself shows no change in anything that an A/A pair tells of', () => {
    const found = verdicts(digests(base(), base()), 'broadcast', 'latencyP50');
    expect(found).toEqual(found.map(() => 'no change'));
    expect(found.length).toBe(5);
  });

  test('half as slow again is worse on every transport, and the other way round better', () => {
    const [fast, slow] = [base(), gatedRun({ slower: 1.5 })];
    for (const metric of ['latencyP50', 'serverCpuPerDelivery']) {
      expect(new Set(verdicts(digests(fast, slow), 'broadcast', metric))).toEqual(new Set(['higher']));
      expect(new Set(verdicts(digests(slow, fast), 'broadcast', metric))).toEqual(new Set(['lower']));
    }
  });

  test('whatever the order of the runs, worse turns into better and nothing else changes', () => {
    const turned: Record<Verdict, Verdict> = {
      ...{ higher: 'lower', lower: 'higher', 'higher?': 'lower?', 'lower?': 'higher?' },
      ...{ 'no change': 'no change', 'could not tell': 'could not tell', 'not judged': 'not judged' },
    };
    const [first, other] = [BASE, gatedRun({ seed: 8 })].map(digestOf) as [RunDigest, RunDigest];
    fc.assert(
      fc.property(fc.double({ min: 0.4, max: 2.5, noNaN: true }), (factor) => {
        const head = structuredClone(other);
        for (const { values } of head.groups) {
          values.serverCpuPerDelivery = values.serverCpuPerDelivery?.map(([at, value]) => [at, value * factor]) ?? [];
        }
        const there = verdicts([first, head], 'broadcast', 'serverCpuPerDelivery');
        const back = verdicts([head, first], 'broadcast', 'serverCpuPerDelivery');
        expect(back).toEqual(there.map((verdict) => turned[verdict!]));
      }),
    );
  });

  test('where no transport was measured twice nothing is called a change, and the notes say why', () => {
    const runs = digests(base(), gatedRun({ slower: 3 }));
    expect(new Set(verdicts(runs, 'idle', 'serverCpuShare'))).toEqual(new Set(['not judged']));
    const idle = sideTables(runs).find(({ title }) => title === 'idle')!;
    expect(idle.notes.join()).toContain('Not judged: no A/A pair tells how noisy it was');
  });

  test('three repetitions give no interval, so that no change is named, and it is said how many would', () => {
    const runs = digests(gatedRun({ repetitions: 3 }), gatedRun({ repetitions: 3, slower: 2 }));
    expect(new Set(verdicts(runs, 'broadcast', 'latencyP50'))).toEqual(new Set(['could not tell']));
    expect(sideWarnings(runs).join()).toContain('it takes six on both sides');
  });

  test('invalid measurements stand greyed beside the others and are never compared', () => {
    const spoiled = base();
    for (const m of spoiled.measurements) if (m.transport === 'sse') m.validity.valid = false;
    const runs = digests(base(), spoiled);
    const row = figureRows(runs)[0]!.rows.find(({ group }) => group.transport === 'sse')!;
    expect(row.differences[0]).toMatchObject({ verdict: 'not judged', change: null });
    const cells = sideTables(runs)[0]!.rows.find(({ transport }) => transport === 'sse')!.cells;
    expect(cells[3]).toMatchObject({ greyed: true, mark: { text: 'invalid' } });
    expect(cells[4]!.text).toBe('—');
  });
});

describe('what stands in the way of a comparison', () => {
  test('of different machines only byte counts are compared', () => {
    const elsewhere = gatedRun({ slower: 2 });
    elsewhere.environment.fingerprint = 'decade000000';
    const runs = digests(base(), elsewhere);
    expect(sideWarnings(runs)[0]).toMatch(
      /^Different machines \(c0ffee1234567890, decade000000\): only byte counts compare/,
    );
    const rows = figureRows(runs).flatMap(({ rows: each }) => each);
    expect(rows.filter(({ differences }) => differences[0]?.change !== null)).toEqual([]);
    const counts = sideTables(runs).at(-1)!;
    expect(counts.title).toBe('Exact byte counts');
    expect(counts.rows[0]!.cells.at(-1)!.text).toBe('the same');
  });

  test('exact counts are compared to the byte, and not at all where they were made otherwise', () => {
    const [from, head] = [base(), base()];
    head.exact!.transports[0]!.connect.up.total += 3;
    const found = sideTables(digests(from, head))
      .at(-1)!
      .rows.filter(({ cells }) => cells.at(-1)!.mark !== null);
    expect(found.map(({ cells }) => cells.map(({ text }) => text))).toEqual([
      ['short-polling', 'handshake bytes', '715 B', '718 B', '+3 B'],
    ]);
    expect(sideSentences(digests(from, head))[0]).toMatch(/1 of \d+ exact counts differs\.$/);
    head.exact!.headers = 'minimal';
    expect(sideWarnings(digests(from, head)).join()).toContain('headers chrome and minimal');
    expect(
      sideTables(digests(from, head))
        .at(-1)!
        .rows.every(({ cells }) => cells.at(-1)!.text === '—'),
    ).toBe(true);
  });

  test('a partial run is not compared, another load is not shown, another poll interval is named', () => {
    const [partial, loaded, polled] = [base(), base(), base()];
    partial.partial = true;
    expect(sideWarnings(digests(base(), partial)).join()).toContain('B is partial');
    for (const m of loaded.measurements) m.parameters.clients = 11;
    expect(figureRows(digests(base(), loaded))).toEqual([]);
    expect(sideWarnings(digests(base(), loaded)).join()).toContain('under another load');
    for (const m of polled.measurements) m.parameters.pollIntervalMs = 500;
    expect(sideWarnings(digests(base(), polled)).join()).toContain('pollIntervalMs 1000 in A and 500 in B');
    expect(verdicts(digests(base(), polled), 'broadcast', 'latencyP50')).toHaveLength(5);
  });
});

describe('in every form', () => {
  const runs = digests(base(), gatedRun({ slower: 1.5 }), gatedRun({ seed: 9 }));
  const labels = ['a.json', 'b.json', 'c.json'];

  test('six columns of three runs hold the same figures', () => {
    const html = renderSideHtml(runs, labels, smallAssets);
    const markdown = sideMarkdown(runs, labels);
    const terminal = sideTerminal(runs, labels, { color: false, width: 140 });
    for (const { rows } of sideTables(runs)) {
      for (const { cells } of rows) {
        for (const { text } of cells) {
          expect(html).toContain(text);
          expect(terminal).toContain(text);
        }
      }
    }
    expect(markdown).toContain('| B against A | C against A |');
    expect(html.match(/<table\b/g)!.length).toBe(sideTables(runs).length + 1);
    expect(terminal.split('\n').filter((line) => line.length > 140)).toEqual([]);
  });

  test('names that try to break out stay text', () => {
    const hostile = digests(hostileRun(), hostileRun());
    const html = renderSideHtml(hostile, [HOSTILE, HOSTILE], smallAssets);
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(html).not.toMatch(/<img|<!--/);
    expect(sideTerminal(hostile, [HOSTILE, 'b'], { color: false, width: 100 })).not.toMatch(/[\u001B\u202E]/);
    expect(sideMarkdown(hostile, [HOSTILE, 'b'])).not.toMatch(/<img|<script/);
  });

  test('the picture has a line for each run of each transport, of percentiles that the files hold', () => {
    const chart = sideCharts(digests(fixtureRun(), fixtureRun({ seed: 8 })))['broadcast']!;
    if (chart.kind !== 'percentiles') throw new Error('another kind');
    expect(chart.series.map(({ label }) => label)).toContain('sse · B');
    expect(chart.series).toHaveLength(10);
    for (const { points } of chart.series) expect(points.map(([x]) => x)).toEqual([2, 10, 100]);
  });
});
