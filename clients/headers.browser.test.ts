/** Holds the `chrome` profile to what the installed browser really sends. */
import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { chromium } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { headerProfile, requestHead, type RequestKind } from './headers.ts';
import { until } from './raw-server.fixture.ts';

const EXECUTABLE = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const missing = !existsSync(EXECUTABLE);
if (missing) {
  console.warn(
    `clients/headers.browser.test.ts is skipped: there is no browser at ${EXECUTABLE}. Install one (Debian, Ubuntu: apt install chromium) or name it: CHROMIUM=/path/to/chrome`,
  );
}

/** What the page does; its requests are recognised by their path. */
const PAGE = `<!doctype html><script>
  fetch('/fetch')
  fetch('/post', { method: 'POST', body: 'hello' })
  new EventSource('/eventsource')
  new WebSocket(location.origin.replace('http', 'ws') + '/websocket', 'pushbench.v1')
</script>`;
/** With the user's gesture, as a page that someone has clicked on. */
const FRAME = `{ const frame = document.createElement('iframe'); frame.src = '/iframe'; document.body.append(frame) }`;

const answerTo = (path: string, requestsBefore: number): string => {
  if (path === '/')
    return `HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: ${PAGE.length}\r\n\r\n${PAGE}`;
  // The first stream sets an id and ends, so that the second request carries Last-Event-ID.
  if (path === '/eventsource' && requestsBefore === 0) {
    return 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 26\r\n\r\nretry: 1\nid: 5\ndata: xyz\n\n';
  }
  return 'HTTP/1.1 204 No Content\r\n\r\n';
};

/** A bare server's record of every request head, by path. */
async function capture(): Promise<{ authority: string; heads: ReadonlyMap<string, readonly string[]> }> {
  const heads = new Map<string, string[]>();
  const server = createServer((socket) => {
    let text = '';
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      for (let stop = text.indexOf('\r\n\r\n'); stop !== -1; stop = text.indexOf('\r\n\r\n')) {
        const head = text.slice(0, stop + 4);
        text = text.slice(stop + 4 + Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0));
        const path = head.split(' ')[1]!;
        const before = heads.get(path) ?? [];
        heads.set(path, [...before, head]);
        socket.write(answerTo(path, before.length));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const authority = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'];
  const browser = await chromium.launch({ executablePath: EXECUTABLE, args });
  try {
    const page = await browser.newPage();
    await page.goto(`http://${authority}/`);
    await page.evaluate(FRAME);
    const done = (): boolean =>
      ['/fetch', '/post', '/iframe', '/websocket'].every((path) => heads.has(path)) &&
      heads.get('/eventsource')?.length === 2;
    await until(done, () => `the browser has asked for ${[...heads.keys()].join(' ')}`);
  } finally {
    await browser.close();
    server.close();
  }
  return { authority, heads };
}

/** A head less what differs between two installations: version numbers, brands, the headless mark and the key. */
const comparable = (head: string): string[] =>
  head
    .replace(/HeadlessChrome/, 'Chrome')
    .replace(/Chrome\/[\d.]+/, 'Chrome/VERSION')
    .replace(/^sec-ch-ua: .*$/m, 'sec-ch-ua: BRANDS')
    .replace(/^Sec-WebSocket-Key: .*$/m, 'Sec-WebSocket-Key: KEY')
    .split('\r\n');

describe.skipIf(missing)('the chrome profile', () => {
  let captured: Awaited<ReturnType<typeof capture>>;
  beforeAll(async () => {
    captured = await capture();
  });

  const key = 'Sec-WebSocket-Key: x\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n';
  it.each<[string, RequestKind, number, string]>([
    ['fetch', 'fetch', 0, ''],
    ['a POST by fetch', 'post', 0, 'Content-Length: 5\r\n'],
    ['EventSource', 'eventsource', 0, ''],
    ['an EventSource that comes back', 'eventsource', 1, 'Last-Event-ID: 5\r\n'],
    ['an iframe', 'iframe', 0, ''],
    ['WebSocket', 'websocket', 0, `${key}Sec-WebSocket-Protocol: pushbench.v1\r\n`],
  ])('sends for %s the names, values and order of the installed browser', (_what, kind, nth, extra) => {
    const { authority, heads } = captured;
    const real = heads.get(`/${kind}`)![nth]!;
    const ours = requestHead(headerProfile('chrome'), {
      kind,
      target: `/${kind}`,
      authority,
      connection: 'keep-alive',
      extra,
    });
    expect(comparable(ours)).toEqual(comparable(real));
  });
});
