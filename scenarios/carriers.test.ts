/** The delivery contract on every carrier: each transport over HTTP/1.1 and HTTP/2, without and with TLS. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AWKWARD, MEBIBYTE } from './awkward.ts';
import { breakableWay } from './breakable.fixture.ts';
import {
  expectBalance,
  isPoll,
  isReady,
  leaves,
  receivedAll,
  RIDES,
  serve,
  settled,
  subscribe,
  until,
} from './carriers.fixture.ts';
import { uniform } from './runner/random.ts';

describe.each(RIDES)('$name over $carrier', (ride) => {
  it('delivers awkward payloads byte for byte and in order, and leaves nothing when it closes', async () => {
    const server = await serve(ride);
    const subscriber = await subscribe(server);
    await isReady(subscriber);
    const sent = Object.values(AWKWARD).flatMap((payload, index) => [payload, `between ${index}`]);
    for (const [index, payload] of sent.entries()) {
      server.log.append(payload);
      if (index % 3 === 0) await sleep(2);
    }
    await receivedAll(subscriber, sent.length);
    expect(subscriber.received).toEqual(sent);
    expect(subscriber.ledger.down.payload).toBe(sent.reduce((sum, text) => sum + Buffer.byteLength(text), 0));
    expectBalance(subscriber.ledger, ride.carrier);
    await leaves(server, subscriber);
  });

  it('carries a message of 1 MiB down and up, and books its bytes as payload', async () => {
    const server = await serve(ride);
    const subscriber = await subscribe(server);
    await isReady(subscriber);
    server.log.append(MEBIBYTE);
    await receivedAll(subscriber, 1);
    expect(subscriber.ledger.down.payload).toBe(2 ** 20);
    await subscriber.client.send(MEBIBYTE);
    await receivedAll(subscriber, 2);
    expect(subscriber.received.map((message) => message === MEBIBYTE)).toEqual([true, true]);
    expect([subscriber.ledger.up.payload, subscriber.ledger.down.payload]).toEqual([2 ** 20, 2 ** 21]);
    await leaves(server, subscriber);
  });

  it('takes messages upstream in order, and they come back down', async () => {
    const server = await serve(ride);
    const subscriber = await subscribe(server);
    await isReady(subscriber);
    const sent = [...Object.values(AWKWARD), 'y'.repeat(70_000)];
    await Promise.all(sent.map((payload) => subscriber.client.send(payload)));
    await receivedAll(subscriber, sent.length);
    expect(subscriber.received).toEqual(sent);
    expect(subscriber.ledger.up.payload).toBe(sent.reduce((sum, text) => sum + Buffer.byteLength(text), 0));
    await leaves(server, subscriber);
  });

  it('tells how many messages are gone to a client that comes back too late', async () => {
    const server = await serve(ride, { limits: { retainMessages: 10 } });
    for (let i = 1; i <= 100; i++) server.log.append(`message ${i}`);
    const subscriber = await subscribe(server, { cursor: 20 });
    await receivedAll(subscriber, 10);
    expect(subscriber.gaps).toEqual([70]);
    expect(subscriber.received).toEqual(Array.from({ length: 10 }, (_, i) => `message ${91 + i}`));
    await leaves(server, subscriber);
  });

  it('misses nothing over 40 cuts, by itself and by the network, of what comes down and of what is sent up', async () => {
    const server = await serve(ride);
    const way = await breakableWay(server);
    onTestFinished(way.close);
    const jitter = uniform(41);
    let untilCut = Infinity;
    // It is back at once, or nearly all of the test would be backoff.
    const options = { host: way.host, port: way.port, random: () => jitter() / 100 };
    const subscriber = await subscribe(server, options, (client) => --untilCut === 0 && client.cut());
    await isReady(subscriber);
    const random = uniform(40, `${ride.name} ${ride.carrier}`);
    const sends: Promise<string>[] = [];
    const published: string[] = [];
    const cuts = (byItself: boolean): number =>
      subscriber.disconnects.filter((reason) => (reason === 'cut') === byItself).length;
    for (let cut = 0; cut < 40; cut++) {
      const byItself = cut % 2 === 0;
      const before = cuts(byItself);
      if (byItself) untilCut = 1 + Math.floor(random() * 4);
      sends.push(
        subscriber.client.send(`up ${cut}`).then(
          () => `up ${cut}`,
          (error: Error) => error.message,
        ),
      );
      await until(
        () => {
          // It may be a connection that the client has left already that breaks, or one for what is sent up alone.
          if (!byItself && !way.breaking) way.breakAfter(random() ** 2 * 60_000);
          for (let burst = random() * 4; burst > 0 && server.log.last - subscriber.received.length < 20; burst--) {
            published.push(`message ${published.length} ${'x'.repeat(random() * 30_000)}`);
            server.log.append(published.at(-1)!);
          }
          return cuts(byItself) > before || subscriber.failures.length > 0;
        },
        () => `for cut ${cut}, ${subscriber.received.length} of ${server.log.last} received`,
      );
      way.breakAfter(Infinity);
    }
    // Each send has come to an end, one way or the other: what was accepted is delivered.
    const ends = await Promise.all(sends);
    for (const end of ends.filter((text) => !text.startsWith('up '))) expect(end).toMatch(/lost|not connected/);
    await receivedAll(subscriber, server.log.last);
    const [up, down] = [true, false].map((isUp) => subscriber.received.filter((m) => m.includes('up ') === isUp));
    expect(down).toEqual(published);
    expect(new Set(up).size).toBe(up!.length);
    for (const end of ends.filter((text) => text.startsWith('up '))) expect(up).toContain(end);
    expect(subscriber.gaps).toEqual([]);
    expect(cuts(true)).toBe(20);
    expect(subscriber.ledger.connections).toBeGreaterThanOrEqual(41);
    await leaves(server, subscriber);
  });

  it('has a name for every byte once nothing is on its way', async () => {
    const server = await serve(ride, { options: { heartbeatMs: 64, holdMs: 20, recycleBytes: 8_192 } });
    const subscriber = await subscribe(server, { holdMs: 20 });
    await isReady(subscriber);
    for (let i = 0; i < 100; i++) server.log.append(`${i} é${'y'.repeat(i * 7)}`);
    await receivedAll(subscriber, 100);
    if (isPoll(ride.name)) {
      // A poll is always on its way here, so only its own bytes may be unnamed.
      expect(subscriber.ledger.snapshot().up.partial).toBeLessThan(1_000);
    } else {
      server.heartbeat.stop();
      const { up, down } = await settled(subscriber.ledger);
      expect({ up: up.partial, down: down.partial }).toEqual({ up: 0, down: 0 });
    }
    expectBalance(subscriber.ledger, ride.carrier);
  });
});
