/** The certificate against a real generator: an overloaded one is caught everywhere that a reader looks, a healthy one is not accused. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunFile } from '../results/schema.ts';
import { readRun } from '../results/store.ts';
import { allowedCores } from '../scenarios/runner/machine.ts';
import { childOf, folder, pushbench, resultIn, start } from './cli.fixture.ts';

const TASKSET = '/usr/bin/taskset';
const hasTaskset = existsSync(TASKSET);

/** A core's worth of work on one core, until it is ended, or its parent is. */
const BUSY = 'const parent = process.ppid; while (process.ppid === parent);';

let cwd: string;
let remove: () => void;
let beside: ChildProcess | undefined;
beforeEach(() => ({ path: cwd, remove } = folder()));
afterEach(() => {
  beside?.kill('SIGKILL');
  beside = undefined;
  remove();
});

const codesOf = (run: RunFile) =>
  run.measurements.map(({ validity }) => validity.warnings.filter((w) => w.invalidates).map(({ code }) => code));

describe.runIf(hasTaskset)('2,000 clients on one core with a busy loop beside them', () => {
  it('are invalid because of the generator: in the file, in the terminal and in the page', async () => {
    const core = String(allowedCores()[0]!);
    beside = spawn(TASKSET, ['-c', core, process.execPath, '-e', BUSY], { stdio: 'ignore' });
    const load = '--clients 2000 --rate 40 --duration 1s --warmup 1s --repetitions 1'.split(' ');
    const running = start(cwd, ['run', '--transports', 'websocket', '--scenarios', 'broadcast', ...load]);
    // Its threads only: of a server on the same core, which is slower, it would be the server that cannot keep up.
    const generator = await childOf(running.process.pid!, 'generator');
    expect(spawnSync(TASKSET, ['-a', '-p', '-c', core, String(generator)]).status).toBe(0);
    // A tenth of its core instead of half, with which it keeps up with what a server without a core of its own sends.
    setPriority(generator, 10);
    const { stdout, code } = await running.finished;
    expect(code).toBe(0);

    const run = readRun(resultIn(cwd));
    // The first, of the transport or of the limit beside it: the next has a generator of its own.
    const { valid, evidence, warnings } = run.measurements[0]!.validity;
    expect(valid).toBe(false);
    expect(codesOf(run)[0], JSON.stringify(run.measurements[0]!.validity)).toContain('generator-cpu');
    expect(evidence!.generatorCpuShare! + evidence!.generatorWaitedShare!).toBeGreaterThan(0.9);
    const reason = warnings.find((warning) => warning.code === 'generator-cpu')!;
    expect(reason.advice).toContain('Lower --clients (now 2000) or --rate (now 40/s)');

    const flat = stdout.replace(/\s+/g, ' ');
    expect(flat).toContain(reason.message);
    expect(flat).toContain('[generator-cpu]');
    expect(flat).toContain(reason.advice);
    const page = readFileSync(resultIn(cwd).replace('.json', '.html'), 'utf8');
    expect(page).toContain('<code>generator-cpu</code>');
    expect(page).toContain('<span class="mark invalid">invalid</span>');
    expect(page).toContain('<details id="certificates"><summary>Certificates of');
  });
});

describe.skipIf(hasTaskset)('without taskset', () => {
  it.skip('nothing can be pinned to one core, so no generator is overloaded on purpose');
});

describe('a few clients at an easy rate', () => {
  it('are not held against the generator, and prove themselves', async (context) => {
    const load = '--clients 5 --rate 50 --duration 1s --warmup 100ms --repetitions 2'.split(' ');
    await pushbench(cwd, ['run', '--transports', 'websocket', '--scenarios', 'broadcast', ...load]);
    const run = readRun(resultIn(cwd));
    expect(run.measurements.map(({ validity }) => validity.evidence?.samples).every((n) => n! > 200)).toBe(true);
    // On a machine that others fill, a generator without a core of its own is late indeed, and says so.
    const quiet = run.measurements.filter(
      ({ validity }) => !validity.warnings.some(({ code }) => code === 'machine-busy' || code === 'machine-stolen'),
    );
    if (quiet.length === 0) context.skip('other programs kept the machine busy');
    expect(codesOf({ ...run, measurements: quiet }).flat()).toEqual([]);
  });
});
