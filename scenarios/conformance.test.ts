/** The delivery contract, sentence by sentence, over every registered pair of server and client. */
import { Buffer } from 'node:buffer';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { Client, ClientOptions } from '../clients/client.ts';
import { startServer, type RunningServer, type StartOptions } from '../servers/http.ts';
import { AWKWARD, MEBIBYTE } from './awkward.ts';
import { breakableWay } from './breakable.fixture.ts';
import { uniform } from './runner/random.ts';
import { watchTimers } from './timers.fixture.ts';
import { eventually, subscribe as connected, type Subscriber } from './subscriber.ts';
import { transport, TRANSPORTS, type TransportName } from './transports.ts';

const disposers: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const dispose of disposers.splice(0).reverse()) await dispose();
});

async function serve(name: TransportName, more: Partial<StartOptions> = {}): Promise<RunningServer> {
  const server = await startServer({ transports: [transport(name).server], ...more });
  disposers.push(() => server.close());
  return server;
}

function subscribe(
  server: { readonly host: string; readonly port: number },
  name: TransportName,
  more: Partial<ClientOptions> = {},
  onMessage?: (client: Client) => void,
): Subscriber {
  const subscriber = connected(server, name, more, onMessage);
  disposers.push(() => subscriber.client.close());
  return subscriber;
}

const until = (condition: () => boolean, describeState: () => string): Promise<void> =>
  eventually(condition, describeState, 40_000);

async function receivedAll(subscriber: Subscriber, count: number): Promise<void> {
  await until(
    () => subscriber.received.length >= count || subscriber.failures.length > 0,
    () => `${subscriber.received.length} of ${count} received, disconnects ${subscriber.disconnects.join()}`,
  );
  expect(subscriber.failures).toEqual([]);
}

/** Sockets and servers of this process. */
const sockets = (): number => process.getActiveResourcesInfo().filter((type) => type.startsWith('TCP')).length;

