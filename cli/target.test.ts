/** A server of the user's own on the command line: the examples are verified and measured, and what is broken is said. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Compile } from 'typebox/compile';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRun } from '../results/store.ts';
import { VerificationSchema, type Verification } from '../results/verification.ts';
import { processState, processTree } from '../scenarios/runner/machine.ts';
import { faultyFile } from '../scenarios/target/faulty.fixture.ts';
import { folder, pushbench, resultIn, ROOT, start, until } from './cli.fixture.ts';

let cwd: string;
let remove: () => void;
beforeEach(() => ({ path: cwd, remove } = folder()));
afterEach(() => remove());

const example = (name: string): string => join(ROOT, 'examples/targets', name);
/** A target file of the folder of this test. */
function fileOf(fault: string, more: object = {}): string {
  const path = join(cwd, 'target.json');
  writeFileSync(path, JSON.stringify(faultyFile(fault, more)));
  return path;
}

const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython) console.warn('python3 is missing: the tests of examples/targets/python are skipped');
const EXAMPLES = [
  { name: 'node-http', kept: 17, transports: ['sse', 'long-polling'], scenarios: ['broadcast'] },
  ...(hasPython
    ? [{ name: 'python', kept: 16, transports: ['sse', 'websocket'], scenarios: ['broadcast', 'echo'] }]
    : []),
];
const onLinux = it.runIf(process.platform === 'linux');

describe('pushbench verify', () => {
  it.each(EXAMPLES)('finds nothing broken in the example $name', async ({ name, kept }) => {
    const { code, stdout, stderr } = await pushbench(cwd, ['verify', example(name)]);
    expect(stderr).toBe('');
    expect(stdout).not.toContain('✗');
    expect(stdout).toContain('✓ A message reaches every client');
    expect(stdout).toMatch(new RegExp(`^${kept} kept, 0 broken, \\d+ not tested$`, 'm'));
    expect(code).toBe(0);
  });

  it('ends with 1 where a sentence is broken, and prints one document with --json', async () => {
    const silent = { publish: undefined, upstream: undefined };
    const { code, stdout } = await pushbench(cwd, ['verify', fileOf('upgrade', silent), '--json']);
    const document = JSON.parse(stdout) as Verification;
    expect(Compile(VerificationSchema).Check(document)).toBe(true);
    expect(document).toMatchObject({ kind: 'verification', kept: 1, broken: 1 });
    const broken = document.findings.find(({ outcome }) => outcome === 'broken');
    expect(broken?.detail).toContain('GET /health is answered with 200, and with the token with an error');
    expect(code).toBe(1);
  });

  it('ends with 4 where the target never gets ready, with its command, how long, and its last line', async () => {
    const early = await pushbench(cwd, ['verify', fileOf('early')]);
    // What the server said does not colour the terminal.
    expect(early.stderr).toContain(
      'ended with exit code 3 before it was ready. Its last line on stderr: no \uFFFD[31mlicense',
    );
    expect(early.code).toBe(4);
    const late = await pushbench(cwd, ['verify', fileOf('late', { readyTimeout: '200ms' })]);
    expect(late.stderr).toMatch(/^pushbench: The target ".*" was not ready within 200ms: GET \/health/s);
    expect(late.code).toBe(4);
  });

  it('ends with 2 where the file cannot be used, naming every field', async () => {
    const { code, stderr } = await pushbench(cwd, ['verify', fileOf('none', { port: 'x', transports: {} })]);
    expect(stderr).toContain('  /port: must be');
    expect(stderr).toContain('  /transports: ');
    expect(stderr).not.toMatch(/^ +at /m);
    expect(code).toBe(2);
  });

  onLinux('leaves no server when it is interrupted', async () => {
    const running = start(cwd, ['verify', fileOf('none')]);
    await until(() => running.stdout().includes('✓'), 'a first finding');
    const server = processTree(running.process.pid!).find((pid) => commandOf(pid).includes('createServer'))!;
    running.process.kill('SIGINT');
    expect((await running.finished).code).toBe(130);
    await until(() => gone(server), 'the end of the server');
  });
});

/** Empty when it has ended meanwhile. */
function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
const gone = (pid: number): boolean => [undefined, 'Z', 'X'].includes(processState(pid)?.[0]);

const SHORT = ['--clients', '5', '--rate', '20', '--duration', '500ms', '--warmup', '100ms', '--repetitions', '1'];

describe('pushbench run --target', () => {
  it.each(EXAMPLES)(
    'measures the example $name, in the scenarios and on the transports that it can do',
    async ({ name, transports, scenarios }) => {
      const asked = [...scenarios, 'shared-port'].join(',');
      const args = ['run', '--target', example(name), '--scenarios', asked, ...SHORT];
      const { code, stderr } = await pushbench(cwd, args);
      expect([code, stderr.split('\n').filter((line) => line.startsWith('pushbench'))]).toEqual([0, []]);
      const { run, measurements, exact } = readRun(resultIn(cwd));
      expect(new Set(measurements.map(({ transport }) => transport))).toEqual(new Set(transports));
      expect(new Set(measurements.map(({ scenario }) => scenario))).toEqual(new Set(scenarios));
      for (const { counts, validity, server } of measurements) {
        expect(counts).toMatchObject({ delivered: counts.offered, lost: 0, duplicated: 0, reordered: 0 });
        // The machine may be busy; what clients and ledger say does not depend on it.
        const codes = validity.warnings.map(({ code }) => code);
        expect(codes.filter((code) => /^(deliveries|client|ledger)-/.test(code))).toEqual([]);
        if (process.platform === 'linux') expect(server.cpuNs).toBeGreaterThan(0);
      }
      expect(run.config['target']).toMatchObject({ file: join(example(name), 'pushbench.target.json') });
      expect(run.notes.join('\n')).toContain('Measured on the target');
      expect(exact?.transports.map(({ transport }) => transport).sort()).toEqual([...transports].sort());
    },
  );

  onLinux('leaves no server when it is killed', async () => {
    const args = ['run', '--target', fileOf('stubborn'), '--scenarios', 'broadcast', '--duration', '30s'];
    const running = start(cwd, args);
    const pid = running.process.pid!;
    let server: number | undefined;
    await until(() => {
      // Not that which is started before the measurement, for the exact byte counts.
      const measured = processTree(pid).find((each) => commandOf(each).includes('target-process'));
      server = measured === undefined ? undefined : processTree(measured).find((each) => each !== measured);
      return server !== undefined;
    }, 'the server that is measured');
    process.kill(pid, 'SIGKILL');
    await until(() => gone(server!), 'the end of the server');
  });

  it.each([
    [['--carrier', 'h2c'], '--carrier h2c is for this project'],
    [['--transports', 'websocket'], 'There is nothing to measure: websocket was left out: the target file has no'],
  ])('refuses %j with a sentence', async (more, sentence) => {
    const { code, stderr } = await pushbench(cwd, ['run', '--target', fileOf('none'), ...more]);
    expect(stderr).toContain(`pushbench: ${sentence}`);
    expect(code).toBe(2);
  });
});
