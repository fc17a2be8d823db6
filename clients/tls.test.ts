/** What a client says when TLS fails: which side gave up, and why. Never a hang, and never a socket left. */
import { createServer as createHttp } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer as createHttps } from 'node:https';
import { createServer as createTcp, type Server } from 'node:net';
import { createServer as createTls, TLSSocket } from 'node:tls';
import { generate } from 'selfsigned';
import { describe, expect, it } from 'vitest';
import { ProtocolError, type ClientTransport } from './client.ts';
import type { Carrier } from './connection.ts';
import { listen, reached, type At } from './http2.fixture.ts';
import { failure, observe, until, type Observed } from './raw-server.fixture.ts';
import { shortPolling } from './short-polling.ts';
import { sse } from './sse.ts';
import { websocket } from './websocket.ts';

interface Pair {
  readonly key: string;
  readonly cert: string;
}

interface Names {
  readonly ip?: string;
  readonly notAfterDate?: Date;
}

async function pair({ ip = '127.0.0.1', notAfterDate }: Names = {}): Promise<Pair> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keySize: 2048,
    algorithm: 'sha256',
    ...(notAfterDate === undefined ? {} : { notBeforeDate: new Date(0), notAfterDate }),
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip }] },
    ],
  });
  return { key, cert };
}

const TRUSTED = await pair();

function ask(at: At, transport: ClientTransport, carrier: Carrier): Observed {
  return observe(reached(at), transport, {
    carrier,
    certificate: TRUSTED.cert,
  });
}

/** The one sentence that the client ends with; then nothing of it is left. */
async function sentence(observed: Observed): Promise<string> {
  const error = await failure(observed);
  expect(error).toBeInstanceOf(ProtocolError);
  expect(observed.failures).toHaveLength(1);
  await until(
    () => observed.ledger.open === 0,
    () => `${observed.ledger.open} sockets are open`,
  );
  expect(observed.ledger.difference()).toEqual({ up: 0, down: 0 });
  const { up, down } = observed.ledger.snapshot();
  expect([up.tls, down.tls, up.partial, down.partial].filter((bytes) => bytes < 0)).toEqual([]);
  return error.message;
}

const ASKERS = [
  ['short-polling', shortPolling, 'tls'],
  ['short-polling', shortPolling, 'h2'],
  ['sse', sse, 'tls'],
  ['sse', sse, 'h2'],
  ['websocket', websocket, 'tls'],
  ['websocket', websocket, 'h2'],
] as const;

/** A TLS server for HTTP/1.1 and HTTP/2 alike, that answers nothing. */
const secure = (own: Pair, carrier: Carrier): Server =>
  carrier === 'h2' ? createSecureServer({ ...own }) : createHttps({ ...own });

