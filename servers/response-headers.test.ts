/** The headers of a site behind a CDN, on every answer of every transport and carrier; and none of them unless asked. */
import { connect as connectTls } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { certificate } from '../scenarios/runner/certificate.ts';
import type { Carrier } from './carrier.ts';
import { http2, webSocket } from './http2.fixture.ts';
import { TYPICAL_HEADERS, typicalLines } from './response-headers.ts';
import { raw, serve, until, type Server } from './server.fixture.ts';

const CARRIERS: readonly Carrier[] = ['h1', 'tls', 'h2c', 'h2'];
const PATHS = [
  '/health',
  '/short-polling',
  '/short-polling?cursor=0',
  '/long-polling',
  '/long-polling?cursor=0&hold=1',
  '/sse',
  '/forever-iframe',
  '/websocket',
  '/nowhere',
];

type Headers = Readonly<Record<string, unknown>>;

const UPGRADE =
  'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n';

/** The head of an answer over HTTP/1.1, as it was written. */
async function http1Head(server: Server, carrier: Carrier, path: string, more = ''): Promise<string> {
  const request = `GET ${path} HTTP/1.1\r\nHost: ${server.host}:${server.port}\r\n${more}\r\n`;
  if (carrier === 'h1') {
    const plain = raw(server, request);
    await plain.has('\r\n\r\n');
    return plain.text.slice(0, plain.text.indexOf('\r\n\r\n') + 2);
  }
  const { cert } = await certificate();
  const socket = connectTls({ host: server.host, port: server.port, ca: cert, ALPNProtocols: ['http/1.1'] });
  onTestFinished(() => void socket.destroy());
  let text = '';
  socket.on('error', () => {}).on('data', (bytes: Buffer) => (text += bytes.toString('latin1')));
  socket.write(request);
  await until(
    () => text.includes('\r\n\r\n'),
    () => `for an answer to ${path}`,
  );
  return text.slice(0, text.indexOf('\r\n\r\n') + 2);
}

function fieldsOf(head: string): Headers {
  const lines = head.trimEnd().split('\r\n').slice(1);
  return Object.fromEntries<string>(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
  );
}

async function answer(server: Server, carrier: Carrier, path: string, upgrade = false): Promise<Headers> {
  if (carrier === 'h1' || carrier === 'tls')
    return fieldsOf(await http1Head(server, carrier, path, upgrade ? UPGRADE : ''));
  const session = await http2(server, carrier === 'h2' ? (await certificate()).cert : undefined);
  const asked = upgrade ? webSocket(session, { ':path': path }) : session.open({ ':path': path });
  await asked.answered();
  return asked.headers!;
}

/** Those of the typical headers that an answer has, with their values. */
const typicalIn = (headers: Headers): Headers =>
  Object.fromEntries<unknown>(
    TYPICAL_HEADERS.filter(([name]) => name in headers).map(([name]) => [name, headers[name]]),
  );

describe.each(CARRIERS)('over %s', (carrier) => {
  it.each(PATHS)('the typical headers come with the answer to %s', async (path) => {
    const server = await serve({ carrier, certificate: await certificate(), options: { responseHeaders: 'typical' } });
    expect(typicalIn(await answer(server, carrier, path))).toEqual(Object.fromEntries(TYPICAL_HEADERS));
  });

  it('the typical headers come with the handshake of a WebSocket', async () => {
    const server = await serve({ carrier, certificate: await certificate(), options: { responseHeaders: 'typical' } });
    const headers = await answer(server, carrier, '/websocket', true);
    expect(typicalIn(headers)).toEqual(Object.fromEntries(TYPICAL_HEADERS));
    expect(headers).not.toHaveProperty('transfer-encoding');
  });

  it('none of them comes unless asked for, but what an answer says of itself', async () => {
    const server = await serve({ carrier, certificate: await certificate() });
    for (const path of PATHS.filter((each) => each !== '/forever-iframe')) {
      expect([path, typicalIn(await answer(server, carrier, path))]).toEqual([path, {}]);
    }
    // A frame must not be guessed to be of another type: that is the transport's own.
    expect(typicalIn(await answer(server, carrier, '/forever-iframe'))).toEqual({
      'x-content-type-options': 'nosniff',
    });
    expect(typicalIn(await answer(server, carrier, '/websocket', true))).toEqual({});
  });
});

describe('the typical headers', () => {
  it('are 446 bytes in HTTP/1.1, and well-formed lines', () => {
    expect(typicalLines().join('\r\n').length + 2).toBe(446);
    for (const line of typicalLines()) expect(line).toMatch(/^[a-z0-9-]+: [\x21-\x7e][\x20-\x7e]*$/);
    expect(new Set(TYPICAL_HEADERS.map(([name]) => name)).size).toBe(TYPICAL_HEADERS.length);
  });

  it('cost exactly their lines over HTTP/1.1', async () => {
    const [minimal, typical] = [
      await serve({ options: { responseHeaders: 'minimal' } }),
      await serve({ options: { responseHeaders: 'typical' } }),
    ];
    const size = async (server: Server): Promise<number> => (await http1Head(server, 'h1', '/health')).length;
    expect((await size(typical)) - (await size(minimal))).toBe(`${typicalLines().join('\r\n')}\r\n`.length);
  });
});
