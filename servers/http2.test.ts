/** Our servers over HTTP/2, asked by clients that are none of this project's: node:http2, and curl where there is one. */
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { certificate } from '../scenarios/runner/certificate.ts';
import { OPCODE } from './frames.fixture.ts';
import { http2, webSocket, type Session } from './http2.fixture.ts';
import type { StartOptions } from './http.ts';
import { AWKWARD, serve, subscribers, type Server } from './server.fixture.ts';

const CARRIERS = ['h2c', 'h2'] as const;
type Http2Carrier = (typeof CARRIERS)[number];

async function start(
  carrier: Http2Carrier,
  more: Partial<StartOptions> = {},
): Promise<{ server: Server; session: Session }> {
  const pair = await certificate();
  const server = await serve({ carrier, ...(carrier === 'h2' ? { certificate: pair } : {}), ...more });
  const session = await http2(server, carrier === 'h2' ? pair.cert : undefined);
  return { server, session };
}

describe.each(CARRIERS)('over %s node:http2', (carrier) => {
  it('is told that the server is well, where nothing is, and what there is', async () => {
    const { session } = await start(carrier);
    expect(await session.ask('/health')).toMatchObject({ status: 200, body: '{"status":"ok"}' });
    expect((await session.ask('/nowhere')).status).toBe(404);
    expect((await session.ask('/')).body).toContain('<title>pushbench serve</title>');
  });

  it('publishes by POST and is answered 204, once the hub has it', async () => {
    const { server, session } = await start(carrier);
    for (const payload of AWKWARD) {
      expect((await session.ask('/messages', { ':method': 'POST' }, payload)).status).toBe(204);
    }
    expect(server.log.after(0).map(({ payload }) => payload)).toEqual(AWKWARD);
  });

  it('may not publish from a page of another origin', async () => {
    const { server, session } = await start(carrier);
    const post = (origin: string) => session.ask('/messages', { ':method': 'POST', origin }, 'x');
    expect((await post('https://evil.example')).status).toBe(403);
    expect((await post(server.url)).status).toBe(204);
    expect(server.log.last).toBe(1);
  });

  it.each(['/short-polling', '/long-polling'])('gets by %s all that is after its cursor, or 204', async (path) => {
    const { server, session } = await start(carrier);
    for (const payload of AWKWARD) server.log.append(payload);
    const { status, body } = await session.ask(`${path}?cursor=0`);
    expect(status).toBe(200);
    expect(JSON.parse(body)).toEqual({ cursor: AWKWARD.length, messages: AWKWARD });
    expect((await session.ask(`${path}?cursor=${AWKWARD.length}&hold=10`)).status).toBe(204);
  });

  it('is held by a long poll until something is published, and forgotten when it leaves', async () => {
    const { server, session } = await start(carrier);
    const held = session.open({ ':path': '/long-polling?cursor=0' });
    const left = session.open({ ':path': '/long-polling?cursor=0' });
    await subscribers(server, 2);
    left.stream.close();
    await subscribers(server, 1);
    server.log.append('news');
    expect(await held.answered()).toBe(200);
    await held.has('["news"]');
    await subscribers(server, 0);
  });

  it('receives an event stream, and resumes it with Last-Event-ID on the same connection', async () => {
    const { server, session } = await start(carrier);
    const first = session.open({ ':path': '/sse' });
    await subscribers(server, 1);
    server.log.append('one');
    await first.has('id: 1\ndata: one\n\n');
    first.stream.close();
    await subscribers(server, 0);
    server.log.append('two');
    const second = session.open({ ':path': '/sse', 'last-event-id': '1' });
    await second.has('id: 2\ndata: two\n\n');
    expect(second.text).not.toContain('one');
    expect(second.headers).toMatchObject({ 'content-type': expect.stringContaining('text/event-stream') as string });
  });

  it('receives a forever-iframe, which ends when it is recycled', async () => {
    const { server, session } = await start(carrier, { options: { recycleBytes: 4_000 } });
    const frame = session.open({ ':path': '/forever-iframe' });
    await subscribers(server, 1);
    for (let i = 0; i < 10; i++) server.log.append('x'.repeat(500));
    await frame.has('parent.onMessage(5,');
    await subscribers(server, 0);
    expect(frame.text.endsWith('</script>\n')).toBe(true);
  });

  it('opens a WebSocket by extended CONNECT (RFC 8441), beside plain requests on one connection', async () => {
    const { server, session } = await start(carrier);
    expect(session.session.remoteSettings.enableConnectProtocol).toBe(true);
    const socket = webSocket(session);
    expect(await socket.answered()).toBe(200);
    expect(socket.headers).toMatchObject({ 'sec-websocket-protocol': 'pushbench.v1' });
    for (const name of ['connection', 'upgrade', 'sec-websocket-accept', 'sec-websocket-key']) {
      expect(socket.headers).not.toHaveProperty(name);
    }
    expect((await socket.frameAt(0)).payload.toString('latin1')).toBe('\x010');
    for (const payload of AWKWARD) socket.send(OPCODE.text, payload);
    await socket.frameAt(2 * AWKWARD.length);
    const frames = socket.frames();
    const texts = frames.filter(({ opcode }) => opcode === OPCODE.text).map(({ payload }) => payload.toString());
    expect(texts).toEqual(AWKWARD);
    expect(frames.every(({ masked }) => !masked)).toBe(true);
    expect((await session.ask('/health')).status).toBe(200);
    socket.send(OPCODE.close, Buffer.from([3, 232]));
    expect((await socket.frameAt(2 * AWKWARD.length + 1)).payload.readUInt16BE(0)).toBe(1000);
    socket.stream.end();
    await subscribers(server, 0);
  });

  it('gets messages of 64 KiB and more whole over a WebSocket, and stops the server by not reading', async () => {
    const { server, session } = await start(carrier);
    const socket = webSocket(session);
    await socket.frameAt(0);
    for (const size of [16_384, 65_535, 65_536, 300_000]) server.log.append('y'.repeat(size));
    expect((await socket.frameAt(4)).payload.length).toBe(300_000);
    expect(socket.frames().map(({ payload }) => payload.length)).toEqual([2, 16_384, 65_535, 65_536, 300_000]);
  });

  it('is refused what a WebSocket’s client must not send, by the codes of RFC 6455', async () => {
    const { server, session } = await start(carrier);
    const notUtf8 = webSocket(session);
    await notUtf8.frameAt(0);
    notUtf8.send(OPCODE.text, Buffer.from([0xff]));
    expect((await notUtf8.frameAt(1)).payload.readUInt16BE(0)).toBe(1007);
    const unmasked = webSocket(session);
    await unmasked.frameAt(0);
    unmasked.stream.write(Buffer.from([0x81, 1, 0x61]));
    expect((await unmasked.frameAt(1)).payload.readUInt16BE(0)).toBe(1002);
    for (const { stream } of [notUtf8, unmasked]) stream.end();
    await subscribers(server, 0);
  });
});

