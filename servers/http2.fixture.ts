/** An HTTP/2 client that is none of this project's: node:http2's own, for requests, streams and WebSockets. */
import { connect, type ClientHttp2Session, type ClientHttp2Stream, type OutgoingHttpHeaders } from 'node:http2';
import { onTestFinished } from 'vitest';
import { frame, framesIn, type Frame } from './frames.fixture.ts';
import { until, type Answer } from './server.fixture.ts';
import type { RunningServer } from './http.ts';

export interface Session {
  readonly session: ClientHttp2Session;
  /** One request and its whole answer. */
  readonly ask: (path: string, headers?: OutgoingHttpHeaders, body?: string) => Promise<Answer>;
  /** A request whose answer may never end. */
  open(headers: OutgoingHttpHeaders, endStream?: boolean): Opened;
}

export interface Opened {
  readonly stream: ClientHttp2Stream;
  /** Undefined until the answer has begun. */
  readonly headers: Answer['headers'] | undefined;
  readonly status: number | undefined;
  readonly bytes: Buffer;
  readonly text: string;
  readonly closed: boolean;
  answered(): Promise<number>;
  has(part: string): Promise<void>;
}

function opened(stream: ClientHttp2Stream): Opened {
  const parts: Buffer[] = [];
  let headers: Answer['headers'] | undefined;
  let closed = false;
  stream
    .on('response', (fields) => (headers = fields))
    .on('data', (part: Buffer) => parts.push(part))
    .on('error', () => {})
    .on('close', () => (closed = true));
  const self: Opened = {
    stream,
    get headers() {
      return headers;
    },
    get status() {
      return headers === undefined ? undefined : Number((headers as Record<string, unknown>)[':status']);
    },
    get bytes() {
      return Buffer.concat(parts);
    },
    get text() {
      return self.bytes.toString();
    },
    get closed() {
      return closed;
    },
    async answered() {
      await until(
        () => headers !== undefined || closed,
        () => 'for an answer',
      );
      return self.status ?? 0;
    },
    has: (part) =>
      until(
        () => self.text.includes(part),
        () => `for ${JSON.stringify(part)} in ${JSON.stringify(self.text.slice(-400))}`,
      ),
  };
  return self;
}

/** @param ca the certificate that the server must show; undefined without TLS */
export async function http2(server: RunningServer, ca: string | undefined): Promise<Session> {
  const session = connect(server.url, ca === undefined ? {} : { ca });
  session.on('error', () => {});
  onTestFinished(() => session.destroy());
  // RFC 8441 §3: a WebSocket may be asked for once the server has said that it takes them.
  await new Promise<void>((resolve, reject) => session.once('remoteSettings', () => resolve()).once('error', reject));
  const open = (headers: OutgoingHttpHeaders, endStream = true): Opened =>
    opened(session.request(headers, { endStream }));
  return {
    session,
    open,
    async ask(path, headers = {}, body) {
      const asked = open({ ':path': path, ...headers }, body === undefined);
      if (body !== undefined) asked.stream.end(body);
      await until(
        () => asked.closed,
        () => `for the answer to ${path}`,
      );
      return { status: asked.status ?? 0, headers: asked.headers ?? {}, body: asked.text };
    },
  };
}

export interface WebSocketStream extends Opened {
  send(opcode: number, data: string | Buffer): void;
  frames(): Frame[];
  frameAt(index: number): Promise<Frame>;
}

/** What RFC 8441 §5 asks for a WebSocket with. */
export const CONNECT: OutgoingHttpHeaders = {
  ':method': 'CONNECT',
  ':protocol': 'websocket',
  ':scheme': 'https',
  ':path': '/websocket',
  'sec-websocket-version': '13',
  'sec-websocket-protocol': 'pushbench.v1',
};

/** A WebSocket over HTTP/2, its frames written and read by hand. */
export function webSocket(session: Session, headers: OutgoingHttpHeaders = {}): WebSocketStream {
  const asked = session.open({ ...CONNECT, ...headers }, false);
  const frames = (): Frame[] => framesIn(asked.bytes);
  return Object.defineProperties(
    {
      send: (opcode: number, data: string | Buffer) => void asked.stream.write(frame(opcode, data)),
      frames,
      async frameAt(index: number) {
        await until(
          () => frames().length > index,
          () => `for frame ${index}; there are ${frames().length}, the answer was ${asked.status}`,
        );
        return frames()[index]!;
      },
    },
    Object.getOwnPropertyDescriptors(asked),
  ) as WebSocketStream;
}
