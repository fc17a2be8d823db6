/** The laws and the memory of clients by the command itself, small. */
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { checkLaws } from '../results/law-check.ts';
import type { RunFile } from '../results/schema.ts';
import { readRun, schemaError } from '../results/store.ts';
import { folder, pushbench, resultIn } from './cli.fixture.ts';

let cwd: string;
let remove: () => void;
beforeEach(() => ({ path: cwd, remove } = folder()));
afterEach(() => remove());

it('measures the laws beside the floor, and shows each prediction with its divergence in terminal and page', async () => {
  const args = '--transports sse,tcp --link custom:delay=20ms --repetitions 1 --duration 500ms'.split(' ');
  const { code, stdout, stderr } = await pushbench(cwd, ['run', '--scenarios', 'laws', ...args]);
  expect(code, stderr).toBe(0);
  const run = readRun(resultIn(cwd));
  const points = new Set(run.measurements.map(({ parameters }) => parameters.variant!.split('/')[0]));
  expect(points).toEqual(new Set(['stream', 'reconnect', 'cold']));
  for (const { counts, scenario } of run.measurements) {
    expect([scenario, counts.lost, counts.duplicated, counts.reordered]).toEqual(['laws', 0, 0, 0]);
  }
  expect(stdout).toContain('Model against measured: ');
  const check = checkLaws(run)!;
  const page = readFileSync(resultIn(cwd).replace('.json', '.html'), 'utf8');
  expect(page).toContain('<section id="laws">');
  // On a machine that others fill all may be invalid, the floor's too: then their rows say so.
  const rowsOf = (law: string): string[] => check.rows.flatMap((row) => (row.law === law ? [row.point] : []));
  expect(new Set(rowsOf('stream'))).toEqual(new Set(['125B', '126B', '4096B']));
  expect(new Set(rowsOf('reconnect')).size).toBe(3);
  expect(new Set(rowsOf('cold')).size).toBe(4);
  for (const { point } of check.rows) expect(page).toContain(point);
  for (const m of run.measurements.filter(({ parameters }) => parameters.variant!.startsWith('reconnect'))) {
    // Each is cut several times, and each time served again; where the machine stands still some are cut anew before.
    expect(m.storm!.clients).toBe(8 * m.parameters.clients);
    if (m.validity.valid) expect(m.storm!.recoveryNs.count).toBe(m.storm!.clients);
    expect(m.storm!.recoveryNs.count).toBeLessThanOrEqual(m.storm!.clients);
    expect(m.storm!.recoveryNs.count).toBeGreaterThan(7 * m.parameters.clients);
  }
});

it('reads memory at growing numbers of clients, all of them connected in the end', async () => {
  const args = '--transports websocket,short-polling --clients 200 --duration 1s --poll-interval 500ms'.split(' ');
  const { code, stdout, stderr } = await pushbench(cwd, [
    'run',
    '--json',
    '--scenarios',
    'memory',
    '--workers',
    '2',
    ...args,
  ]);
  expect(code, stderr).toBe(0);
  const run = JSON.parse(stdout) as RunFile;
  expect(schemaError(run)).toBeNull();
  expect(run.measurements).toHaveLength(2);
  for (const { memory, readinessNs, window, transport } of run.measurements) {
    expect(memory!.steps.map(({ clients }) => clients)).toEqual([100, 120, 140, 160, 180, 200]);
    expect(readinessNs.count).toBe(200);
    if (process.platform === 'linux') expect(memory!.perClient).not.toBeNull();
    expect(window.emptyPolls > 0).toBe(transport === 'short-polling');
  }
});
