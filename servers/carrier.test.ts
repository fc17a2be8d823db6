/** Each carrier's port against clients that speak something else, break off, or break the framing: the server lives. */
import fc from 'fast-check';
import { once } from 'node:events';
import { get } from 'node:https';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { certificate } from '../scenarios/runner/certificate.ts';
import type { Carrier } from './carrier.ts';
import { carrierServer } from './carrier.ts';
import { endDeadSockets, hasPeer } from './dead-sockets.ts';
import { http2 } from './http2.fixture.ts';
import { ask, raw, serve, subscribers, until, type Server } from './server.fixture.ts';

const CARRIERS: readonly Carrier[] = ['h1', 'tls', 'h2c', 'h2'];

async function start(carrier: Carrier): Promise<Server> {
  return serve({ carrier, certificate: await certificate() });
}

/** The answer of /health to a client of the carrier, as it should be. */
async function health(server: Server, carrier: Carrier): Promise<string> {
  const { cert } = await certificate();
  if (carrier === 'h1') return (await ask(server, '/health')).body;
  if (carrier !== 'tls') {
    const { ask: over, session } = await http2(server, carrier === 'h2' ? cert : undefined);
    const { body } = await over('/health');
    session.destroy();
    return body;
  }
  return new Promise((resolve, reject) => {
    get(`${server.url}/health`, { ca: cert, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part: string) => (body += part));
      response.on('end', () => resolve(body));
    }).on('error', reject);
  });
}

async function lives(server: Server, carrier: Carrier): Promise<void> {
  expect(await health(server, carrier)).toBe('{"status":"ok"}');
  expect(server.hub.subscribers).toBe(0);
}

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const frame = (type: number, flags: number, stream: number, payload = ''): Buffer => {
  const body = Buffer.from(payload, 'hex');
  const head = Buffer.alloc(9);
  head.writeUIntBE(body.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, body]);
};
const SETTINGS = frame(4, 0, 0);
/** `GET /sse` of RFC 7541's static table, and a literal path. */
const GET_SSE = '8286' + '44042f737365' + '410178';

/** A TLS handshake's first record that never ends. */
const HALF_HELLO = Buffer.from('160301020001', 'hex');

const STRANGE: readonly (readonly [what: string, bytes: Buffer])[] = [
  ['nothing but zeros', Buffer.alloc(1_000)],
  ['all bytes from 255 down', Buffer.from(Array.from({ length: 256 }, (_, i) => 255 - i))],
  ['half of a ClientHello', HALF_HELLO],
  ['a TLS alert', Buffer.from('15030100020228', 'hex')],
  ['HTTP/1.1', Buffer.from('GET /sse HTTP/1.1\r\nHost: x\r\n\r\n')],
  [
    'an upgrade to h2c (RFC 7540)',
    Buffer.from(
      'GET / HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\nConnection: Upgrade, HTTP2-Settings\r\n\r\n',
    ),
  ],
  ['the preface of HTTP/2', Buffer.concat([PREFACE, SETTINGS])],
  ['half of the preface of HTTP/2', PREFACE.subarray(0, 10)],
  ['SSH', Buffer.from('SSH-2.0-OpenSSH_9.6\r\n')],
];

describe.each(CARRIERS)('the port of %s', (carrier) => {
  it.each(STRANGE)('survives %s, and the client that leaves after it', async (_what, bytes) => {
    const server = await start(carrier);
    const client = raw(server, bytes);
    await lives(server, carrier).catch(() => {});
    client.socket.destroy();
    await subscribers(server, 0);
    await lives(server, carrier);
  });

  it('survives a client that resets its connection at once', async () => {
    const server = await start(carrier);
    for (let i = 0; i < 20; i++) {
      const client = raw(server, i % 2 === 0 ? '' : HALF_HELLO);
      await once(client.socket, 'connect');
      client.socket.resetAndDestroy();
    }
    await lives(server, carrier);
  });

  it('survives whatever bytes there are', async () => {
    const server = await start(carrier);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(Buffer.alloc(0), PREFACE, Buffer.concat([PREFACE, SETTINGS]), HALF_HELLO),
        fc.uint8Array({ maxLength: 400 }),
        async (first, rest) => {
          const client = raw(server, Buffer.concat([first, rest, Buffer.from('\r\n\r\n')]));
          await once(client.socket, 'connect');
          await new Promise(setImmediate);
          client.socket.end();
          client.socket.destroy();
        },
      ),
      { numRuns: 100 },
    );
    await subscribers(server, 0);
    await lives(server, carrier);
  });
});

