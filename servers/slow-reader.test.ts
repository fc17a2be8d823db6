import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { DEFAULT_SERVER_OPTIONS } from './server.ts';
import { itemsIn } from './items.fixture.ts';
import { raw, serve, stream, subscribers, until, type Server } from './server.fixture.ts';

interface News {
  readonly messages: string[];
  readonly lost: number[];
}

/** A client that reads, stops reading and reads again. */
interface Reader {
  pause(): void;
  resume(): void;
  news(): News;
}

/** The first characters of each payload tell it; the rest is bulk that does not compress well. */
const MESSAGE_BYTES = 64 * 1024;
const BULK = randomBytes(MESSAGE_BYTES).toString('base64');
const message = (i: number): string => `${i} ${BULK.slice(i % 1_000)}`.slice(0, MESSAGE_BYTES);
const name = (text: string): string => text.slice(0, text.indexOf(' '));

async function plain(server: Server, path: string, match: RegExp): Promise<Reader> {
  const client = await stream(server, path);
  return {
    pause: () => client.socket.pause(),
    resume: () => client.socket.resume(),
    news() {
      const messages: string[] = [];
      const lost: number[] = [];
      for (const { groups } of client.body().matchAll(match)) {
        if (groups!['lost'] === undefined) messages.push(groups!['name']!);
        else lost.push(Number(groups!['lost']));
      }
      return { messages, lost };
    },
  };
}

async function overWebSocket(server: Server, path: string, perMessageDeflate = false): Promise<Reader> {
  const ws = new WebSocket(server.url.replace('http', 'ws') + path, { perMessageDeflate });
  onTestFinished(() => ws.terminate());
  const messages: string[] = [];
  const lost: number[] = [];
  ws.on('message', (data: Buffer, isBinary) => {
    if (!isBinary) messages.push(name(data.toString()));
    else if (data[0] === 2) lost.push(Number(data.toString('latin1', 1).split(',')[0]));
  });
  await new Promise((resolve) => ws.once('open', resolve));
  return { pause: () => ws.pause(), resume: () => ws.resume(), news: () => ({ messages, lost }) };
}

async function overTcp(server: Server, path: string): Promise<Reader> {
  const client = raw(
    server,
    `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: pushbench-tcp/1\r\n\r\n`,
  );
  await client.has('\0r');
  return {
    pause: () => client.socket.pause(),
    resume: () => client.socket.resume(),
    news() {
      const items = itemsIn(client.bytes.subarray(client.bytes.indexOf('\r\n\r\n') + 4));
      const of = (kind: string): string[] =>
        items.filter((item) => item.kind === kind).map(({ payload }) => payload.toString('latin1', 0, 20));
      return { messages: of('').map(name), lost: of('g').map((text) => Number(text.split(',')[0])) };
    },
  };
}

