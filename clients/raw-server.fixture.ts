/** What the tests of this room share: servers that are bare sockets and say what the test makes them say. */
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { Client, ClientOptions, ClientTransport } from './client.ts';
import { headerProfile } from './headers.ts';
import { Ledger } from './ledger.ts';

/** Waits for a condition; on failure says what stood instead of only that time ran out. */
export async function until(condition: () => boolean, describeState: () => string): Promise<void> {
  const deadline = performance.now() + 15_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`still waiting: ${describeState()}`);
    await sleep(1);
  }
}

/** The server's side of one connection. */
export interface Peer {
  readonly socket: Socket;
  /** Everything received, one character a byte. */
  readonly text: string;
  readonly bytes: Buffer;
  readonly ended: boolean;
  write(bytes: string | Buffer): void;
  has(part: string): Promise<void>;
}

export interface RawServer {
  readonly host: string;
  readonly port: number;
  readonly peers: readonly Peer[];
  /** The nth connection, from 0, once its first request is complete. */
  asked(index: number): Promise<Peer>;
}

function peerOf(socket: Socket): Peer {
  const parts: Buffer[] = [];
  let ended = false;
  socket
    .on('data', (part) => parts.push(part))
    .on('error', () => {})
    .on('close', () => (ended = true));
  const peer: Peer = {
    socket,
    get bytes() {
      return Buffer.concat(parts);
    },
    get text() {
      return peer.bytes.toString('latin1');
    },
    get ended() {
      return ended;
    },
    write: (bytes) => void socket.write(typeof bytes === 'string' ? Buffer.from(bytes) : bytes),
    has: (part) =>
      until(
        () => peer.text.includes(part),
        () => `for ${JSON.stringify(part)} in ${JSON.stringify(peer.text.slice(-400))}`,
      ),
  };
  return peer;
}

/** @param answer what each connection does once its first request has come; nothing unless given */
export async function rawServer(answer: (peer: Peer) => void = () => {}): Promise<RawServer> {
  const peers: Peer[] = [];
  const server = createServer({ noDelay: true }, (socket) => {
    const peer = peerOf(socket);
    peers.push(peer);
    void peer.has('\r\n\r\n').then(
      () => answer(peer),
      () => {},
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    for (const { socket } of peers) socket.destroy();
  });
  const asked = async (index: number): Promise<Peer> => {
    await until(
      () => peers[index]?.text.includes('\r\n\r\n') === true,
      () => `for connection ${index} of ${peers.length}`,
    );
    return peers[index]!;
  };
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port, peers, asked };
}

/** Writes bytes cut at the given places, each piece only after `read` says that all before it was read. */
export async function writeCut(
  peer: Peer,
  bytes: Buffer,
  cuts: readonly number[],
  read: () => number,
  gone: () => boolean,
): Promise<void> {
  const places = [...new Set(cuts)].filter((cut) => cut > 0 && cut < bytes.length).sort((a, b) => a - b);
  const before = read();
  let start = 0;
  for (const stop of [...places, bytes.length]) {
    peer.socket.write(bytes.subarray(start, stop));
    start = stop;
    const deadline = performance.now() + 15_000;
    while (read() - before < stop && !gone()) {
      if (performance.now() > deadline) throw new Error(`only ${read() - before} of ${stop} bytes were read`);
      await new Promise(setImmediate);
    }
    if (gone()) return;
  }
}

export interface Observed {
  readonly client: Client;
  readonly ledger: Ledger;
  readonly received: (string | Buffer)[];
  readonly gaps: number[];
  readonly disconnects: string[];
  readonly failures: Error[];
  /** Times that the client said it was ready. */
  readonly readies: number;
}

/** A client of this room, and everything that it tells. `onMessage` runs within its callback. */
export function observe(
  { host, port }: RawServer,
  transport: ClientTransport,
  more: Partial<ClientOptions> = {},
  onMessage: (client: Client) => void = () => {},
): Observed {
  const observed = {
    ledger: new Ledger(),
    received: [] as (string | Buffer)[],
    gaps: [] as number[],
    disconnects: [] as string[],
    failures: [] as Error[],
    readies: 0,
  };
  const client: Client = transport.connect({
    host,
    port,
    channel: 'main',
    headers: headerProfile('minimal'),
    carrier: 'h1',
    ledger: observed.ledger,
    random: () => 0.01,
    pollIntervalMs: 1,
    holdMs: 1_000,
    connection: 'keep-alive',
    deflate: false,
    contextTakeover: true,
    gzip: false,
    events: {
      ready: () => observed.readies++,
      message(payload) {
        observed.received.push(payload);
        onMessage(client);
      },
      gap: (lost) => observed.gaps.push(lost),
      disconnected: (reason) => observed.disconnects.push(reason),
      failed: (error) => observed.failures.push(error),
    },
    ...more,
  });
  onTestFinished(() => client.close());
  return Object.assign(observed, { client });
}

/** The one failure that a client must come to; that it comes at all is that there is no hang. */
export async function failure(observed: Observed): Promise<Error> {
  await until(
    () => observed.failures.length > 0,
    () => `for a failure; disconnects: ${observed.disconnects.join()}, received: ${observed.received.length}`,
  );
  return observed.failures[0]!;
}
