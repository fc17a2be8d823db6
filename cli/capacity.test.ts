/** `pushbench capacity` as a process: a small real search, what it writes, how it refuses, and how it is interrupted. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CapacityFile } from '../results/capacity.ts';
import { readCapacity } from '../results/capacity-store.ts';
import { folder, groupAlive, pushbench, resultIn, start, until } from './cli.fixture.ts';

let cwd: string;
let remove: () => void;
beforeEach(() => ({ path: cwd, remove } = folder()));
afterEach(() => remove());

/** Probes of a third of a second. */
const SMALL = '--clients 20 --rate 200 --duration 300ms --warmup 50ms'.split(' ');

describe('pushbench capacity', () => {
  it('finds an interval with real probes, and writes what it prints', async () => {
    const args = ['--transports', 'sse', '--dimension', 'clients', '--slo', 'p99<2s', '--budget', '12s', '--json'];
    const { code, stdout, stderr } = await pushbench(cwd, ['capacity', ...SMALL, ...args]);
    expect(code, stderr).toBe(0);
    const file = JSON.parse(stdout) as CapacityFile;
    expect(readCapacity(resultIn(cwd))).toEqual(file);
    expect(readFileSync(resultIn(cwd).replace('.json', '.md'), 'utf8')).toContain('## Capacity within `p99<2s`');
    expect(readFileSync(resultIn(cwd).replace('.json', '.html'), 'utf8')).toContain('<!doctype html>');
    expect(file).toMatchObject({ kind: 'capacity', partial: false, run: { slo: 'p99<2s', budgetMs: 12_000 } });
    const [capacity] = file.capacities;
    expect(capacity!.probes.length).toBeGreaterThanOrEqual(2);
    for (const { at, measurement } of capacity!.probes) expect(measurement?.parameters.clients ?? at).toBe(at);
    expect(stderr.trim().split('\n').length).toBe(capacity!.probes.length);
    if (capacity!.met !== null && capacity!.failed !== null) expect(capacity!.failed).toBeGreaterThan(capacity!.met);
  });

  it('says of short polling that its law, not load, is against the target', async () => {
    const args = ['--transports', 'short-polling', '--dimension', 'clients', '--slo', 'p99<50ms', '--no-saturation'];
    const { code, stdout } = await pushbench(cwd, ['capacity', ...SMALL, '--poll-interval', '300ms', ...args]);
    expect(code).toBe(0);
    expect(stdout).toContain('none (20 failed)');
    expect(stdout).toContain('by its law, not by load');
  });

  it.each([
    [['--slo', 'p99<fast'], 'METRIC OP VALUE'],
    [['--slo', 'p98<1s'], 'there is no metric "p98"'],
    [['--dimension', 'height'], 'clients, rate, both'],
    [['--budget', '1s'], 'Raise it to'],
    [['--budget', 'long'], 'must be a duration'],
    [['--clients', '9000000'], 'ower --clients'],
    [['--scenarios', 'echo'], 'unknown option'],
  ])('refuses %s in words, before anything is written', async (args, what) => {
    const { code, stdout, stderr } = await pushbench(cwd, ['capacity', ...args]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(what);
    expect(stderr).not.toContain('    at ');
    expect(existsSync(join(cwd, 'results'))).toBe(false);
  });

  it('ends in order on Ctrl-C: exit 130, a valid partial file, nothing left behind', async () => {
    const args = ['capacity', ...SMALL, '--transports', 'sse,long-polling', '--slo', 'p99<5s'];
    const run = start(cwd, args);
    await until(() => run.stderr().split('\n').length > 2, 'two probes');
    run.process.kill('SIGINT');
    const { code, stdout } = await run.finished;
    expect(code).toBe(130);
    expect(stdout).toContain('Interrupted');
    const file = readCapacity(resultIn(cwd));
    expect(file.partial).toBe(true);
    expect(file.capacities[0]!.ended).toBe('interrupted');
    expect(file.capacities[0]!.probes.length).toBeGreaterThanOrEqual(2);
    expect(groupAlive(run.process.pid!)).toBe(false);
    expect(readdirSync(join(cwd, 'results/runs')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('explains the target in its help', async () => {
    const { stdout } = await pushbench(cwd, ['capacity', '--help']);
    for (const word of ['--slo', '--dimension', '--budget', '--workers', 'METRIC OP VALUE', 'server-cpu']) {
      expect(stdout).toContain(word);
    }
    expect(stdout).not.toContain('--repetitions');
  });
});
