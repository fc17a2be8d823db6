/** HTTP/2 servers that are none of this project's: node:http2 as the test makes it answer, and frames by hand. */
import {
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import { createServer as createTcp, type AddressInfo, type Server, type Socket } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import { ProtocolError, type ClientOptions, type ClientTransport } from './client.ts';
import { failure, observe, until, type Observed, type RawServer } from './raw-server.fixture.ts';

export type At = Pick<RawServer, 'host' | 'port'>;

/** Where a client of `observe` finds a server that is not made by `rawServer`. */
export const reached = (at: At): RawServer => ({
  ...at,
  peers: [],
  asked: () => Promise.reject(new Error('not a raw server')),
});

/** Listens until the test ends; then every connection is destroyed. */
export async function listen(server: Server | Http2Server): Promise<At> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.on('error', () => {}));
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

export interface Asked {
  readonly stream: ServerHttp2Stream;
  readonly session: ServerHttp2Session;
  readonly headers: Readonly<Record<string, string>>;
  /** Names and values in turn, as they came. */
  readonly raw: readonly string[];
}

export interface Http2Peer extends At {
  readonly asked: readonly Asked[];
}

/** node:http2 over plain TCP, which takes WebSockets. @param answer runs for each request, with its number from 0 */
export async function http2Server(
  answer: (asked: Asked, number: number) => void,
  settings = { enableConnectProtocol: true },
  options: { paddingStrategy?: number } = {},
): Promise<Http2Peer> {
  const asked: Asked[] = [];
  const server = createServer({ settings, ...options });
  server.on('sessionError', () => {});
  server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, _flags: number, raw: string[]) => {
    stream.on('error', () => {});
    const one: Asked = {
      stream,
      session: stream.session as ServerHttp2Session,
      headers: headers as Record<string, string>,
      raw,
    };
    answer(one, asked.push(one) - 1);
  });
  return Object.assign(await listen(server), { asked });
}

/** A frame of RFC 9113 §4.1. @param payload hexadecimal */
export function frame(type: number, flags: number, stream: number, payload = ''): Buffer {
  const body = Buffer.from(payload, 'hex');
  const head = Buffer.alloc(9);
  head.writeUIntBE(body.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, body]);
}

/** A server that says the same to everyone once they have asked. */
export function frameServer(bytes: Buffer): Promise<At> {
  return listen(createTcp((socket) => socket.on('error', () => {}).once('data', () => socket.write(bytes))));
}

/** A client of ours over h2c. */
export const ask = (at: At, transport: ClientTransport, more: Partial<ClientOptions> = {}): Observed =>
  observe(reached(at), transport, { carrier: 'h2c', ...more });

export const state = ({ received, disconnects, failures }: Observed): string =>
  `${received.join()}; disconnects ${disconnects.join()}; failures ${failures.join()}`;

export async function receives(observed: Observed, payloads: readonly string[]): Promise<void> {
  await until(
    () => observed.received.length >= payloads.length || observed.failures.length > 0,
    () => state(observed),
  );
  expect(observed.failures).toEqual([]);
  expect(observed.received).toEqual(payloads);
}

/** The one sentence that the client ends with; then nothing of it is left. */
export async function sentence(observed: Observed): Promise<string> {
  const error = await failure(observed);
  expect(error).toBeInstanceOf(ProtocolError);
  await until(
    () => observed.ledger.open === 0,
    () => `${observed.ledger.open} sockets are open`,
  );
  expect(observed.failures).toHaveLength(1);
  expect(observed.ledger.difference()).toEqual({ up: 0, down: 0 });
  return error.message;
}

export const JSON_TYPE = { ':status': 200, 'content-type': 'application/json' };
export const STREAM_TYPE = { ':status': 200, 'content-type': 'text/event-stream' };
