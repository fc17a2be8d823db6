/** The client of raw TCP against a bare socket that answers with bytes written by hand. */
import { describe, expect, it } from 'vitest';
import type { Client, ClientOptions } from './client.ts';
import { headerProfile } from './headers.ts';
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
import { tcp } from './tcp.ts';

const SWITCHING = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: pushbench-tcp/1\r\nConnection: Upgrade\r\n\r\n';
const READY = '\0r\x010';
const ACCEPTED = '\0a\0';

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

interface Session {
  readonly server: RawServer;
  readonly observed: Observed;
  readonly peer: Peer;
  /** What the client sent after its handshake. */
  readonly sent: () => string;
}

/** A client whose handshake a bare server has answered, and which is ready. */
async function session(more: Partial<ClientOptions> = {}, onMessage?: (client: Client) => void): Promise<Session> {
  const server = await rawServer((peer) => peer.write(latin1(SWITCHING + READY)));
  const observed = observe(server, tcp, more, onMessage);
  const peer = await server.asked(0);
  await until(
    () => observed.readies === 1,
    () => 'ready',
  );
  return { server, observed, peer, sent: () => peer.text.slice(peer.text.indexOf('\r\n\r\n') + 4) };
}

async function receives(observed: Observed, count: number): Promise<void> {
  await until(
    () => observed.received.length >= count || observed.failures.length > 0,
    () => `${observed.received.length} of ${count}`,
  );
  expect(observed.failures).toEqual([]);
  expect(observed.ledger.difference()).toEqual({ up: 0, down: 0 });
}

describe('the handshake', () => {
  it('is one request in these bytes, and is booked as handshake up to the cursor', async () => {
    const { observed, peer, server } = await session();
    expect(peer.text).toBe(
      `GET /tcp?channel=main HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nUpgrade: pushbench-tcp/1\r\nConnection: Upgrade\r\n\r\n`,
    );
    const { up, down } = observed.ledger.snapshot();
    expect([up.handshake, up.total]).toEqual([peer.bytes.length, peer.bytes.length]);
    expect([down.handshake, down.total]).toEqual([SWITCHING.length + 4, SWITCHING.length + 4]);
  });

  it('has no browser’s headers, since no browser asks for this', async () => {
    const { peer } = await session({ headers: headerProfile('chrome') });
    expect(peer.text).not.toContain('User-Agent');
  });

  it.each([
    ['another token', SWITCHING.replace('pushbench-tcp/1', 'websocket'), '"websocket"'],
    ['no token', SWITCHING.replace('Upgrade: pushbench-tcp/1\r\n', ''), '"nothing"'],
  ])('fails for good on %s, and quotes it', async (_what, answer, quoted) => {
    const server = await rawServer((peer) => peer.write(answer + READY));
    const observed = observe(server, tcp);
    expect((await failure(observed)).message).toContain(`upgraded to ${quoted}`);
    expect(server.peers).toHaveLength(1);
    expect(observed.ledger.difference()).toEqual({ up: 0, down: 0 });
  });

  it.each([400, 404, 426, 200])('fails for good on the status %i', async (status) => {
    const server = await rawServer((peer) => peer.write(`HTTP/1.1 ${status} x\r\nContent-Length: 0\r\n\r\n`));
    expect((await failure(observe(server, tcp))).message).toContain(`answered ${status}`);
  });

  it('tries again after the status 503', async () => {
    const server = await rawServer((peer) => peer.write('HTTP/1.1 503 x\r\nContent-Length: 0\r\n\r\n'));
    const observed = observe(server, tcp);
    await server.asked(2);
    expect([observed.failures, observed.disconnects[0]]).toEqual([[], 'status 503']);
  });

  it('cannot ride HTTP/2, and says that it is a floor', () => {
    expect([tcp.carriers, tcp.floor, tcp.upstream]).toEqual([['h1', 'tls'], true, 'in-band']);
  });
});

