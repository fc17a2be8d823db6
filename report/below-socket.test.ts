import { expect, test } from 'vitest';
import { renderMarkdown } from './markdown.ts';
import { fixtureRun } from './run.fixture.ts';
import { summarise } from './summary.ts';

const rowOf = (run: ReturnType<typeof fixtureRun>, transport: string) =>
  summarise(run)
    .scenarios.find(({ name }) => name === 'broadcast')!
    .rows.find((row) => row.transport === transport)!;

test('packets of a delivery are those of the window over its deliveries', () => {
  const { figures, networkBasis } = rowOf(fixtureRun(), 'websocket');
  expect(figures.packetsPerDelivery.estimate?.value).toBe(2);
  const bytes = figures.bytesPerDelivery.estimate!.value;
  expect(figures.ipBytesPerDelivery.estimate?.value).toBeCloseTo(bytes + 2 * 52, 9);
  expect(networkBasis).toBe('measured');
});

test('one modelled repetition makes a row modelled, and one without makes it unknown', () => {
  const run = fixtureRun();
  const mine = run.measurements.filter((m) => m.scenario === 'broadcast' && m.transport === 'websocket');
  mine[0]!.network!.basis = 'modelled';
  expect(rowOf(run, 'websocket').networkBasis).toBe('modelled');
  delete mine[0]!.network;
  expect(rowOf(run, 'websocket').networkBasis).toBeNull();
});

test('every figure below the socket says whether it was measured or modelled', () => {
  const text = renderMarkdown(fixtureRun());
  const section = text.slice(text.indexOf('## Below the socket: broadcast'));
  expect(section).toMatch(/\| websocket \|.*\| measured in a private network namespace \|/);
  expect(section).toMatch(/\| sse \|.*\| modelled from writes and reads \|/);
});
