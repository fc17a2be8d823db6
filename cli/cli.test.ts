/** The command line as processes: what it prints, what it writes, how it exits, and what it leaves behind. */
import { createServer } from 'node:net';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gatedRun } from '../report/gated-run.fixture.ts';
import { readRun, schemaError } from '../results/store.ts';
import type { Layers, RunFile } from '../results/schema.ts';
import { TRANSPORTS } from '../scenarios/transports.ts';
import { USUAL_SCENARIOS } from '../scenarios/config.ts';
import { SCENARIOS } from '../scenarios/index.ts';
import { childOf, folder, groupAlive, pushbench, resultIn, ROOT, start, until } from './cli.fixture.ts';

let cwd: string;
let remove: () => void;
beforeEach(() => ({ path: cwd, remove } = folder()));
afterEach(() => remove());

/** As little as measures something. */
const SMALL = '--clients 5 --rate 50 --duration 300ms --warmup 50ms --poll-interval 50ms --repetitions 1'.split(' ');
const TARGET = join(ROOT, 'examples/targets/node-http');
const onLinux = it.skipIf(process.platform !== 'linux');

function sumOf({ payload, framing, header, control, handshake, partial }: Layers): number {
  return payload + framing + header + control + handshake + partial;
}

describe('pushbench run', () => {
  it('measures every transport in every scenario, and every layer sums to its total', async () => {
    const { code, stdout, stderr } = await pushbench(cwd, ['run', ...SMALL, '--json']);
    expect(stderr).not.toContain('failed');
    expect(code).toBe(0);
    const run = JSON.parse(stdout) as RunFile;
    expect(schemaError(run)).toBeNull();
    expect(run.partial).toBe(false);
    expect(new Set(run.measurements.map(({ transport }) => transport))).toEqual(new Set(TRANSPORTS));
    expect(new Set(run.measurements.map(({ scenario }) => scenario))).toEqual(new Set(USUAL_SCENARIOS));
    for (const { bytes, counts, validity, ...rest } of run.measurements) {
      expect(sumOf(bytes.up)).toBe(bytes.up.total);
      expect(sumOf(bytes.down)).toBe(bytes.down.total);
      expect(counts.offered).toBe(counts.delivered + counts.lost);
      const broken = validity.warnings.filter(
        ({ code: warning }) => warning === 'ledger-mismatch' || warning === 'client-errors',
      );
      expect({ ...rest, broken }).toMatchObject({ broken: [] });
    }
    expect(readRun(resultIn(cwd))).toEqual(run);
    expect(readFileSync(resultIn(cwd).replace('.json', '.html'), 'utf8')).toContain('<!doctype html>');
  });

  it('counts the same bytes for each delivery in both repetitions', async () => {
    const args = [
      '--transports',
      'sse,websocket,forever-iframe',
      '--scenarios',
      'broadcast',
      '--repetitions',
      '2',
      '--json',
    ];
    const { stdout } = await pushbench(cwd, ['run', ...SMALL.slice(0, -2), ...args]);
    const { measurements } = JSON.parse(stdout) as RunFile;
    // Three transports, the twin of one of them, and the limit.
    expect(measurements).toHaveLength(10);
    for (const { transport, bytes, window } of measurements) {
      expect(bytes.down.payload).toBe(window.deliveries * 128);
      // The others carry the message's number, whose digits depend on where the window fell.
      if (transport === 'websocket') expect(bytes.down.framing).toBe(window.deliveries * 4);
    }
  });

  const bad: [args: string, sentence: RegExp][] = [
    ['--transports sse,websockt', /--transports has no transport "websockt"; did you mean "websocket"/],
    ['--scenarios brodcast', /did you mean "broadcast"/],
    ['--profile quik', /did you mean "quick"/],
    ['--clients 0', /--clients must be a whole number from 1/],
    ['--rate -1', /--rate must be a number above 0/],
    ['--rate NaN', /--rate must be a number above 0/],
    ['--duration 10', /--duration must be a duration with its unit/],
    ['--poll-interval 10s', /longer than the window/],
    [
      '--clients 900000',
      /is more than one generator process can hold here .*; at most \d+ clients fit\. Spread them with --workers \d+/,
    ],
    ['--payload 8', /at least 16B/],
    ['--port 70000', /from 0 to 65535/],
    ['--scenarios shared-port --transports sse', /only for websocket/],
    ['--bogus', /unknown option '--bogus'/],
    ['--out /proc/nope/x', /cannot be written \((ENOENT|EACCES|EPERM)\)/],
    ['--out /dev/null/x', /cannot be written \(ENOTDIR\). Choose another folder with --out/],
    ['--rate 0.1', /less than one publication in a window/],
  ];
  it.each(bad)('refuses %s in one sentence before anything starts', async (args, sentence) => {
    const { code, stdout, stderr } = await pushbench(cwd, ['run', ...args.split(' ')]);
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stdout).toBe('');
    expect(code).toBe(2);
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('takes flags over environment over file over profile, and says where each value comes from', async () => {
    writeFileSync(
      join(cwd, 'pushbench.config.json'),
      JSON.stringify({ clients: 7, payload: '1KiB', transports: ['sse'] }),
    );
    const env = { PUSHBENCH_CLIENTS: '8', PUSHBENCH_RATE: '3' };
    const { stdout } = await pushbench(cwd, ['run', '--print-config', '--rate', '4'], env);
    expect(stdout).toMatch(/^clients +8 +environment$/m);
    expect(stdout).toMatch(/^rate +4 +flag$/m);
    expect(stdout).toMatch(/^payload +1KiB +file$/m);
    expect(stdout).toMatch(/^transports +sse +file$/m);
    expect(stdout).toMatch(/^duration +1s +profile quick$/m);
    expect(stdout).toMatch(/^seed +1 +default$/m);
  });

  it('refuses an environment variable with a slip in its name, naming the nearest', async () => {
    const { code, stderr } = await pushbench(cwd, ['run'], { PUSHBENCH_CLIENT: '7' });
    expect(stderr).toContain('PUSHBENCH_CLIENT in the environment is no setting; did you mean "PUSHBENCH_CLIENTS"?');
    expect(code).toBe(2);
  });

  it('refuses a configuration file with an unknown setting, naming the nearest', async () => {
    writeFileSync(join(cwd, 'pushbench.config.json'), '{"client": 7}');
    const { code, stderr } = await pushbench(cwd, ['run']);
    expect(stderr).toContain('pushbench.config.json has no setting "client"; did you mean "clients"?');
    expect(code).toBe(2);
  });

  it('says which port is in use, exits 4 and leaves a valid partial file, without a report of nothing', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => blocker.once('listening', resolve));
    const { port } = blocker.address() as { port: number };
    const { code, stdout, stderr } = await pushbench(cwd, ['run', ...SMALL, '--port', String(port)]);
    blocker.close();
    expect(stdout).toMatch(
      /^Nothing was measured: what was tried has failed\. There is no report\.\nResult {2}\S+\.json$/m,
    );
    expect(existsSync(resultIn(cwd).replace('.json', '.html'))).toBe(false);
    expect(stderr).toContain(`port ${port} on 127.0.0.1 is in use`);
    expect(code).toBe(4);
    expect(readRun(resultIn(cwd))).toMatchObject({ partial: true, measurements: [] });
  });

  onLinux.each(['server', 'generator'] as const)(
    'a %s that dies is named, what was measured is kept, exit 4',
    async (role) => {
      const args = ['--transports', 'sse,tcp', '--scenarios', 'broadcast', '--duration', '1500ms'];
      const running = start(cwd, ['run', ...SMALL, ...args]);
      await until(() => running.stderr().includes('[1/2'), 'the first measurement');
      process.kill(await childOf(running.process.pid!, role), 'SIGKILL');
      const { code, stderr } = await running.finished;
      expect(stderr).toMatch(
        new RegExp(`broadcast · (sse|tcp), repetition 1: The ${role} process was ended by SIGKILL`),
      );
      expect(stderr).not.toMatch(/^\s+at /m);
      expect(code).toBe(4);
      const run = readRun(resultIn(cwd));
      expect(run.partial).toBe(true);
      expect(run.measurements).toHaveLength(1);
      expect(run.run.failures).toHaveLength(1);
      expect(groupAlive(running.process.pid!)).toBe(false);
    },
  );

  it.each([
    ['what a run measures', []],
    ['what a server of one’s own sends', ['--target', TARGET]],
  ])(
    'Ctrl-C while %s is prepared leaves a valid partial file that nothing was measured for, and no process',
    async (_, more) => {
      // The codecs of this profile take seconds; byte counts of a target wait for its start.
      const args = ['--profile', 'full', '--transports', 'sse', '--scenarios', 'broadcast', '--repetitions', '1'];
      const running = start(cwd, ['run', ...args, ...more]);
      await until(() => running.stderr().includes('preparing:'), 'the preparation');
      process.kill(-running.process.pid!, 'SIGINT');
      const { code, stdout, stderr } = await running.finished;
      expect(stdout).toMatch(
        /^Nothing was measured: the run was stopped before its first result\. There is no report\.$/m,
      );
      expect(stderr).not.toContain('[1/1');
      expect(stderr).not.toMatch(/^\s+at /m);
      expect(code).toBe(130);
      const run = readRun(resultIn(cwd));
      expect(run).toMatchObject({ partial: true, measurements: [], run: { failures: [] } });
      // Nothing is missing: it was not wanted any more.
      expect(run.run.notes.filter((note) => /missing|not timed/.test(note))).toEqual([]);
      expect(existsSync(resultIn(cwd).replace('.json', '.html'))).toBe(false);
      expect(groupAlive(running.process.pid!)).toBe(false);
    },
  );

  it.each(['before the first result', 'after the first result'])(
    'Ctrl-C %s leaves a valid partial file',
    async (when) => {
      const args = ['--transports', 'sse,tcp', '--scenarios', 'broadcast', '--duration', '1500ms'];
      const running = start(cwd, ['run', ...SMALL, ...args]);
      if (when.startsWith('after')) await until(() => running.stderr().includes('[1/2'), 'the first measurement');
      else await childOf(running.process.pid!, 'server');
      // As a terminal does: to the whole group.
      process.kill(-running.process.pid!, 'SIGINT');
      const { code } = await running.finished;
      expect(code).toBe(130);
      const run = readRun(resultIn(cwd));
      expect(run.partial).toBe(true);
      expect(run.measurements.length).toBe(when.startsWith('after') ? 1 : 0);
      // A report of nothing would be an empty page.
      expect(existsSync(resultIn(cwd).replace('.json', '.html'))).toBe(run.measurements.length > 0);
      expect(groupAlive(running.process.pid!)).toBe(false);
    },
  );

  // The cores are kept awake in cost, by processes that never wait.
  onLinux.each(['idle', 'cost'])('leaves no orphan when it is killed itself: %s', async (scenario) => {
    const running = start(cwd, ['run', ...SMALL, '--duration', '20s', '--transports', 'sse', '--scenarios', scenario]);
    const server = await childOf(running.process.pid!, 'server');
    running.process.kill('SIGKILL');
    await running.finished;
    await until(() => !groupAlive(running.process.pid!), `process ${server} to end`);
  });
});

