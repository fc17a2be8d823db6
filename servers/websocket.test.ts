import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket, type ClientOptions } from 'ws';
import { frame, framesIn, OPCODE, type Frame } from './frames.fixture.ts';
import { ask, AWKWARD, raw, serve, subscribers, until, type Raw, type Server } from './server.fixture.ts';
import { KIND, SUBPROTOCOL } from './websocket.ts';

/** RFC 6455 §1.3. */
const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';

const handshake = (path = '/websocket', more = '', version = '13'): string =>
  `GET ${path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${KEY}\r\nSec-WebSocket-Version: ${version}\r\n${more}\r\n`;

interface Peer extends Raw {
  frames(): Frame[];
  /** Waits for the nth frame, from 0. */
  frameAt(index: number): Promise<Frame>;
}

async function upgrade(server: Server, path?: string, more?: string): Promise<Peer> {
  const client = raw(server, handshake(path, more));
  await client.has('\r\n\r\n');
  const frames = (): Frame[] => framesIn(client.bytes.subarray(client.bytes.indexOf('\r\n\r\n') + 4));
  const frameAt = async (index: number): Promise<Frame> => {
    await until(
      () => frames().length > index,
      () => `for frame ${index} in ${JSON.stringify(client.text)}`,
    );
    return frames()[index]!;
  };
  return Object.assign(client, { frames, frameAt });
}

/** Opens ws's own client; collects what it receives, without the ready frame. */
async function connectWs(server: Server, path = '/websocket', options: ClientOptions = {}) {
  const ws = new WebSocket(server.url.replace('http', 'ws') + path, SUBPROTOCOL, options);
  onTestFinished(() => ws.terminate());
  const texts: string[] = [];
  const binaries: Buffer[] = [];
  ws.on('message', (data: Buffer, isBinary) => (isBinary ? binaries.push(data) : texts.push(data.toString())));
  await new Promise<void>((resolve, reject) => {
    ws.once('open', resolve).once('error', reject);
  });
  await until(
    () => binaries.length > 0,
    () => 'the ready frame',
  );
  return { ws, texts, binaries };
}

/** The code and reason of the first close frame. */
async function closedWith(peer: Peer): Promise<{ code: number; reason: string }> {
  await until(
    () => peer.frames().some(({ opcode }) => opcode === OPCODE.close),
    () => `for a close frame in ${JSON.stringify(peer.text)}`,
  );
  const { payload } = peer.frames().find(({ opcode }) => opcode === OPCODE.close)!;
  return { code: payload.readUInt16BE(0), reason: payload.toString('utf8', 2) };
}