const hasCurl = spawnSync('curl', ['--version']).stdout?.toString().includes('HTTP2') ?? false;
if (!hasCurl) console.warn('servers/http2.test.ts: what asks by curl is skipped, there is none that speaks HTTP/2');

describe.skipIf(!hasCurl)('curl', () => {
  const run = async (...args: string[]): Promise<string> =>
    (await promisify(execFile)('curl', ['-sS', '--max-time', '20', ...args])).stdout;
  const VERSION = '\n%{http_version} %{http_code}';

  it.each([
    ['h1', '1.1'],
    ['tls', '1.1'],
    ['h2c', '2'],
    ['h2', '2'],
  ] as const)('asks over %s, which it says is HTTP/%s', async (carrier, version) => {
    const server = await serve({ carrier, certificate: await certificate() });
    server.log.append('é');
    const how = carrier === 'h2c' ? ['--http2-prior-knowledge'] : ['-k'];
    expect(await run(...how, '-w', VERSION, `${server.url}/short-polling?cursor=0`)).toBe(
      `{"cursor":1,"messages":["é"]}\n${version} 200`,
    );
    expect(await run(...how, '-w', VERSION, '-d', 'hello', `${server.url}/messages`)).toBe(`\n${version} 204`);
    expect(server.log.last).toBe(2);
  });

  it.each([
    ['h2c', '--http2-prior-knowledge'],
    ['h2', '-k'],
  ] as const)('follows an event stream over %s', async (carrier, how) => {
    const server = await serve({ carrier, certificate: await certificate() });
    const curl = execFile('curl', ['-sN', how, `${server.url}/sse`]);
    onTestFinished(() => void curl.kill());
    let text = '';
    curl.stdout!.on('data', (part: string) => (text += part));
    await subscribers(server, 1);
    server.log.append('hello');
    await expect.poll(() => text, { timeout: 15_000 }).toContain('data: hello\n\n');
  });
});
