import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { quote, type Client, type ClientOptions } from './client.ts';
import {
  failure,
  observe,
  rawServer,
  until,
  writeCut,
  type Observed,
  type Peer,
  type RawServer,
} from './raw-server.fixture.ts';
import { acceptFor, websocket } from './websocket.ts';

const READY = Buffer.from([1, 0x30]);

/** A server's frame of RFC 6455 §5.2. */
function frame(first: number, data: string | Buffer, masked = false): Buffer {
  const payload = Buffer.from(data);
  const bit = masked ? 0x80 : 0;
  const long = Buffer.alloc(8);
  long.writeBigUInt64BE(BigInt(payload.length));
  const size = payload.length;
  const length =
    size <= 125
      ? Buffer.from([size | bit])
      : size <= 65_535
        ? Buffer.from([126 | bit, size >> 8, size & 255])
        : Buffer.concat([Buffer.from([127 | bit]), long]);
  return Buffer.concat([Buffer.from([first]), length, Buffer.alloc(masked ? 4 : 0), payload]);
}

const FIN = 0x80;
const TEXT = FIN | 1;
const BINARY = FIN | 2;
const CLOSE = FIN | 8;
const PING = FIN | 9;

const keyOf = (peer: Peer): string => /\r\nSec-WebSocket-Key: (.*)\r\n/.exec(peer.text)![1]!;
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

