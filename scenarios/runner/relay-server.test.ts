/** The relay over real sockets: what passes, when at the earliest, and how connections end. */
import { randomBytes } from 'node:crypto';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseLink } from '../link.ts';
import type { Waker } from './alarm.ts';
import { Relay } from './relay-server.ts';

/** The alarm of Node.js itself: late by up to a millisecond, and early never in what it wakes. */
const waker = (): Waker => {
  let timer: NodeJS.Timeout | undefined;
  return {
    in(delayMs, ring) {
      clearTimeout(timer);
      timer = setTimeout(ring, Math.max(0, delayMs));
    },
  };
};

const HOST = '127.0.0.1';
let server: Server;
let accepted: Socket[];
let relay: Relay | undefined;
let clients: Socket[];
/** What the server does with a connection. */
let serve: (socket: Socket) => void;

beforeEach(async () => {
  accepted = [];
  clients = [];
  serve = (socket) => socket.pipe(socket);
  server = createServer({ allowHalfOpen: true }, (socket) => {
    accepted.push(socket.on('error', () => {}));
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
});

afterEach(async () => {
  for (const socket of [...clients, ...accepted]) socket.destroy();
  await relay?.close();
  relay = undefined;
  await new Promise((resolve) => server.close(resolve));
});

async function open(link: string, port = (server.address() as AddressInfo).port): Promise<Relay> {
  return (relay = await Relay.listen(
    { link: parseLink(link), seed: 1, host: HOST, target: { host: HOST, port } },
    waker(),
  ));
}

function client(): Socket {
  const socket = connect({ host: HOST, port: relay!.port, noDelay: true, allowHalfOpen: true });
  clients.push(socket.on('error', () => {}));
  return socket;
}

function collect(socket: Socket): { bytes: Buffer } {
  const got = { bytes: Buffer.alloc(0) };
  socket.on('data', (bytes: Buffer) => (got.bytes = Buffer.concat([got.bytes, bytes])));
  return got;
}

const event = (socket: Socket, name: string): Promise<unknown> =>
  new Promise((resolve) => socket.once(name, (value: unknown) => resolve(value)));

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

describe('the relay', () => {
  it.each(['custom:delay=0ms', 'custom:delay=3ms,jitter=3ms', 'custom:delay=1ms,bandwidth=100Mbit'])(
    'passes every byte both ways over %s, in order, and counts them',
    async (link) => {
      await open(link);
      const sent = randomBytes(1_500_000);
      const socket = client();
      const got = collect(socket);
      socket.end(sent);
      await event(socket, 'close');
      expect(got.bytes.equals(sent)).toBe(true);
      expect(relay!.counts).toEqual({ connections: 1, cuts: 0, upBytes: sent.length, downBytes: sent.length });
    },
  );

  it('takes two round trips for the first answer and one for the next, never less', async () => {
    await open('custom:delay=15ms');
    const startMs = performance.now();
    const socket = client();
    socket.write('a');
    await event(socket, 'data');
    const firstMs = performance.now() - startMs;
    expect(firstMs).toBeGreaterThanOrEqual(60);
    const secondStartMs = performance.now();
    socket.write('b');
    await event(socket, 'data');
    expect(performance.now() - secondStartMs).toBeGreaterThanOrEqual(30);
  });

  it('lets the server hear of a connection one delay later, and of its end as late', async () => {
    await open('custom:delay=15ms');
    const startMs = performance.now();
    const socket = client();
    await event(socket, 'connect');
    await until(() => accepted.length === 1);
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(15);
    const endMs = performance.now();
    socket.end();
    await event(accepted[0]!, 'end');
    expect(performance.now() - endMs).toBeGreaterThanOrEqual(15);
  });

  it('passes on half an end: a server may still answer who has finished', async () => {
    serve = (socket) => socket.on('end', () => socket.end('and yet')).resume();
    await open('custom:delay=2ms');
    const socket = client();
    const got = collect(socket);
    socket.end('done');
    await event(socket, 'close');
    expect(got.bytes.toString()).toBe('and yet');
    await until(() => relay!.open === 0);
  });

  it('passes on a reset in both directions, and keeps nothing of it', async () => {
    await open('custom:delay=2ms');
    const first = client();
    first.write('x');
    await event(first, 'data');
    first.resetAndDestroy();
    expect(await event(accepted[0]!, 'close')).toBe(true);
    const second = client();
    second.write('x');
    await event(second, 'data');
    accepted[1]!.resetAndDestroy();
    expect(await event(second, 'close')).toBe(true);
    await until(() => relay!.open === 0);
  });

  it('resets a client whose server does not listen, not before a round trip', async () => {
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    await open('custom:delay=10ms', port);
    const startMs = performance.now();
    const socket = client();
    expect(await event(socket, 'close')).toBe(true);
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(20);
    await until(() => relay!.open === 0);
  });

  it('stops reading from who sends more than the other end takes, so that backpressure passes through', async () => {
    serve = (socket) => socket.pause();
    await open('custom:delay=1ms,bandwidth=1Gbit');
    const socket = client();
    const chunk = Buffer.alloc(1_000_000);
    let taken = 0;
    let last = -1;
    // Until nothing more is taken: with what the kernel's buffers hold, which is some megabytes.
    while (taken !== last && taken < 200) {
      last = taken;
      for (let i = 0; i < 10; i++) socket.write(chunk, () => taken++);
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    expect(taken).toBeLessThan(60);
    const before = relay!.counts.upBytes;
    accepted[0]!.resume();
    await until(() => relay!.counts.upBytes > before + 10_000_000);
  });

  it('cuts connections as a failing network would: both ends are reset, and both are told of nothing more', async () => {
    await open('custom:cut=1s');
    const sockets = Array.from({ length: 30 }, client);
    const ended = sockets.map((socket) => {
      socket.write('x');
      return event(socket, 'close');
    });
    expect(await Promise.race(ended)).toBe(true);
    await until(() => relay!.counts.cuts >= 10);
    await until(() => relay!.open + relay!.counts.cuts === 30);
  });
});
