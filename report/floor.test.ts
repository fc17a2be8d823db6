/** The limit in the report: labelled, last, and in no comparison, however much better it is than any transport. */
import { describe, expect, test } from 'vitest';
import type { RunFile } from '../results/schema.ts';
import { answerOf, textOf } from './answer.ts';
import { pageDataOf } from './chart-data.ts';
import { renderHtml } from './html.ts';
import { renderMarkdown } from './markdown.ts';
import { METRIC_NAMES } from './metrics.ts';
import { markOf, standingOf } from './ranking.ts';
import { fixtureRun } from './run.fixture.ts';
import { summarise } from './summary.ts';
import { renderTerminal } from './terminal.ts';
import { dashOf, LIMIT_LOOK, looksOf } from './transports.ts';

const withFloor = (): RunFile => fixtureRun({ floor: true });
const answer = (run: RunFile) => {
  const { sentences, caveats } = answerOf(summarise(run));
  return { text: sentences.map(textOf), caveats };
};
const broadcastOf = (run: RunFile) => summarise(run).scenarios.find((scenario) => scenario.name === 'broadcast')!;
const withoutLimit = (text: string) =>
  text
    .split('\n')
    .filter((line) => !line.includes('limit'))
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n');
const onlyOf = (run: RunFile, transport: string): RunFile => ({
  ...run,
  measurements: run.measurements.filter((m) => m.transport === transport),
});

test('the limit comes last and says what it is, whatever it is called and wherever it was measured', () => {
  const run = withFloor();
  for (const m of run.measurements) if (m.transport === 'tcp') m.transport = 'a-floor';
  run.run.floors = ['a-floor'];
  const view = summarise(run);
  expect(view.transports.at(-1)).toBe('a-floor');
  expect(broadcastOf(run).rows.map((row) => row.label)).toEqual([
    ...['short-polling', 'long-polling', 'forever-iframe', 'sse', 'websocket'],
    'a-floor (the limit)',
  ]);
});

test('a run that names no floor has none', () => {
  const run = withFloor();
  delete run.run.floors;
  expect(broadcastOf(run).rows.at(-1)).toMatchObject({ label: 'tcp', floor: false });
  expect(answer(run).text[0]).toMatch(/^In broadcast tcp delivers fastest/);
});

describe('however much better it is, the limit', () => {
  test('is named neither fastest nor cheapest nor next, and its figures stand apart', () => {
    const [with_, without] = [answer(withFloor()), answer(fixtureRun())];
    expect(with_.text).toEqual(without.text);
    expect(with_.caveats).toEqual([
      without.caveats[0],
      'The limit is tcp with p99 1.12 ms and 130 B per delivery: no choice for an application, so it is never ranked.',
      without.caveats[1],
    ]);
  });

  test('is marked in no metric, and changes no mark of the others', () => {
    const [rows, others] = [broadcastOf(withFloor()).rows, broadcastOf(fixtureRun()).rows];
    for (const metric of METRIC_NAMES) {
      const marks = rows.map((row) => markOf(row, rows, metric));
      expect(marks.at(-1)).toBeNull();
      expect(marks.slice(0, -1)).toEqual(others.map((row) => markOf(row, others, metric)));
    }
  });

  test('does not leave a transport that is alone with someone to compare it with', () => {
    const rows = broadcastOf(withFloor()).rows.filter((row) => row.floor || row.transport === 'sse');
    expect(standingOf(rows, 'latencyP99').kind).toBe('alone');
  });

  test('does not decide which percentile is compared, nor which scenario answers', () => {
    const run = withFloor();
    for (const m of run.measurements) {
      if (m.transport === 'tcp') m.deliveryLatencyNs.p99 = null;
      else if (m.scenario === 'broadcast') m.validity.valid = false;
    }
    expect(answer(run).text[0]).toMatch(/^In echo websocket delivers fastest: p99 round trip/);
  });

  test('is not named among what was left out when it is invalid', () => {
    const run = withFloor();
    for (const m of run.measurements) if (m.transport === 'tcp') m.validity.valid = false;
    expect(answer(run)).toEqual(answer(fixtureRun()));
  });

  test('answers nothing where it is alone', () => {
    expect(answer(onlyOf(withFloor(), 'tcp'))).toMatchInlineSnapshot(`
      {
        "caveats": [
          "Measured with 20 clients, 10 publications/s, 128 B payload, poll interval 1 s, 10 s window.",
          "The limit is tcp with p99 1.12 ms and 130 B per delivery: no choice for an application, so it is never ranked.",
          "Intervals rest on 3 repetitions and cover the true median with a probability of 75 % or more. Six or more repetitions reach 95 %.",
        ],
        "text": [
          "Only a limit was measured and nothing to choose from, so no transport is named fastest.",
          "For the same reason none is named cheapest.",
        ],
      }
    `);
  });
});

test('the terminal and Markdown show it in a row of its own and are otherwise the same', () => {
  const terminal = (run: RunFile) => renderTerminal(run, { color: false, width: 100 });
  const row = /^tcp \(the limit\).*$/m.exec(terminal(withFloor()))![0];
  expect(row).toMatch(/^tcp \(the limit\) +\S+ µs +1\.12 ms .* 130 B +0 B +\S+ µs +3\/3$/);
  expect(row).not.toMatch(/[*~]/);
  const line = /^\| tcp \(the limit\) \|.*$/m.exec(renderMarkdown(withFloor()))![0];
  expect(line).not.toMatch(/\*|\\~/);
  const same = (text: string) => withoutLimit(text).replaceAll(/\d+ of \d+ measurements/g, 'all measurements');
  expect(same(renderMarkdown(withFloor()))).toBe(same(renderMarkdown(fixtureRun())));
});

test('the page labels it in every table and in the filter, and says in the scoreboard that it is no choice', () => {
  const html = renderHtml(withFloor(), { script: 'void 0;', style: 'body{}' });
  const rows = html.split('\n').filter((line) => /^<tr.*<th scope="row".*tcp/.test(line));
  expect(rows.length).toBeGreaterThan(5);
  expect(rows.filter((row) => !row.includes('tcp (the limit)') || /class="mark (best|tie)"/.test(row))).toEqual([]);
  expect(/<input type="checkbox"[^>]*value="tcp"[^>]*><svg.*?<\/svg> ([^<]*)<\/label>/.exec(html)![1]).toBe(
    'tcp (the limit)',
  );
  expect(html).toContain('The limit is what the others are seen against');
  expect(renderHtml(fixtureRun(), { script: 'void 0;', style: 'body{}' })).not.toContain('The limit is');
});

test('the charts draw it in a look that no transport takes, dashed, and the others in theirs', () => {
  const floors = new Set(['tcp']);
  const many = Array.from({ length: 12 }, (_, i) => `transport ${i}`);
  const looks = looksOf([...many, 'sse', 'tcp'], floors);
  expect([...looks].filter(([, look]) => look === LIMIT_LOOK)).toEqual([['tcp', LIMIT_LOOK]]);
  expect(looks.get('sse')).toBe(looksOf(['sse'], new Set()).get('sse'));
  expect(dashOf(LIMIT_LOOK, 0).length).toBeGreaterThan(0);
  const { charts } = pageDataOf(summarise(withFloor()));
  for (const name of ['layers', 'header', 'bandwidth', 'cpu']) {
    const chart = charts[name]!['broadcast']!;
    const rows = 'rows' in chart ? chart.rows : [];
    expect(rows.map(({ look }) => look === LIMIT_LOOK)).toEqual([false, false, false, false, false, true]);
    expect(rows.at(-1)!.label).toBe('tcp (the limit)');
  }
});
