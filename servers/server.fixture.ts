/** What the tests of this room share: a server for one test, and clients that are none of this project's. */
import { request, type IncomingHttpHeaders, type IncomingMessage, type RequestOptions } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { startServer, type RunningServer, type StartOptions } from './http.ts';
import type { Log } from './hub.ts';
import { servers } from './index.ts';

/** Payloads that a careless encoder breaks. */
export const AWKWARD: readonly string[] = [
  '</script><script>window.broken = 1</script><!-- ]]> -->',
  '<!--<script>',
  'a\u2028b\u2029c',
  'NUL \0 inside',
  'CR\rCRLF\r\nLF\n',
  '"quotes" and \\backslashes\\ and \'more\'',
  'emoji 😀👩‍👩‍👧‍👦 é 漢',
  'data: x\nid: 9\n\n: comment',
  ' a space in front',
  '',
  '\ufeffa byte order mark',
];

export interface Server extends RunningServer {
  readonly log: Log;
  /** The server's side of every connection so far. */
  readonly sockets: readonly Socket[];
}

/** A server with every transport, closed when the test ends. */
export async function serve(more: Partial<StartOptions> = {}): Promise<Server> {
  const sockets: Socket[] = [];
  const probe = {
    name: 'probe',
    binary: true,
    tryPath: '/',
    mount({ app }: { app: { server: { on(event: 'connection', listener: (socket: Socket) => void): unknown } } }) {
      app.server.on('connection', (socket) => sockets.includes(socket) || sockets.push(socket));
      return () => {};
    },
  };
  const server = await startServer({ transports: [...Object.values(servers), probe], ...more });
  onTestFinished(() => server.close());
  return { ...server, sockets, log: server.hub.channel('main')! };
}

/** Waits for a condition; on failure says what stood instead of only that time ran out. */
export async function until(condition: () => boolean, describeState: () => string): Promise<void> {
  const deadline = performance.now() + 15_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`still waiting: ${describeState()}`);
    await sleep(2);
  }
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** One request by node:http, and its whole answer. */
export async function ask(
  { host, port }: RunningServer,
  path: string,
  options: RequestOptions & { body?: string | Buffer } = {},
): Promise<Answer> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ host, port, path, agent: false, ...options }, resolve)
      .on('error', reject)
      .end(options.body);
  });
  let body = '';
  for await (const part of response.setEncoding('utf8')) body += part as string;
  return { status: response.statusCode!, headers: response.headers, body };
}

export interface Raw {
  readonly socket: Socket;
  /** Everything received, one character a byte. */
  readonly text: string;
  readonly bytes: Buffer;
  readonly ended: boolean;
  send(bytes: string | Buffer): void;
  /** Waits until what was received contains `part`. */
  has(part: string): Promise<void>;
  closed(): Promise<void>;
}

/** A bare socket that says what the test makes it say. */
export function raw({ host, port }: RunningServer, first: string | Buffer = ''): Raw {
  const parts: Buffer[] = [];
  let ended = false;
  const socket = connect({ host, port, noDelay: true })
    .on('data', (part) => parts.push(part))
    .on('error', () => {})
    .on('close', () => (ended = true));
  onTestFinished(() => void socket.destroy());
  const self: Raw = {
    socket,
    get bytes() {
      return Buffer.concat(parts);
    },
    get text() {
      return self.bytes.toString('latin1');
    },
    get ended() {
      return ended;
    },
    send: (bytes) => void socket.write(bytes),
    has: (part) =>
      until(
        () => self.text.includes(part),
        () => `for ${JSON.stringify(part)} in ${JSON.stringify(self.text.slice(-400))}`,
      ),
    closed: () =>
      until(
        () => ended,
        () => `for the end of a connection; received ${JSON.stringify(self.text.slice(-400))}`,
      ),
  };
  if (first !== '') socket.write(first);
  return self;
}

/** An endless answer over HTTP/1.0, whose body has no transfer coding: its bytes are the transport's own. */
export async function stream(server: RunningServer, path: string, headers = ''): Promise<Raw & { body(): string }> {
  const connection = raw(server, `GET ${path} HTTP/1.0\r\n${headers}\r\n`);
  await connection.has('\r\n\r\n');
  const body = (): string => {
    const at = connection.bytes.indexOf('\r\n\r\n');
    return connection.bytes.toString('utf8', at + 4);
  };
  return Object.assign(connection, { body });
}

export async function subscribers(server: RunningServer, count: number): Promise<void> {
  await until(
    () => server.hub.subscribers === count,
    () => `${server.hub.subscribers} subscribers instead of ${count}`,
  );
}
