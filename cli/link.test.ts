/** Links on the command line: what is refused, and what a run over one measures. */
import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunFile } from '../results/schema.ts';
import { schemaError } from '../results/store.ts';
import { folder, pushbench } from './cli.fixture.ts';

let cwd: string;
let remove: () => void;
beforeEach(() => ({ path: cwd, remove } = folder()));
afterEach(() => remove());

const SMALL = '--clients 4 --rate 40 --duration 1s --warmup 100ms --poll-interval 100ms --repetitions 1'.split(' ');

async function measured(link: string, scenarios: string): Promise<RunFile> {
  const { code, stdout, stderr } = await pushbench(cwd, [
    'run',
    ...SMALL,
    ...['--link', link, '--scenarios', scenarios, '--json'],
  ]);
  expect(stderr).not.toMatch(/failed|^\s+at /m);
  expect(code).toBe(0);
  const run = JSON.parse(stdout) as RunFile;
  expect(schemaError(run)).toBeNull();
  return run;
}

/** Warnings that no busy machine explains. */
const defects = ({ validity }: RunFile['measurements'][number]): string[] =>
  validity.warnings
    .filter(({ code }) => /lost|duplicated|reordered|errors|mismatch/.test(code))
    .map(({ message }) => message);

describe('pushbench run --link', () => {
  it('refuses a link that cannot be in one sentence that shows the grammar, before anything starts', async () => {
    const { code, stdout, stderr } = await pushbench(cwd, ['run', '--link', 'custom:dely=20ms']);
    expect(stderr).toMatch(/^pushbench: --link .*did you mean "delay"; write a name, .*got "custom:dely=20ms"\.\n$/);
    expect([code, stdout, readdirSync(cwd)]).toEqual([2, '', []]);
  });

  it('delivers nothing before its delay, is ready not before two round trips, and loses nothing', async () => {
    const run = await measured('custom:delay=20ms', 'broadcast,connect');
    for (const m of run.measurements) {
      const where = `${m.scenario} ${m.transport}`;
      expect([where, defects(m)]).toEqual([where, []]);
      expect([where, m.parameters.link, m.link?.delayMs]).toEqual([where, 'custom:delay=20ms', 20]);
      // Counted on both sides of a relay they would count twice.
      expect([where, m.network?.basis]).toEqual([where, 'modelled']);
      expect(m.readinessNs.min ?? Infinity).toBeGreaterThanOrEqual(80e6);
      if (m.scenario !== 'broadcast') continue;
      expect(m.counts.delivered).toBe(m.counts.offered);
      expect(m.deliveryLatencyNs.min).toBeGreaterThanOrEqual(20e6);
      expect(m.link!.bytes.down).toBeGreaterThan(m.counts.delivered * m.parameters.payloadBytes * 0.5);
    }
  });

  it('cuts connections, from which every transport comes back without a loss and without an error', async () => {
    const run = await measured('custom:delay=2ms,cut=1s', 'broadcast,echo');
    expect(run.run.notes.join()).toMatch(/echo needs connections that last/);
    expect(run.measurements.length).toBeGreaterThanOrEqual(5);
    for (const m of run.measurements) {
      expect([m.transport, defects(m), m.counts.lost]).toEqual([m.transport, [], 0]);
    }
    expect(run.measurements.reduce((cuts, m) => cuts + m.link!.cuts, 0)).toBeGreaterThan(0);
  });
});
