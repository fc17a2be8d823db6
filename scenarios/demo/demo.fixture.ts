/** A demo for one test, and one of its pages as bare sockets and the suite's own clients would open it. */
import { request, type IncomingHttpHeaders, type RequestOptions } from 'node:http';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { DEFAULT_KNOBS, DEMO_PATHS, type FromServer } from '../../results/demo.ts';
import { eventually } from '../subscriber.ts';
import { startDemo, type Demo, type DemoOptions } from './demo.ts';

export const until = (condition: () => boolean, what: string): Promise<void> =>
  eventually(condition, () => what, 15_000);

/** Paused, so that a test publishes what it needs itself. */
export async function demoFor(more: Partial<DemoOptions> = {}): Promise<Demo> {
  const knobs = { ...DEFAULT_KNOBS, paused: true };
  const demo = await startDemo({ host: '127.0.0.1', port: 0, knobs, page: '<h1>demo</h1>', server: {}, ...more });
  onTestFinished(() => demo.close());
  return demo;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** One request by node:http: unlike `fetch`, it says whatever Host and Origin it is told to. */
export function ask(
  { host, port }: Demo,
  path: string,
  options: RequestOptions & { body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request({ host, port, path, agent: false, ...options }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part: string) => (body += part));
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }));
    })
      .on('error', reject)
      .end(options.body);
  });
}

export interface LivePage {
  readonly socket: WebSocket;
  readonly said: FromServer[];
  /** The newest message of a type. */
  last<T extends FromServer['type']>(type: T): Extract<FromServer, { type: T }> | undefined;
  readonly closed: { readonly code: number; readonly reason: string } | undefined;
}

/** A page's live channel. */
export async function livePage({ url }: Demo, headers: Record<string, string> = {}): Promise<LivePage> {
  const socket = new WebSocket(url.replace('http', 'ws') + DEMO_PATHS.live, { headers });
  onTestFinished(() => socket.terminate());
  const said: FromServer[] = [];
  let closed: LivePage['closed'];
  socket.on('error', () => {});
  socket.on('message', (data: Buffer) => said.push(JSON.parse(data.toString()) as FromServer));
  socket.on('close', (code, reason) => (closed = { code, reason: reason.toString() }));
  await until(() => said.length > 0 || closed !== undefined, 'the first words of the live channel, or its refusal');
  return {
    socket,
    said,
    last<T extends FromServer['type']>(type: T) {
      const ofType = said.filter((message): message is Extract<FromServer, { type: T }> => message.type === type);
      return ofType.at(-1);
    },
    get closed() {
      return closed;
    },
  };
}
