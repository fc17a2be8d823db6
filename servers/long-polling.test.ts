import { fetch } from 'undici';
import { describe, expect, it } from 'vitest';
import { ask, AWKWARD, raw, serve, subscribers, until } from './server.fixture.ts';

describe('long polling, asked by independent clients', () => {
  it('answers a client without a cursor at once with the place where the log stands', async () => {
    const server = await serve();
    server.log.append('before');
    expect((await ask(server, '/long-polling')).body).toBe('{"cursor":1,"messages":[]}');
    expect(server.hub.subscribers).toBe(0);
  });

  it('holds a poll until there is data, then answers the whole burst', async () => {
    const server = await serve();
    const polling = fetch(`${server.url}/long-polling?cursor=0`);
    await subscribers(server, 1);
    for (const payload of AWKWARD) server.log.append(payload);
    const answer = await polling;
    expect(await answer.json()).toEqual({ cursor: AWKWARD.length, messages: AWKWARD });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(server.hub.subscribers).toBe(0);
  });

  it('does not hold a poll that is behind', async () => {
    const server = await serve({ limits: { retainMessages: 1 } });
    for (const payload of ['a', 'b', 'c']) server.log.append(payload);
    expect((await ask(server, '/long-polling?cursor=0')).body).toBe('{"cursor":3,"lost":2,"messages":["c"]}');
  });

  it('does not hold a poll whose cursor is from another log, but gives it a new place', async () => {
    const server = await serve();
    server.log.append('m1');
    expect((await ask(server, '/long-polling?cursor=500')).body).toBe('{"cursor":1,"messages":[]}');
  });

  it('ends the hold with 204 and no waiter', async () => {
    const server = await serve();
    const { status, body } = await ask(server, '/long-polling?cursor=0&hold=20');
    expect([status, body]).toEqual([204, '']);
    expect(server.hub.subscribers).toBe(0);
  });

  it('never holds longer than the server allows, whatever the client asks for', async () => {
    const server = await serve({ options: { holdMs: 20 } });
    expect((await ask(server, '/long-polling?cursor=0&hold=999999999')).status).toBe(204);
    expect((await ask(server, '/long-polling?cursor=0')).status).toBe(204);
  });

  it.each(['-1', '1.5', '1e3', '', 'x', '9'.repeat(10), '1 '])('refuses the hold %j', async (hold) => {
    const server = await serve();
    const { status, body } = await ask(server, `/long-polling?cursor=0&hold=${encodeURIComponent(hold)}`);
    expect([status, body]).toEqual([400, 'hold must be a whole number of milliseconds\n']);
    expect(server.hub.subscribers).toBe(0);
  });

  it('releases the older poll of a client with 204 when that client polls again, and no other client’s', async () => {
    const server = await serve();
    const older = ask(server, '/long-polling?cursor=0&client=a');
    const other = ask(server, '/long-polling?cursor=0&client=b');
    const nameless = ask(server, '/long-polling?cursor=0');
    await subscribers(server, 3);
    const newer = ask(server, '/long-polling?cursor=0&client=a');
    expect((await older).status).toBe(204);
    await subscribers(server, 3);
    server.log.append('m');
    for (const poll of [newer, other, nameless]) expect((await poll).body).toBe('{"cursor":1,"messages":["m"]}');
  });

  it('sends nothing into a poll that its client has given up: the message goes to the newer one', async () => {
    const server = await serve();
    const older = raw(server, 'GET /long-polling?cursor=0&client=a HTTP/1.1\r\nHost: x\r\n\r\n');
    await subscribers(server, 1);
    const newer = raw(server, 'GET /long-polling?cursor=0&client=a HTTP/1.1\r\nHost: x\r\n\r\n');
    await older.has('HTTP/1.1 204');
    await subscribers(server, 1);
    server.log.append('m');
    await newer.has('["m"]');
    expect(older.text).not.toContain('"m"');
  });

  it.each(['end', 'destroy', 'resetAndDestroy'] as const)(
    'keeps no waiter of a client that goes away by %s',
    async (leave) => {
      const server = await serve();
      const client = raw(server, 'GET /long-polling?cursor=0&client=a HTTP/1.1\r\nHost: x\r\n\r\n');
      await subscribers(server, 1);
      client.socket[leave]();
      await subscribers(server, 0);
      server.log.append('to nobody');
      expect((await ask(server, '/long-polling?cursor=0&client=a')).body).toContain('to nobody');
    },
  );

  it('answers each of several polls that are pipelined on one connection', async () => {
    const server = await serve();
    const poll = (hold: number): string => `GET /long-polling?cursor=0&hold=${hold} HTTP/1.1\r\nHost: x\r\n\r\n`;
    const client = raw(server, poll(20_000) + poll(20_000));
    await subscribers(server, 2);
    server.log.append('m1');
    await until(
      () => client.text.split('["m1"]').length === 3,
      () => client.text,
    );
    expect(client.text.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
  });

  it('answers a held poll with `connection: close` and closes when the server is told to', async () => {
    const server = await serve({ options: { connection: 'close' } });
    const client = raw(server, 'GET /long-polling?cursor=0 HTTP/1.1\r\nHost: x\r\n\r\n');
    await subscribers(server, 1);
    server.log.append('m');
    await client.closed();
    expect(client.text).toMatch(/\r\nconnection: close\r\n/i);
    expect(client.text).toContain('["m"]');
  });

  it('releases everyone when the server closes', async () => {
    const server = await serve();
    const clients = Array.from({ length: 3 }, (_, i) =>
      raw(server, `GET /long-polling?cursor=0&client=${i} HTTP/1.1\r\nHost: x\r\n\r\n`),
    );
    await subscribers(server, 3);
    await server.close();
    expect(server.hub.subscribers).toBe(0);
    await until(
      () => clients.every(({ ended }) => ended),
      () => 'connections are open',
    );
  });
});