const BREACHES: readonly (readonly [what: string, bytes: Buffer])[] = [
  ['a frame larger than agreed', frame(0, 0, 3, '00'.repeat(20_000))],
  ['SETTINGS of no whole settings', frame(4, 0, 0, '0001')],
  ['SETTINGS on a stream', frame(4, 0, 3)],
  ['a window that cannot be', frame(4, 0, 0, '0004ffffffff')],
  ['HEADERS on stream 0', frame(1, 5, 0, GET_SSE)],
  ['HEADERS on a stream of the server’s', frame(1, 5, 2, GET_SSE)],
  ['HPACK that is none', frame(1, 5, 5, 'ffffffffffff')],
  ['DATA on a stream that was never opened', frame(0, 1, 7, '6162')],
  ['a WINDOW_UPDATE of 0', frame(8, 0, 0, '00000000')],
  ['a window beyond 2³¹', Buffer.concat([frame(8, 0, 0, '7fffffff'), frame(8, 0, 0, '7fffffff')])],
  ['a PING of seven bytes', frame(6, 0, 0, '00000000000000')],
  ['CONTINUATION of nothing', frame(9, 4, 5, GET_SSE)],
  ['HEADERS that are interrupted', Buffer.concat([frame(1, 1, 5, GET_SSE), frame(6, 0, 0, '0000000000000000')])],
  ['a PUSH_PROMISE', frame(5, 4, 3, '00000002' + GET_SSE)],
  ['GOAWAY of four bytes', frame(7, 0, 0, '00000000')],
  ['padding longer than its frame', frame(1, 13, 5, 'ff' + GET_SSE)],
  [
    'a flood of resets',
    Buffer.concat(
      Array.from({ length: 5_000 }, (_, i) => [
        frame(1, 5, 2 * i + 5, GET_SSE),
        frame(3, 0, 2 * i + 5, '00000008'),
      ]).flat(),
    ),
  ],
];

/** The error code of the GOAWAY among the frames received; undefined when there is none. */
function goawayIn(bytes: Buffer): number | undefined {
  for (let at = 0; at + 17 <= bytes.length; at += 9 + bytes.readUIntBE(at, 3)) {
    if (bytes[at + 3] === 7) return bytes.readUInt32BE(at + 13);
  }
  return undefined;
}

describe('a client that breaks HTTP/2', () => {
  it('is told GOAWAY with a code, or cut off; once it is gone its streams end; nobody else is harmed', async () => {
    const server = await start('h2c');
    const open = Buffer.concat([PREFACE, SETTINGS, frame(1, 5, 3, GET_SSE)]);
    const good = raw(server, open);
    const bad = BREACHES.map(([what, bytes]) => ({ what, bytes, client: raw(server, open) }));
    await subscribers(server, 1 + bad.length);
    for (const { bytes, client } of bad) client.send(bytes);
    const unanswered = (): string[] =>
      bad.filter(({ client }) => !client.ended && (goawayIn(client.bytes) ?? 0) === 0).map(({ what }) => what);
    await until(
      () => unanswered().length === 0,
      () => `for an answer to ${unanswered().join(', ')}`,
    );
    for (const { client } of bad) client.socket.resetAndDestroy();
    await subscribers(server, 1);
    server.log.append('still here');
    await good.has('data: still here\n\n');
    good.socket.destroy();
    await subscribers(server, 0);
    await lives(server, 'h2c');
  });
});

