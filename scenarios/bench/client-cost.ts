/**
 * What a simulated client costs the generator, as a ratio to the least that any client could cost: a bare `net` socket
 * that only counts the bytes it is sent. Both in one process, in turn, against the same server and the same load.
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

const HOST = '127.0.0.1';
const PAYLOAD_BYTES = 100;

export interface Cost {
  /** CPU of this process for each delivery or poll, µs, one value a round. */
  readonly own: number[];
  readonly bare: number[];
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

/** Publishes for `seconds` and returns this process's CPU for each of `count()`'s increments, µs. */
async function cpuEach(
  { server, clock }: { server: Server; clock: Clock },
  ratePerSecond: number,
  seconds: number,
  count: () => number,
): Promise<number> {
  const startUs = Math.round(clock.nowUs() + 100e3);
  const timeline = { startUs, windowStartUs: startUs, windowEndUs: startUs + seconds * 1e6 };
  const pace = ratePerSecond > 0 ? ({ ratePerSecond, arrivals: 'constant', seed: 1 } as const) : null;
  const before = count();
  const cpu = process.cpuUsage();
  await server.ask({ type: 'window', timeline, pace, payloadBytes: PAYLOAD_BYTES }, 'window', seconds * 1e3);
  await sleep(100);
  const { user, system } = process.cpuUsage(cpu);
  return (user + system) / Math.max(1, count() - before);
}

const KIND: Partial<Record<TransportName, { kind: RequestKind; path: string }>> = {
  sse: { kind: 'eventsource', path: '/sse' },
  'forever-iframe': { kind: 'iframe', path: '/forever-iframe?callback=parent.onMessage' },
  websocket: { kind: 'websocket', path: '/websocket' },
};

/** A streaming transport: CPU for each delivered message. */
export async function deliveryCost(
  name: TransportName,
  clients: number,
  ratePerSecond: number,
  rounds: number,
): Promise<Cost> {
  const started = await startServer(name);
  const cost: Cost = { own: [], bare: [] };
  const seconds = 2;
  for (let round = 0; round < rounds; round++) {
    // ABBA: a machine that drifts favours neither.
    for (const side of round % 2 === 0 ? (['own', 'bare'] as const) : (['bare', 'own'] as const)) {
      const open =
        side === 'own' ? await openOwn(name, started.port, clients) : await openBare(name, started.port, clients);
      cost[side].push(await cpuEach(started, ratePerSecond, seconds, open.deliveries));
      open.close();
      await sleep(200);
    }
  }
  await started.server.kill();
  return cost;
}

interface Open {
  /** Deliveries so far, over all clients. */
  deliveries: () => number;
  close: () => void;
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
      deliveries: () => deliveries,
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

/** Sockets that ask as the client would and then only count. A delivery is a fixed number of bytes, so it divides. */
async function openBare(name: TransportName, port: number, count: number): Promise<Open> {
  const { kind, path } = KIND[name]!;
  const extra =
    kind === 'websocket'
      ? 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: pushbench.v1\r\n'
      : '';
  const authority = `${HOST}:${port}`;
  const head = requestHead(headerProfile('chrome'), { kind, target: path, authority, connection: 'keep-alive', extra });
  let messages = 0;
  const sockets: Socket[] = [];
  for (let i = 0; i < count; i++) {
    const socket = connectSocket({ host: HOST, port, noDelay: true });
    socket.write(head);
    // One write of the server is one read here, on loopback and at this size; counting reads is the least there is.
    socket.on('data', (data: Buffer) => {
      if (data.length > 0) messages++;
    });
    sockets.push(socket);
  }
  await sleep(1_000);
  return { deliveries: () => messages, close: () => sockets.forEach((socket) => socket.destroy()) };
}

/** Short polling without news: CPU for each empty poll. */
export async function emptyPollCost(clients: number, pollIntervalMs: number, rounds: number): Promise<Cost> {
  const started = await startServer('short-polling');
  const cost: Cost = { own: [], bare: [] };
  for (let round = 0; round < rounds; round++) {
    for (const side of round % 2 === 0 ? (['own', 'bare'] as const) : (['bare', 'own'] as const)) {
      if (side === 'own') {
        const open = await openOwn('short-polling', started.port, clients, pollIntervalMs);
        cost.own.push(await cpuEach(started, 0, 2, () => open.ledger.emptyPolls));
        open.close();
      } else {
        const open = openBarePolls(started.port, clients, pollIntervalMs);
        cost.bare.push(await cpuEach(started, 0, 2, open.deliveries));
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
    deliveries: () => polls,
    close: () => {
      timers.forEach((timer) => clearTimeout(timer));
      sockets.forEach((socket) => socket.destroy());
    },
  };
}
