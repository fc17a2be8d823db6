/** What the report makes of scenarios that are measured when they are named: sweeps, stall, storm, slow clients, staleness. */
import { expect, test } from 'vitest';
import type { RunFile } from '../results/schema.ts';
import { schemaError } from '../results/store.ts';
import { answerOf, textOf } from './answer.ts';
import { sweepCharts } from './chart-sweeps.ts';
import { intervalRun, memoryRun, payloadRun, slowRun, stalenessRun, stallRun, stormRun } from './disturbed.fixture.ts';
import { disturbedLinks, disturbedSections } from './html-disturbed.ts';
import { sweepSection } from './html-sweeps.ts';
import { renderMarkdown } from './markdown.ts';
import { fixtureRun } from './run.fixture.ts';
import { summarise, type ScenarioView } from './summary.ts';
import { sweepOf } from './sweeps.ts';
import { renderTerminal } from './terminal.ts';
import { verdictsOf } from './verdicts.ts';

const viewOf = (run: RunFile): ScenarioView => summarise(run).scenarios[0]!;
const disturbed = [stallRun, stormRun, slowRun, stalenessRun, memoryRun];

test.each([payloadRun, intervalRun, ...disturbed])('the fixture %o is a valid result file', (run) => {
  expect(schemaError(run())).toBeNull();
});

test('a scenario that varies one number is a sweep over it, by size and not by spelling', () => {
  const sweep = sweepOf(viewOf(payloadRun()))!;
  expect([sweep.title, sweep.values.map(sweep.show)]).toEqual(['payload', ['16 B', '128 B', '1 KiB']]);
  expect(
    viewOf(payloadRun())
      .rows.slice(0, 3)
      .map((row) => row.variant),
  ).toEqual(['16 B', '128 B', '1024 B']);
});

test('a transport that does not have the number stands beside the others with one value for all', () => {
  const sweep = sweepOf(viewOf(intervalRun()))!;
  expect([sweep.title, sweep.values.map(sweep.show)]).toEqual(['poll interval', ['100 ms', '500 ms', '5 s']]);
  const [polls, push] = [sweep.transports[0]!, sweep.transports.at(-1)!];
  expect([polls.varied, push.varied]).toEqual([true, false]);
  expect(new Set(sweep.values.map(polls.at)).size).toBe(3);
  expect(new Set(sweep.values.map(push.at)).size).toBe(1);
});

test.each(['broadcast', 'echo', 'idle', 'connect', 'shared-port'])('%s varies no number, so it is no sweep', (name) => {
  const view = summarise(fixtureRun());
  expect(sweepOf(view.scenarios.find((scenario) => scenario.name === name)!)).toBeNull();
});

test('a sweep is drawn over its number in the unit of the axis, and what is nothing is left out', () => {
  const charts = sweepCharts(summarise(intervalRun()));
  const [latency, requests] = ['sweep-0-latency', 'sweep-0-requests'].map((name) => charts[name]?.['']);
  if (latency?.kind !== 'lines' || requests?.kind !== 'lines') throw new Error('not drawn as lines');
  expect(latency.x).toEqual({ title: 'poll interval', unit: 'ns' });
  for (const { points } of latency.series) expect(points.map(([x]) => x)).toEqual([100e6, 500e6, 5e9]);
  expect(latency.series).toHaveLength(5);
  expect(requests.series.flatMap(({ points }) => points).every(([, y]) => y > 0)).toBe(true);
});

test('a sweep says in the terminal and in Markdown where each figure starts and ends', () => {
  const [sentence, ...others] = verdictsOf(viewOf(payloadRun()));
  expect(sentence).toBe('short-polling, payload 16 B → 1 KiB: server CPU per delivery 16 µs → 1.02 ms.');
  expect(others).toHaveLength(4);
  const run = payloadRun();
  expect(renderMarkdown(run)).toContain('payload 16 B → 1 KiB');
  expect(renderTerminal(run, { color: false, width: 200 })).toContain('payload 16 B → 1 KiB');
});

