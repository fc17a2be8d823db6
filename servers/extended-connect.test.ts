/** What a client of RFC 8441 may ask wrongly, and what a hostile one may do: each is answered, and the server lives. */
import { connect, constants } from 'node:http2';
import { Duplex } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { certificate } from '../scenarios/runner/certificate.ts';
import { CONNECT, http2, webSocket, type Session } from './http2.fixture.ts';
import type { StartOptions } from './http.ts';
import { servers } from './index.ts';
import { raw, serve, subscribers, until, type Server } from './server.fixture.ts';

const CARRIERS = ['h2c', 'h2'] as const;

async function start(
  carrier: (typeof CARRIERS)[number],
  more: Partial<StartOptions> = {},
): Promise<{ server: Server; session: Session }> {
  const pair = await certificate();
  const server = await serve({ carrier, certificate: pair, ...more });
  return { server, session: await http2(server, carrier === 'h2' ? pair.cert : undefined) };
}

/** The status of an extended CONNECT; its fields on top of those of a good one, undefined for without. */
async function connectStatus(session: Session, changed: Record<string, string | undefined>): Promise<number> {
  const fields = Object.entries({ ...CONNECT, ...changed }).filter(([, value]) => value !== undefined);
  const asked = session.open(Object.fromEntries(fields), false);
  const status = await asked.answered();
  asked.stream.close();
  return status;
}

describe.each(CARRIERS)('an extended CONNECT over %s', (carrier) => {
  it.each([
    ['as it should be', {}, 200],
    ['for a protocol that nobody knows', { ':protocol': 'connect-udp' }, 501],
    [
      'for no protocol, as to a proxy',
      { ':protocol': undefined, ':path': undefined, ':scheme': undefined, ':authority': 'a.example:443' },
      501,
    ],
    ['for a path where nothing is', { ':path': '/nowhere' }, 404],
    ['for a path where something else is', { ':path': '/sse' }, 404],
    ['from another origin', { origin: 'https://evil.example' }, 403],
    ['from the opaque origin', { origin: 'null' }, 403],
    ['of an old version', { 'sec-websocket-version': '8' }, 426],
    ['of no version', { 'sec-websocket-version': undefined }, 426],
    ['without a subprotocol', { 'sec-websocket-protocol': undefined }, 200],
    ['for a channel that cannot be', { ':path': '/websocket?channel=%20' }, 400],
    ['from a cursor that is none', { ':path': '/websocket?cursor=-1' }, 400],
    ['with subprotocols that are none', { 'sec-websocket-protocol': ',,' }, 400],
  ])('%s (%j) is answered %i', async (_what, changed, status) => {
    const { server, session } = await start(carrier);
    expect(await connectStatus(session, changed)).toBe(status);
    await subscribers(server, 0);
    expect((await session.ask('/health')).status).toBe(200);
  });

  it('from its own origin is accepted, also when the authority is told by a Host field', async () => {
    const { server, session } = await start(carrier);
    expect(await connectStatus(session, { origin: server.url })).toBe(200);
    expect(await connectStatus(session, { origin: 'https://app.example', ':authority': 'app.example' })).toBe(200);
    expect(await connectStatus(session, { origin: 'https://other.example', ':authority': 'app.example' })).toBe(403);
  });

  it('that is refused says why in one sentence, and names the version that is spoken', async () => {
    const { session } = await start(carrier);
    const old = webSocket(session, { 'sec-websocket-version': '8' });
    await old.has('This server speaks WebSocket version 13.\n');
    expect(old.headers).toMatchObject({ 'sec-websocket-version': '13' });
    expect(old.headers).not.toHaveProperty('connection');
    await until(
      () => old.stream.readableEnded,
      () => 'for the end of the answer',
    );
  });

  it('to a server that has no WebSocket is refused, and the connection lives', async () => {
    const { session } = await start(carrier, { transports: [servers.sse] });
    expect(await connectStatus(session, {})).toBe(405);
    expect((await session.ask('/health')).status).toBe(200);
  });

  it('that is taken back in the same breath harms nobody', async () => {
    const { server, session } = await start(carrier);
    for (const changed of [{}, { ':protocol': 'unknown' }, { ':path': '/nowhere' }, { origin: 'null' }]) {
      for (const code of [constants.NGHTTP2_CANCEL, constants.NGHTTP2_PROTOCOL_ERROR, constants.NGHTTP2_NO_ERROR]) {
        session.open({ ...CONNECT, ...changed }, false).stream.close(code);
      }
    }
    expect((await session.ask('/health')).status).toBe(200);
    await subscribers(server, 0);
  });

  it('that is reset in the middle of messages ends that WebSocket alone', async () => {
    const { server, session } = await start(carrier);
    const [first, second] = [webSocket(session), webSocket(session)];
    await Promise.all([first.frameAt(0), second.frameAt(0)]);
    server.log.append('x'.repeat(500_000));
    first.stream.close(constants.NGHTTP2_PROTOCOL_ERROR);
    await subscribers(server, 1);
    expect((await second.frameAt(1)).payload.length).toBe(500_000);
  });

  it('ends with its connection', async () => {
    const { server, session } = await start(carrier);
    const socket = webSocket(session);
    await socket.frameAt(0);
    session.session.destroy();
    await subscribers(server, 0);
  });
});

/** How many HEADERS frames (RFC 9113 §6.2) a client has written. */
function headersFrames(written: Buffer): number {
  let found = 0;
  for (let at = 24; at + 9 <= written.length; at += 9 + written.readUIntBE(at, 3)) if (written[at + 3] === 1) found++;
  return found;
}

describe('a plain connection', () => {
  it('that asks and resets in one segment harms nobody', async () => {
    let asked = 0;
    const probe = { name: 'probe', binary: true, tryPath: '/', mount };
    function mount({ app }: { app: { server: { on(event: 'connect', listener: () => void): unknown } } }): () => void {
      app.server.on('connect', () => asked++);
      return () => {};
    }
    const { server } = await start('h2c', { transports: [servers.websocket, probe] });
    // What node:http2 would write is caught, and sent in one go with the resets.
    const parts: Buffer[] = [];
    const wire = new Duplex({ read() {}, write: (chunk: Buffer, _encoding, done) => (parts.push(chunk), done()) });
    const session = connect('http://127.0.0.1', { createConnection: () => wire });
    session.on('error', () => {});
    onTestFinished(() => session.destroy());
    // A server's SETTINGS with ENABLE_CONNECT_PROTOCOL (RFC 8441 §3), so that an extended CONNECT may be written.
    wire.push(Buffer.from('000006040000000000000800000001', 'hex'));
    await new Promise((resolve) => session.once('remoteSettings', resolve));
    for (const changed of [{}, { ':protocol': 'unknown' }, { ':path': '/nowhere' }, { origin: 'null' }]) {
      session.request({ ...CONNECT, ...changed }, { endStream: false }).on('error', () => {});
    }
    await until(
      () => headersFrames(Buffer.concat(parts)) === 4,
      () => `for four requests to be written`,
    );
    const resets = [1, 3, 5, 7].map((stream) => Buffer.from(`0000040300000000${`0${stream}`}00000001`, 'hex'));
    raw(server, Buffer.concat([...parts, ...resets]));
    await until(
      () => asked === 4,
      () => `for four requests, ${asked} have come`,
    );
    const other = await http2(server, undefined);
    expect((await other.ask('/health')).status).toBe(200);
    await subscribers(server, 0);
  });
});