const OPEN: Readonly<Record<string, (server: Server, query: string) => Promise<Reader>>> = {
  sse: (server, query) =>
    plain(server, `/sse${query}`, /event: gap\nid: \d+\ndata: (?<lost>\d+)\n\n|\ndata: (?<name>\d+) .*\n\n/g),
  'forever-iframe': (server, query) =>
    plain(server, `/forever-iframe${query}`, /\(\d+,null,(?<lost>\d+)\)<|\(\d+,"(?<name>\d+) [^"]*"\)<\/script>\n/g),
  websocket: (server, query) => overWebSocket(server, `/websocket${query}`),
  tcp: (server, query) => overTcp(server, `/tcp${query}`),
  'websocket, compressed': (server, query) => overWebSocket(server, `/websocket${query}`, true),
};

/** Publishes until the first socket has stopped taking, and `more` after that; returns the highest number. */
async function publish(server: Server, from: number, more: number, check: () => void): Promise<number> {
  let last = from;
  let afterwards = 0;
  while (afterwards < more) {
    // Not "needs drain": a compressed message may be smaller than the buffer, whose default differs between versions of
    // Node.js, and then the server holds back before the socket asks it to.
    afterwards = server.sockets[0]!.writableLength > 0 ? afterwards + 1 : 0;
    server.log.append(message(++last));
    // Others read meanwhile.
    await sleep(0);
    check();
    if (last > 3_000) throw new Error('the kernel takes everything: nothing is slow');
  }
  return last;
}

async function serveReaders(retainMessages: number): Promise<Server> {
  return serve({
    options: { recycleBytes: Infinity, deflate: true },
    limits: { retainMessages, retainBytes: Infinity },
  });
}

/** Checks what the server holds for a connection beyond what the kernel has taken. */
function boundOf(socket: Socket): () => void {
  return () => {
    // One message may be written when the buffer is almost full; 256 B are its frame and a chunk's.
    const most = socket.writableHighWaterMark + MESSAGE_BYTES + 256;
    expect(socket.writableLength).toBeLessThanOrEqual(most);
  };
}

async function setUp(open: (server: Server, query: string) => Promise<Reader>, retainMessages: number) {
  const server = await serveReaders(retainMessages);
  const slow = await open(server, '');
  await subscribers(server, 1);
  const bounded = boundOf(server.sockets.at(-1)!);
  const other = await open(server, '');
  await subscribers(server, 2);
  slow.pause();
  return { server, slow, other, bounded };
}

const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => String(from + i));

const receives = async (reader: Reader, last: number): Promise<void> =>
  until(
    () => reader.news().messages.at(-1) === String(last),
    () => `message ${reader.news().messages.at(-1)} of ${last}`,
  );

describe.each(Object.entries(OPEN))('a reader of %s that stops reading', (_name, open) => {
  it('costs the server one buffer, holds up nobody, and gets everything in order when it reads again', async () => {
    const { server, slow, other, bounded } = await setUp(open, 10_000);
    const last = await publish(server, 0, 50, bounded);
    await receives(other, last);
    bounded();
    expect(slow.news().messages.length).toBeLessThan(last);
    slow.resume();
    await receives(slow, last);
    expect(slow.news()).toEqual({ messages: numbers(1, last), lost: [] });
    expect(other.news()).toEqual({ messages: numbers(1, last), lost: [] });
  });

  it('is told how many messages are gone when it reads again too late', async () => {
    const { server, slow, bounded } = await setUp(open, 20);
    const last = await publish(server, 0, 60, bounded);
    slow.resume();
    await receives(slow, last);
    const { messages, lost } = slow.news();
    expect(lost.length).toBeGreaterThan(0);
    expect(lost.reduce((sum, count) => sum + count, 0) + messages.length).toBe(last);
    expect(messages).toEqual(messages.toSorted((a, b) => Number(a) - Number(b)));
    expect(new Set(messages).size).toBe(messages.length);
  });

  it('costs no more when it comes back to a long backlog', async () => {
    const server = await serveReaders(10_000);
    for (let i = 1; i <= 400; i++) server.log.append(message(i));
    const slow = await open(server, '?cursor=0');
    slow.pause();
    const socket = server.sockets.at(-1)!;
    const bounded = boundOf(socket);
    await until(
      () => socket.writableLength > 0,
      () => 'the kernel takes everything',
    );
    // Compression goes on behind the scenes: what it finishes late counts too.
    for (let i = 0; i < 60; i++) {
      await sleep(5);
      bounded();
    }
    slow.resume();
    await receives(slow, 400);
    expect(slow.news()).toEqual({ messages: numbers(1, 400), lost: [] });
  });
});

describe('a reader of websocket that stops reading', () => {
  it('is not taken for dead by the heartbeat', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const { server, slow, bounded } = await setUp(OPEN['websocket']!, 10_000);
    const last = await publish(server, 0, 10, bounded);
    vi.advanceTimersByTime(10 * DEFAULT_SERVER_OPTIONS.heartbeatMs);
    slow.resume();
    await receives(slow, last);
    expect(slow.news().messages).toEqual(numbers(1, last));
  });
});