describe('pushbench report', () => {
  it('renders a stored run again, as page, table and Markdown', async () => {
    await pushbench(cwd, ['run', ...SMALL, '--transports', 'sse', '--scenarios', 'broadcast']);
    const file = resultIn(cwd);
    const table = await pushbench(cwd, ['report', file]);
    expect(table.stdout).toContain('broadcast');
    expect(table.stderr).toContain(file.replace('.json', '.html'));
    const markdown = await pushbench(cwd, ['report', file, '--markdown']);
    expect(markdown.stdout).toMatch(/^#+ /m);
    expect(markdown.code).toBe(0);
  });

  it('sets several runs side by side on one page, and says what of them compares', async () => {
    for (const [name, seed] of Object.entries({ a: 7, b: 8, c: 9 })) {
      writeFileSync(join(cwd, `${name}.json`), JSON.stringify(gatedRun({ seed })));
    }
    const { code, stdout, stderr } = await pushbench(cwd, ['report', 'a.json', 'b.json', 'c.json']);
    expect([code, stderr]).toEqual([0, 'Report  a.side-by-side.html\n']);
    expect(stdout).toMatch(/^B against A: of \d+ figures/m);
    expect(stdout).toMatch(/^Exact byte counts$/m);
    expect(readFileSync(join(cwd, 'a.side-by-side.html'), 'utf8')).toContain('3 runs side by side');
    const markdown = await pushbench(cwd, [
      'report',
      'a.json',
      'b.json',
      '--markdown',
      'side.md',
      '--html',
      'side.html',
    ]);
    expect([markdown.code, markdown.stdout]).toEqual([0, '']);
    expect(readFileSync(join(cwd, 'side.md'), 'utf8')).toContain('| B against A |');
  });

  it('refuses more runs than anyone reads side by side, and one document of several', async () => {
    writeFileSync(join(cwd, 'a.json'), JSON.stringify(gatedRun()));
    const many = await pushbench(cwd, ['report', ...Array.from({ length: 7 }, () => 'a.json')]);
    expect([many.code, many.stderr]).toEqual([2, expect.stringMatching(/^pushbench: 7 files are too many .*\.\n$/)]);
    const json = await pushbench(cwd, ['report', 'a.json', 'a.json', '--json']);
    expect([json.code, json.stderr]).toEqual([2, expect.stringMatching(/--json prints one document\. Give one file/)]);
    const nowhere = await pushbench(cwd, ['report', 'a.json', '--html', '/dev/null/x.html']);
    expect([nowhere.code, nowhere.stderr]).toEqual([
      2,
      expect.stringMatching(/cannot be written \(\w+\)\. Choose another/),
    ]);
  });

  it.each([
    ['nothing.json', null, /cannot be read \(ENOENT\)/],
    ['text.json', 'hello', /is not JSON/],
    ['newer.json', '{"schemaVersion": 99}', /has schema version 99; this pushbench reads up to 1/],
    ['other.json', '{"schemaVersion": 1}', /is not a pushbench run/],
  ])('refuses %s in one sentence', async (name, content, sentence) => {
    if (content !== null) writeFileSync(join(cwd, name), content);
    const { code, stderr } = await pushbench(cwd, ['report', name]);
    expect(stderr).toMatch(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(code).toBe(2);
  });
});

describe('pushbench list and doctor', () => {
  it('list names every transport and every scenario with its question', async () => {
    const { stdout } = await pushbench(cwd, ['list', '--json']);
    const listed = JSON.parse(stdout) as {
      transports: { name: string }[];
      scenarios: { name: string; question: string }[];
    };
    expect(listed.transports.map(({ name }) => name)).toEqual(TRANSPORTS);
    expect(listed.scenarios.map(({ name }) => name)).toEqual(SCENARIOS);
    for (const { question } of listed.scenarios) expect(question).toMatch(/\?$/);
  });

  it('doctor says what limits a run here', async () => {
    const { stdout, code } = await pushbench(cwd, ['doctor']);
    for (const what of ['Node.js', 'cores', 'open files', 'ports', 'clock']) expect(stdout).toContain(what);
    if (process.platform === 'linux')
      expect(stdout).toMatch(/more: ulimit -n[^]*more: sudo sysctl -w net\.ipv4\.ip_local_port_range=/);
    expect(code).toBe(0);
  });
});