describe('the items of a server', () => {
  it.each<[string, (string | Buffer)[], { payload: number; framing: number; control: number }]>([
    ['\x01', [''], { payload: 0, framing: 1, control: 0 }],
    ['\x06Hello', ['Hello'], { payload: 5, framing: 1, control: 0 }],
    ['\x04\xe6\xbc\xa2\x02x', ['漢', 'x'], { payload: 4, framing: 2, control: 0 }],
    ['\0b\0\x03\x00\xff', [Buffer.from([0, 255])], { payload: 2, framing: 4, control: 0 }],
    ['\0h\0\x02x\0h\0', ['x'], { payload: 1, framing: 1, control: 6 }],
    ['\0g\x0541,41\x02x', ['x'], { payload: 1, framing: 1, control: 8 }],
  ])('are read, and their layers told apart: %j', async (text, messages, layers) => {
    const { observed, peer } = await session();
    peer.write(latin1(text));
    await receives(observed, messages.length);
    await until(
      () => observed.ledger.down.control === layers.control,
      () => 'the rest',
    );
    expect(observed.received).toEqual(messages);
    expect(observed.ledger.down).toMatchObject({ ...layers, partial: 0 });
  });

  it.each([
    [126, '7f'],
    [127, '8001'],
    [16_382, 'ff7f'],
    [16_383, '808001'],
    [70_000, 'f1a204'],
  ])('of %i bytes begin %s', async (size, head) => {
    const { observed, peer } = await session();
    peer.write(Buffer.concat([Buffer.from(head, 'hex'), Buffer.alloc(size, 'x')]));
    await receives(observed, 1);
    expect(observed.received).toEqual(['x'.repeat(size)]);
    expect(observed.ledger.down).toMatchObject({ payload: size, framing: head.length / 2, partial: 0 });
  });

  it('are read the same wherever they are cut, the handshake included', async () => {
    const bytes = latin1(`${READY}\x06Hello\0h\0\0b\0\x02\xff\0g\x0520,22\x04\xe6\xbc\xa2`);
    const whole = Buffer.concat([Buffer.from(SWITCHING), bytes]);
    const server = await rawServer();
    for (let cut = 1; cut < bytes.length; cut++) {
      const observed = observe(server, tcp);
      const peer = await server.asked(cut - 1);
      const at = SWITCHING.length;
      await writeCut(
        peer,
        whole,
        [at - 3, at + cut],
        () => observed.ledger.snapshot().down.total,
        () => observed.ledger.open === 0,
      );
      await receives(observed, 3);
      expect(observed.received).toEqual(['Hello', Buffer.from([255]), '漢']);
      expect(observed.ledger.down).toMatchObject({
        payload: 9,
        framing: 6,
        control: 11,
        handshake: at + 4,
        partial: 0,
      });
      observed.client.close();
    }
  });

  it.each<[string, string, string]>([
    ['an unknown kind', '\0z\0', 'not a control item that is understood: "\\u0000z"'],
    ['a length not in its shortest form', '\x82\0xx', 'not a length in its shortest form: "\x82\\u0000"'],
    ['text that is not UTF-8', '\x02\xff', 'a text message is not UTF-8: "ÿ"'],
    ['a second cursor', READY, 'a control item "ready" out of turn: "0"'],
    ['an acceptance of nothing', ACCEPTED, 'nothing was sent that this accepts: "\\u0000a\\u0000"'],
    ['the server’s own complaint', '\0e\x05wrong', 'the server refused what this client sent: "wrong"'],
  ])('that are wrong end the client for good, with their bytes: %s', async (_what, text, sentence) => {
    const { server, observed, peer } = await session();
    peer.write(latin1(`\x02x${text}\x02y`));
    expect((await failure(observed)).message).toBe(sentence);
    await until(
      () => peer.ended,
      () => 'the connection is open',
    );
    expect(observed.received).toEqual(['x']);
    expect(server.peers).toHaveLength(1);
    expect(observed.ledger.difference()).toEqual({ up: 0, down: 0 });
    expect(observed.ledger.down.partial).toBe(0);
  });

  it.each([
    ['a message', '\x02x', 'a message came before the connection was ready: "x"'],
    ['a heartbeat', '\0h\0', 'a control item "heartbeat" out of turn: ""'],
  ])('fail the client when they come before the cursor: %s', async (_what, text, sentence) => {
    const server = await rawServer((peer) => peer.write(latin1(SWITCHING + text)));
    // With a cursor of its own, so that nothing but the order is wrong.
    expect((await failure(observe(server, tcp, { cursor: 0 }))).message).toBe(sentence);
  });

  it('tell of a gap, after which the cursor goes on', async () => {
    const { server, observed, peer } = await session();
    peer.write(latin1('\0g\x0541,41\x02x'));
    await receives(observed, 1);
    expect(observed.gaps).toEqual([41]);
    peer.socket.destroy();
    expect((await server.asked(1)).text).toContain('&cursor=42 ');
  });

  it('that are cut off are booked, and the client comes back with its cursor', async () => {
    for (const rest of ['\0', '\x06Hel', '\x80', '\0g\x0541']) {
      const { server, observed, peer } = await session();
      const answered = observed.ledger.snapshot().down.total;
      peer.write(latin1(`\x02x${rest}`));
      await until(
        () => observed.ledger.snapshot().down.total === answered + 2 + rest.length,
        () => 'the rest',
      );
      expect(observed.ledger.down.partial).toBe(rest === '\0' ? 1 : 0);
      peer.socket.destroy();
      expect((await server.asked(1)).text).toContain('&cursor=1 ');
      expect(observed.ledger.down.partial).toBe(0);
      expect(observed.ledger.difference()).toEqual({ up: 0, down: 0 });
      observed.client.close();
    }
  });
});

