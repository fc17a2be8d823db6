/** Raw TCP on the shared port, spoken by a bare socket with bytes written by hand. */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { BYTES, itemsIn, leb128, message, type Item } from './items.fixture.ts';
import { TYPICAL_HEADERS } from './response-headers.ts';
import { ask, AWKWARD, raw, serve, subscribers, until, type Raw, type Server } from './server.fixture.ts';

const request = (target = '/tcp', more = ''): string =>
  `GET ${target} HTTP/1.1\r\nHost: localhost\r\nUpgrade: pushbench-tcp/1\r\nConnection: Upgrade\r\n${more}\r\n`;
const SWITCHING = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: pushbench-tcp/1\r\nConnection: Upgrade\r\n\r\n';
const ACCEPTED = '\0a\0';

interface Peer extends Raw {
  /** What came after the head. */
  body(): Buffer;
  items(): Item[];
  itemAt(index: number): Promise<Item>;
}

function peerOf(client: Raw): Peer {
  const body = (): Buffer => client.bytes.subarray(client.bytes.indexOf('\r\n\r\n') + 4);
  const items = (): Item[] => itemsIn(body());
  const itemAt = async (index: number): Promise<Item> => {
    await until(
      () => items().length > index,
      () => `for item ${index} in ${JSON.stringify(client.text.slice(-400))}`,
    );
    return items()[index]!;
  };
  return Object.assign(client, { body, items, itemAt });
}

/** A client that is ready. */
async function upgrade(server: Server, target?: string, more?: string): Promise<Peer> {
  const peer = peerOf(raw(server, request(target, more)));
  await peer.has('\r\n\r\n\0r');
  return peer;
}

describe('the handshake', () => {
  it('is answered with 101 and the cursor, in these bytes', async () => {
    const server = await serve();
    for (let i = 0; i < 12; i++) server.log.append('before');
    const client = raw(server, request());
    await client.has('\0r');
    expect(client.text).toBe(`${SWITCHING}\0r\x0212`);
  });

  it('takes its token in any case and among others', async () => {
    const server = await serve();
    const client = raw(
      server,
      'GET /tcp HTTP/1.1\r\nHost: x\r\nupgrade: foo, PushBench-TCP/1\r\nConnection: keep-alive, upgrade\r\n\r\n',
    );
    await client.has('\0r');
    expect(client.text).toMatch(/^HTTP\/1\.1 101 /);
  });

  it('starts at the cursor that it asks for', async () => {
    const server = await serve();
    for (const text of ['one', 'two', 'three']) server.log.append(text);
    const peer = await upgrade(server, '/tcp?channel=main&cursor=1');
    await peer.itemAt(2);
    expect(peer.body().toString('latin1')).toBe('\0r\x011\x04two\x06three');
  });

  it('bears the headers of a site behind a CDN where it should', async () => {
    const server = await serve({ options: { responseHeaders: 'typical' } });
    const peer = await upgrade(server);
    for (const [name, value] of TYPICAL_HEADERS) expect(peer.text).toContain(`\r\n${name}: ${value}\r\n`);
  });

  it.each(['channel=a/b', 'cursor=-1', 'cursor=x'])('refuses ?%s with one sentence', async (query) => {
    const server = await serve();
    const client = raw(server, request(`/tcp?${query}`));
    await client.closed();
    expect(client.text).toMatch(/^HTTP\/1\.1 400 [^]*\r\n\r\n(channel|cursor) must be [^\n]*\n$/);
  });

  it('refuses one channel more than the server may hold with 503', async () => {
    const server = await serve({ limits: { maxChannels: 1 } });
    const client = raw(server, request('/tcp?channel=second'));
    await client.closed();
    expect(client.text).toMatch(/^HTTP\/1\.1 503 /);
  });

  it('leaves no socket of who was refused', async () => {
    const server = await serve();
    const client = raw(server, request('/tcp?cursor=x'));
    await client.closed();
    await until(
      () => server.sockets[0]!.destroyed,
      () => 'the socket is kept',
    );
  });

  it('is explained to who comes without it', async () => {
    const server = await serve();
    const { status, headers, body } = await ask(server, '/tcp');
    expect([status, headers.upgrade]).toEqual([426, 'pushbench-tcp/1']);
    expect(body).toMatch(/^This is raw TCP: ask over HTTP\/1\.1 with Upgrade: pushbench-tcp\/1, as does\ncurl .*\n$/);
  });

  it('on another path, or by another method, is plain HTTP', async () => {
    const server = await serve();
    const elsewhere = raw(server, request('/health'));
    await elsewhere.has('{"status":"ok"}');
    const posting = raw(server, request('/messages', 'Content-Length: 2\r\n').replace('GET', 'POST') + 'hi');
    await posting.has('\r\n\r\n');
    expect([elsewhere.text, posting.text].map((text) => text.slice(0, 12))).toEqual(['HTTP/1.1 200', 'HTTP/1.1 204']);
    expect(server.log.next(0)!.payload).toBe('hi');
  });

  it('lives on one port with WebSockets and plain requests', async () => {
    const server = await serve();
    const peer = await upgrade(server);
    const ws = new WebSocket(`${server.url.replace('http', 'ws')}/websocket`);
    onTestFinished(() => ws.terminate());
    const texts: string[] = [];
    ws.on('message', (data: Buffer, isBinary) => isBinary || texts.push(data.toString()));
    await subscribers(server, 2);
    expect((await ask(server, '/messages', { method: 'POST', body: 'to both' })).status).toBe(204);
    expect((await peer.itemAt(1)).payload.toString()).toBe('to both');
    await until(
      () => texts.length === 1,
      () => 'the message on the WebSocket',
    );
    expect(texts).toEqual(['to both']);
  });
});

