import { describe, expect, it } from 'vitest';
import { trendsOf } from '../results/trends.ts';
import type { PageAssets } from './assets.ts';
import type { PageData } from './chart-types.ts';
import { MOST_RUNS } from './history-charts.ts';
import { renderHistoryHtml } from './history-html.ts';
import { renderHistory } from './history-text.ts';
import { commitOf, elsewhere, EXACT, fixtureHistory, LATENCY } from './history.fixture.ts';
import { HOSTILE } from './hostile.fixture.ts';

const ASSETS: PageAssets = { script: '/* script */', style: '/* style */' };
const TEMPLATE = 'https://example.com/c/{commit}';
const entries = fixtureHistory();
const machines = trendsOf(entries);
const page = renderHistoryHtml(machines, [], TEMPLATE, ASSETS);
const text = renderHistory(machines, [], { color: false });

const dataOf = (html: string): PageData =>
  JSON.parse(/<script type="application\/json" id="data">(.*?)<\/script>/s.exec(html)![1]!) as PageData;

describe('a history in the terminal', () => {
  it('says first what changed, at which commit and which way', () => {
    expect(text.split('\n').slice(0, 3)).toEqual([
      'Machine c0ffee1234567890: 14 runs, 0101010 (2026-01-01) to 0e0e0e0 (2026-01-14)',
      `worse  +3.0 % at 0b0b0b0 (2026-01-11): ${EXACT} bytes-per-message, 132 B → 136 B`,
      expect.stringMatching(
        /^worse {2}\+3\d % at 0909090 \(2026-01-09\): sse\/broadcast\S+ latency-p50, 1\.0\d ms → 1\.4\d ms$/,
      ),
    ]);
  });

  it('draws each figure over the runs, a gap where a run lacks it, with its newest value and interval', () => {
    const block = text.split('\n\n').find((each) => each.startsWith(LATENCY))!;
    expect(block).toMatch(
      /latency-p50 +[▁▂]{5} [▁▂▃]{2}[▇█]{6} {2}1\.\d\d ms \(1\.\d+–1\.\d+ ms\) {2}\+3\d % since 0909090/,
    );
  });

  it('says which lines were skipped', () => {
    const [first] = renderHistory(machines, [{ line: 7, why: 'is cut short' }], { color: false }).split('\n');
    expect(first).toBe('! Line 7 is cut short; it was skipped.');
  });

  it('tells "too few runs" from "no change"', () => {
    const few = renderHistory(trendsOf(entries.slice(0, 5)), [], { color: false });
    expect(few).toContain('Of 5 runs no change of level can be told; 6 are the fewest.');
    expect(few).not.toContain('No change of level.');
    expect(renderHistory(trendsOf(entries.slice(0, 8)), [], { color: false })).toContain('No change of level.');
  });

  it('keeps machines apart', () => {
    const both = trendsOf([...entries, ...entries.map((entry) => elsewhere(entry))]);
    expect(renderHistory(both, [], { color: false }).match(/^Machine /gm)).toHaveLength(2);
  });

  it('says of a figure that the newest run lacks when it was last seen', () => {
    const [first, ...rest] = [...entries].reverse();
    const without = { ...first!, series: first!.series.filter(({ name }) => name !== LATENCY) };
    const shown = renderHistory(trendsOf([...rest.reverse(), without]), [], { color: false });
    expect(shown).toMatch(/latency-p99 .*last seen at 0d0d0d0/);
  });
});

describe('the page of a history', () => {
  it('has a section for each machine, and every figure in a table without script', () => {
    expect([...page.matchAll(/<section id="([\w-]+)"/g)].map(([, id]) => id)).toEqual(['answer', 'machine-0']);
    const series = new Set(entries.flatMap((entry) => entry.series.map(({ name }) => name)));
    expect(page.match(/<table\b/g)).toHaveLength(series.size);
    expect(page.includes('<small>1.02–1.06 ms</small>')).toBe(true);
  });

  it('draws a chart for each figure of a scenario, a line a transport, with its changes and the commits of its points', () => {
    const { charts } = dataOf(page);
    const chart = charts['trend-0-0-0']!['']!;
    if (chart.kind !== 'trend') throw new Error('no trend');
    expect(chart.labels[8]).toBe('0909090 (2026-01-09)');
    expect(chart.links).toEqual(entries.map((_, index) => `https://example.com/c/${commitOf(index)}`));
    expect(chart.series.map(({ transport, changes }) => [transport, changes])).toEqual([
      ['short-polling', []],
      ['long-polling', []],
      ['forever-iframe', []],
      ['sse', [8]],
      ['websocket', []],
    ]);
    expect(chart.series[3]!.values[5]).toBeNull();
    expect(chart.series[3]!.values).toHaveLength(14);
  });

  it('marks each change in its table, and links every commit', () => {
    expect(page).toMatch(/1\.4\d ms <span class="mark invalid">\+3\d %<\/span>/);
    const links = [...page.matchAll(/href="(https?:[^"]*)"/g)].map(([, href]) => href);
    expect(new Set(links)).toEqual(new Set(entries.map((_, index) => `https://example.com/c/${commitOf(index)}`)));
  });

  it('links nowhere where nothing tells where commits are', () => {
    const bare = renderHistoryHtml(machines, [], null, ASSETS);
    expect(bare).not.toMatch(/href="https?:/);
    const [chart] = Object.values(dataOf(bare).charts);
    expect(chart!['']).toMatchObject({ links: [] });
  });

  it('shows the newest runs of a long history, and still marks what changed by their place', () => {
    const long = Array.from({ length: MOST_RUNS + 30 }, (_, index) => {
      const entry = entries[index < 115 ? index % 8 : 8]!;
      return { ...entry, runId: `long-${index}`, series: entry.series.filter(({ name }) => name === LATENCY) };
    });
    const html = renderHistoryHtml(trendsOf(long), [], TEMPLATE, ASSETS);
    expect(html).toContain(`The last ${MOST_RUNS} of ${MOST_RUNS + 30} runs`);
    const chart = dataOf(html).charts['trend-0-0-0']!['']!;
    expect(chart.kind === 'trend' && [chart.labels.length, chart.series[0]!.changes]).toEqual([MOST_RUNS, [85]]);
  });

  it('loads nothing, and holds nothing of a hostile file as markup', () => {
    const evil = fixtureHistory(7).map((entry) => ({
      ...entry,
      ...{ runId: HOSTILE, startedAt: HOSTILE, fingerprint: HOSTILE, tool: { name: HOSTILE, version: HOSTILE } },
      series: entry.series.map((each) => ({
        ...each,
        ...{ name: HOSTILE + each.name, transport: HOSTILE, scenario: HOSTILE },
        figures: Object.fromEntries(
          Object.entries(each.figures).map(([slug, figure]) => [HOSTILE + slug, { ...figure, unit: HOSTILE }]),
        ),
      })),
    }));
    const html = renderHistoryHtml(trendsOf(evil), [{ line: 1, why: HOSTILE }], TEMPLATE, ASSETS);
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(html).not.toContain('<img');
    expect(html).toContain("default-src 'none'");
    expect(html.replace(/<script.*?<\/script>/gs, '')).not.toMatch(
      /(src|href)="(?!data:|#|https:\/\/example\.com\/c\/)/,
    );
    expect(renderHistory(trendsOf(evil), [], { color: false })).not.toContain('\u001B');
  });
});