test('a stall is shown from the due time and from the send, with the law and with the reason', () => {
  const scenario = viewOf(stallRun());
  expect(scenario.kind).toBe('stall');
  const [lesson, first] = verdictsOf(scenario);
  expect(lesson).toContain('is sent when it goes on');
  expect(first).toMatch(
    /^short-polling stood still for 300 ms: from the due time p99 is .* \(the law says 270 ms\), from the send /,
  );
  const html = disturbedSections(summarise(stallRun()));
  for (const text of ['from due: p50', 'from send: p50', '270 ms', 'is sent when it goes on'])
    expect(html).toContain(text);
});

test('a storm is shown by when the last client was served, and connections by the time that took', () => {
  const [row] = viewOf(stormRun()).rows;
  expect(viewOf(stormRun()).kind).toBe('storm');
  expect(row!.figures.recoveryMax.estimate!.value).toBe(500e6);
  expect(row!.figures.reconnectionsPerSecond.estimate!.value).toBe(100);
  expect(renderMarkdown(stormRun())).toContain('500 ms');
});

test('slow clients are shown beside the others, with what they were told is gone', () => {
  const scenario = viewOf(slowRun());
  expect([scenario.kind, scenario.rows[0]!.variant, scenario.rows[1]!.variant]).toEqual([
    'slow',
    'none slow',
    'half slow',
  ]);
  expect(scenario.rows[1]!.figures.slowToldLost.estimate!.value).toBe(17);
  expect(scenario.rows[0]!.figures.slowToldLost).toEqual({ estimate: null, missing: 'not measured' });
  expect(scenario.rows[0]!.load).not.toBe(scenario.rows[1]!.load);
});

test('staleness is shown by its own percentiles', () => {
  const [row] = viewOf(stalenessRun()).rows;
  expect(viewOf(stalenessRun()).kind).toBe('staleness');
  expect(row!.figures.stalenessP50.estimate!.value / 1e8).toBeCloseTo(1, 1);
  expect(row!.percentiles.count).toBe(6_000);
});

test.each(disturbed)('a run of nothing else (%o) does not claim that nothing was delivered', (run) => {
  const [sentence] = answerOf(summarise(run())).sentences;
  expect(textOf(sentence)).toMatch(/ask something else/);
});

test('a run without these scenarios has neither their sections nor links to them', () => {
  const view = summarise(fixtureRun());
  expect([disturbedLinks(view), disturbedSections(view), sweepSection(view)]).toEqual([[], '', '']);
});

test('names of a file stay text in every one of these sections', () => {
  for (const run of [payloadRun(), stallRun()]) {
    for (const m of run.measurements) {
      m.scenario = '<b>x</b>';
      if (m.transport === 'sse') m.transport = '<i>y</i>';
      m.parameters.variant = `<u>${m.parameters.variant}</u>`;
    }
    const view = summarise(run);
    const html = sweepSection(view) + disturbedSections(view);
    expect(html).toContain('&lt;i&gt;y');
    expect(html).not.toMatch(/<[biu]>/);
  }
});

test('memory of a client has a total of server and kernel, and none where one of them cannot be read', () => {
  const total = (run: RunFile) => viewOf(run).rows.map(({ figures }) => figures.clientMemoryTotal);
  for (const { estimate } of total(memoryRun())) expect(estimate!.value).toBe(12_000);
  for (const figure of total(memoryRun(false))) expect(figure).toEqual({ estimate: null, missing: 'not measurable' });
  expect(renderTerminal(memoryRun(), { color: false, width: 160 })).toMatch(
    /^sse .* 7\.81 KiB .* 3\.91 KiB .* 11\.7 KiB/m,
  );
  expect(disturbedSections(summarise(memoryRun()))).toMatch(/both.*11\.7 KiB/s);
});
