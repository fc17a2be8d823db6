/** Our clients over HTTP/2, against node:http2 as their server: what they send, and what they make of the answers. */
import { constants } from 'node:http2';
import { describe, expect, it } from 'vitest';
import { ask, http2Server, JSON_TYPE, receives, STREAM_TYPE } from './http2.fixture.ts';
import { fieldsOf } from './http2-fields.ts';
import { until } from './raw-server.fixture.ts';
import { shortPolling } from './short-polling.ts';
import { sse } from './sse.ts';
import { websocket } from './websocket.ts';

describe('against a server by node:http2', () => {
  it('a poll is a request on one connection, and is asked for again from its cursor', async () => {
    const server = await http2Server(({ stream, headers }) => {
      const cursor = Number(/cursor=(\d+)/.exec(headers[':path']!)?.[1] ?? 0);
      if (cursor === 3) return stream.respond({ ':status': 204 }, { endStream: true });
      stream.respond(JSON_TYPE);
      stream.end(JSON.stringify({ cursor: cursor + 1, messages: [`message ${cursor + 1}`] }));
    });
    const observed = ask(server, shortPolling, { cursor: 0 });
    await receives(observed, ['message 1', 'message 2', 'message 3']);
    expect(new Set(server.asked.map(({ session }) => session)).size).toBe(1);
    expect(observed.ledger.connections).toBe(1);
  });

  it('an event stream is read however it is cut into DATA frames, and resumed with Last-Event-ID', async () => {
    const server = await http2Server(({ stream }, number) => {
      stream.respond(STREAM_TYPE);
      for (const byte of `id: ${number * 2}\n\nid: ${number * 2 + 1}\ndata: é${number}\n\n`) stream.write(byte);
      if (number === 0) stream.end(`id: 2\ndata: last\n\n`);
    });
    const observed = ask(server, sse);
    await receives(observed, ['é0', 'last', 'é1']);
    expect(server.asked[0]!.headers).not.toHaveProperty('last-event-id');
    expect(server.asked[1]!.headers).toMatchObject({ 'last-event-id': '2' });
    expect(observed.disconnects).toEqual(['the stream ended']);
  });

  it('a WebSocket is asked for by extended CONNECT, once the server has said that it takes them', async () => {
    const server = await http2Server(({ stream, headers }) => {
      expect(headers).toMatchObject({ ':method': 'CONNECT', ':protocol': 'websocket', ':scheme': 'http' });
      stream.respond({ ':status': 200, 'sec-websocket-protocol': 'pushbench.v1' });
      stream.write(Buffer.from([0x82, 2, 1, 0x30, 0x81, 2, 0x68, 0x69]));
    });
    await receives(ask(server, websocket), ['hi']);
    for (const name of ['connection', 'upgrade', 'host', 'sec-websocket-key']) {
      expect(server.asked[0]!.headers).not.toHaveProperty(name);
    }
    expect(server.asked[0]!.headers).toMatchObject({
      'sec-websocket-version': '13',
      'sec-websocket-protocol': 'pushbench.v1',
    });
  });

  it('padding is framing, and every byte has its name', async () => {
    const server = await http2Server(
      ({ stream }) => {
        stream.respond(STREAM_TYPE);
        stream.write('id: 0\n\n');
        for (let i = 1; i <= 20; i++) stream.write(`id: ${i}\ndata: ${'x'.repeat(i * 37)}\n\n`);
      },
      undefined,
      { paddingStrategy: constants.PADDING_STRATEGY_MAX },
    );
    const observed = ask(server, sse);
    await receives(
      observed,
      Array.from({ length: 20 }, (_, i) => 'x'.repeat((i + 1) * 37)),
    );
    expect(observed.ledger.down.partial).toBe(0);
    expect(observed.ledger.down.payload).toBe((37 * 20 * 21) / 2);
    expect(observed.ledger.difference()).toEqual({ up: 0, down: 0 });
  });

  it('sends a header of the user as often as the suite and the user say, without losing a byte of it', async () => {
    const server = await http2Server(({ stream }) => stream.respond({ ':status': 204 }, { endStream: true }));
    const lines = 'Accept: a\r\nX-Latin: caf\xe9\xa0\r\n__proto__: polluted\r\nX-Empty: \r\n';
    ask(server, sse, { headers: { name: 'file:x', browser: false, lines } });
    await until(
      () => server.asked.length > 0,
      () => 'for a request',
    );
    const { raw } = server.asked[0]!;
    const pairs = raw.flatMap((name, i) => (i % 2 === 0 ? [[name, raw[i + 1]]] : []));
    for (const pair of [
      ['accept', 'text/event-stream'],
      ['accept', 'a'],
      ['x-latin', 'caf\xe9\xa0'],
      ['__proto__', 'polluted'],
      ['x-empty', ''],
    ]) {
      expect(pairs).toContainEqual(pair);
    }
  });

  it('asks over each carrier with its own scheme, also where the heads are the same', () => {
    const head = 'GET / HTTP/1.1\r\nHost: 127.0.0.1:41234\r\n\r\n';
    expect(fieldsOf(head, 'http', false)[':scheme']).toBe('http');
    expect(fieldsOf(head, 'https', false)[':scheme']).toBe('https');
  });
});
