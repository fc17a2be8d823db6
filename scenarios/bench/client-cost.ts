/**
 * What a simulated client costs the generator, as a ratio to the least that a client in Node.js could cost, a bare `net`
 * socket that only counts the bytes it is sent, and to a generator in C. In turn, against the same server and the same load;
 * the first two in one process.
 */
import { connect as connectSocket, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../../clients/client.ts';
import { headerProfile, requestHead, type RequestKind } from '../../clients/headers.ts';
import { Ledger } from '../../clients/ledger.ts';
import { Child } from '../runner/child-process.ts';
import { Clock, epochNow } from '../runner/clock.ts';
import { uniform } from '../runner/random.ts';
import type { FromServer, ToServer } from '../runner/protocol.ts';
import { transport, type TransportName } from '../transports.ts';
import { CReader, type CompiledReader } from './c-reader.ts';

const HOST = '127.0.0.1';
const PAYLOAD_BYTES = 100;

export interface Cost {
  /** CPU of the clients' process for each delivery or poll, µs, one value a round. */
  readonly own: number[];
  readonly bare: number[];
  /** Of clients in C; empty where they were not asked for. */
  readonly c: number[];
}

type Server = Child<ToServer, FromServer>;

async function startServer(name: TransportName): Promise<{ server: Server; port: number; clock: Clock }> {
  const epochNs = epochNow();
  const server: Server = new Child('server');
  const options = { recycleBytes: 2 ** 30 };
  const { port } = await server.ask(
    { type: 'listen', transport: name, host: HOST, port: 0, carrier: 'h1', options, epochNs },
    'listening',
  );
  return { server, port, clock: new Clock(epochNs) };
}

/** Clients of one kind, connected. */
interface Open {
  /** What has arrived so far, over all of them: deliveries, polls, or bytes by the payload's size. */
  arrived(): number | Promise<number>;
  /** CPU of their process so far, µs. */
  cpuUs(): number | Promise<number>;
  close(): void;
}

function ownCpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

interface Load {
  readonly ratePerSecond: number;
  readonly seconds: number;
}

/** How long what was published may take to arrive, ms. */
const LATEST_MS = 5_000;

/**
 * CPU of the clients' process for each delivery of a window, µs.
 *
 * @param deliveries how many there are, which must all arrive; null: as many as arrive
 */
async function cpuEach(
  { server, clock }: { server: Server; clock: Clock },
  { ratePerSecond, seconds }: Load,
  open: Open,
  deliveries: number | null,
): Promise<number> {
  const startUs = Math.round(clock.nowUs() + 100e3);
  const timeline = { startUs, windowStartUs: startUs, windowEndUs: startUs + seconds * 1e6 };
  const pace = ratePerSecond > 0 ? ({ ratePerSecond, arrivals: 'constant', seed: 1 } as const) : null;
  const before = { arrived: await open.arrived(), cpuUs: await open.cpuUs() };
  await server.ask({ type: 'window', timeline, pace, payloadBytes: PAYLOAD_BYTES }, 'window', seconds * 1e3);
  let arrived = 0;
  for (let waitedMs = 0; waitedMs < LATEST_MS; waitedMs += 100) {
    await sleep(100);
    arrived = (await open.arrived()) - before.arrived;
    if (arrived >= (deliveries ?? 0)) break;
  }
  if (arrived < (deliveries ?? 1)) throw new Error(`${arrived} of ${deliveries ?? 'many'} arrived.`);
  return ((await open.cpuUs()) - before.cpuUs) / (deliveries ?? arrived);
}

const KIND: Partial<Record<TransportName, { kind: RequestKind; path: string }>> = {
  sse: { kind: 'eventsource', path: '/sse' },
  'forever-iframe': { kind: 'iframe', path: '/forever-iframe?callback=parent.onMessage' },
  websocket: { kind: 'websocket', path: '/websocket' },
};

type Side = keyof Cost;

/** A streaming transport: CPU for each delivered message. @param reader clients in C beside the others, of WebSocket only */
export async function deliveryCost(
  name: TransportName,
  clients: number,
  ratePerSecond: number,
  rounds: number,
  reader: CompiledReader | null = null,
): Promise<Cost> {
  const started = await startServer(name);
  const { port } = started;
  const cost: Cost = { own: [], bare: [], c: [] };
  const load = { ratePerSecond, seconds: 2 };
  const opening: Record<Side, () => Promise<Open>> = {
    own: () => openOwn(name, port, clients),
    bare: () => openBare(name, port, clients),
    c: () => openInC(reader!, port, clients),
  };
  const sides: readonly Side[] = reader === null ? ['own', 'bare'] : ['own', 'bare', 'c'];
  for (let round = 0; round < rounds; round++) {
    // ABBA: a machine that drifts favours none.
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
      const open = await opening[side]();
      cost[side].push(await cpuEach(started, load, open, ratePerSecond * load.seconds * clients));
      open.close();
      await sleep(200);
    }
  }
  await started.server.kill();
  return cost;
}

