import { expect, test } from 'vitest';
import { exactSection } from './html-exact.ts';
import { fixtureRun } from './run.fixture.ts';
import { summarise } from './summary.ts';

const section = (): string => exactSection(summarise(fixtureRun()));

test('a run without exact counts says how to get them', () => {
  const run = fixtureRun();
  delete run.exact;
  const html = exactSection(summarise(run));
  expect(html).toContain('<code>pushbench anatomy</code>');
  expect(html).not.toContain('<table');
});

test('every step has its bytes up and down, for each transport', () => {
  const html = section();
  expect(html).toContain('505 ↑ 210 ↓');
  expect(html).toContain('0 ↑ 132 ↓');
});

test('it is said from which message on the smallest transport has cost less', () => {
  expect(section()).toContain('From the first message on websocket costs fewer bytes than short-polling');
});

test('each connection can be unfolded, and what it carried stays text', () => {
  const html = section();
  expect(html).toContain('<summary>websocket: 745 B</summary>');
  expect(html).toContain('&lt;b&gt;bold&lt;/b&gt;');
  expect(html).not.toContain('<b>bold');
});

test('of a server that is not ours, what cannot be counted is a dash, and no connection is shown taken apart', () => {
  const run = fixtureRun();
  for (const of of run.exact!.transports) {
    delete of.idle;
    delete of.upstream;
    delete of.batch.exchange;
    Object.assign(of, { steps: [], perHeader: [] });
  }
  const html = exactSection(summarise(run));
  expect(html).toContain('<td>—</td>');
  expect(html).toContain('505 ↑ 210 ↓');
  expect(html).not.toMatch(/Anatomy|NaN|undefined/);
});
