/** Servers and generators of several processes: nothing is lost between them, and nothing of them remains. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Client } from '../../clients/client.ts';
import { headerProfile } from '../../clients/headers.ts';
import { Ledger } from '../../clients/ledger.ts';
import { transport, TRANSPORTS, type TransportName } from '../transports.ts';
import type * as ChildProcess from './child-process.ts';
import { epochNow } from './clock.ts';
import type * as Measure from './measure.ts';
import { processState, processTree } from './machine.ts';
import { plannedOf } from './planned.fixture.ts';
import type { FromServer, ToServer } from './protocol.ts';
import { uniform } from './random.ts';

// The processes are built files: only from beside them are they found.
const BUILT = new URL('../../dist/scenarios/runner/', import.meta.url).href;
const { measure } = (await import(`${BUILT}measure.js`)) as typeof Measure;
const { Child } = (await import(`${BUILT}child-process.js`)) as typeof ChildProcess;

const PARAMETERS = { clients: 20, ratePerSecond: 50, durationMs: 600, warmupMs: 100, pollIntervalMs: 50 };
const onLinux = it.runIf(process.platform === 'linux');

describe('a measurement over several processes', () => {
  // What clients send goes through the first process whatever the transport: one in band and one by requests tell.
  const both = [
    ...TRANSPORTS.map((name) => [name, 'broadcast'] as const),
    ...(['sse', 'websocket'] as const).map((name) => [name, 'echo'] as const),
  ];
  it.each(both)(
    'of %s in %s delivers and accounts for everything',
    async (name, scenario) => {
      const planned = plannedOf(name, scenario, { ...PARAMETERS, workers: 3, serverWorkers: 2 });
      const { counts, validity, window } = await measure(planned, { port: 0, signal: new AbortController().signal });
      expect(counts).toEqual({
        publications: 30,
        offered: scenario === 'broadcast' ? 600 : 30,
        delivered: counts.offered,
        lost: 0,
        duplicated: 0,
        reordered: 0,
      });
      expect(window.deliveries).toBeGreaterThan(0);
      const codes = validity.warnings.map(({ code }) => code);
      expect(codes.filter((code) => /^(deliveries|client|ledger)-/.test(code))).toEqual([]);
    },
    30_000,
  );
});

interface Served {
  readonly port: number;
  readonly server: InstanceType<typeof Child<ToServer, FromServer>>;
}

async function serve(name: TransportName): Promise<Served> {
  const server = new Child<ToServer, FromServer>('server');
  onTestFinished(() => server.kill());
  const { port } = await server.ask(
    {
      type: 'listen',
      transport: name,
      host: '127.0.0.1',
      port: 0,
      carrier: 'h1',
      options: {},
      workers: 3,
      epochNs: epochNow(),
    },
    'listening',
  );
  return { port, server };
}

function subscribe(name: TransportName, port: number, seed: number): Promise<{ client: Client; received: string[] }> {
  return new Promise((resolve, reject) => {
    const received: string[] = [];
    const client = transport(name).client.connect({
      host: '127.0.0.1',
      port,
      channel: 'main',
      headers: headerProfile('minimal'),
      carrier: 'h1',
      ledger: new Ledger(),
      random: uniform(seed),
      pollIntervalMs: 5,
      holdMs: 1_000,
      connection: 'keep-alive',
      deflate: false,
      contextTakeover: true,
      gzip: false,
      events: {
        ready: () => resolve({ client, received }),
        message: (payload) => received.push(payload.toString()),
        gap: (lost) => reject(new Error(`${lost} are lost`)),
        disconnected: () => {},
        failed: reject,
      },
    });
    onTestFinished(() => client.close());
  });
}

describe('a server of several processes', () => {
  it.each(TRANSPORTS)(
    'of %s has one order for what many clients send, and resumes at whichever worker a client comes back to',
    async (name) => {
      const { port } = await serve(name);
      const subscribers = await Promise.all([1, 2, 3, 4].map((seed) => subscribe(name, port, seed)));
      for (let i = 0; i < 40; i++) {
        // Two send, and two lose their connections meanwhile: what sends in band could not.
        await subscribers[i % 2]!.client.send(`message ${i} of ${name}`);
        if (i % 3 === 0) subscribers[2 + (i % 2)]!.client.cut();
      }
      const deadline = performance.now() + 20_000;
      while (subscribers.some(({ received }) => received.length < 40) && performance.now() < deadline) await sleep(5);
      const [first, ...others] = subscribers.map(({ received }) => received);
      expect([...first!].sort()).toEqual(Array.from({ length: 40 }, (_, i) => `message ${i} of ${name}`).sort());
      for (const other of others) expect(other).toEqual(first);
    },
    30_000,
  );

  onLinux('is gone with its first process', async () => {
    const { server } = await serve('sse');
    const tree = processTree(server.pid);
    expect(tree.length).toBeGreaterThanOrEqual(4);
    await server.kill();
    const alive = (): number[] => tree.filter((pid) => !(processState(pid) ?? 'Z').startsWith('Z'));
    const deadline = performance.now() + 10_000;
    while (alive().length > 0 && performance.now() < deadline) await sleep(5);
    expect(alive()).toEqual([]);
  });

  onLinux('that loses a worker has failed, and says so', async () => {
    const { server } = await serve('sse');
    const [, worker] = processTree(server.pid);
    process.kill(worker!, 'SIGKILL');
    const timeline = { startUs: 0, windowStartUs: 0, windowEndUs: 60e6 };
    await expect(
      server.ask({ type: 'window', timeline, pace: null, payloadBytes: 16 }, 'window', 60_000),
    ).rejects.toThrow(/a worker ended \(SIGKILL\)/);
  });
});
