import { Agent, fetch } from 'undici';
import { describe, expect, it } from 'vitest';
import { ask, AWKWARD, raw, serve } from './server.fixture.ts';

const cursorOf = (body: string): number => (JSON.parse(body) as { cursor: number }).cursor;

describe('short polling, asked by independent clients', () => {
  it('tells a client without a cursor where the log stands, and nothing of what was before', async () => {
    const server = await serve();
    for (const payload of ['a', 'b', 'c']) server.log.append(payload);
    const { status, headers, body } = await ask(server, '/short-polling');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/json');
    expect(headers['cache-control']).toBe('no-store');
    expect(body).toBe('{"cursor":3,"messages":[]}');
  });

  it('answers 204 without a body while there is nothing new', async () => {
    const server = await serve();
    server.log.append('a');
    const { status, headers, body } = await ask(server, '/short-polling?cursor=1');
    expect([status, body]).toEqual([204, '']);
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['content-type']).toBeUndefined();
    expect(headers['transfer-encoding']).toBeUndefined();
  });

  it('answers everything after the cursor in one batch that JSON.parse gives back byte for byte', async () => {
    const server = await serve();
    for (const payload of AWKWARD) server.log.append(payload);
    const answer = await fetch(`${server.url}/short-polling?cursor=2`);
    expect(await answer.json()).toEqual({ cursor: AWKWARD.length, messages: AWKWARD.slice(2) });
  });

  it('spreads a backlog over answers of about 1 MiB, without a hole between two', async () => {
    const server = await serve();
    const sent = Array.from({ length: 50 }, (_, i) => `${i} `.padEnd(100_000, 'x'));
    for (const payload of sent) server.log.append(payload);
    const received: string[] = [];
    const sizes: number[] = [];
    for (let cursor = 0; cursor < sent.length;) {
      const { body } = await ask(server, `/short-polling?cursor=${cursor}`);
      sizes.push(body.length);
      received.push(...(JSON.parse(body) as { messages: string[] }).messages);
      cursor = cursorOf(body);
    }
    expect(received).toEqual(sent);
    expect(Math.max(...sizes)).toBeLessThan(2 ** 20 + 200_000);
    expect(sizes.length).toBeGreaterThan(3);
  });

  it('counts in `lost` what is no longer retained', async () => {
    const server = await serve({ limits: { retainMessages: 3 } });
    for (let i = 1; i <= 10; i++) server.log.append(`m${i}`);
    const { body } = await ask(server, '/short-polling?cursor=2');
    expect(body).toBe('{"cursor":10,"lost":5,"messages":["m8","m9","m10"]}');
  });

  it('gives a cursor from another log a new place at once: a restarted server must not swallow what follows', async () => {
    const server = await serve();
    server.log.append('m1');
    const { status, body } = await ask(server, '/short-polling?cursor=500');
    expect([status, body]).toEqual([200, '{"cursor":1,"messages":[]}']);
    server.log.append('m2');
    expect((await ask(server, `/short-polling?cursor=${cursorOf(body)}`)).body).toContain('"m2"');
  });

  it('keeps the connection for the next poll, and closes it after each when told to', async () => {
    for (const connection of ['keep-alive', 'close'] as const) {
      const server = await serve({ options: { connection } });
      const agent = new Agent({ connections: 1 });
      for (let i = 0; i < 4; i++) await (await fetch(`${server.url}/short-polling`, { dispatcher: agent })).text();
      await agent.close();
      expect(server.sockets.length, connection).toBe(connection === 'close' ? 4 : 1);
      const { headers } = await ask(server, '/short-polling?cursor=0', { headers: { connection: 'keep-alive' } });
      expect(headers.connection).toBe(connection);
    }
  });

  it('answers an HTTP/1.0 client with a length and no transfer coding, and closes', async () => {
    const server = await serve();
    server.log.append('é');
    const client = raw(server, 'GET /short-polling?cursor=0 HTTP/1.0\r\n\r\n');
    await client.closed();
    const [head, body] = client.bytes.toString().split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(head).toMatch(/\r\ncontent-length: 30\r\n/i);
    expect(head).not.toMatch(/transfer-encoding/i);
    expect(body).toBe('{"cursor":1,"messages":["é"]}');
  });

  it('answers requests pipelined on one connection in their order', async () => {
    const server = await serve();
    for (let i = 1; i <= 5; i++) server.log.append(`m${i}`);
    const poll = (cursor: number, more = ''): string =>
      `GET /short-polling?cursor=${cursor} HTTP/1.1\r\nHost: x\r\n${more}\r\n`;
    const client = raw(server, poll(4) + poll(2) + poll(3, 'Connection: close\r\n'));
    await client.closed();
    expect(client.text.match(/"messages":\[.*?\]/g)).toEqual([
      '"messages":["m5"]',
      '"messages":["m3","m4","m5"]',
      '"messages":["m4","m5"]',
    ]);
  });
});