function switching(peer: Peer, changed: Readonly<Record<string, string>> = {}): string {
  const fields: Record<string, string> = {
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Accept': createHash('sha1')
      .update(keyOf(peer) + GUID)
      .digest('base64'),
    'Sec-WebSocket-Protocol': 'pushbench.v1',
    ...changed,
  };
  const lines = Object.entries(fields)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 101 Switching Protocols\r\n${lines.join('')}\r\n`;
}

interface Session {
  readonly server: RawServer;
  readonly observed: Observed;
  readonly peer: Peer;
  /** What the client sent after its handshake. */
  readonly sent: () => Buffer;
}

/** A client whose handshake a bare server has answered, with the ready frame. */
async function session(more: Partial<ClientOptions> = {}, onMessage?: (client: Client) => void): Promise<Session> {
  const server = await rawServer((peer) =>
    peer.write(Buffer.concat([Buffer.from(switching(peer)), frame(BINARY, READY)])),
  );
  const observed = observe(server, websocket, more, onMessage);
  const peer = await server.asked(0);
  await until(
    () => observed.readies === 1,
    () => 'ready',
  );
  return { server, observed, peer, sent: () => peer.bytes.subarray(peer.bytes.indexOf('\r\n\r\n') + 4) };
}

async function receives(observed: Observed, count: number): Promise<void> {
  await until(
    () => observed.received.length >= count || observed.failures.length > 0,
    () => `${observed.received.length} of ${count}`,
  );
  expect(observed.failures).toEqual([]);
  expect(observed.ledger.difference()).toEqual({ up: 0, down: 0 });
}

/** Unmasks the client's frames. */
function unmasked(bytes: Buffer): { first: number; payload: Buffer }[] {
  const frames: { first: number; payload: Buffer }[] = [];
  for (let at = 0; at < bytes.length;) {
    expect(bytes[at + 1]! & 0x80).toBe(0x80);
    const size = bytes[at + 1]! & 0x7f;
    expect(size).toBeLessThan(126);
    const mask = bytes.subarray(at + 2, at + 6);
    const payload = Buffer.from(bytes.subarray(at + 6, at + 6 + size).map((byte, i) => byte ^ mask[i % 4]!));
    frames.push({ first: bytes[at]!, payload });
    at += 6 + size;
  }
  return frames;
}

describe('the handshake', () => {
  it('computes the accept of RFC 6455', () => {
    expect(acceptFor('dGhlIHNhbXBsZSBub25jZQ==')).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
  });

  it('asks with a fresh key of 16 bytes, version 13 and the subprotocol', async () => {
    const server = await rawServer((peer) => peer.socket.destroy());
    observe(server, websocket);
    const [first, second] = [await server.asked(0), await server.asked(1)];
    expect(first.text).toMatch(/^GET \/websocket\?channel=main HTTP\/1\.1\r\n/);
    expect(first.text).toContain('\r\nSec-WebSocket-Version: 13\r\n');
    expect(first.text).toContain('\r\nSec-WebSocket-Protocol: pushbench.v1\r\n');
    expect(Buffer.from(keyOf(first), 'base64')).toHaveLength(16);
    expect(keyOf(second)).not.toBe(keyOf(first));
  });

  it.each<[string, Record<string, string>, string]>([
    [
      'the accept of another key',
      { 'Sec-WebSocket-Accept': 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=' },
      '"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="',
    ],
    ['no accept', { 'Sec-WebSocket-Accept': '' }, '"none"'],
    ['another upgrade', { Upgrade: 'h2c' }, '"h2c"'],
    ['no upgrade', { Upgrade: '' }, '"nothing"'],
    ['another subprotocol', { 'Sec-WebSocket-Protocol': 'chat' }, '"chat"'],
    ['no subprotocol', { 'Sec-WebSocket-Protocol': '' }, '"none"'],
    ['an extension that was not offered', { 'Sec-WebSocket-Extensions': 'permessage-deflate' }, '"permessage-deflate"'],
  ])('fails for good on %s, and quotes it', async (_what, changed, quoted) => {
    const server = await rawServer((peer) => peer.write(switching(peer, changed)));
    const observed = observe(server, websocket);
    expect((await failure(observed)).message).toContain(quoted);
    expect(observed.disconnects).toEqual([]);
    expect(server.peers).toHaveLength(1);
  });

  it.each([400, 403, 404, 426, 200])('fails for good on the status %i', async (status) => {
    const server = await rawServer((peer) => peer.write(`HTTP/1.1 ${status} x\r\nContent-Length: 0\r\n\r\n`));
    expect((await failure(observe(server, websocket))).message).toContain(`answered ${status}`);
  });

  it.each([429, 500, 503])('tries again after the status %i', async (status) => {
    const server = await rawServer((peer) => peer.write(`HTTP/1.1 ${status} x\r\nContent-Length: 0\r\n\r\n`));
    const observed = observe(server, websocket);
    await server.asked(2);
    expect(observed.failures).toEqual([]);
    expect(observed.disconnects[0]).toBe(`status ${status}`);
  });
});

describe('the frames of a server', () => {
  it.each<[string, string]>([
    ['810548656c6c6f', 'Hello'],
    ['010348656c80026c6f', 'Hello'],
    ['8100', ''],
  ])('of RFC 6455 §5.7 are read: %s', async (hex, text) => {
    const { observed, peer } = await session();
    peer.write(Buffer.from(hex, 'hex'));
    await receives(observed, 1);
    expect(observed.received).toEqual([text]);
  });

  it.each<[number, string]>([
    [125, '817d'],
    [126, '817e007e'],
    [256, '817e0100'],
    [65_535, '817effff'],
    [65_536, '817f0000000000010000'],
  ])('of %i bytes begin %s, and their layers are told apart', async (size, head) => {
    const { observed, peer } = await session();
    peer.write(Buffer.concat([Buffer.from(head, 'hex'), Buffer.alloc(size, 'x')]));
    await receives(observed, 1);
    expect(observed.received).toEqual(['x'.repeat(size)]);
    expect(observed.ledger.down).toMatchObject({ payload: size, framing: head.length / 2, partial: 0 });
  });

  it('are read the same wherever they are cut, the handshake included', async () => {
    const bytes = Buffer.concat([
      frame(BINARY, READY),
      frame(1, 'Hel'),
      frame(PING, 'p'),
      frame(FIN, 'lo'),
      frame(BINARY, Buffer.from([0, 255, 0])),
      frame(TEXT, '漢'),
    ]);
    const server = await rawServer();
    for (let cut = 1; cut < bytes.length; cut++) {
      const observed = observe(server, websocket);
      const peer = await server.asked(cut - 1);
      const whole = Buffer.concat([Buffer.from(switching(peer)), bytes]);
      const at = whole.length - bytes.length;
      await writeCut(
        peer,
        whole,
        [at - 3, at + cut],
        () => observed.ledger.snapshot().down.total,
        () => observed.ledger.open === 0,
      );
      await receives(observed, 3);
      expect(observed.received).toEqual(['Hello', Buffer.from([255, 0]), '漢']);
      expect(observed.ledger.down.payload).toBe(5 + 2 + 3);
      observed.client.close();
    }
  });

  it('that are pings are answered by masked pongs with the same data', async () => {
    const { observed, peer, sent } = await session();
    peer.write(frame(PING, 'are you there'));
    await until(
      () => sent().length > 0,
      () => 'a pong',
    );
    expect(unmasked(sent())).toEqual([{ first: 0x8a, payload: Buffer.from('are you there') }]);
    expect(observed.ledger.difference()).toEqual({ up: 0, down: 0 });
    expect(observed.ledger.up.control).toBe(6 + 13);
  });

  it.each<[string, Buffer, RegExp]>([
    ['a masked one', frame(TEXT, 'Hello', true), /MASK/],
    ['a reserved bit', frame(TEXT | 0x20, 'x'), /RSV/],
    ['an unknown opcode', frame(FIN | 3, 'x'), /opcode/],
    ['compression that was not agreed', frame(TEXT | 0x40, 'x'), /RSV1/],
    ['a long ping', frame(PING, 'x'.repeat(126)), /payload length/],
    ['text that is not UTF-8', frame(TEXT, Buffer.from([0xff])), /UTF-8/],
    ['a length that is not the shortest', Buffer.from([TEXT, 126, 0, 1, 0x41]), /shortest/],
    ['a message beyond all limits', Buffer.from([TEXT, 127, 0, 0, 1, 0, 0, 0, 0, 0]), /more than/],
    ['a ping in parts', frame(PING & ~FIN, 'x'), /control frame comes in parts/],
    ['an end of no message', frame(FIN, 'x'), /never began/],
    ['a message within another', Buffer.concat([frame(1, 'a'), frame(TEXT, 'b')]), /within another.*\\u0001b/],
    ['half a close code', frame(CLOSE, 'x'), /half a code/],
    ['a close code that is never sent', frame(CLOSE, Buffer.from([0x03, 0xed])), /1005, which is no code/],
    ['a close reason that is not UTF-8', frame(CLOSE, Buffer.from([0x03, 0xe8, 0xff])), /reason is not UTF-8/],
    ['bytes without a kind', frame(BINARY, ''), /not a frame that is understood/],
    ['bytes of an unknown kind', frame(BINARY, Buffer.from([9, 0x41])), /not a frame that is understood: "\\tA"/],
    ['a cursor that is none', frame(BINARY, '\x01x'), /not a frame that is understood/],
    ['a gap that is none', frame(BINARY, '\x021'), /not a frame that is understood/],
    ['a gap of another size', frame(BINARY, '\x022,3'), /a gap of 2 leads from message 0 to message 3/],
    ['a place further on', frame(BINARY, '\x013'), /goes on after message 3, and message 0 was the last one/],
    ['an acceptance of nothing', frame(BINARY, '\x03'), /not a frame that is understood/],
  ])('that are wrong end the client with a close frame: %s', async (_what, bytes, message) => {
    const { server, observed, peer, sent } = await session();
    peer.write(bytes);
    const said = (await failure(observed)).message;
    expect(said).toMatch(message);
    // What is quoted are the bytes: of the whole frame, where it is that which is wrong.
    if (said.startsWith('not a frame that a server'))
      expect(quote(bytes).slice(1)).toContain(said.slice(said.indexOf('"') + 1));
    else expect(said).toMatch(/"|message 0/);
    await until(
      () => peer.ended,
      () => 'the connection is open',
    );
    expect(unmasked(sent()).map(({ first, payload }) => [first, payload.readUInt16BE(0)])).toEqual([[CLOSE, 1002]]);
    expect(observed.received).toEqual([]);
    expect(server.peers).toHaveLength(1);
    expect(observed.ledger.difference()).toEqual({ up: 0, down: 0 });
  });

  it('fail the client when a message comes before it is ready', async () => {
    const server = await rawServer((peer) =>
      peer.write(Buffer.concat([Buffer.from(switching(peer)), frame(TEXT, 'x')])),
    );
    expect((await failure(observe(server, websocket))).message).toContain('message 1 came after message none');
  });

  it('tell of a gap, after which the cursor goes on', async () => {
    const { server, observed, peer } = await session();
    peer.write(Buffer.concat([frame(BINARY, '\x0241,41'), frame(TEXT, 'x')]));
    await receives(observed, 1);
    expect(observed.gaps).toEqual([41]);
    peer.socket.destroy();
    expect((await server.asked(1)).text).toContain('&cursor=42 ');
  });

  it.each([
    ['a code', Buffer.from([0x03, 0xe9]), 1001],
    ['no code', Buffer.alloc(0), 1005],
  ])(
    'that close with %s are answered by the same, and the client comes back with its cursor',
    async (_what, payload, code) => {
      const { server, observed, peer, sent } = await session();
      peer.write(Buffer.concat([frame(TEXT, 'x'), frame(CLOSE, payload)]));
      const again = await server.asked(1);
      expect(again.text).toContain('&cursor=1 ');
      expect(observed.disconnects).toEqual([`closed by the server with ${code}`]);
      expect(unmasked(sent())).toEqual([{ first: CLOSE, payload }]);
      await until(
        () => observed.client.cursor === 0,
        () => 'ready again',
      );
      expect([observed.readies, observed.failures]).toEqual([1, []]);
    },
  );
});

describe('the frames of the client', () => {
  it('are masked text, resolved in order as they are accepted', async () => {
    const { observed, peer, sent } = await session();
    const order: string[] = [];
    const sending = ['one', 'two'].map((text) => observed.client.send(text).then(() => order.push(text)));
    await until(
      () => sent().length === 2 * (6 + 3),
      () => `${sent().length} bytes`,
    );
    expect(unmasked(sent())).toEqual([
      { first: TEXT, payload: Buffer.from('one') },
      { first: TEXT, payload: Buffer.from('two') },
    ]);
    expect(order).toEqual([]);
    peer.write(Buffer.concat([frame(BINARY, '\x03'), frame(BINARY, '\x03')]));
    await Promise.all(sending);
    expect(order).toEqual(['one', 'two']);
    expect(observed.ledger.up).toMatchObject({ payload: 6, framing: 12 });
  });

  it('are refused to their sender when the connection is lost before they are accepted', async () => {
    const { observed, peer, sent } = await session();
    const sending = observed.client.send('x');
    await until(
      () => sent().length > 0,
      () => 'the frame',
    );
    peer.socket.destroy();
    await expect(sending).rejects.toThrow('the connection was lost before the server accepted the message');
  });

  it('end with close 1000 when the client leaves', async () => {
    const { observed, peer, sent } = await session();
    observed.client.close();
    await until(
      () => peer.ended,
      () => 'the connection is open',
    );
    expect(unmasked(sent())).toEqual([{ first: CLOSE, payload: Buffer.from([0x03, 0xe8]) }]);
    expect(observed.ledger.difference()).toEqual({ up: 0, down: 0 });
  });
});

describe('a cut or an end within a message’s callback', () => {
  it('delivers nothing more of what had arrived, and resumes after the message', async () => {
    const { server, observed, peer } = await session({}, (client) => client.cut());
    peer.write(Buffer.concat([frame(TEXT, 'a'), frame(TEXT, 'b'), frame(TEXT, 'c')]));
    expect((await server.asked(1)).text).toContain('&cursor=1 ');
    expect(observed.received).toEqual(['a']);
    expect(observed.failures).toEqual([]);
  });
});
