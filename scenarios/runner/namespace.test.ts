/** A private network holds what is started in it, counts it, and leaves nothing behind. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { machineLimits, processState } from './machine.ts';
import { namespaceSupport, openNamespace, type Namespace } from './namespace.ts';

const found = await namespaceSupport();
if (!found.possible) {
  console.warn(`scenarios/runner/namespace.test.ts is skipped: no private network can be made here: ${found.reason}.`);
}

const BUILT = new URL('../../dist/scenarios/runner/', import.meta.url);

/** Runs JavaScript in the namespace, with a channel to it. */
function start({ enter }: Namespace, script: string): ChildProcess {
  const [program, ...args] = [...enter, process.execPath, '--input-type=module', '--eval', script];
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function answer<T>(child: ChildProcess): Promise<T> {
  return ((await once(child, 'message')) as [T])[0];
}

async function gone(pid: number): Promise<void> {
  const deadline = performance.now() + 10_000;
  const alive = (): boolean => !(processState(pid) ?? 'Z').startsWith('Z');
  while (alive() && performance.now() < deadline) await sleep(5);
  expect(alive(), `process ${pid} is still there`).toBe(false);
}

/** CI has what it takes: there a test that cannot run has failed. */
describe.skipIf(!found.possible && process.env['CI'] === undefined)('a namespace', () => {
  let namespace: Namespace;

  beforeEach(async () => {
    const opened = await openNamespace();
    expect(opened, JSON.stringify(found)).not.toBeNull();
    namespace = opened!;
    onTestFinished(() => namespace.close());
  });

  it('has a process keep its id and its channel, and end with the signal that it is sent', async () => {
    const child = start(namespace, 'process.send(process.pid); setInterval(() => {}, 1_000)');
    expect(await answer(child)).toBe(child.pid);
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    expect(await ended).toEqual([null, 'SIGKILL']);
  });

  it('counts what passes its own loopback, and nothing that passes another', async () => {
    const server = createServer((socket) => socket.end());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    await once(connect((server.address() as AddressInfo).port, '127.0.0.1').resume(), 'close');
    server.close();
    expect(namespace.count()).toEqual({ packets: 0, ipBytes: 0 });
    // Nobody listens there: SYN with its options, and RST.
    const child = start(namespace, `(await import('node:net')).connect(1, '127.0.0.1').on('error', () => {})`);
    await once(child, 'exit');
    expect(namespace.count()).toEqual({ packets: 2, ipBytes: 60 + 40 });
  });

  it('counts what is larger than a packet of Ethernet as so many packets', async () => {
    const bytes = 1_000_000;
    const child = start(
      namespace,
      `import { connect, createServer } from 'node:net';
       const server = createServer((socket) => socket.end(Buffer.alloc(${bytes})));
       server.listen(0, '127.0.0.1', () => connect(server.address().port, '127.0.0.1').resume().on('close', () => process.exit()));`,
    );
    await once(child, 'exit');
    const { packets, ipBytes } = namespace.count()!;
    expect(packets).toBeGreaterThan(bytes / 1_448);
    // Two SYNs have 8 bytes more than the rest.
    expect(ipBytes).toBeGreaterThanOrEqual(bytes + 52 * packets + 2 * 8);
  });

  it('gives processes the limits and the ports that they have outside', async () => {
    const child = start(
      namespace,
      `import { readFileSync } from 'node:fs';
       const read = (path) => readFileSync(path, 'utf8');
       const files = ['/proc/self/limits', '/proc/sys/net/ipv4/ip_local_port_range', '/proc/sys/net/core/somaxconn'];
       process.send(files.map(read));`,
    );
    const [limits, range, backlog] = await answer<string[]>(child);
    const { descriptors } = machineLimits();
    const [, soft, hard] = /^Max open files\s+(\d+)\s+(\d+)/m.exec(limits!)!;
    // Node raises its own to the hard limit when it starts, in there as out here.
    expect([Number(soft), Number(hard)]).toContain(descriptors);
    expect([range, backlog]).toEqual(
      ['ipv4/ip_local_port_range', 'core/somaxconn'].map((name) => readFileSync(`/proc/sys/net/${name}`, 'utf8')),
    );
  });

  it('is gone with its runner, and so is what runs in it, however the runner ends', async () => {
    const runner = spawn(
      process.execPath,
      [
        '--input-type=module',
        '--eval',
        // A child that were given this script to run, and not its own, must end instead of starting children itself.
        `if (process.env.RUNNER !== 'first') process.exit(1);
         delete process.env.RUNNER;
         const { Child } = await import('${new URL('child-process.js', BUILT).href}');
         const { openNamespace } = await import('${new URL('namespace.js', BUILT).href}');
         const namespace = await openNamespace();
         const children = ['server', 'generator'].map((role) => new Child(role, namespace.enter));
         const holder = Number(/--target=(\\d+)/.exec(namespace.enter.join(' '))[1]);
         const options = { type: 'listen', transport: 'sse', host: '127.0.0.1', port: 0, carrier: 'h1', options: {}, epochNs: '0' };
         await children[0].ask(options, 'listening');
         process.send([holder, ...children.map(({ pid }) => pid)]);`,
      ],
      { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], env: { ...process.env, RUNNER: 'first' } },
    );
    onTestFinished(() => void runner.kill('SIGKILL'));
    const pids = await answer<number[]>(runner);
    expect(pids.map((pid) => processState(pid))).not.toContain(null);
    runner.kill('SIGKILL');
    for (const pid of pids) await gone(pid);
  });

  it('is let go by its owner', async () => {
    const holder = Number(/--target=(\d+)/.exec(namespace.enter.join(' '))![1]);
    expect(processState(holder)).not.toBeNull();
    await namespace.close();
    expect(processState(holder)).toBeNull();
  });

  it('starts no program through a shell', () => {
    expect(
      spawnSync(namespace.enter[0]!, [...namespace.enter.slice(1), 'echo', '$HOME;'], { encoding: 'utf8' }).stdout,
    ).toBe('$HOME;\n');
  });
});
