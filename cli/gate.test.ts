/** The gates over stored files as processes: what they print, what they write, and how they exit. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Compile } from 'typebox/compile';
import { gatedRun } from '../report/gated-run.fixture.ts';
import { violations } from '../report/junit-shape.fixture.ts';
import { JudgementSchema, type Judgement } from '../results/gate/judgement.ts';
import { readBaseline } from '../results/gate/stored.ts';
import { makeMutant } from '../scenarios/bench/mutants.ts';
import { TRANSPORTS } from '../scenarios/transports.ts';
import { folder, pushbench, ROOT, startOf } from './cli.fixture.ts';

const OWN = join(ROOT, 'results/baselines/exact.json');
const judgements = Compile(JudgementSchema);

let cwd: string;
let remove: () => void;
beforeEach(() => ({ path: cwd, remove } = folder()));
afterEach(() => remove());

const write = (name: string, value: unknown): string => {
  const path = join(cwd, name);
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
  return path;
};

const NODE = Number(process.versions.node.split('.')[0]);

describe('the baseline of this project', () => {
  it('guards every transport', () => {
    expect(Object.keys(readBaseline(OWN).transports)).toEqual([...TRANSPORTS].sort());
  });

  it('is kept by this build', async () => {
    const { code, stdout, stderr } = await pushbench(cwd, ['compare', OWN]);
    // Node.js 24.22 puts what is written to a response in one turn into one chunk, so that a batch is fewer bytes of framing.
    if (NODE < 24) expect(stdout).toMatch(/Pass: no change shown in \d+ metrics\./);
    else expect(stdout).not.toMatch(/^\S+ +(?!bytes of ten messages at once)bytes .*warning$/m);
    expect(stdout).toMatch(/^Pass/m);
    expect(stdout).toMatch(/\d+ exact counts are unchanged\./);
    expect([code, stderr]).toEqual([0, '']);
  });

  it('is broken by one response header more, and the judgement names metrics and bytes in every format', async () => {
    const mutant = join(cwd, 'mutant');
    makeMutant(ROOT, mutant, { headerBytes: 23 });
    const args = ['compare', OWN, '--json', '--markdown', 'comment.md', '--junit', 'junit.xml'];
    const { code, stdout } = await startOf(join(mutant, 'dist/cli/main.js'), cwd, args).finished;
    expect(code).toBe(1);
    const judgement = JSON.parse(stdout) as Judgement;
    expect(judgements.Check(judgement)).toBe(true);
    const failed = judgement.judged.filter(({ outcome }) => outcome === 'fail');
    expect(failed).toContainEqual(
      expect.objectContaining({ transport: 'short-polling', metric: 'header-bytes-per-message' }),
    );
    // Once for each transport in its handshake, which is over HTTP whatever follows.
    expect(new Set(failed.map(({ transport }) => transport))).toEqual(
      new Set(TRANSPORTS.filter((name) => name !== 'tcp')),
    );
    for (const { base, head } of failed) expect(head! - base!).toBeGreaterThanOrEqual(23);
    expect(readFileSync(join(cwd, 'comment.md'), 'utf8')).toContain('### ❌ Fail: ');
    expect(violations(readFileSync(join(cwd, 'junit.xml'), 'utf8'))).toEqual([]);
  });
});

describe('pushbench baseline', () => {
  it('writes what it counts, says what changed, and keeps the settings of the file that it updates', async () => {
    const file = ['--file', 'base.json', '--transports', 'sse,websocket'];
    const first = await pushbench(cwd, ['baseline', 'update', ...file, '--headers', 'minimal']);
    expect(first.stdout).toBe('base.json: 16 counts of 2 transports, written for the first time\n');
    const before = readFileSync(join(cwd, 'base.json'), 'utf8');
    const second = await pushbench(cwd, ['baseline', 'update', ...file]);
    expect(second.stdout).toBe('base.json: 16 counts of 2 transports, none of them changed\n');
    expect(readFileSync(join(cwd, 'base.json'), 'utf8')).toBe(before);
    const third = await pushbench(cwd, ['baseline', 'update', ...file, '--headers', 'chrome']);
    expect(third.stdout).toMatch(/, \d+ changed\n {2}sse handshake-bytes: \d+ → \d+/);
    expect([first.code, second.code, third.code]).toEqual([0, 0, 0]);
    const show = await pushbench(cwd, ['baseline', 'show', 'base.json']);
    expect(show.stdout).toMatch(/headers chrome[\s\S]*handshake-bytes +\d+ +\d+/);
  });
});

describe('a baseline of a target', () => {
  const TARGET = join(ROOT, 'examples/targets/node-http');

  it('is counted on that server and held against it, and against no other', async () => {
    const file = ['--file', 'base.json', '--target', TARGET];
    const update = await pushbench(cwd, ['baseline', 'update', ...file, '--transports', 'sse']);
    expect([update.stderr, update.code]).toEqual(['', 0]);
    expect(readBaseline(join(cwd, 'base.json'))).toMatchObject({
      target: 'chat in plain node:http',
      transports: { sse: { 'requests-per-message': 0 } },
    });
    const same = await pushbench(cwd, ['compare', 'base.json', '--target', TARGET, '--metrics', 'handshake-bytes']);
    expect(same.stdout).toMatch(/Pass: no change shown in 1 metric\./);
    const other = await pushbench(cwd, ['compare', 'base.json']);
    expect(other.stderr).toContain(
      'base.json holds counts of the target "chat in plain node:http", and not of this build. Give its --target.',
    );
    expect([same.code, other.code]).toEqual([0, 2]);
  });
});

describe('pushbench compare', () => {
  it('names the flag of a file that cannot be written', async () => {
    const run = write('run.json', gatedRun({ repetitions: 1 }));
    const { code, stderr } = await pushbench(cwd, ['compare', run, run, '--junit', '/dev/null/x.xml']);
    expect(stderr).toContain('/dev/null/x.xml cannot be written (ENOTDIR). Give --junit another file.');
    expect(code).toBe(2);
  });

  it.each([
    ['an empty file', '', 2, /is empty\./],
    ['a corrupt file', '{"schemaVersion": 1,', 2, /is not JSON\./],
    [
      'a file of a newer version',
      { schemaVersion: 2 },
      2,
      /has schema version 2; this pushbench reads up to 1\. Update/,
    ],
    [
      'a run of nothing',
      { ...gatedRun({ repetitions: 1 }), exact: undefined, measurements: [] },
      2,
      /nothing to judge/,
    ],
    ['a run of another machine', machine('feedface'), 3, /different machines \(c0ffee1234567890 and feedface\)/],
    ['a partial run', { ...gatedRun({ repetitions: 1 }), partial: true }, 3, /is partial/],
  ])('meets %s with a message and a code of its own', async (_, head, expected, message) => {
    const base = write('base.json', gatedRun({ repetitions: 1 }));
    const { code, stdout, stderr } = await pushbench(cwd, ['compare', base, write('head.json', head)]);
    expect((stdout + stderr).replace(/\s+/g, ' ')).toMatch(message);
    expect(stdout + stderr).not.toMatch(/^\s+at /m);
    expect(code).toBe(expected);
  });

  it('counts nothing anew for a run', async () => {
    const { code, stderr } = await pushbench(cwd, ['compare', write('base.json', gatedRun({ repetitions: 1 }))]);
    expect(stderr).toMatch(/HEAD is missing/);
    expect(code).toBe(2);
  });

  it('refuses a metric with a slip in its name, naming the nearest', async () => {
    const { code, stderr } = await pushbench(cwd, ['compare', OWN, '--metrics', 'idle-byte']);
    expect(stderr).toMatch(/--metrics "idle-byte" has no metric "idle-byte"; did you mean "idle-bytes"/);
    expect(code).toBe(2);
  });

  it('refuses a baseline with settings that it does not know, naming the file', async () => {
    const baseline = readBaseline(OWN);
    const path = write('base.json', { ...baseline, settings: { ...baseline.settings, carrier: 'pigeon' } });
    const { code, stderr } = await pushbench(cwd, ['compare', path]);
    expect(stderr).toMatch(/base\.json holds settings that this pushbench does not know: .*pigeon/);
    expect(code).toBe(2);
  });
});

function machine(fingerprint: string) {
  const run = gatedRun({ repetitions: 1 });
  return { ...run, environment: { ...run.environment, fingerprint } };
}

describe('pushbench check', () => {
  it.each([
    ['sse: p99 < 50s', 0, /Pass: the budget is kept/],
    ['sse: p99 < 1us # too much to ask\nwebsocket: p99 < 50s', 1, /· sse · broadcast · latency p99: exceeded/],
    ['sse: staleness < 1s', 2, /budget\.txt line 1: there is no such metric/],
    ['carrier-pigeon: p99 < 50s', 3, /not measured: no carrier-pigeon is in the result/],
  ])('of "%s" exits %i', async (budget, expected, message) => {
    const run = write('run.json', gatedRun());
    const { code, stdout, stderr } = await pushbench(cwd, ['check', '--budget', write('budget.txt', budget), run]);
    expect((stdout + stderr).replace(/\s+/g, ' ')).toMatch(message);
    expect(code).toBe(expected);
  });

  it('takes the newest run where none is named, and says so where there is none', async () => {
    write('budget.txt', 'handshake bytes <= 1KB');
    const none = await pushbench(cwd, ['check', '--budget', 'budget.txt']);
    expect(none.stderr).toContain('There is no run in results/runs');
    expect(none.code).toBe(2);
    mkdirSync(join(cwd, 'results/runs'), { recursive: true });
    for (const name of ['2026-01-02T10-00-00-abcd', '2026-01-01T10-00-00-ffff', '2026-01-03T10-00-00-abcd-ab']) {
      write(`results/runs/${name}.json`, gatedRun({ repetitions: 1 }));
    }
    const { code, stdout } = await pushbench(cwd, ['check', '--budget', 'budget.txt', '--json']);
    expect((JSON.parse(stdout) as Judgement).head.label).toBe(join('results/runs', '2026-01-02T10-00-00-abcd.json'));
    expect(code).toBe(0);
  });

  it('holds a baseline against budgets of counts', async () => {
    copyFileSync(OWN, join(cwd, 'base.json'));
    write('budget.txt', 'websocket header bytes per message <= 0');
    const { code } = await pushbench(cwd, ['check', '--budget', 'budget.txt', 'base.json']);
    expect(code).toBe(0);
  });
});