describe.each(ASKERS)('%s over TLS', (_name, transport, carrier) => {
  it(`does not trust another key, and says that it was this client who did not (${carrier})`, async () => {
    const at = await listen(secure(await pair(), carrier));
    expect(await sentence(ask(at, transport, carrier))).toMatch(
      /^TLS failed: this client does not trust the server's certificate \(.+\)$/,
    );
  });

  it(`does not trust its certificate for another host (${carrier})`, async () => {
    const other = await pair({ ip: '192.0.2.1' });
    const at = await listen(secure(other, carrier));
    const observed = observe(reached(at), transport, {
      carrier,
      certificate: other.cert,
    });
    expect(await sentence(observed)).toMatch(/this client does not trust the server's certificate \(.*192\.0\.2\.1/);
  });

  it(`does not trust a certificate that has expired (${carrier})`, async () => {
    const old = await pair({ notAfterDate: new Date('2001-01-01') });
    const at = await listen(secure(old, carrier));
    const observed = observe(reached(at), transport, {
      carrier,
      certificate: old.cert,
    });
    expect(await sentence(observed)).toBe(
      `TLS failed: this client does not trust the server's certificate (certificate has expired)`,
    );
  });

  it(`tells a server that speaks no TLS from one that fails in it (${carrier})`, async () => {
    const at = await listen(createHttp());
    expect(await sentence(ask(at, transport, carrier))).toMatch(
      /^TLS failed: the server answered with something that is not TLS \(.+\)$/,
    );
  });

  it(`says that the server ended the handshake when it knows TLS 1.2 only (${carrier})`, async () => {
    const at = await listen(createTls({ ...TRUSTED, maxVersion: 'TLSv1.2' }));
    expect(await sentence(ask(at, transport, carrier))).toMatch(
      /^TLS failed: the server ended the handshake \(.*protocol version\)$/,
    );
  });

  it(`says that the server ended the handshake when they share no protocol (${carrier})`, async () => {
    const at = await listen(createTls({ ...TRUSTED, ALPNProtocols: ['imap'] }));
    expect(await sentence(ask(at, transport, carrier))).toMatch(
      /^TLS failed: the server ended the handshake \(.*no application protocol\)$/,
    );
  });

  it(`tries again when the server goes in the middle of the handshake (${carrier})`, async () => {
    const at = await listen(createTcp((socket) => socket.once('data', () => socket.destroy())));
    const observed = ask(at, transport, carrier);
    await until(
      () => observed.disconnects.length >= 3,
      () => `${observed.disconnects.length} disconnects, failures ${observed.failures.join()}`,
    );
    expect(observed.failures).toEqual([]);
    expect(observed.ledger.difference()).toEqual({ up: 0, down: 0 });
    observed.client.close();
    await until(
      () => observed.ledger.open === 0,
      () => `${observed.ledger.open} sockets are open`,
    );
    const { up, down } = observed.ledger.snapshot();
    expect([up.tls, down.tls].filter((bytes) => bytes < 0)).toEqual([]);
  });

  it(`fails when what comes after the handshake cannot be decrypted (${carrier})`, async () => {
    const at = await listen(
      createTcp((wire) => {
        const tls = new TLSSocket(wire, {
          isServer: true,
          ...TRUSTED,
          ALPNProtocols: [carrier === 'h2' ? 'h2' : 'http/1.1'],
        });
        tls.on('error', () => {});
        // Under TLS's feet: a record whose tag is wrong.
        tls.once('data', () => wire.write(Buffer.concat([Buffer.from('1703030040', 'hex'), Buffer.alloc(64)])));
      }),
    );
    expect(await sentence(ask(at, transport, carrier))).toMatch(/^TLS failed: this client ended the .*\(.+\)$/);
  });
});

describe('a client of HTTP/2', () => {
  it.each([
    ['short-polling', shortPolling],
    ['websocket', websocket],
  ])('of %s refuses a TLS server that does not choose HTTP/2', async (_name, transport) => {
    const at = await listen(createTls(TRUSTED, (socket) => socket.on('error', () => {})));
    expect(await sentence(ask(at, transport, 'h2'))).toBe(
      'TLS failed: the server did not choose HTTP/2 when offered it (ALPN)',
    );
  });
});

describe('a server of TLS that is asked without', () => {
  it.each([
    ['short-polling', shortPolling, 'h1'],
    ['sse', sse, 'h1'],
    ['websocket', websocket, 'h1'],
    ['short-polling', shortPolling, 'h2c'],
    ['sse', sse, 'h2c'],
    ['websocket', websocket, 'h2c'],
  ] as const)('gets rid of %s, who says so: over %#', async (_name, transport, carrier) => {
    const at = await listen(createTls({ ...TRUSTED, ALPNProtocols: ['h2', 'http/1.1'] }));
    const observed = ask(at, transport, carrier);
    await until(
      () => observed.disconnects.length + observed.failures.length >= 2,
      () => `${observed.disconnects.join()} ${observed.failures.join()}`,
    ).catch((error: unknown) => {
      if (observed.failures.length === 0) throw error;
    });
    for (const reason of observed.disconnects) expect(reason).toMatch(/ECONNRESET|ended by the server|closed/);
    for (const error of observed.failures) expect(error.message).toMatch(/TLS|not a response head/);
    expect(observed.ledger.difference()).toEqual({ up: 0, down: 0 });
  });

  it('is known by its alert', async () => {
    const alert = Buffer.from('15030100020246', 'hex');
    for (const [transport, carrier, said] of [
      [sse, 'h2c', /speaks TLS/],
      [sse, 'h1', /speaks TLS/],
    ] as const) {
      const at = await listen(createTcp((socket) => socket.once('data', () => socket.end(alert))));
      expect(await sentence(ask(at, transport, carrier))).toMatch(said);
    }
  });
});