describe('the handshake', () => {
  it('answers the key of RFC 6455 with its accept', async () => {
    const server = await serve();
    const client = raw(server, handshake());
    await client.has('\r\n\r\n');
    expect(client.text).toMatch(/^HTTP\/1\.1 101 /);
    expect(client.text).toContain(`Sec-WebSocket-Accept: ${ACCEPT}\r\n`);
  });

  it('takes its tokens in any case and among others', async () => {
    const server = await serve();
    const client = raw(
      server,
      `GET /websocket HTTP/1.1\r\nHost: localhost\r\nupgrade: WebSocket\r\nConnection: keep-alive, upgrade\r\nSec-WebSocket-Key: ${KEY}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    );
    await client.has('\r\n\r\n');
    expect(client.text).toMatch(/^HTTP\/1\.1 101 /);
  });

  it.each(['8', '12', '14', '', '13, 8', 'x'])('refuses the version %j and names 13', async (version) => {
    const server = await serve();
    const client = raw(server, handshake('/websocket', '', version));
    await client.closed();
    expect(client.text).toMatch(/^HTTP\/1\.1 426 /);
    expect(client.text).toContain('\r\nSec-WebSocket-Version: 13\r\n');
    expect(server.hub.subscribers).toBe(0);
  });

  it.each(['', 'short', 'not base64 at all!!!!!!!!', 'dGhlIHNhbXBsZSBub25jZQ'])('refuses the key %j', async (key) => {
    const server = await serve();
    const client = raw(server, handshake().replace(KEY, key));
    await client.closed();
    expect(client.text).toMatch(/^HTTP\/1\.1 400 /);
  });

  it.each([
    ['no Origin', null, undefined, 101],
    ['its own Origin', null, 'http://localhost', 101],
    ['its own Origin behind TLS', null, 'https://localhost', 101],
    ['another Origin', null, 'http://evil.example', 403],
    ['an Origin that begins like its own', null, 'http://localhost.evil.example', 403],
    ['the opaque Origin', null, 'null', 403],
    ['an allowed Origin', ['https://app.example'], 'https://app.example', 101],
    ['its own Origin when others are allowed', ['https://app.example'], 'http://localhost', 403],
    ['no Origin when some are allowed', ['https://app.example'], undefined, 403],
  ])('with %s (allowed: %j, Origin: %s) is answered %i', async (_what, allowedOrigins, origin, status) => {
    const server = await serve({ options: { allowedOrigins } });
    const client = raw(server, handshake('/websocket', origin === undefined ? '' : `Origin: ${origin}\r\n`));
    await client.has('\r\n\r\n');
    expect(client.text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    if (status === 403) await client.closed();
  });

  it.each([
    ['', ''],
    ['Sec-WebSocket-Protocol: chat\r\n', ''],
    [`Sec-WebSocket-Protocol: ${SUBPROTOCOL}\r\n`, SUBPROTOCOL],
    [`Sec-WebSocket-Protocol: chat, ${SUBPROTOCOL}, other\r\n`, SUBPROTOCOL],
  ])('chooses a subprotocol only among those offered: %j', async (offer, chosen) => {
    const server = await serve();
    const client = raw(server, handshake('/websocket', offer));
    await client.has('\r\n\r\n');
    expect(/\r\nSec-WebSocket-Protocol: (.*)\r\n/.exec(client.text)?.[1] ?? '').toBe(chosen);
  });

  it.each([
    [false, undefined],
    [true, 'permessage-deflate'],
  ])('accepts compression only when it is on (%s)', async (deflate, expected) => {
    const server = await serve({ options: { deflate } });
    const client = raw(server, handshake('/websocket', 'Sec-WebSocket-Extensions: permessage-deflate\r\n'));
    await client.has('\r\n\r\n');
    expect(/\r\nSec-WebSocket-Extensions: (.*)\r\n/.exec(client.text)?.[1]).toBe(expected);
  });

  it.each(['channel=a/b', 'cursor=-1', 'cursor=x'])('refuses ?%s with one sentence', async (query) => {
    const server = await serve();
    const client = raw(server, handshake(`/websocket?${query}`));
    await client.closed();
    expect(client.text).toMatch(/^HTTP\/1\.1 400 [^]*\r\n\r\n(channel|cursor) must be [^\n]*\n$/);
  });

  it('refuses one channel more than the server may hold with 503', async () => {
    const server = await serve({ limits: { maxChannels: 1 } });
    const client = raw(server, handshake('/websocket?channel=second'));
    await client.closed();
    expect(client.text).toMatch(/^HTTP\/1\.1 503 /);
  });

  it('is explained to who comes without it', async () => {
    const server = await serve();
    const { status, headers, body } = await ask(server, '/websocket');
    expect(status).toBe(426);
    expect(headers.upgrade).toBe('websocket');
    expect(body).toBe('This is a WebSocket endpoint: ask with Upgrade: websocket.\n');
  });
});

describe('the frames', () => {
  it('begin with the cursor, then one unmasked text frame of two header bytes for a short message', async () => {
    const server = await serve();
    server.log.append('before');
    const peer = await upgrade(server);
    const ready = await peer.frameAt(0);
    expect([ready.opcode, ready.payload[0], ready.payload.toString('latin1', 1)]).toEqual([
      OPCODE.binary,
      KIND.ready,
      '1',
    ]);
    server.log.append('Hello');
    await peer.frameAt(1);
    expect(peer.bytes.subarray(-7)).toEqual(Buffer.from([0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f]));
  });

  it.each([
    [125, [0x81, 125]],
    [126, [0x81, 126, 0, 126]],
    [256, [0x81, 126, 1, 0]],
    [65_535, [0x81, 126, 255, 255]],
    [65_536, [0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]],
  ])('give %i bytes the shortest length', async (size, head) => {
    const server = await serve();
    const peer = await upgrade(server);
    await peer.frameAt(0);
    const before = peer.bytes.length;
    server.log.append('x'.repeat(size));
    await peer.frameAt(1);
    expect(peer.bytes.length - before).toBe(head.length + size);
    expect([...peer.bytes.subarray(before, before + head.length)]).toEqual(head);
  });

  it('go to ws’s client byte for byte, text and bytes', async () => {
    const server = await serve();
    const { texts, binaries } = await connectWs(server);
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    for (const payload of AWKWARD) server.log.append(payload);
    server.log.append(bytes);
    await until(
      () => binaries.length === 2,
      () => `${texts.length} texts`,
    );
    expect(texts).toEqual(AWKWARD);
    expect(binaries[1]).toEqual(Buffer.concat([Buffer.from([KIND.data]), bytes]));
  });

  it('are compressed for a client that agrees, and arrive the same', async () => {
    const server = await serve({ options: { deflate: true } });
    const { ws, texts } = await connectWs(server, '/websocket', { perMessageDeflate: true });
    expect(ws.extensions).toBe('permessage-deflate');
    const sent = Array.from({ length: 30 }, (_, i) => `${i} the same words again`.repeat(200));
    for (const payload of sent) server.log.append(payload);
    await until(
      () => texts.length === sent.length,
      () => `${texts.length} texts`,
    );
    expect(texts).toEqual(sent);
  });

  it('from a client are published whole, however they are fragmented, and each is accepted', async () => {
    const server = await serve();
    const peer = await upgrade(server);
    peer.send(frame(OPCODE.text, 'one'));
    peer.send(frame(OPCODE.text, 'tw', { fin: false }));
    peer.send(frame(OPCODE.ping, 'between'));
    peer.send(frame(OPCODE.continuation, 'o'));
    peer.send(frame(OPCODE.binary, Buffer.from([KIND.data, 1, 2, 255])));
    await until(
      () => server.log.last === 3,
      () => `${server.log.last} published`,
    );
    expect(server.log.after(0).map(({ payload }) => payload)).toEqual(['one', 'two', Buffer.from([1, 2, 255])]);
    await until(
      () => peer.frames().length === 8,
      () => JSON.stringify(peer.frames()),
    );
    const accepted = peer.frames().filter(({ opcode, payload }) => opcode === 2 && payload[0] === KIND.accepted);
    expect(accepted).toHaveLength(3);
    expect(
      peer
        .frames()
        .find(({ opcode }) => opcode === OPCODE.pong)!
        .payload.toString(),
    ).toBe('between');
    expect(peer.frames().every(({ masked }) => !masked)).toBe(true);
  });

  it.each([
    ['an unmasked one', 1002, frame(OPCODE.text, 'Hello', { masked: false })],
    ['an unknown opcode', 1002, frame(3, 'x')],
    ['a reserved bit', 1002, frame(OPCODE.text, 'x', { rsv: 2 })],
    ['a compressed one when compression is off', 1002, frame(OPCODE.text, 'x', { rsv: 4 })],
    ['a continuation of nothing', 1002, frame(OPCODE.continuation, 'x')],
    ['a ping of more than 125 bytes', 1002, frame(OPCODE.ping, 'x'.repeat(126))],
    ['a fragmented ping', 1002, frame(OPCODE.ping, 'x', { fin: false })],
    ['a close code that never appears on the wire', 1002, frame(OPCODE.close, Buffer.from([0x03, 0xed]))],
    ['text that is not UTF-8', 1007, frame(OPCODE.text, Buffer.from([0x61, 0xff]))],
    ['a UTF-16 surrogate in UTF-8', 1007, frame(OPCODE.text, Buffer.from([0xed, 0xa0, 0x80]))],
    ['a message over the limit', 1009, frame(OPCODE.text, 'x'.repeat(1_001))],
    ['bytes whose first is not 0', 1003, frame(OPCODE.binary, Buffer.from([KIND.ready, 1]))],
    ['bytes without a first', 1003, frame(OPCODE.binary, '')],
  ])('that are wrong close the connection: %s with %i', async (_what, code, bytes) => {
    const server = await serve({ options: { maxMessageBytes: 1_000 } });
    const peer = await upgrade(server);
    await peer.frameAt(0);
    peer.send(bytes);
    expect((await closedWith(peer)).code).toBe(code);
    if (code === 1003) peer.send(frame(OPCODE.close, Buffer.from([0x03, 0xeb])));
    await peer.closed();
    await subscribers(server, 0);
    expect(server.log.last).toBe(0);
    expect((await ask(server, '/health')).status).toBe(200);
  });

  it('echo a close, and the server ends the connection', async () => {
    const server = await serve();
    const peer = await upgrade(server);
    peer.send(frame(OPCODE.close, Buffer.from([0x03, 0xe8])));
    expect((await closedWith(peer)).code).toBe(1000);
    await peer.closed();
    await subscribers(server, 0);
  });
});

describe('the heartbeat', () => {
  it('pings, keeps who answers and ends who does not', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const server = await serve({ options: { heartbeatMs: 6_400 } });
    const living = await connectWs(server);
    let pings = 0;
    living.ws.on('ping', () => pings++);
    const dead = await upgrade(server);
    await subscribers(server, 2);
    for (let round = 1; round <= 4; round++) {
      vi.advanceTimersByTime(6_400);
      await until(
        () => pings === round,
        () => `${pings} pings in round ${round}`,
      );
      // The pong is on its way: a message that goes the same way after it shows that it has arrived.
      living.ws.send('after the pong');
      await until(
        () => server.log.last === round,
        () => `${server.log.last} of ${round}`,
      );
    }
    await dead.closed();
    expect(dead.frames().filter(({ opcode }) => opcode === OPCODE.ping)).toHaveLength(1);
    expect(living.ws.readyState).toBe(WebSocket.OPEN);
    await subscribers(server, 1);
  });
});
