/** Runs the built command line as a user does: a process of its own, in a folder of its own. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Measurement, RunFile } from '../results/schema.ts';
import { schemaError } from '../results/store.ts';

export const ROOT = resolve(import.meta.dirname, '..');
const MAIN = join(ROOT, 'dist/cli/main.js');

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly process: ChildProcessByStdio<null, Readable, Readable>;
  readonly finished: Promise<Finished>;
  stderr(): string;
  stdout(): string;
}

export function folder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'pushbench-test-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/**
 * A group of its own, so that a test can see whether anything of it is left.
 *
 * @param under a program and its arguments that end by becoming what follows them, such as taskset
 */
export function start(
  cwd: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  under: readonly string[] = [],
): Running {
  return startOf(MAIN, cwd, args, env, under);
}

/** The same of another build. */
export function startOf(
  main: string,
  cwd: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  under: readonly string[] = [],
): Running {
  const [program = process.execPath, ...words] = [...under, process.execPath, main, ...args];
  const child = spawn(program, words, {
    cwd,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  const finished = new Promise<Finished>((done) => child.on('close', (code) => done({ code, stdout, stderr })));
  return { process: child, finished, stderr: () => stderr, stdout: () => stdout };
}

export function pushbench(cwd: string, args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Finished> {
  return start(cwd, args, env).finished;
}

/** Whether any process of the group is alive. */
export function groupAlive(pid: number): boolean {
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    return false;
  }
}

export async function until(condition: () => boolean, what: string): Promise<void> {
  for (let waited = 0; !condition(); waited += 10) {
    if (waited > 40_000) throw new Error(`still waiting for ${what}`);
    await sleep(10);
  }
}

/** Empty when the process has ended meanwhile. */
function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** The process id of a run's server or generator, once it exists. */
export async function childOf(pid: number, role: 'server' | 'generator'): Promise<number> {
  let found: number | undefined;
  await until(() => {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
    found = children.map(Number).find((child) => commandOf(child).includes(`${role}-process`));
    return found !== undefined;
  }, `the ${role} process`);
  return found!;
}

/** The one result file under a run's folder. */
export function resultIn(cwd: string): string {
  const runs = join(cwd, 'results/runs');
  const files = readdirSync(runs).filter((name) => name.endsWith('.json'));
  if (files.length !== 1) throw new Error(`expected one result file, found ${files.join(', ')}`);
  return join(runs, files[0]!);
}

/** What a run with little warm-up has measured, its document held to the schema. */
export async function measured(cwd: string, ...args: readonly string[]): Promise<Measurement[]> {
  const { code, stdout, stderr } = await pushbench(cwd, ['run', '--json', '--warmup', '200ms', ...args]);
  expect(code, stderr).toBe(0);
  const run = JSON.parse(stdout) as RunFile;
  expect(schemaError(run)).toBeNull();
  return run.measurements;
}

export const codes = ({ validity }: Measurement): string[] => validity.warnings.map(({ code }) => code);
