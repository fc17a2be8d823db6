/** A real browser on the demo page, over every carrier that browsers speak: HTTP/1.1, and HTTP/1.1 and HTTP/2 with TLS. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { hasBrowser, launchBrowser } from '../report/browser.fixture.ts';
import { certificate } from '../scenarios/runner/certificate.ts';
import type { StartOptions } from './http.ts';
import { servers } from './index.ts';
import { AWKWARD, serve, subscribers, type Server } from './server.fixture.ts';

const TRANSPORTS = ['short-polling', 'long-polling', 'forever-iframe', 'sse', 'websocket'] as const;
const CARRIERS = ['h1', 'tls', 'h2'] as const;
type BrowserCarrier = (typeof CARRIERS)[number];

/** How the browser's WebSockets came: by an upgrade of HTTP/1.1 or by an extended CONNECT. */
interface Asked {
  upgrades: number;
  connects: number;
}

async function start(
  carrier: BrowserCarrier,
  options: StartOptions['options'] = {},
): Promise<{ server: Server; asked: Asked }> {
  const asked = { upgrades: 0, connects: 0 };
  const counter = { name: 'counter', binary: true, tryPath: '/', mount };
  function mount({ app }: { app: { server: { on(event: string, listener: () => void): unknown } } }): () => void {
    app.server.on('connect', () => asked.connects++);
    app.server.on('upgrade', () => asked.upgrades++);
    return () => {};
  }
  const transports = [...Object.values(servers), counter];
  const server = await serve({ carrier, certificate: await certificate(), transports, options });
  return { server, asked };
}

describe.skipIf(!hasBrowser('servers/carriers.browser.test.ts'))('a real browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  async function open(server: Server, transport: string): Promise<Page> {
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    const firstPoll = page.waitForResponse((response) => response.url().includes(`/${transport}`));
    firstPoll.catch(() => {});
    await page.goto(`${server.url}/#${transport}`, { waitUntil: 'commit' });
    if (transport === 'short-polling') await firstPoll;
    else await subscribers(server, 1);
    return page;
  }

  async function receives(page: Page, sent: readonly string[]): Promise<void> {
    await page.waitForFunction(`window.received.length >= ${sent.length}`, undefined, { polling: 20 });
    expect(await page.evaluate('window.received')).toEqual(sent);
  }

  describe.each(CARRIERS)('over %s', (carrier) => {
    it.each(TRANSPORTS)('receives awkward payloads byte for byte by %s', async (transport) => {
      const { server, asked } = await start(carrier);
      const page = await open(server, transport);
      const errors: Error[] = [];
      page.on('pageerror', (error) => errors.push(error));
      const sent = [...AWKWARD, 'x'.repeat(100_000)];
      for (const payload of sent) server.log.append(payload);
      await receives(page, sent);
      expect(errors).toEqual([]);
      expect(await page.evaluate(`performance.getEntriesByType('navigation')[0].nextHopProtocol`)).toBe(
        carrier === 'h2' ? 'h2' : 'http/1.1',
      );
      // Chromium asks for a WebSocket on the HTTP/2 connection that it has: RFC 8441.
      const expected = transport === 'websocket' ? 1 : 0;
      expect(asked).toEqual(
        carrier === 'h2' ? { upgrades: 0, connects: expected } : { upgrades: expected, connects: 0 },
      );
    });

    it('publishes from the page, and may not from one of another origin', async () => {
      const { server } = await start(carrier);
      const { server: other } = await start(carrier);
      const page = await open(server, 'sse');
      const post = (url: string): string =>
        `fetch('${url}/messages', { method: 'POST', body: 'hello', mode: 'no-cors' }).then(({ type }) => type)`;
      expect(await page.evaluate(post(server.url))).toBe('basic');
      await receives(page, ['hello']);
      expect(await page.evaluate(post(other.url))).toBe('opaque');
      expect(other.log.last).toBe(0);
      const socket = `new Promise((resolve) => { const ws = new WebSocket('${other.url.replace('http', 'ws')}/websocket'); ws.onopen = () => resolve('open'); ws.onerror = () => resolve('refused') })`;
      expect(await page.evaluate(socket)).toBe('refused');
      expect(other.hub.subscribers).toBe(0);
    });

    it('understands compressed polls, compressed WebSockets and the headers of a CDN', async () => {
      for (const contextTakeover of [true, false]) {
        const options = { gzip: true, deflate: true, contextTakeover, responseHeaders: 'typical' as const };
        const { server } = await start(carrier, options);
        const sent = Array.from({ length: 20 }, (_, i) => JSON.stringify({ i, text: 'the same words '.repeat(200) }));
        for (const transport of ['long-polling', 'websocket']) {
          const page = await open(server, transport);
          const before = server.log.last;
          for (const payload of sent) server.log.append(payload);
          await receives(page, sent);
          expect(server.log.last).toBe(before + sent.length);
          await page.close();
          await subscribers(server, 0);
        }
      }
    });
  });

  it('has ten event streams of one host over HTTP/2, where HTTP/1.1 lets it have six', async () => {
    const { server } = await start('h2');
    const page = await open(server, 'sse');
    await page.evaluate(`for (let i = 0; i < 9; i++) new EventSource('/sse')`);
    await subscribers(server, 10);
    const { server: plain } = await start('h1');
    const other = await open(plain, 'sse');
    await other.evaluate(`for (let i = 0; i < 9; i++) new EventSource('/sse')`);
    await subscribers(plain, 6);
    // The rest waits for a connection: also a fetch does.
    const fetched = await other.evaluate(
      `Promise.race([fetch('/health').then(() => 'answered'), new Promise((r) => setTimeout(r, 300, 'waiting'))])`,
    );
    expect(fetched).toBe('waiting');
    expect(plain.hub.subscribers).toBe(6);
  });
});
