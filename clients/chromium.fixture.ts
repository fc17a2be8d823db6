/** What the installed Chromium sends for each kind of request: over HTTP/1.1 and HTTP/2, plain and with TLS. */
import { createServer as createH2, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTls, type TLSSocket } from 'node:tls';
import { hasBrowser, launchBrowser } from '../report/browser.fixture.ts';
import { until } from './raw-server.fixture.ts';

export const missing = !hasBrowser('clients/headers.browser.test.ts');

export interface Pair {
  readonly key: string;
  readonly cert: string;
}

/** The session cookie of the profile chrome+cookie. */
export const COOKIE = 'sid=9f86d081884c7d659a2feaa0c55ad015';

/** What the page does; its requests are recognised by their path. */
const PAGE = `<!doctype html><script>
  fetch('/fetch')
  fetch('/post', { method: 'POST', body: 'hello' })
  new EventSource('/eventsource')
  new WebSocket(location.origin.replace('http', 'ws') + '/websocket', 'pushbench.v1')
</script>`;
/** With the user's gesture, as a page that someone has clicked on. */
const FRAME = `{ const frame = document.createElement('iframe'); frame.src = '/iframe'; document.body.append(frame) }`;
/** The first stream sets an id and ends, so that the second request carries Last-Event-ID. */
const STREAM = 'retry: 1\nid: 5\ndata: xyz\n\n';

/** Name and value of each field, in order. */
export type Fields = readonly (readonly [name: string, value: string])[];

/** Requests by path, in the order in which they came. */
type Requests<T> = Map<string, T[]>;

function note<T>(requests: Requests<T>, path: string, request: T): number {
  const before = requests.get(path) ?? [];
  requests.set(path, [...before, request]);
  return before.length;
}

const complete = (requests: Requests<unknown>): boolean =>
  ['/fetch', '/post', '/iframe', '/websocket'].every((path) => requests.has(path)) &&
  requests.get('/eventsource')?.length === 2;

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The browser opens the page and a frame in it, and has asked for all that there is. */
async function visit(url: string, requests: Requests<unknown>): Promise<void> {
  const browser = await launchBrowser();
  try {
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const page = await context.newPage();
    await page.goto(url);
    await page.evaluate(FRAME);
    await until(
      () => complete(requests),
      () => `the browser has asked for ${[...requests.keys()].join(' ')}`,
    );
  } finally {
    await browser.close();
  }
}

function http1Answer(path: string, before: number, cookie: boolean): string {
  const set = cookie ? `Set-Cookie: ${COOKIE}; Path=/\r\n` : '';
  if (path === '/')
    return `HTTP/1.1 200 OK\r\n${set}Content-Type: text/html\r\nContent-Length: ${PAGE.length}\r\n\r\n${PAGE}`;
  if (path === '/eventsource' && before === 0) {
    return `HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: ${STREAM.length}\r\n\r\n${STREAM}`;
  }
  return 'HTTP/1.1 204 No Content\r\n\r\n';
}

/** Every request head over HTTP/1.1, as a bare socket has read it. */
export async function captureHttp1(options: {
  readonly tls: Pair | undefined;
  readonly cookie: boolean;
}): Promise<{ authority: string; heads: ReadonlyMap<string, readonly string[]> }> {
  const heads: Requests<string> = new Map();
  const serve = (socket: Socket): void => {
    let text = '';
    socket.on('error', () => {});
    socket.on('data', (bytes: Buffer) => {
      text += bytes.toString('latin1');
      for (let stop = text.indexOf('\r\n\r\n'); stop !== -1; stop = text.indexOf('\r\n\r\n')) {
        const head = text.slice(0, stop + 4);
        text = text.slice(stop + 4 + Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0));
        const path = head.split(' ')[1]!;
        socket.write(http1Answer(path, note(heads, path, head), options.cookie));
      }
    });
  };
  const server = options.tls === undefined ? createServer(serve) : createTls(options.tls, serve);
  server.on('tlsClientError', () => {});
  const authority = await listen(server);
  await visit(`http${options.tls === undefined ? '' : 's'}://${authority}/`, heads);
  server.close();
  return { authority, heads };
}

/** Preface, SETTINGS of four values, and WINDOW_UPDATE. */
const OPENING_BYTES = 24 + (9 + 4 * 6) + (9 + 4);

export interface Http2Capture {
  readonly authority: string;
  readonly requests: Requests<Fields>;
  /** The first bytes of each connection. */
  readonly openings: readonly Buffer[];
  close(): void;
}

/** Listens with TLS for HTTP/2 and notes what comes, from whomever. */
export async function http2Listener(tls: Pair, cookie: boolean): Promise<Http2Capture> {
  const requests: Requests<Fields> = new Map();
  const openings: Buffer[] = [];
  const h2 = createH2({ settings: { enableConnectProtocol: true } });
  h2.on('sessionError', () => {});
  h2.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, _flags: number, raw: string[]) => {
    stream.on('error', () => {});
    const path = String(headers[':path']).replace(/\?.*/, '');
    const fields = raw.flatMap((name, i) => (i % 2 === 0 ? [[name, raw[i + 1]!] as const] : []));
    http2Answer(stream, path, note(requests, path, fields), cookie);
  });
  const server = createTls({ ...tls, ALPNProtocols: ['h2'] }, (socket: TLSSocket) => {
    socket.on('error', () => {});
    const parts: Buffer[] = [];
    socket.on('data', function collect(bytes: Buffer) {
      const opening = Buffer.concat([...parts, bytes]);
      parts.push(bytes);
      if (opening.length < OPENING_BYTES) return;
      openings.push(opening.subarray(0, OPENING_BYTES));
      socket.off('data', collect).pause().unshift(opening);
      h2.emit('connection', socket);
    });
  });
  server.on('tlsClientError', () => {});
  return { authority: await listen(server), requests, openings, close: () => server.close() };
}

function http2Answer(stream: ServerHttp2Stream, path: string, before: number, cookie: boolean): void {
  const respond = (type: string, body: string, more = {}): void => {
    stream.respond({ ':status': 200, 'content-type': type, ...more });
    stream.end(body);
  };
  if (path === '/') return respond('text/html', PAGE, cookie ? { 'set-cookie': `${COOKIE}; Path=/` } : {});
  if (path === '/eventsource' && before === 0) return respond('text/event-stream', STREAM);
  if (path === '/websocket') return stream.respond({ ':status': 200, 'sec-websocket-protocol': 'pushbench.v1' });
  stream.respond({ ':status': 204 }, { endStream: true });
}

/** Every request of the browser over HTTP/2 with TLS. */
export async function captureHttp2(tls: Pair, cookie: boolean): Promise<Http2Capture> {
  const capture = await http2Listener(tls, cookie);
  await visit(`https://${capture.authority}/`, capture.requests);
  return capture;
}
