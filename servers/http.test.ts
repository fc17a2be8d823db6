import { fetch } from 'undici';
import { describe, expect, it } from 'vitest';
import { ask, AWKWARD, raw, serve } from './server.fixture.ts';
import { startServer } from './http.ts';
import { servers } from './index.ts';

const payloads = (log: { after(cursor: number): { payload: unknown }[] }): unknown[] =>
  log.after(0).map(({ payload }) => payload);

/** What a client is told that asked wrongly: one line of text, nothing of the inside. */
const ONE_SENTENCE = /^[^\n]{1,200}\n?$/;

describe('publishing by POST', () => {
  it('takes text as it is and answers 204 once the hub has it', async () => {
    const server = await serve();
    for (const payload of AWKWARD) {
      const { status } = await fetch(`${server.url}/messages`, { method: 'POST', body: payload });
      expect(status).toBe(204);
    }
    expect(payloads(server.log)).toEqual(AWKWARD);
  });

  it.each([undefined, 'text/plain', 'application/json', 'application/x-www-form-urlencoded'])(
    'takes a body of type %s as text',
    async (type) => {
      const server = await serve();
      const headers = type === undefined ? {} : { 'content-type': type };
      expect((await ask(server, '/messages', { method: 'POST', headers, body: '{"a":1}' })).status).toBe(204);
      expect(payloads(server.log)).toEqual(['{"a":1}']);
    },
  );

  it('refuses a type that is none with 415 and one sentence', async () => {
    const server = await serve();
    const headers = { 'content-type': 'nonsense' };
    const { status, body } = await ask(server, '/messages', { method: 'POST', headers, body: 'x' });
    expect(status).toBe(415);
    expect(body).toMatch(ONE_SENTENCE);
  });

  it('takes a body in chunks, and none at all as an empty message', async () => {
    const server = await serve();
    const chunked = raw(
      server,
      'POST /messages HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n',
    );
    await chunked.has('HTTP/1.1 204');
    const none = raw(server, 'POST /messages HTTP/1.1\r\nHost: x\r\n\r\n');
    await none.has('HTTP/1.1 204');
    expect(payloads(server.log)).toEqual(['abcde', '']);
  });

  it('publishes to the channel that is named and to no other', async () => {
    const server = await serve();
    await ask(server, '/messages?channel=room-1', { method: 'POST', body: 'x' });
    expect(server.hub.channel('room-1')!.last).toBe(1);
    expect(server.log.last).toBe(0);
  });

  it('refuses what is not UTF-8 with 400', async () => {
    const server = await serve();
    for (const bytes of [[0xff], [0x61, 0xc3], [0xed, 0xa0, 0x80], [0xc0, 0xaf]]) {
      const { status, body } = await ask(server, '/messages', { method: 'POST', body: Buffer.from(bytes) });
      expect([status, body]).toEqual([400, 'a text message must be valid UTF-8\n']);
    }
    expect(server.log.last).toBe(0);
  });

  it('refuses a body over the limit with 413, told by its length or only by its chunks', async () => {
    const server = await serve({ options: { maxMessageBytes: 10 } });
    const { status, body } = await ask(server, '/messages', { method: 'POST', body: 'x'.repeat(11) });
    expect(status).toBe(413);
    expect(body).toMatch(ONE_SENTENCE);
    const client = raw(
      server,
      'POST /messages HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nb\r\nxxxxxxxxxxx\r\n0\r\n\r\n',
    );
    await client.has('HTTP/1.1 413');
    expect((await ask(server, '/messages', { method: 'POST', body: 'x'.repeat(10) })).status).toBe(204);
    expect(server.log.last).toBe(1);
  });

  it.each([
    [undefined, 204],
    ['http://localhost:1', 204],
    ['https://localhost:1', 204],
    ['http://evil.example', 403],
    ['http://localhost', 403],
    ['http://localhost:1.evil.example', 403],
    ['null', 403],
  ])('from a page at the origin %s is answered %i', async (origin, status) => {
    const server = await serve();
    const headers = { host: 'localhost:1', ...(origin === undefined ? {} : { origin }) };
    expect((await ask(server, '/messages', { method: 'POST', headers, body: 'x' })).status).toBe(status);
    expect(server.log.last).toBe(status === 204 ? 1 : 0);
  });

  it('refuses bytes where a transport on the port carries only text, and takes them where none does', async () => {
    const post = {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: Buffer.from([0, 255]),
    };
    const mixed = await startServer({ transports: Object.values(servers) });
    const { status, body } = await ask(mixed, '/messages', post);
    await mixed.close();
    expect([status, body]).toEqual([415, 'a transport on this port carries text only\n']);
    const binary = await startServer({ transports: [servers.websocket] });
    expect((await ask(binary, '/messages', post)).status).toBe(204);
    expect(payloads(binary.hub.channel('main')!)).toEqual([Buffer.from([0, 255])]);
    await binary.close();
  });
});