/** Status line and body of the answer to a bare request on a socket of its own. */
async function answerTo(server: RunningServer, path: string, fields: string): Promise<[string, string]> {
  const socket = connect(server.port, server.host);
  disposers.push(() => void socket.destroy());
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n${fields}Connection: close\r\n\r\n`);
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
  return [head.split('\r\n')[0]!, body];
}

describe.each(TRANSPORTS)('%s', (name) => {
  it('delivers what is published after a client is ready exactly once, in order', async () => {
    const server = await serve(name);
    const log = server.hub.channel('main')!;
    log.append('before anyone was ready');
    const subscribers = [subscribe(server, name), subscribe(server, name), subscribe(server, name)];
    await Promise.all(subscribers.map(({ ready }) => ready));
    const sent = Array.from({ length: 500 }, (_, i) => `message ${i}`);
    for (const [index, message] of sent.entries()) {
      log.append(message);
      if (index % 7 === 0) await sleep(1);
    }
    for (const subscriber of subscribers) {
      await receivedAll(subscriber, sent.length);
      expect(subscriber.received).toEqual(sent);
      expect(subscriber.gaps).toEqual([]);
    }
  });

  it.each(Object.entries(AWKWARD))('delivers byte for byte: %s', async (_what, payload) => {
    const server = await serve(name);
    const subscriber = subscribe(server, name);
    await subscriber.ready;
    server.hub.channel('main')!.append(payload);
    server.hub.channel('main')!.append('after');
    await receivedAll(subscriber, 2);
    expect(subscriber.received).toEqual([payload, 'after']);
  });

  it('carries a message of 1 MiB down and up, and books its bytes as payload', async () => {
    const server = await serve(name);
    const subscriber = subscribe(server, name);
    await subscriber.ready;
    server.hub.channel('main')!.append(MEBIBYTE);
    await receivedAll(subscriber, 1);
    expect(subscriber.ledger.down.payload).toBe(2 ** 20);
    await subscriber.client.send(MEBIBYTE);
    await receivedAll(subscriber, 2);
    expect(subscriber.received.map((message) => message === MEBIBYTE)).toEqual([true, true]);
    expect([subscriber.ledger.up.payload, subscriber.ledger.down.payload]).toEqual([2 ** 20, 2 ** 21]);
    expect(subscriber.ledger.difference()).toEqual({ up: 0, down: 0 });
  });

  it('misses nothing over 200 cuts, by itself at any message and by the network at any byte', async () => {
    const server = await serve(name);
    const way = await breakableWay(server);
    disposers.push(way.close);
    const log = server.hub.channel('main')!;
    const jitter = uniform(201);
    let untilCut = Infinity;
    // It is back at once, or nearly all of the test would be backoff.
    const options = { random: () => jitter() / 100 };
    const subscriber = subscribe(way, name, options, (client) => --untilCut === 0 && client.cut());
    await subscriber.ready;
    const random = uniform(200, name);
    const sent: string[] = [];
    const receivedAtCuts = new Set<number>();
    for (let cuts = 0; cuts < 200; cuts++) {
      await until(
        () => way.accepted > cuts && way.open === 1,
        () => `for connection ${cuts + 1} to stand alone`,
      );
      // Either comes about only once this connection has carried so much.
      if (cuts % 2 === 0) untilCut = 1 + Math.floor(random() * 8);
      else way.breakAfter(random() ** 2 * 20_000);
      await until(
        () => {
          for (let burst = random() * 5; burst > 0 && sent.length - subscriber.received.length < 20; burst--) {
            sent.push(`message ${sent.length} ${'x'.repeat(random() * 3_000)}`);
            log.append(sent.at(-1)!);
          }
          return subscriber.disconnects.length > cuts || subscriber.failures.length > 0;
        },
        () => `for cut ${cuts}, ${subscriber.received.length} of ${sent.length} received`,
      );
      receivedAtCuts.add(subscriber.received.length);
    }
    await receivedAll(subscriber, sent.length);
    expect(subscriber.received).toEqual(sent);
    expect(subscriber.gaps).toEqual([]);
    expect(subscriber.disconnects.filter((reason) => reason === 'cut')).toHaveLength(100);
    expect(subscriber.disconnects).toHaveLength(200);
    expect(subscriber.ledger.connections).toBeGreaterThanOrEqual(201);
    // Half of the cuts come after a message, so it came in the life of that connection.
    expect(receivedAtCuts.size).toBeGreaterThanOrEqual(100);
    expect(subscriber.ledger.difference()).toEqual({ up: 0, down: 0 });
  });

  it('reaches a client that has stopped reading when it reads again, with everything and in order', async () => {
    const server = await serve(name);
    const log = server.hub.channel('main')!;
    const subscriber = subscribe(server, name);
    await subscriber.ready;
    subscriber.client.pause();
    const sent = Array.from({ length: 200 }, (_, i) => `message ${i} ${'x'.repeat(20_000)}`);
    for (const message of sent) {
      log.append(message);
      await sleep(1);
    }
    // What a poll brought that was already read is read; nothing else.
    expect(subscriber.received.length).toBeLessThan(sent.length);
    subscriber.client.resume();
    await receivedAll(subscriber, sent.length);
    expect(subscriber.received).toEqual(sent);
    expect([subscriber.gaps, subscriber.disconnects]).toEqual([[], []]);
    expect(subscriber.ledger.difference()).toEqual({ up: 0, down: 0 });
  });

  it('delivers a burst that lands while a client asks again', async () => {
    const server = await serve(name);
    const log = server.hub.channel('main')!;
    const sent: string[] = [];
    const publish = (message: string): void => void log.append((sent.push(message), message));
    // Within the callback a client has its answer and has not asked again: the gap between two requests.
    const subscriber = subscribe(server, name, {}, () => {
      if (!String(subscriber.received.at(-1)).startsWith('first')) return;
      for (let i = 0; i < 20; i++) publish(`burst ${i} after ${subscriber.received.length}`);
    });
    await subscriber.ready;
    for (let round = 0; round < 30; round++) {
      publish(`first ${round}`);
      await receivedAll(subscriber, 21 * (round + 1));
    }
    expect(subscriber.received).toEqual(sent);
    expect(subscriber.gaps).toEqual([]);
  });

  it('tells a client that comes back too late how many messages are gone', async () => {
    const server = await serve(name, { limits: { retainMessages: 10 } });
    const log = server.hub.channel('main')!;
    for (let i = 1; i <= 100; i++) log.append(`message ${i}`);
    const subscriber = subscribe(server, name, { cursor: 20 });
    await receivedAll(subscriber, 10);
    expect(subscriber.gaps).toEqual([70]);
    expect(subscriber.received).toEqual(Array.from({ length: 10 }, (_, i) => `message ${91 + i}`));
    expect(subscriber.offsets.at(-1)).toBe(100);
  });

  it('accepts messages upstream and delivers them to the channel, in order', async () => {
    const server = await serve(name);
    const subscriber = subscribe(server, name, { channel: 'room' });
    const other = subscribe(server, name, { channel: 'elsewhere' });
    await Promise.all([subscriber.ready, other.ready]);
    const sent = Object.values(AWKWARD);
    await Promise.all(sent.map((payload) => subscriber.client.send(payload)));
    await receivedAll(subscriber, sent.length);
    expect(subscriber.received).toEqual(sent);
    expect(other.received).toEqual([]);
    expect(subscriber.ledger.up.payload).toBe(sent.reduce((sum, text) => sum + Buffer.byteLength(text), 0));
    expect(subscriber.ledger.difference()).toEqual({ up: 0, down: 0 });
  });

  it('books every byte: layers equal the socket counters whenever one looks', async () => {
    const server = await serve(name, { options: { recycleBytes: 8_192, heartbeatMs: 64, holdMs: 20 } });
    const log = server.hub.channel('main')!;
    const subscriber = subscribe(server, name, { holdMs: 20 });
    await subscriber.ready;
    for (let i = 0; i < 300; i++) {
      log.append(`${i} é${'y'.repeat(i * 3)}`);
      if (i % 3 === 0) await sleep(2);
      expect(subscriber.ledger.difference()).toEqual({ up: 0, down: 0 });
    }
    await receivedAll(subscriber, 300);
    await until(
      () => subscriber.ledger.down.control > 0,
      () => 'no heartbeat or empty poll',
    );
    expect(subscriber.ledger.difference()).toEqual({ up: 0, down: 0 });
  });

  it('leaves no socket, timer or waiter behind when it is disposed', async () => {
    const timers = watchTimers();
    const before = sockets();
    const server = await serve(name);
    // None of what polls would be due again before the end of this test.
    const subscribers = Array.from({ length: 20 }, () => subscribe(server, name, { pollIntervalMs: 600_000 }));
    await Promise.all(subscribers.map(({ ready }) => ready));
    await sleep(30);
    // The server's heartbeat at least.
    expect(timers.size).toBeGreaterThan(0);
    for (const { client } of subscribers) client.close();
    await until(
      () => server.hub.subscribers === 0,
      () => `${server.hub.subscribers} waiters left`,
    );
    await until(
      () => subscribers.every(({ ledger }) => ledger.open === 0),
      () => 'sockets are open',
    );
    await server.close();
    expect(timers.size).toBe(0);
    await until(
      () => sockets() <= before,
      () => `${sockets() - before} sockets more than before`,
    );
    await expect(fetch(`${server.url}/health`)).rejects.toThrow();
  });

  it('leaves no timer behind when it is disposed while it waits to connect again', async () => {
    const timers = watchTimers();
    const server = await serve(name);
    let losses = 0;
    const subscriber = subscribe(server, name, { random: () => (losses < 10 ? 0 : 0.999) });
    await subscriber.ready;
    await server.close();
    // After so many losses the backoff is of 10 s.
    await until(
      () => (losses = subscriber.disconnects.length) > 10 && timers.size === 1 && subscriber.ledger.open === 0,
      () => `${losses} disconnects, ${timers.size} timers`,
    );
    subscriber.client.close();
    expect(timers.size).toBe(0);
  });

  it('ends its streams when the server closes, and the client keeps trying', async () => {
    const server = await serve(name);
    const subscriber = subscribe(server, name);
    await subscriber.ready;
    await sleep(20);
    await server.close();
    await until(
      () => subscriber.disconnects.length >= 3,
      () => `${subscriber.disconnects.length} disconnects`,
    );
    expect(subscriber.failures).toEqual([]);
  });

  it('answers plain HTTP, an unknown Upgrade included, while clients are connected', async () => {
    const server = await serve(name);
    const subscriber = subscribe(server, name);
    await subscriber.ready;
    const token = 'Connection: Upgrade\r\nUpgrade: pushbench-unknown/1\r\n';
    expect(await answerTo(server, '/health', token)).toEqual(['HTTP/1.1 200 OK', '{"status":"ok"}']);
    const nowhere = await answerTo(server, '/nowhere', '');
    expect(nowhere[0]).toBe('HTTP/1.1 404 Not Found');
    expect(await answerTo(server, '/nowhere', token)).toEqual(nowhere);
    server.hub.channel('main')!.append('still here');
    await receivedAll(subscriber, 1);
    expect(subscriber.disconnects).toEqual([]);
  });
});

describe.each(TRANSPORTS.filter((name) => transport(name).server.binary))('%s', (name) => {
  it('delivers bytes as they were', async () => {
    const server = await serve(name);
    const subscriber = subscribe(server, name);
    await subscriber.ready;
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    server.hub.channel('main')!.append(bytes);
    await receivedAll(subscriber, 1);
    expect(subscriber.received).toEqual([bytes]);
  });
});

describe('websocket', () => {
  it('delivers compressed when both sides agree to, and the ledger still balances', async () => {
    const server = await serve('websocket', { options: { deflate: true } });
    const subscriber = subscribe(server, 'websocket', { deflate: true });
    await subscriber.ready;
    const sent = Array.from({ length: 20 }, (_, i) => JSON.stringify({ i, text: 'the same words '.repeat(100) }));
    for (const payload of sent) server.hub.channel('main')!.append(payload);
    await subscriber.client.send('x'.repeat(5_000));
    await receivedAll(subscriber, 21);
    expect(subscriber.received).toEqual([...sent, 'x'.repeat(5_000)]);
    expect(subscriber.ledger.down.payload).toBeLessThan(sent.join('').length / 5);
    expect(subscriber.ledger.difference()).toEqual({ up: 0, down: 0 });
  });
});

describe('short-polling and long-polling', () => {
  it.each(['short-polling', 'long-polling'] as const)(
    '%s works on connections that close after each answer',
    async (name) => {
      const server = await serve(name, { options: { connection: 'close' } });
      const subscriber = subscribe(server, name, { connection: 'close' });
      await subscriber.ready;
      for (let i = 0; i < 20; i++) {
        server.hub.channel('main')!.append(`message ${i}`);
        await sleep(10);
      }
      await receivedAll(subscriber, 20);
      expect(subscriber.disconnects).toEqual([]);
      expect(subscriber.ledger.connections).toBe(subscriber.ledger.requests);
      expect(subscriber.ledger.difference()).toEqual({ up: 0, down: 0 });
    },
  );
});

describe('short-polling', () => {
  it('leaves no timer behind when it is disposed between two polls', async () => {
    const timers = watchTimers();
    const server = await serve('short-polling', { options: { heartbeatMs: 0 } });
    const subscriber = subscribe(server, 'short-polling', { pollIntervalMs: 600_000, random: () => 0.5 });
    await subscriber.ready;
    await until(
      () => timers.size === 1,
      () => `${timers.size} timers beside the next poll's`,
    );
    subscriber.client.close();
    expect(timers.size).toBe(0);
  });

  it('is not held up by a backlog larger than one answer: what is left is asked for at once', async () => {
    const server = await serve('short-polling');
    const subscriber = subscribe(server, 'short-polling', { pollIntervalMs: 10 * 60_000 });
    await subscriber.ready;
    const log = server.hub.channel('main')!;
    for (let i = 0; i < 12; i++) log.append(String(i).repeat(512 * 1024));
    subscriber.client.cut();
    await receivedAll(subscriber, 12);
    expect(subscriber.gaps).toEqual([]);
  });
});

describe('forever-iframe', () => {
  it('is recycled on its kept connection also where polls close theirs', async () => {
    const server = await serve('forever-iframe', { options: { recycleBytes: 4_096, connection: 'close' } });
    const subscriber = subscribe(server, 'forever-iframe', { connection: 'close' });
    await subscriber.ready;
    for (let i = 0; i < 50; i++) server.hub.channel('main')!.append('x'.repeat(1_000));
    await receivedAll(subscriber, 50);
    expect(subscriber.disconnects).toEqual([]);
    expect(subscriber.ledger.connections).toBe(1);
  });
});
