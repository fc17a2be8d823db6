import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { serve, stream, subscribers, until, type Server } from './server.fixture.ts';

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

/** The first characters of each payload tell it; the rest is bulk. */
const MESSAGE_BYTES = 64 * 1024;
const message = (i: number): string => `${i} `.padEnd(MESSAGE_BYTES, 'x');
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

const OPEN: Readonly<Record<string, (server: Server) => Promise<Reader>>> = {
  sse: (server) => plain(server, '/sse', /event: gap\nid: \d+\ndata: (?<lost>\d+)\n\n|\ndata: (?<name>\d+) x*\n\n/g),
  'forever-iframe': (server) =>
    plain(server, '/forever-iframe', /\(\d+,null,(?<lost>\d+)\)<|\(\d+,"(?<name>\d+) x*"\)<\/script>\n/g),
  websocket: (server) => overWebSocket(server, '/websocket'),
};

/** Publishes until a socket has stopped taking, and `more` after that; returns the highest number. */
async function publish(server: Server, from: number, more: number, check: () => void): Promise<number> {
  let last = from;
  let afterwards = 0;
  while (afterwards < more) {
    if (server.sockets.some(({ writableNeedDrain }) => writableNeedDrain)) afterwards++;
    server.log.append(message(++last));
    // Others read meanwhile.
    await sleep(0);
    check();
    if (last > 3_000) throw new Error('the kernel takes everything: nothing is slow');
  }
  return last;
}

async function setUp(open: (server: Server) => Promise<Reader>, retainMessages: number) {
  const server = await serve({
    options: { recycleBytes: Infinity, deflate: true, heartbeatMs: 64 },
    limits: { retainMessages, retainBytes: Infinity },
  });
  const slow = await open(server);
  await subscribers(server, 1);
  const slowSocket = server.sockets.at(-1)!;
  const other = await open(server);
  await subscribers(server, 2);
  slow.pause();
  const bounded = (): void => {
    // One message may be written when the buffer is almost full; 256 B are its frame and a chunk's.
    const most = slowSocket.writableHighWaterMark + MESSAGE_BYTES + 256;
    expect(slowSocket.writableLength).toBeLessThanOrEqual(most);
  };
  return { server, slow, other, bounded };
}

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
    const all = Array.from({ length: last }, (_, i) => String(i + 1));
    expect(slow.news()).toEqual({ messages: all, lost: [] });
    expect(other.news()).toEqual({ messages: all, lost: [] });
  });

  it('is told how many messages are gone when it reads again too late', async () => {
    const { server, slow, bounded } = await setUp(open, 20);
    const last = await publish(server, 0, 60, bounded);
    slow.resume();
    await receives(slow, last);
    const { messages, lost } = slow.news();
    expect(lost).toHaveLength(1);
    expect(lost[0]! + messages.length).toBe(last);
    const before = messages.length - 20;
    expect(messages).toEqual([
      ...Array.from({ length: before }, (_, i) => String(i + 1)),
      ...Array.from({ length: 20 }, (_, i) => String(last - 19 + i)),
    ]);
  });
});
