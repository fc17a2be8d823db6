/** The demo in a real browser: all transports side by side, knobs, tabs, and what a hostile message cannot do. */
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { loadDemoAssets } from '../../report/assets.ts';
import { hasBrowser, launchBrowser, seriousIssues } from '../../report/browser.fixture.ts';
import { renderDemo } from '../../report/demo/html.ts';
import { DEFAULT_KNOBS, DEMO_LAYERS, type DemoBytes, type Knobs } from '../../results/demo.ts';
import { CHOICES } from '../transports.ts';
import { demoFor, until } from './demo.fixture.ts';
import type { Demo } from './demo.ts';

const PATIENCE = { timeout: 15_000 };
const sum = (bytes: DemoBytes): number => DEMO_LAYERS.reduce((total, layer) => total + bytes[layer], 0);

describe.skipIf(!hasBrowser('scenarios/demo/page.test.ts'))('the demo in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  const start = (knobs: Partial<Knobs> = {}, port = 0): Promise<Demo> => {
    const page = renderDemo(loadDemoAssets(new URL('../../dist/report/page/', import.meta.url)));
    const quick = { ...DEFAULT_KNOBS, ratePerSecond: 20, pollIntervalMs: 200 };
    return demoFor({ page, port, knobs: { ...quick, ...knobs } });
  };

  /** `complaints` gathers errors and violations of the policy. */
  async function open(demo: Demo, options: BrowserContextOptions = {}, context?: BrowserContext) {
    // Without motion where it is not what is looked at: moving pictures cost a machine without a graphics card its tests' time.
    const usual = { viewport: { width: 1_600, height: 1_000 }, reducedMotion: 'reduce' } as const;
    const own = context ?? (await browser.newContext({ ...usual, ...options }));
    if (context === undefined) onTestFinished(() => own.close());
    const page = await own.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('dialog', (dialog) => complaints.push(dialog.message()));
    await page.goto(`${demo.url}/`);
    await page.waitForSelector('.column');
    return { page, complaints, context: own };
  }

  const figure = (page: Page, transport: string, name: string) =>
    page.textContent(`[data-transport="${transport}"] [data-figure="${name}"]`);
  const requests = async (page: Page, transport: string): Promise<number> =>
    Number.parseInt((await figure(page, transport, 'requests')) ?? '', 10);
  const received = (page: Page) =>
    Promise.all(CHOICES.map(async (name) => Number(await figure(page, name, 'received'))));
  const agreement = (page: Page) => page.textContent('#agreement');
  const overflow = (page: Page) => page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
  /** For each column the messages that it shows, the newest first. */
  const listed = (page: Page) =>
    page.evaluate<string[][]>(
      `[...document.querySelectorAll('.messages')].map((list) => [...list.children].map((item) => /#(\\d+)/.exec(item.textContent)[1]))`,
    );
  const newest = async (page: Page) => (await listed(page)).map(([first]) => first);
  /** For each column, how many pixels of its strip are painted. */
  const painted = (page: Page) =>
    page.evaluate<number[]>(`[...document.querySelectorAll('canvas.strip')].map((canvas) => {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      let count = 0;
      for (let i = 3; i < data.length; i += 4) if (data[i] !== 0) count++;
      return count;
    })`);

  /** Until so many more publications are out, and everybody has them: a column that begins now has none of those before. */
  async function pauseAfter(demo: Demo, page: Page, publications: number): Promise<void> {
    const log = demo.hub.channel('main')!;
    const before = log.last;
    await until(() => log.last >= before + publications, `${publications} publications`);
    demo.board.turn({ paused: true });
    // The page knows of the newest publication a moment after it is out: until then it may agree on the one before.
    await expect.poll(() => newest(page), PATIENCE).toEqual(CHOICES.map(() => String(log.last)));
    await expect.poll(() => agreement(page), PATIENCE).toMatch(/messages?, in order\.$/);
  }

  it('delivers the same publications to all columns, in order, and every byte is in a layer', async () => {
    const demo = await start({ paused: true });
    const { page, complaints } = await open(demo);
    // Who comes a moment later has not missed anything, and has received one fewer: all are there before the first.
    for (const name of CHOICES) await expect.poll(() => requests(page, name), PATIENCE).toBeGreaterThanOrEqual(1);
    demo.board.turn({ paused: false });
    await pauseAfter(demo, page, 25);
    const counts = await received(page);
    expect(counts).toEqual(counts.map(() => counts[0]));
    expect(counts[0]).toBeGreaterThan(5);
    const lists = await listed(page);
    const last = demo.hub.channel('main')!.last;
    for (const list of lists) expect(list).toEqual([0, 1, 2, 3, 4].map((before) => String(last - before)));
    const counters = demo.meter.counters(1);
    expect(Object.keys(counters).sort()).toEqual([...CHOICES].sort());
    for (const { up, down, counted } of Object.values(counters)) {
      expect(counted).toEqual({ up: sum(up), down: sum(down) });
      expect(down.payload).toBe(counts[0]! * DEFAULT_KNOBS.payloadBytes);
    }
    expect(complaints).toEqual([]);
  });

  it('shows short polling asking on while a WebSocket stays with its one request, and the bars say it', async () => {
    const demo = await start({ paused: true });
    const { page } = await open(demo);
    await expect.poll(() => requests(page, 'short-polling'), PATIENCE).toBeGreaterThanOrEqual(8);
    for (const name of ['websocket', 'sse', 'forever-iframe', 'long-polling'])
      expect(await requests(page, name)).toBe(1);
    const shares = await page.evaluate<number[]>(
      `[...document.querySelectorAll('.bar')].map((bar) => [...bar.children].reduce((sum, segment) => sum + Number.parseFloat(segment.style.flexBasis), 0))`,
    );
    expect(shares[CHOICES.indexOf('short-polling')]).toBeCloseTo(100, 3);
    expect(Math.min(...shares)).toBeGreaterThan(1);
    expect(shares.filter((share) => share > 90)).toHaveLength(1);
  });

  it('has a forever iframe that is one: a frame whose document grows by a script for each message', async () => {
    const demo = await start();
    const { page } = await open(demo);
    const frame = () => page.frames().find((one) => one.url().includes('/forever-iframe?callback=parent.onMessage'));
    await expect.poll(() => frame() !== undefined, PATIENCE).toBe(true);
    const scripts = () => frame()!.evaluate<number>('document.scripts.length');
    await expect.poll(scripts, PATIENCE).toBeGreaterThan(5);
    expect(await frame()!.evaluate('document.readyState')).toBe('loading');
    expect(await page.locator('[data-transport="forever-iframe"] > iframe').count()).toBe(1);
  });

  it('goes on without loss when the iframe is recycled', async () => {
    const demo = await start({ payloadBytes: 16_384 });
    const { page, complaints } = await open(demo);
    await expect.poll(() => requests(page, 'forever-iframe'), PATIENCE).toBeGreaterThanOrEqual(3);
    await pauseAfter(demo, page, 1);
    expect(await page.locator('iframe').count()).toBe(1);
    expect(complaints).toEqual([]);
  });

  it('turns knobs by keyboard, pauses, resumes and takes a preset', async () => {
    const demo = await start({ ratePerSecond: 1, pollIntervalMs: 1_000 });
    const { page, complaints } = await open(demo);
    await page.focus('#payloadBytes');
    await page.keyboard.press('End');
    await until(() => demo.board.knobs.payloadBytes === 16_384, 'the largest payload');
    await page.keyboard.press('ArrowLeft');
    await until(() => demo.board.knobs.payloadBytes === 8_192, 'the next smaller payload');
    expect(await page.textContent('output[for="payloadBytes"]')).toBe('8 KiB');
    expect(await page.getAttribute('#payloadBytes', 'aria-valuetext')).toBe('8 KiB');
    await page.click('#pause');
    await until(() => demo.board.knobs.paused, 'the pause');
    await expect.poll(() => page.textContent('#pause'), PATIENCE).toBe('Resume the stream');
    await page.getByRole('button', { name: 'Busy' }).click();
    await until(() => !demo.board.knobs.paused && demo.board.knobs.ratePerSecond === 20, 'the preset');
    await expect.poll(() => page.inputValue('#ratePerSecond'), PATIENCE).toBe('6');
    expect(complaints).toEqual([]);
  });

  it('starts over with counters at their beginning', async () => {
    const demo = await start();
    const { page, complaints } = await open(demo);
    await expect.poll(() => requests(page, 'short-polling'), PATIENCE).toBeGreaterThanOrEqual(5);
    await page.click('#restart');
    await expect.poll(() => Object.keys(demo.meter.counters(2)).length, PATIENCE).toBe(CHOICES.length);
    expect(demo.meter.counters(1)).toEqual({});
    expect(demo.meter.counters(2)['websocket']!.down.handshake).toBeGreaterThan(100);
    await pauseAfter(demo, page, 1);
    expect(complaints).toEqual([]);
  });

  it('leaves its connections to a newer tab, and takes them back when asked to', async () => {
    const demo = await start();
    const { page: first, context } = await open(demo);
    const { page: second } = await open(demo, {}, context);
    await expect.poll(() => first.textContent('#state'), PATIENCE).toContain('another tab');
    expect(await first.locator('iframe').count()).toBe(0);
    await expect.poll(() => requests(second, 'short-polling'), PATIENCE).toBeGreaterThanOrEqual(2);
    await first.bringToFront();
    await first.getByRole('button', { name: 'Show it here' }).click();
    await expect.poll(() => second.textContent('#state'), PATIENCE).toContain('another tab');
    await expect.poll(() => first.textContent('#state'), PATIENCE).toBe('');
    await pauseAfter(demo, first, 1);
  });

  it('says that the server has gone, and goes on by itself when it is back', async () => {
    const demo = await start();
    const { page } = await open(demo);
    await demo.close();
    await expect.poll(() => page.textContent('#state'), PATIENCE).toContain('The server is gone');
    expect(await page.isDisabled('#pause')).toBe(true);
    const again = await start({}, demo.port);
    await expect.poll(() => page.textContent('#state'), PATIENCE).toBe('');
    await pauseAfter(again, page, 5);
  });

  it('shows what somebody else publishes as text, in its place', async () => {
    const demo = await start({ paused: true });
    const { page, complaints } = await open(demo);
    const hostile = '<img src=x onerror=alert(1)></script><script>document.title="owned"</script>\r\n\u202e\u001b[31m';
    await fetch(`${demo.url}/messages`, { method: 'POST', body: hostile });
    await expect.poll(() => received(page), PATIENCE).toEqual(CHOICES.map(() => 1));
    expect(await page.locator('.messages li').first().textContent()).toContain('<img src=x onerror=alert(1)>');
    expect(await page.locator('main img').count()).toBe(0);
    expect(await page.title()).not.toBe('owned');
    for (const name of CHOICES) expect(await figure(page, name, 'latency')).toBe('—');
    expect(complaints).toEqual([]);
  });

  it.each(['light', 'dark'] as const)(
    'draws, fits 1,600 and 380 pixels, and has no serious fault for who cannot see or point, in %s',
    async (colorScheme) => {
      const { page, complaints } = await open(await start(), { colorScheme, reducedMotion: 'no-preference' });
      for (const details of await page.locator('summary').all()) await details.click();
      for (const width of [1_600, 380]) {
        await page.setViewportSize({ width, height: 900 });
        await expect.poll(async () => Math.min(...(await painted(page))), PATIENCE).toBeGreaterThan(500);
        await expect.poll(() => overflow(page), PATIENCE).toBe(0);
      }
      expect(complaints).toEqual([]);
      expect(await seriousIssues(page)).toEqual([]);
    },
  );

  it('moves nothing smoothly for who wants no motion, and draws all the same', async () => {
    const { page } = await open(await start());
    await expect.poll(async () => Math.min(...(await painted(page))), PATIENCE).toBeGreaterThan(500);
    /** How many pictures it shows in thirty frames. */
    const pictures = () =>
      page.evaluate<number>(`new Promise((resolve) => {
        const seen = new Set()
        const look = (left) => {
          seen.add(document.querySelector('canvas').toDataURL())
          if (left === 0) resolve(seen.size)
          else requestAnimationFrame(() => look(left - 1))
        }
        look(30)
      })`);
    const still = await pictures();
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    expect(await pictures()).toBeGreaterThan(still);
  });
});