describe('messages to the client', () => {
  it.each([
    ['', '01'],
    ['Hello', '0648656c6c6f'],
    ['漢😀', '08e6bca2f09f9880'],
  ])('are a length and their bytes: %j', async (payload, hex) => {
    const server = await serve();
    const peer = await upgrade(server);
    const before = peer.bytes.length;
    server.log.append(payload);
    await peer.itemAt(1);
    expect(peer.bytes.subarray(before).toString('hex')).toBe(hex);
  });

  it.each([
    [126, '7f'],
    [127, '8001'],
    [16_382, 'ff7f'],
    [16_383, '808001'],
    [70_000, 'f1a204'],
  ])('of %i bytes begin %s', async (size, head) => {
    const server = await serve();
    const peer = await upgrade(server);
    const before = peer.bytes.length;
    server.log.append('x'.repeat(size));
    await peer.itemAt(1);
    expect(peer.bytes.length - before).toBe(head.length / 2 + size);
    expect(peer.bytes.subarray(before).toString('hex', 0, head.length / 2)).toBe(head);
  });

  it('arrive byte for byte, and bytes are announced as such', async () => {
    const server = await serve();
    const peer = await upgrade(server);
    for (const payload of AWKWARD) server.log.append(payload);
    server.log.append(Buffer.from([0, 255, 0]));
    await peer.itemAt(AWKWARD.length + 2);
    const [, ...items] = peer.items();
    expect(items.slice(0, -2).map(({ kind, payload }) => kind + payload.toString())).toEqual(AWKWARD);
    expect(peer.body().subarray(-7).toString('hex')).toBe('0062000400ff00');
  });

  it('that are gone are announced as a gap', async () => {
    const server = await serve({ limits: { retainMessages: 2 } });
    for (let i = 1; i <= 10; i++) server.log.append(String(i));
    const peer = await upgrade(server, '/tcp?cursor=3');
    await peer.itemAt(3);
    expect(peer.body().toString('latin1')).toBe('\0r\x013\0g\x035,8\x029\x0310');
  });
});