describe('a client of TLS', () => {
  it.each(['tls', 'h2'] as const)(
    'that leaves in the middle of the handshake harms nobody over %s',
    async (carrier) => {
      const server = await start(carrier);
      // A whole ClientHello, as node:tls writes it.
      const parts: Buffer[] = [];
      const wire = new Duplex({ read() {}, write: (chunk: Buffer, _encoding, done) => (parts.push(chunk), done()) });
      connectTls({ socket: wire }).on('error', () => {});
      await until(
        () => parts.length > 0,
        () => 'for a ClientHello',
      );
      const hello = Buffer.concat(parts);
      wire.destroy();
      for (const stop of [1, 5, hello.length - 1, hello.length]) {
        const client = raw(server, hello.subarray(0, stop));
        await once(client.socket, 'connect');
        client.socket.end();
        await client.closed();
      }
      await lives(server, carrier);
    },
  );

  it.each([
    ['tls', 'h2'],
    ['h2', 'http/1.1'],
  ] as const)('that asks the port of %s for %s alone is refused by an alert', async (carrier, protocol) => {
    const server = await start(carrier);
    const { cert } = await certificate();
    const tls = connectTls({ port: server.port, host: server.host, ca: cert, ALPNProtocols: [protocol] });
    onTestFinished(() => void tls.destroy());
    const [error] = (await once(tls, 'error')) as [Error];
    expect(error.message).toMatch(/no application protocol/);
    await lives(server, carrier);
  });

  it('of TLS 1.2 is refused by an alert: what is measured is 1.3', async () => {
    const server = await start('tls');
    const tls = connectTls({ port: server.port, host: server.host, maxVersion: 'TLSv1.2', rejectUnauthorized: false });
    const [error] = (await once(tls, 'error')) as [Error];
    expect(error.message).toMatch(/alert protocol version/);
    await lives(server, 'tls');
  });

  it('that speaks HTTP/1.1 inside of HTTP/2’s TLS is cut off', async () => {
    const server = await start('h2');
    const { cert } = await certificate();
    const tls = connectTls({ port: server.port, host: server.host, ca: cert, ALPNProtocols: ['h2'] });
    tls.on('error', () => {}).write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(tls.resume(), 'close');
    await lives(server, 'h2');
  });
});

describe('a carrier that encrypts', () => {
  it.each(['tls', 'h2'] as const)('cannot be had without a certificate: %s', (carrier) => {
    expect(() => carrierServer(carrier, undefined, 1_000)).toThrow(`the carrier ${carrier} needs a certificate`);
  });
});

describe('a connection whose client is gone', () => {
  /** The server's side of a connection that was reset while the server was not reading. */
  async function reset(server: Server): Promise<Socket> {
    const client = raw(server, '');
    await until(
      () => server.sockets.length > 0,
      () => 'for a connection',
    );
    const socket = server.sockets.at(-1)!;
    // As Node.js leaves it when it has lost the error: nobody reads and nobody writes.
    (socket as Socket & { _handle: { readStop(): void } })._handle.readStop();
    client.socket.resetAndDestroy();
    return socket;
  }

  it('is known by the kernel to have no peer, and is ended though Node.js has not noticed', async () => {
    const server = await start('h1');
    const dead = await reset(server);
    await until(
      () => !hasPeer(dead),
      () => 'for the reset to arrive',
    );
    await sleep(50);
    expect(dead.destroyed).toBe(false);
    const alive = raw(server, '');
    await until(
      () => server.sockets.length === 2,
      () => 'for a second connection',
    );
    onTestFinished(endDeadSockets(new Set(server.sockets), 50));
    await until(
      () => dead.destroyed,
      () => 'for the end of a dead connection',
    );
    expect(server.sockets[1]!.destroyed).toBe(false);
    alive.socket.destroy();
  });
});