describe('hostile requests', () => {
  const paths = ['/short-polling', '/long-polling', '/sse', '/forever-iframe'];
  const hostile = [
    'cursor=-1',
    'cursor=1.5',
    'cursor=NaN',
    'cursor=',
    'cursor=1e3',
    'cursor=0x10',
    `cursor=${'9'.repeat(16)}`,
    'cursor=%00',
    'channel=',
    'channel=a/b',
    'channel=%3Cscript%3E',
    'channel=a%0d%0ab',
    'channel=%ff',
    `channel=${'a'.repeat(129)}`,
  ];

  it.each(paths.flatMap((path) => hostile.map((query) => `${path}?${query}`)))(
    'are refused with 400 and one sentence: %s',
    async (target) => {
      const server = await serve();
      const { status, headers, body } = await ask(server, target);
      expect(status).toBe(400);
      expect(headers['content-type']).toMatch(/^text\/plain/);
      expect(body).toMatch(/^(cursor|channel) must be [^\n]*\n$/);
      expect(server.hub.subscribers).toBe(0);
    },
  );

  it.each(['client=', 'client=a b', `client=${'a'.repeat(129)}`])('are refused with 400: ?%s', async (query) => {
    const server = await serve();
    const { status, body } = await ask(server, `/long-polling?cursor=0&${encodeURI(query)}`);
    expect([status, body]).toEqual([400, 'client must be 1 to 128 letters, digits, dots, dashes or underscores\n']);
  });

  it.each(['__proto__', 'constructor', 'toString', '..', '~'])('may name a channel %s like any other', async (name) => {
    const server = await serve();
    await ask(server, `/messages?channel=${name}`, { method: 'POST', body: 'x' });
    expect((await ask(server, `/short-polling?channel=${name}&cursor=0`)).body).toBe('{"cursor":1,"messages":["x"]}');
  });

  it('may not make more channels than the server may hold', async () => {
    const server = await serve({ limits: { maxChannels: 2 } });
    expect((await ask(server, '/short-polling?channel=second')).status).toBe(200);
    for (const path of [...paths, '/messages']) {
      const method = path === '/messages' ? 'POST' : 'GET';
      const { status, body } = await ask(server, `${path}?channel=third`, { method });
      expect(status, path).toBe(503);
      expect(body).toMatch(/^this server has as many channels/);
    }
    expect((await ask(server, '/short-polling?channel=second')).status).toBe(200);
  });

  it.each([
    ['GET', '/nowhere'],
    ['GET', '/sse/'],
    ['POST', '/sse'],
    ['DELETE', '/messages'],
    ['GET', '//evil.example'],
    ['GET', '/../../etc/passwd'],
  ])('are told that there is nothing at %s %s', async (method, path) => {
    const server = await serve();
    const { status, body } = await ask(server, path, { method });
    expect([status, body]).toEqual([404, 'There is nothing at this path. GET / lists what there is.\n']);
  });

  it.each([
    'GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    'GET /health HTTP/1.1\r\n\r\n',
    'GET /health HTTP/9.9\r\nHost: x\r\n\r\n',
    'nonsense\r\n\r\n',
    `GET / HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(200_000)}\r\n\r\n`,
    'POST /messages HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  ])('that are no HTTP get a 4xx or an end, and nothing of the inside: %#', async (bytes) => {
    const server = await serve();
    const client = raw(server, bytes);
    await client.closed();
    expect(client.text).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(client.text).not.toMatch(/node_modules|\.ts:|\.js:|\n\s+at /);
    expect((await ask(server, '/health')).status).toBe(200);
  });
});

describe('the server', () => {
  it('lists every transport and its path on the page at /', async () => {
    const server = await serve();
    const { headers, body } = await ask(server, '/');
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    for (const { name, tryPath } of Object.values(servers)) expect(body).toContain(`<a href="${tryPath}">${name}</a>`);
  });

  it('listens on loopback only unless told otherwise, and brackets an IPv6 address in its URL', async () => {
    const server = await serve();
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
    const six = await serve({ host: '::1' });
    expect(six.url).toBe(`http://[::1]:${six.port}`);
    expect((await fetch(`${six.url}/health`)).status).toBe(200);
  });

  it('closes in the same breath as a message is published, with streams of every kind open', async () => {
    const server = await serve();
    const get = (path: string, more = ''): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`;
    const upgrade =
      'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n';
    const clients = [
      raw(server, get('/sse')),
      raw(server, get('/forever-iframe')),
      raw(server, get('/websocket', upgrade)),
    ];
    for (const client of clients) await client.has('\r\n\r\n');
    const polling = raw(server, get('/long-polling?cursor=0'));
    while (server.hub.subscribers < 4) await new Promise(setImmediate);
    server.log.append('the last word');
    await server.close();
    for (const client of [...clients, polling]) await client.closed();
    expect(server.hub.subscribers).toBe(0);
  });
});
