import { describe, expect, test } from 'vitest';
import type { BarChart } from './chart-types.ts';
import { fixtureCodecs } from './codecs.fixture.ts';
import { renderCodecs } from './codecs-text.ts';
import { codecCharts, codecsSection } from './html-codecs.ts';
import { HOSTILE, hostileRun } from './hostile.fixture.ts';
import { renderMarkdown } from './markdown.ts';
import { fixtureRun } from './run.fixture.ts';
import { summarise } from './summary.ts';

const FLOORS = new Set(['tcp']);
const view = () => summarise(fixtureRun({ floor: true }));

describe('the section of codecs', () => {
  test('says how to get them where a run has none', () => {
    const run = fixtureRun();
    delete run.codecs;
    const html = codecsSection(summarise(run));
    expect(html).toContain('<code>pushbench codecs</code>');
    expect(html).not.toContain('<table');
    expect(html).not.toContain('<canvas');
    expect(codecCharts(summarise(run))).toEqual({});
  });

  test('has a table for each payload, with median, range and bytes a second', () => {
    const html = codecsSection(view());
    expect(html.match(/<table/g)).toHaveLength(3);
    expect(html).toContain('Encoding and decoding a message of 4096 B');
    const row = html.split('<tr data-transport="sse">')[2]!.split('</tr>')[0]!;
    expect(row).toContain('<td>145 B</td>');
    expect(row).toContain('382 ns <small>344–458 ns</small>');
    expect(row).toContain('MiB/s');
  });

  test('says that it is CPU in isolation, and whose clock it was', () => {
    expect(codecsSection(view())).toContain('CPU time in isolation');
    const codecs = { ...fixtureCodecs(true), clock: 'wall' as const };
    expect(codecsSection(summarise({ ...fixtureRun(), codecs }))).toContain('Time that passed');
  });

  test('keeps hostile names text', () => {
    const html = codecsSection(summarise(hostileRun()));
    expect(html).not.toContain('<script>');
    expect(html).not.toContain('<img');
    expect(html).toContain('&lt;/script&gt;');
  });

  test('shows the payload of the run as bars, in the usual order of transports', () => {
    const chart = codecCharts(view())['codecs']![''] as BarChart;
    expect(chart.rows.map(({ transport }) => transport)).toEqual(['short-polling', 'sse', 'websocket', 'tcp']);
    expect(chart.parts.map(({ values }) => values[1])).toEqual([382, 652]);
  });
});

describe('the codecs in Markdown', () => {
  const markdown = (codecs = fixtureCodecs(true)) => renderMarkdown({ ...fixtureRun(), codecs });

  test('are a table with a row for each transport and payload', () => {
    expect(markdown()).toContain('| websocket | 20 B | 22 B | 305 ns <sub>275–366 ns</sub>, 62.5 MiB/s |');
  });

  test('keep hostile names text, one line each', () => {
    const lines = markdown(hostileCodecs()).split('\n');
    const rows = lines.slice(lines.indexOf('## Codecs')).filter((line) => line.startsWith('|'));
    expect(rows.length).toBeGreaterThan(12);
    expect(rows.join('')).not.toContain('<script');
  });
});

describe('the codecs in a terminal', () => {
  test('fit into 80 columns, the limit last', () => {
    const text = renderCodecs(fixtureCodecs(true), FLOORS, { color: false, width: 80 });
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(text.split('\n').slice(0, 6)).toMatchInlineSnapshot(`
      [
        "Messages of 20 B",
        "transport         encoded   encode     ±     payload   decode     ±     payload",
        "short-polling        51 B  1.21 µs   20%  15.8 MiB/s   725 ns   20%  26.3 MiB/s",
        "sse                  37 B   355 ns   20%  53.7 MiB/s   625 ns   20%  30.5 MiB/s",
        "websocket            22 B   305 ns   20%  62.5 MiB/s   405 ns   20%  47.1 MiB/s",
        "tcp (the limit)      21 B   455 ns   20%  41.9 MiB/s   355 ns   20%  53.7 MiB/s",
      ]
    `);
  });

  test('keep terminal escapes out', () => {
    expect(renderCodecs(hostileCodecs(), FLOORS, { color: false, width: 80 })).not.toContain('\u001b');
  });

  test('show a half that was not timed as missing', () => {
    const codecs = fixtureCodecs(true);
    codecs.figures = codecs.figures.filter(({ direction }) => direction === 'encode');
    expect(renderCodecs(codecs, FLOORS, { color: false, width: 80 })).toMatch(/^websocket .* —/m);
  });
});

const hostileCodecs = () => {
  const codecs = fixtureCodecs(true);
  for (const figure of codecs.figures) figure.transport = HOSTILE + figure.transport;
  return codecs;
};
