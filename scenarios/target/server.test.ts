/** A target that runs: when it is ready, what is said when it is not, and that nothing of it is ever left. */
import { spawn } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { processState, processTree } from '../runner/machine.ts';
import { eventually } from '../subscriber.ts';
import { faulty } from './faulty.fixture.ts';
import { TargetServer } from './server.ts';

const onLinux = it.runIf(process.platform === 'linux');

async function started(fault: string, more: object = {}): Promise<TargetServer> {
  const server = await TargetServer.start(faulty(fault, more));
  onTestFinished(() => server.stop());
  return server;
}

const gone = (pid: number): boolean => [undefined, 'Z', 'X'].includes(processState(pid)?.[0]);
const untilGone = (pid: number): Promise<void> =>
  eventually(
    () => gone(pid),
    () => `process ${pid} is ${processState(pid)}`,
    10_000,
  );

describe('a target', () => {
  it.each([
    ['answers a request', { ready: { http: '/health' } }],
    ['says so', { ready: { stdout: 'listening' } }],
    ['takes connections', { ready: undefined }],
  ])('is ready when it %s', async (_how, more) => {
    const server = await started('none', more);
    await server.ready();
    await server.publish('main', 'x');
    await server.settled();
  });

  it('that ends before it is ready is told of with its command, how it ended and its last line', async () => {
    const server = await started('early');
    const said =
      /^The target ".*" ended with exit code 3 before it was ready\. Its last line on stderr: no .*license$/s;
    await expect(server.ready()).rejects.toThrow(said);
  });

  it.each([
    [{ http: '/health' }, /was not ready within 300ms: GET \/health on port \d+ failed \(.*ECONNREFUSED/],
    [{ stdout: 'listening' }, /was not ready within 300ms: no line on stdout held "listening"/],
    [undefined, /was not ready within 300ms: port \d+ took no connection \(.*ECONNREFUSED/],
  ])('that never gets ready is told of with what was waited for: %j', async (ready, said) => {
    const server = await started('late', { ready, readyTimeout: '300ms' });
    await expect(server.ready()).rejects.toThrow(said);
  });

  it('whose program does not exist is told of as such', async () => {
    const server = await started('none', { command: ['no-such-program', '{port}'] });
    await expect(server.ready()).rejects.toThrow('"no-such-program {port}" could not be started');
  });

  it('is not started on a port that somebody else has', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    await expect(started('none', { port })).rejects.toThrow(`Port ${port} of the target is not free`);
  });

  it('that does not answer on its control channel is said to be stuck', async () => {
    const server = await started('none', {
      command: [process.execPath, '-e', 'setTimeout(() => process.exit(5), 500)', '{port}'],
      ready: { stdout: 'x' },
    });
    await expect(server.settled()).rejects.toThrow('ended with exit code 5 did not answer {"sync":1}');
  });

  it.each([
    ['an answer that refuses', 'refuse', 'answered with 500 to POST /say/main'],
    ['an answer that does not come', 'late', 'failed (connect ECONNREFUSED'],
  ])('that is published to by HTTP makes a failure of %s', async (_what, fault, said) => {
    const server = await started(fault, { publish: { http: { path: '/say/{channel}' } } });
    if (fault !== 'late') await server.ready();
    await expect(server.publish('main', 'x')).rejects.toThrow(said);
  });
});

describe('the end of a target', () => {
  onLinux('comes in order, and within the grace where the target does not want to', async () => {
    const willing = await started('none');
    await willing.ready();
    await willing.stop();
    expect((await willing.ended()).message).toContain('was ended by SIGTERM');
    const stubborn = await started('stubborn', { stop: { grace: '100ms' } });
    await stubborn.ready();
    await stubborn.stop();
    expect((await stubborn.ended()).message).toContain('was ended by SIGKILL');
    await Promise.all([willing, stubborn].map(({ pid }) => untilGone(pid)));
  });

  onLinux('takes with it what the target has started', async () => {
    const command = ['/bin/sh', '-c', 'sleep 1000 & echo begun; wait', '{port}'];
    const server = await started('none', { command, ready: { stdout: 'begun' } });
    await server.ready();
    const [, child] = processTree(server.pid);
    await server.stop();
    await untilGone(child!);
  });

  onLinux('comes also when whoever started it is killed', async () => {
    // The built files: a process of its own starts a target, and says which.
    const built = new URL('../../dist/scenarios/target/', import.meta.url).href;
    const script = `
      const { TargetServer } = await import('${built}server.js');
      const server = await TargetServer.start(JSON.parse(process.argv[1]));
      await server.ready();
      console.log(server.pid);
      setInterval(() => {}, 1_000);`;
    const starter = spawn(process.execPath, ['--input-type=module', '-e', script, JSON.stringify(faulty('stubborn'))], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void starter.kill('SIGKILL'));
    const pid = await new Promise<number>((resolve) => {
      starter.stdout.on('data', (data: Buffer) => resolve(Number(data.toString())));
    });
    expect(gone(pid)).toBe(false);
    starter.kill('SIGKILL');
    await untilGone(pid);
  });
});
