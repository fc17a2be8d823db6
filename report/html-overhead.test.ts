import { expect, test } from 'vitest';
import { overheadSection } from './html-overhead.ts';
import { fixtureRun } from './run.fixture.ts';
import { summarise } from './summary.ts';

test('the overhead table shows the jumps of a WebSocket header', () => {
  const rows = overheadSection(summarise(fixtureRun())).split('<tr data-transport="websocket">');
  const overheads = rows.map((row) => [...row.matchAll(/<td>(\d+)<\/td>/g)].map((match) => match[1]));
  expect(overheads).toContainEqual(['2', '4', '10']);
});