describe('the messages of the client', () => {
  it('are a length and the text, resolved in order as they are accepted', async () => {
    const { observed, peer, sent } = await session();
    const order: string[] = [];
    const sending = ['one', '', '漢'].map((text) => observed.client.send(text).then(() => order.push(text)));
    await until(
      () => sent().length === 4 + 1 + 4,
      () => `${sent().length} bytes`,
    );
    expect(sent()).toBe('\x04one\x01\x04\xe6\xbc\xa2');
    expect(order).toEqual([]);
    peer.write(latin1(ACCEPTED.repeat(2)));
    await Promise.all(sending.slice(0, 2));
    expect(order).toEqual(['one', '']);
    peer.write(latin1(ACCEPTED));
    await sending[2];
    expect(observed.ledger.up).toMatchObject({ payload: 6, framing: 3, partial: 0 });
    expect(observed.ledger.down).toMatchObject({ control: 9 });
    expect(observed.ledger.difference()).toEqual({ up: 0, down: 0 });
  });

  it('are refused to their sender when the connection is lost before they are accepted, or is not there', async () => {
    const { observed, peer, sent } = await session();
    const sending = observed.client.send('x');
    await until(
      () => sent().length > 0,
      () => 'the message',
    );
    peer.socket.destroy();
    await expect(sending).rejects.toThrow('the connection was lost before the server accepted the message');
    observed.client.close();
    await expect(observed.client.send('y')).rejects.toThrow('the client is not connected');
  });
});

describe('a cut or an end within a message’s callback', () => {
  it('delivers nothing more of what had arrived, and resumes after the message', async () => {
    const { server, observed, peer } = await session({}, (client) => client.cut());
    peer.write(latin1('\x02a\x02b\0h\0\x02c'));
    expect((await server.asked(1)).text).toContain('&cursor=1 ');
    expect([observed.received, observed.failures]).toEqual([['a'], []]);
    expect(observed.ledger.difference()).toEqual({ up: 0, down: 0 });
  });

  it('leaves for good, with every byte booked', async () => {
    const { observed, peer } = await session({}, (client) => client.close());
    peer.write(latin1('\x02a\x02b'));
    await until(
      () => peer.ended,
      () => 'the connection is open',
    );
    expect([observed.received, observed.failures, observed.disconnects]).toEqual([['a'], [], []]);
    expect(observed.ledger.difference()).toEqual({ up: 0, down: 0 });
  });
});