describe('messages from the client', () => {
  it('are published and accepted in order, also when they come with the request', async () => {
    const server = await serve();
    const pipelined = Buffer.concat([Buffer.from(request('/tcp?channel=other')), message('one'), message('')]);
    const peer = peerOf(raw(server, pipelined));
    await peer.itemAt(2);
    peer.send(Buffer.concat([BYTES, message(Buffer.from([255])), message('é'.repeat(100))]));
    await peer.itemAt(8);
    const log = server.hub.channel('other')!;
    expect(log.after(0).map(({ payload }) => payload)).toEqual(['one', '', Buffer.from([255]), 'é'.repeat(100)]);
    expect(peer.items().filter(({ kind }) => kind === 'a')).toHaveLength(4);
    expect(peer.body().toString('latin1')).toMatch(/^\0r\x010\0a\0\0a\0\x04one\x01/);
  });

  it.each<[string, Buffer, string]>([
    ['a length not in its shortest form', Buffer.from([0x81, 0]), 'not a length in its shortest form: 8100'],
    ['a message over the limit', leb128(1_002), 'a message is over the limit of 1000 bytes: ea07'],
    ['text that is not UTF-8', message(Buffer.from([0x61, 0xff])), 'a text message is not UTF-8: 61ff'],
    ['an item of the server', Buffer.from(ACCEPTED), 'not a control item that a client may send: 0061'],
  ])('that are wrong are answered with a sentence and the end: %s', async (_what, bytes, sentence) => {
    const server = await serve({ options: { maxMessageBytes: 1_000 } });
    const peer = await upgrade(server);
    peer.send(Buffer.concat([message('right'), bytes, message('after')]));
    await peer.closed();
    expect(
      peer
        .items()
        .slice(1)
        .filter(({ kind }) => kind !== ''),
    ).toEqual([
      { kind: 'a', payload: Buffer.alloc(0) },
      { kind: 'e', payload: Buffer.from(sentence) },
    ]);
    await subscribers(server, 0);
    expect(server.log.last).toBe(1);
    expect((await ask(server, '/health')).status).toBe(200);
  });

  it('after a wrong one are read and thrown away, and who stays is cut', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const server = await serve();
    const peer = await upgrade(server);
    peer.socket.allowHalfOpen = true;
    peer.send(Buffer.from([0x80, 0]));
    await vi.waitFor(() => expect(peer.items().at(-1)!.kind).toBe('e'));
    peer.send(message('too late'));
    const [socket] = server.sockets;
    await vi.waitFor(() => expect(socket!.bytesRead).toBe(request().length + 2 + 9));
    expect([server.log.last, socket!.destroyed]).toEqual([0, false]);
    vi.advanceTimersByTime(10_000);
    await vi.waitFor(() => expect(server.hub.subscribers).toBe(0));
    expect(socket!.destroyed).toBe(true);
  });

  it('are read no further while their sender does not read what it is told', async () => {
    const server = await serve({ limits: { retainMessages: 10 } });
    const peer = await upgrade(server, '/tcp?channel=main');
    peer.socket.pause();
    const [socket] = server.sockets;
    // Each is a byte that brings back 4: acceptance, and the message itself.
    const burst = Buffer.alloc(64 * 1024, 1);
    await until(
      () => {
        if (peer.socket.writableLength < 2 ** 20) peer.send(burst);
        return socket!.isPaused();
      },
      () => `${socket!.bytesRead} bytes were read`,
    );
    expect(socket!.writableLength).toBeLessThan(2 ** 20);
    const { last } = server.log;
    peer.socket.resume();
    await until(
      () => server.log.last > last,
      () => 'for the server to read again',
    );
  });

  it('that end with the client’s half of the connection end the other half too', async () => {
    const server = await serve();
    const peer = await upgrade(server);
    peer.socket.end(message('goodbye'));
    await peer.closed();
    await subscribers(server, 0);
    expect(peer.text.slice(SWITCHING.length)).toContain(ACCEPTED);
    expect(server.log.next(0)!.payload).toBe('goodbye');
  });
});

describe('the heartbeat', () => {
  it('comes only after a silence', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const server = await serve({ options: { heartbeatMs: 6_400 } });
    const peer = await upgrade(server);
    const kinds = (): string =>
      peer
        .items()
        .map(({ kind }) => kind || 'm')
        .join('');
    vi.advanceTimersByTime(6_400);
    await peer.itemAt(1);
    server.log.append('not silent');
    await peer.itemAt(2);
    vi.advanceTimersByTime(6_400);
    await peer.itemAt(3);
    server.log.append('last');
    await peer.itemAt(4);
    expect(kinds()).toBe('rhmhm');
  });
});
