import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { hasBrowser, launchBrowser } from '../report/browser.fixture.ts';
import { AWKWARD, serve, subscribers, until, type Server } from './server.fixture.ts';

describe.skipIf(!hasBrowser('servers/browser.test.ts'))('a real browser on the demo page', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  /** Opens the page and waits until the transport's subscription stands. */
  async function open(server: Server, transport: string): Promise<Page> {
    const context = await browser.newContext();
    onTestFinished(() => context.close());
    const page = await context.newPage();
    const firstPoll = page.waitForResponse((response) => response.url().includes(`/${transport}`));
    firstPoll.catch(() => {});
    // Not until it is loaded: a page with a forever-iframe never is.
    await page.goto(`${server.url}/#${transport}`, { waitUntil: 'commit' });
    if (transport === 'short-polling') await firstPoll;
    else await subscribers(server, 1);
    return page;
  }

  const received = (page: Page): Promise<string[]> => page.evaluate('window.received');

  async function receivesAll(page: Page, sent: readonly string[]): Promise<void> {
    await page.waitForFunction(`window.received.length >= ${sent.length}`, undefined, { polling: 20 });
    expect(await received(page)).toEqual(sent);
  }

  it.each(['short-polling', 'long-polling', 'forever-iframe', 'sse', 'websocket'])(
    'receives awkward payloads byte for byte over %s',
    async (transport) => {
      const server = await serve();
      const page = await open(server, transport);
      const errors: Error[] = [];
      page.on('pageerror', (error) => errors.push(error));
      for (const payload of AWKWARD) server.log.append(payload);
      await receivesAll(page, AWKWARD);
      expect(errors).toEqual([]);
      expect(await page.evaluate('window.broken')).toBeUndefined();
      expect(await page.textContent('#chosen')).toBe(transport);
    },
  );

  it('runs each script of a forever-iframe as it arrives, while the page is unfinished', async () => {
    const server = await serve();
    const page = await open(server, 'forever-iframe');
    const sent: string[] = [];
    for (let i = 0; i < 10; i++) {
      server.log.append((sent.push(`message ${i}`), sent.at(-1)!));
      await receivesAll(page, sent);
    }
    expect(server.hub.subscribers).toBe(1);
  });

  it('goes on without loss or duplicates when its forever-iframe is recycled', async () => {
    const server = await serve({ options: { recycleBytes: 4_000 } });
    const page = await open(server, 'forever-iframe');
    let frames = 0;
    page.on('request', (request) => request.url().includes('cursor=') && frames++);
    const sent = Array.from({ length: 120 }, (_, i) => `${i} ${AWKWARD[i % AWKWARD.length]} `.padEnd(300, '.'));
    for (const [i, payload] of sent.entries()) {
      server.log.append(payload);
      if (i % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await receivesAll(page, sent);
    expect(frames).toBeGreaterThanOrEqual(8);
  });

  it('resumes through Last-Event-ID when its EventSource is cut', async () => {
    const server = await serve({ options: { retryMs: 20 } });
    const page = await open(server, 'sse');
    const ids: (string | undefined)[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/sse'))
        void request.allHeaders().then((headers) => ids.push(headers['last-event-id']));
    });
    const sent: string[] = [];
    for (let round = 0; round < 4; round++) {
      server.log.append((sent.push(`connected ${round}`), sent.at(-1)!));
      await receivesAll(page, sent);
      for (const socket of server.sockets) socket.destroy();
      await subscribers(server, 0);
      server.log.append((sent.push(`away ${round}`), sent.at(-1)!));
      await receivesAll(page, sent);
    }
    expect(sent).toHaveLength(8);
    const resumed = (): (string | undefined)[] => ids.filter((id) => id !== undefined);
    await until(
      () => resumed().length >= 4,
      () => `requests with the Last-Event-ID ${ids.join()}`,
    );
    expect(resumed()).toEqual(['1', '3', '5', '7']);
  });

  it('is told of a gap when its EventSource comes back too late', async () => {
    const server = await serve({ options: { retryMs: 20 }, limits: { retainMessages: 2 } });
    const page = await open(server, 'sse');
    server.log.append('m1');
    await receivesAll(page, ['m1']);
    for (const socket of server.sockets) socket.destroy();
    await subscribers(server, 0);
    for (let i = 2; i <= 6; i++) server.log.append(`m${i}`);
    await receivesAll(page, ['m1', '(3 messages lost)', 'm5', 'm6']);
  });

  it('may not publish from a page of another origin', async () => {
    const server = await serve();
    const other = await serve();
    const page = await open(server, 'websocket');
    const post = `fetch('${other.url}/messages', { method: 'POST', body: 'x', mode: 'no-cors' }).then(() => 'answered')`;
    expect(await page.evaluate(post)).toBe('answered');
    const socket = `new Promise((resolve) => { const ws = new WebSocket('${other.url.replace('http', 'ws')}/websocket'); ws.onopen = () => resolve('open'); ws.onerror = () => resolve('refused') })`;
    expect(await page.evaluate(socket)).toBe('refused');
    expect(other.log.last).toBe(0);
  });
});
