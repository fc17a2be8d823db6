/** `pushbench history` as a process, with git and files that are broken in the ways that CI breaks them. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commitOf, elsewhere, fixtureHistory } from '../report/history.fixture.ts';
import { fixtureRun } from '../report/run.fixture.ts';
import type { RunFile } from '../results/schema.ts';
import type { Machine } from '../results/trends.ts';
import { folder, pushbench, type Finished } from './cli.fixture.ts';

let cwd: string;
let remove: () => void;
beforeEach(() => ({ path: cwd, remove } = folder()));
afterEach(() => remove());

const HISTORY = 'kept/history.jsonl';
const RUN = fixtureRun({ repetitions: 1 });

function stored(id: string, changes: Partial<RunFile> = {}): string {
  writeFileSync(
    join(cwd, `${id}.json`),
    JSON.stringify({ ...RUN, ...changes, run: { ...RUN.run, ...changes.run, id } }),
  );
  return `${id}.json`;
}

const add = (id: string, ...more: string[]): Promise<Finished> =>
  pushbench(cwd, ['history', 'add', stored(id), '--file', HISTORY, ...more]);
const lines = (): string[] => readFileSync(join(cwd, HISTORY), 'utf8').trimEnd().split('\n');

describe('pushbench history add', () => {
  it('appends one line a run and keeps those of before as they were', async () => {
    const first = await add('a', '--commit', commitOf(0));
    expect(first).toEqual({
      ...{ code: 0, stdout: '' },
      stderr: `History  ${HISTORY}: run 1 of machine c0ffee1234567890, commit ${commitOf(0)}\n`,
    });
    const [line] = lines();
    await add('b', '--commit', 'ABCDEF1');
    expect(lines()).toHaveLength(2);
    expect(lines()[0]).toBe(line);
    expect(JSON.parse(lines()[1]!)).toMatchObject({ commit: 'abcdef1', runId: 'b', fingerprint: 'c0ffee1234567890' });
  });

  it('refuses the same run twice', async () => {
    await add('a', '--commit', commitOf(0));
    const again = await add('a', '--commit', commitOf(1));
    expect(again).toEqual({
      ...{ code: 2, stdout: '' },
      stderr: `pushbench: ${HISTORY} holds run a already, of commit ${commitOf(0)}; nothing was added.\n`,
    });
    expect(lines()).toHaveLength(1);
  });

  it('does not lose the history, nor the run, to a line that was cut short', async () => {
    await add('a', '--commit', commitOf(0));
    appendFileSync(join(cwd, HISTORY), lines()[0]!.slice(0, 300));
    const { code, stderr } = await add('b', '--commit', commitOf(1));
    expect(code).toBe(0);
    expect(stderr).toMatch(/^Line 2 is cut short; it was skipped\.\nHistory .*run 2 of machine/);
    expect(lines()).toHaveLength(3);
  });

  it('takes the commit from --commit, else from GITHUB_SHA, else from git', async () => {
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args], { cwd, encoding: 'utf8' }).trim();
    git('init', '-q');
    git('commit', '-q', '--allow-empty', '-m', 'one');
    const file = ['--file', HISTORY];
    await pushbench(cwd, ['history', 'add', stored('a'), ...file, '--commit', commitOf(0)], {
      GITHUB_SHA: commitOf(1),
    });
    await pushbench(cwd, ['history', 'add', stored('b'), ...file], { GITHUB_SHA: commitOf(1) });
    await pushbench(cwd, ['history', 'add', stored('c'), ...file]);
    const commits = lines().map((line) => (JSON.parse(line) as { commit: string }).commit);
    expect(commits).toEqual([commitOf(0), commitOf(1), git('rev-parse', 'HEAD')]);
  });

  const bad: [what: string, add: () => Promise<Finished>, sentence: RegExp][] = [
    [
      'a commit that is no hash',
      () => add('a', '--commit', 'main; rm -rf .'),
      /--commit "main; rm -rf \." is no commit/,
    ],
    ['no commit at all', () => add('a'), /this folder is in no git repository\. Give --commit SHA\./],
    [
      'a partial run, which would be read as a whole one',
      () =>
        pushbench(cwd, ['history', 'add', stored('a', { partial: true }), '--file', HISTORY, '--commit', commitOf(0)]),
      /a\.json is partial: .*nothing was added/,
    ],
    [
      'a file that is no history',
      () => pushbench(cwd, ['history', 'add', stored('a'), '--file', 'a.json', '--commit', commitOf(0)]),
      /a\.json is no history; nothing was added/,
    ],
  ];
  it.each(bad)('refuses %s', async (_what, run, sentence) => {
    const { code, stdout, stderr } = await run();
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(sentence);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('pushbench history show', () => {
  const kept = (text: string): void => writeFileSync(join(cwd, 'h.jsonl'), text);
  const entries = fixtureHistory(14);
  const text = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');

  it('shows what changed and at which commit, and writes the page', async () => {
    kept(text);
    const args = ['history', 'show', 'h.jsonl', '--html', 'h.html', '--commit-url', 'https://example.com/{commit}'];
    const { code, stdout, stderr } = await pushbench(cwd, args);
    expect([code, stderr]).toEqual([0, 'Report  h.html\n']);
    expect(stdout).toMatch(/^worse {2}\+3\d % at 0909090 \(2026-01-09\): sse\/broadcast/m);
    const page = readFileSync(join(cwd, 'h.html'), 'utf8');
    expect(page.startsWith('<!doctype html>')).toBe(true);
    expect(page.includes(`href="https://example.com/${commitOf(8)}"`)).toBe(true);
  });

  it('prints one document with --json, machines apart, broken lines named', async () => {
    kept(`${text}${JSON.stringify(elsewhere(entries[0]!))}\nbroken\n`);
    const { code, stdout, stderr } = await pushbench(cwd, ['history', 'show', 'h.jsonl', '--json']);
    expect([code, stderr]).toEqual([0, '']);
    const { machines, skipped, kind } = JSON.parse(stdout) as { machines: Machine[]; skipped: object[]; kind: string };
    expect(kind).toBe('trends');
    expect(machines.map(({ runs }) => runs.length)).toEqual([14, 1]);
    expect(skipped).toEqual([{ line: 16, why: 'is no JSON' }]);
  });

  it('shows what was asked for, and refuses a name that the history does not have', async () => {
    kept(text);
    const some = await pushbench(cwd, [
      'history',
      'show',
      'h.jsonl',
      '--transports',
      'sse',
      '--metrics',
      'latency-p50',
    ]);
    expect(some.stdout.match(/^ {2}\S+/gm)!.every((line) => line.trim() === 'latency-p50')).toBe(true);
    expect(some.stdout).not.toContain('websocket');
    const none = await pushbench(cwd, ['history', 'show', 'h.jsonl', '--metrics', 'latency-p5']);
    expect(none.code).toBe(2);
    expect(none.stderr).toMatch(/--metrics: h\.jsonl has no "latency-p5"\. It has: latency-p50, /);
  });

  const bad: [what: string, text: string | null, more: string[], sentence: RegExp][] = [
    ['a file that is not there', null, [], /h\.jsonl is not there\. "pushbench history add" makes it\./],
    ['an empty file', '\n', [], /h\.jsonl is empty\./],
    ['a file of broken lines', 'a\nb\n', [], /h\.jsonl holds no run that can be read\. Line 1 is no JSON\./],
    [
      'an address that is none of the web',
      text,
      ['--commit-url', 'javascript:{commit}'],
      /--commit-url .* must begin with https/,
    ],
  ];
  it.each(bad)('answers %s with a sentence', async (_what, content, more, sentence) => {
    if (content !== null) kept(content);
    const { code, stdout, stderr } = await pushbench(cwd, ['history', 'show', 'h.jsonl', ...more]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});
