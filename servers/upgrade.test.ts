import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { ask, raw, serve, subscribers, until } from './server.fixture.ts';

const statusLines = (text: string): string[] => text.match(/HTTP\/1\.1 \d\d\d/g) ?? [];

/** An upgrade to HTTP/2, as RFC 7540 §3.2 wrote it. */
const H2C = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n';

describe('one port', () => {
  it('answers plain HTTP while sockets on it are upgraded', async () => {
    const server = await serve();
    const ws = new WebSocket(`${server.url.replace('http', 'ws')}/websocket`);
    onTestFinished(() => ws.terminate());
    const texts: string[] = [];
    ws.on('message', (data: Buffer, isBinary) => isBinary || texts.push(data.toString()));
    await subscribers(server, 1);
    expect((await ask(server, '/health')).body).toBe('{"status":"ok"}');
    expect((await ask(server, '/messages', { method: 'POST', body: 'from a plain client' })).status).toBe(204);
    await until(
      () => texts.length === 1,
      () => 'the message on the upgraded socket',
    );
    expect(texts).toEqual(['from a plain client']);
  });

  it.each([
    ['an unknown token', 'Connection: Upgrade\r\nUpgrade: foo/2\r\n'],
    ['several unknown tokens', 'Connection: upgrade\r\nUpgrade: foo/2, bar\r\n'],
    ['h2c with its settings', H2C],
    ['an empty token', 'Connection: Upgrade\r\nUpgrade: \r\n'],
    ['an Upgrade that Connection does not name', 'Upgrade: foo\r\n'],
    ['websocket, on a path that has none', 'Connection: Upgrade\r\nUpgrade: websocket\r\n'],
  ])('gives the ordinary answer to %s', async (_what, headers) => {
    const server = await serve();
    const client = raw(server, `GET /health HTTP/1.1\r\nHost: x\r\n${headers}\r\n`);
    await client.has('{"status":"ok"}');
    expect(client.text).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('gives the ordinary 404 to an upgrade of a path that is nowhere', async () => {
    const server = await serve();
    const client = raw(
      server,
      'GET /websocket/other HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    );
    await client.has('GET / lists what there is.');
    expect(client.text).toMatch(/^HTTP\/1\.1 404 /);
  });

  it('reads the body of a POST that asks for an unknown upgrade, in one piece or in many', async () => {
    const server = await serve();
    const head = `POST /messages HTTP/1.1\r\nHost: x\r\n${H2C}Content-Length: 5\r\n\r\n`;
    const whole = raw(server, `${head}whole`);
    await whole.has('\r\n\r\n');
    const cut = raw(server, `${head}pi`);
    await until(
      () => server.sockets.length === 2 && server.sockets[1]!.bytesRead > head.length,
      () => 'the first piece',
    );
    cut.send('eces'.slice(0, 3));
    await cut.has('\r\n\r\n');
    expect(statusLines(whole.text + cut.text)).toEqual(['HTTP/1.1 204', 'HTTP/1.1 204']);
    expect(server.log.after(0).map(({ payload }) => payload)).toEqual(['whole', 'piece']);
  });

  it('goes on with the connection after an unknown upgrade: pipelined requests and the next WebSocket', async () => {
    const server = await serve();
    const get = (path: string, headers: string): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n${headers}\r\n`;
    const client = raw(server, get('/health', H2C) + get('/nowhere', '') + get('/health', H2C));
    await until(
      () => statusLines(client.text).length === 3,
      () => client.text,
    );
    expect(statusLines(client.text)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 404', 'HTTP/1.1 200']);
    client.send(
      get(
        '/websocket',
        'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n',
      ),
    );
    await client.has('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
    await subscribers(server, 1);
  });

  it('keeps the answer to an upgrade behind the held answer before it, and leaves nothing when the client goes', async () => {
    const server = await serve();
    const upgrade = (token: string): string =>
      `GET /websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: ${token}\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n`;
    const poll = 'GET /long-polling?cursor=0 HTTP/1.1\r\nHost: x\r\n\r\n';
    const foo = raw(server, poll + upgrade('foo'));
    const websocket = raw(server, poll + upgrade('websocket'));
    const leaver = raw(server, poll + upgrade('websocket'));
    await subscribers(server, 3);
    leaver.socket.resetAndDestroy();
    await subscribers(server, 2);
    server.log.append('m');
    await foo.has('This is a WebSocket endpoint');
    await websocket.has('Sec-WebSocket-Accept');
    expect(statusLines(foo.text)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 426']);
    expect(statusLines(websocket.text)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 101']);
    await subscribers(server, 1);
  });

  it('piles nothing up on a connection that asks for an unknown upgrade again and again', async () => {
    const server = await serve();
    const warnings: Error[] = [];
    const note = (warning: Error): void => void warnings.push(warning);
    process.on('warning', note);
    onTestFinished(() => void process.off('warning', note));
    const client = raw(server);
    for (let i = 1; i <= 30; i++) {
      client.send('GET /health HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: foo\r\n\r\n');
      await until(
        () => statusLines(client.text).length === i,
        () => `${statusLines(client.text).length} of ${i} answers`,
      );
    }
    const [socket] = server.sockets;
    const listeners = socket!.eventNames().map((name) => [name, socket!.listenerCount(name)] as const);
    expect(listeners.filter(([, count]) => count > 5)).toEqual([]);
    expect(warnings).toEqual([]);
  });

  it('closes with such connections open', async () => {
    const server = await serve();
    const client = raw(server, `GET /health HTTP/1.1\r\nHost: x\r\n${H2C}\r\n`);
    const held = raw(server, `GET /long-polling?cursor=0 HTTP/1.1\r\nHost: x\r\n${H2C}\r\n`);
    const streaming = raw(server, `GET /sse HTTP/1.1\r\nHost: x\r\n${H2C}\r\n`);
    await client.has('ok');
    await streaming.has('id: 0');
    await subscribers(server, 2);
    await server.close();
    for (const connection of [client, held, streaming]) await connection.closed();
    expect(server.hub.subscribers).toBe(0);
  });
});