function openOwn(
  name: TransportName,
  port: number,
  count: number,
  pollIntervalMs = 1_000,
): Promise<Open & { ledger: Ledger }> {
  return new Promise((resolve, reject) => {
    const ledger = new Ledger();
    const random = uniform(1, 'bench');
    let deliveries = 0;
    let ready = 0;
    const clients: Client[] = [];
    const open: Open & { ledger: Ledger } = {
      ledger,
      arrived: () => deliveries,
      cpuUs: ownCpuUs,
      close: () => clients.forEach((client) => client.close()),
    };
    for (let i = 0; i < count; i++) {
      const client = transport(name).client.connect({
        host: HOST,
        port,
        channel: 'main',
        headers: headerProfile('chrome'),
        carrier: 'h1',
        ledger,
        random,
        pollIntervalMs,
        holdMs: 25_000,
        connection: 'keep-alive',
        deflate: false,
        contextTakeover: true,
        gzip: false,
        events: {
          ready: () => (++ready === count ? resolve(open) : undefined),
          message: () => deliveries++,
          gap: () => {},
          disconnected: (reason) => reject(new Error(reason)),
          failed: reject,
        },
      });
      clients.push(client);
    }
  });
}

/** The request with which a client of `name` begins. */
function headOf(name: TransportName, port: number): string {
  const { kind, path } = KIND[name]!;
  const extra =
    kind === 'websocket'
      ? 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: pushbench.v1\r\n'
      : '';
  const authority = `${HOST}:${port}`;
  return requestHead(headerProfile('chrome'), { kind, target: path, authority, connection: 'keep-alive', extra });
}

/** Sockets that ask as the client would and then only count bytes, of which a delivery has more than its payload's. */
async function openBare(name: TransportName, port: number, count: number): Promise<Open> {
  const head = headOf(name, port);
  let bytes = 0;
  const sockets: Socket[] = [];
  for (let i = 0; i < count; i++) {
    const socket = connectSocket({ host: HOST, port, noDelay: true });
    socket.write(head);
    socket.on('data', (data: Buffer) => {
      bytes += data.length;
    });
    sockets.push(socket);
  }
  await sleep(1_000);
  return {
    arrived: () => Math.floor(bytes / PAYLOAD_BYTES),
    cpuUs: ownCpuUs,
    close: () => sockets.forEach((socket) => socket.destroy()),
  };
}

async function openInC({ program }: CompiledReader, port: number, count: number): Promise<Open> {
  const reader = await CReader.open(program, port, count, headOf('websocket', port));
  return {
    arrived: async () => (await reader.usage()).messages,
    cpuUs: async () => (await reader.usage()).cpuUs,
    close: () => reader.close(),
  };
}

/** Short polling without news: CPU for each empty poll. */
export async function emptyPollCost(clients: number, pollIntervalMs: number, rounds: number): Promise<Cost> {
  const started = await startServer('short-polling');
  const cost: Cost = { own: [], bare: [], c: [] };
  const load = { ratePerSecond: 0, seconds: 2 };
  for (let round = 0; round < rounds; round++) {
    for (const side of round % 2 === 0 ? (['own', 'bare'] as const) : (['bare', 'own'] as const)) {
      if (side === 'own') {
        const open = await openOwn('short-polling', started.port, clients, pollIntervalMs);
        const polls = { ...open, arrived: () => open.ledger.emptyPolls };
        cost.own.push(await cpuEach(started, load, polls, null));
        open.close();
      } else {
        const open = openBarePolls(started.port, clients, pollIntervalMs);
        cost.bare.push(await cpuEach(started, load, open, null));
        open.close();
      }
      await sleep(200);
    }
  }
  await started.server.kill();
  return cost;
}

/**
 * Sockets that write one fixed request each interval and count the reads. Each keeps a phase of its own by due times, as
 * the clients do: with a plain repeated timer the sockets fall into step over the seconds, one wake-up of the event loop
 * serves many, and the comparison would be of wake-ups.
 */
function openBarePolls(port: number, count: number, pollIntervalMs: number): Open {
  const authority = `${HOST}:${port}`;
  const target = '/short-polling?channel=main&cursor=0';
  const head = requestHead(headerProfile('chrome'), { kind: 'fetch', target, authority, connection: 'keep-alive' });
  let polls = 0;
  const sockets: Socket[] = [];
  const timers: NodeJS.Timeout[] = [];
  const random = uniform(2, 'bench');
  for (let i = 0; i < count; i++) {
    const socket = connectSocket({ host: HOST, port, noDelay: true });
    socket.on('data', () => polls++);
    let due = performance.now() + random() * pollIntervalMs;
    const wait = (): void => {
      timers[i] = setTimeout(poll, Math.max(0, Math.round(due - performance.now())));
    };
    const poll = (): void => {
      due += pollIntervalMs;
      wait();
      socket.write(head, 'latin1');
    };
    wait();
    sockets.push(socket);
  }
  return {
    arrived: () => polls,
    cpuUs: ownCpuUs,
    close: () => {
      timers.forEach((timer) => clearTimeout(timer));
      sockets.forEach((socket) => socket.destroy());
    },
  };
}
