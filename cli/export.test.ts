/** `pushbench export` as a process: what it prints, writes and refuses. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { capacityFile } from '../report/capacity.fixture.ts';
import { fatter } from '../report/judgement.fixture.ts';
import { fixtureRun } from '../report/run.fixture.ts';
import type { RunFile } from '../results/schema.ts';
import { folder, pushbench } from './cli.fixture.ts';

let cwd: string;
let remove: () => void;
beforeEach(() => ({ path: cwd, remove } = folder()));
afterEach(() => remove());

function stored(run: RunFile): string {
  writeFileSync(join(cwd, 'run.json'), JSON.stringify(run));
  return 'run.json';
}

describe('pushbench export', () => {
  it('prints the text and nothing else on stdout', async () => {
    const { code, stdout, stderr } = await pushbench(cwd, ['export', stored(fixtureRun()), '--format', 'bencher']);
    expect([code, stderr]).toEqual([0, '']);
    expect(Object.keys(JSON.parse(stdout) as object)).toContain('websocket/exact/128B');
  });

  it('writes --out, and reads a gzipped run and a capacity', async () => {
    writeFileSync(join(cwd, 'run.json.gz'), gzipSync(JSON.stringify(fixtureRun())));
    writeFileSync(join(cwd, 'capacity.json'), JSON.stringify(capacityFile()));
    const run = await pushbench(cwd, ['export', 'run.json.gz', '--format', 'csv', '--out', 'deep/run.csv']);
    expect(run).toEqual({ code: 0, stdout: '', stderr: 'Export  deep/run.csv\n' });
    expect(readFileSync(join(cwd, 'deep/run.csv'), 'utf8').split('\r\n')).toHaveLength(
      fixtureRun().measurements.length + 2,
    );
    const capacity = await pushbench(cwd, ['export', 'capacity.json', '--format', 'github-bigger']);
    expect(capacity.code).toBe(0);
    expect(capacity.stdout).toContain('sse/capacity/clients');
    expect(capacity.stderr).toMatch(/^Left out {2}sse, publications/);
  });

  it('never exports a partial run as if it were whole', async () => {
    const path = stored({ ...fixtureRun(), partial: true });
    const refused = await pushbench(cwd, ['export', path, '--format', 'bencher', '--out', 'out']);
    expect([refused.code, refused.stdout]).toEqual([2, '']);
    expect(refused.stderr).toMatch(/^pushbench: run\.json is partial: .* export csv or markdown, which mark it\.\n$/);
    expect(existsSync(join(cwd, 'out'))).toBe(false);
    const { code, stdout } = await pushbench(cwd, ['export', path, '--format', 'markdown']);
    expect(code).toBe(0);
    expect(stdout).toContain('partial');
  });

  it('says what it left out because it is invalid', async () => {
    const run = fixtureRun();
    run.measurements[0]!.validity = {
      valid: false,
      warnings: [{ code: 'clock', invalidates: true, message: 'The clocks\n::error::disagree.', advice: 'Run again.' }],
    };
    const { code, stderr } = await pushbench(cwd, ['export', stored(run), '--format', 'bencher']);
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^Left out {2}short-polling\/broadcast\S+: 1 of 3 repetitions invalid\. .*The clocks ::error::disagree\..*\n$/,
    );
  });

  const bad: [what: string, args: string[], sentence: RegExp][] = [
    [
      'a format with a slip',
      ['run.json', '--format', 'benche'],
      /--format .* has no format "benche"; did you mean "bencher"\?/,
    ],
    ['a file that is no JSON', ['other.json', '--format', 'csv'], /other\.json is not JSON/],
    [
      'a file that is none of ours',
      ['package.json', '--format', 'csv'],
      /^pushbench: package\.json is not a pushbench run: it has no schemaVersion, .*\. Give a file that "pushbench run" wrote\.\n$/,
    ],
    [
      'a verdict',
      ['verdict.json', '--format', 'csv'],
      /verdict\.json holds a verdict, which other tools read as Markdown or JUnit: pushbench report verdict\.json --markdown\./,
    ],
    ['a run of nothing', ['empty.json', '--format', 'bencher'], /empty\.json holds no valid figure for this format/],
  ];
  it.each(bad)('answers %s with a sentence', async (_what, args, sentence) => {
    const empty: RunFile = { ...fixtureRun(), measurements: [] };
    delete empty.exact;
    delete empty.codecs;
    stored(fixtureRun({ repetitions: 1 }));
    writeFileSync(join(cwd, 'other.json'), 'no');
    writeFileSync(join(cwd, 'package.json'), '{ "name": "mine" }');
    writeFileSync(join(cwd, 'verdict.json'), JSON.stringify(fatter()));
    writeFileSync(join(cwd, 'empty.json'), JSON.stringify(empty));
    const { code, stdout, stderr } = await pushbench(cwd, ['export', ...args]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('lists its formats in --help, with what reads each', async () => {
    const { stdout } = await pushbench(cwd, ['export', '--help']);
    expect(stdout).toMatch(/bencher +Bencher .*\n +github-smaller +github-action-benchmark/);
  });
});
