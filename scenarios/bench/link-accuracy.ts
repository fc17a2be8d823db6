/**
 * What the link adds beyond what it was asked for: round trips of a bare echo through the relay and beside it, in turn, and
 * whether every byte comes back.
 */
import { createHash, randomBytes } from 'node:crypto';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseLink } from '../link.ts';
import { Alarm } from '../runner/alarm.ts';
import { epochNow } from '../runner/clock.ts';
import { LinkRelay } from '../runner/link-relay.ts';
import { uniform } from '../runner/random.ts';
import { Relay } from '../runner/relay-server.ts';

const HOST = '127.0.0.1';
/** Between two pings, ms: longer than any of their round trips would be a closed loop, so it has a random part. */
const PAUSE_MS = 5;

/** Returns what it is sent, in this process. */
async function startEcho(): Promise<{ readonly port: number; close(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    sockets.add(socket.on('error', () => {}));
    socket.pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function opened(port: number): Promise<Socket> {
  const socket = connect({ host: HOST, port, noDelay: true });
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  return socket;
}

function ping(socket: Socket): Promise<number> {
  return new Promise((resolve) => {
    const startMs = performance.now();
    socket.once('data', () => resolve(performance.now() - startMs));
    socket.write('ping');
  });
}

/** Round trips of pings that take turns, ms. */
export interface RoundTrips {
  readonly direct: number[];
  readonly through: number[];
}

/** Through a relay process, as measurements have it. @param connections that do so at once, each on its own */
export async function roundTrips(delayMs: number, pings: number, connections: number): Promise<RoundTrips> {
  const echo = await startEcho();
  const relay = new LinkRelay(parseLink(`custom:delay=${delayMs}ms`));
  try {
    const port = await relay.listen(HOST, echo.port, 1, epochNow());
    const found: RoundTrips = { direct: [], through: [] };
    await Promise.all(
      Array.from({ length: connections }, async (_, index) => {
        const [relayed, direct] = [await opened(port), await opened(echo.port)];
        const random = uniform(1 + index, 'pauses');
        for (let i = 0; i < pings; i++) {
          found.direct.push(await ping(direct));
          await sleep(PAUSE_MS * random());
          found.through.push(await ping(relayed));
          await sleep(PAUSE_MS * random());
        }
        direct.destroy();
        relayed.destroy();
      }),
    );
    return found;
  } finally {
    await relay.kill();
    echo.close();
  }
}

/** What was sent, what came back, and what the relay says it passed on each way, bytes. */
export interface Passage {
  readonly sent: number;
  readonly same: boolean;
  readonly up: number;
  readonly down: number;
}

/** Random bytes in writes of random sizes through a link with jitter and a limit, and back. */
export async function passage(totalBytes: number): Promise<Passage> {
  const echo = await startEcho();
  const link = parseLink('custom:delay=5ms,jitter=5ms,bandwidth=200Mbit');
  const target = { host: HOST, port: echo.port };
  const relay = await Relay.listen({ link, seed: 1, host: HOST, target }, new Alarm());
  const socket = await opened(relay.port);
  const [out, back] = [createHash('sha256'), createHash('sha256')];
  socket.on('data', (bytes: Buffer) => back.update(bytes));
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const random = uniform(1, 'sizes');
  for (let left = totalBytes; left > 0;) {
    const bytes = randomBytes(Math.min(left, 1 + Math.floor(random() * 30_000)));
    out.update(bytes);
    left -= bytes.length;
    if (!socket.write(bytes)) await new Promise<void>((resolve) => socket.once('drain', resolve));
  }
  socket.end();
  await ended;
  const { upBytes: up, downBytes: down } = relay.counts;
  await relay.close();
  echo.close();
  return { sent: totalBytes, same: out.digest('hex') === back.digest('hex'), up, down };
}
