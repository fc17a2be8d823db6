/** The page of a history in a real browser: it draws, it asks for nothing, and a point leads to its commit. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { trendsOf } from '../results/trends.ts';
import { loadPageAssets } from './assets.ts';
import { renderHistoryHtml } from './history-html.ts';
import { commitOf, fixtureHistory } from './history.fixture.ts';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const present = existsSync(executablePath);
if (!present)
  console.warn(`report/history-page.test.ts skipped: no Chromium at ${executablePath}; set CHROMIUM to run it.`);

describe.skipIf(!present)('in Chromium', () => {
  let browser: Browser;
  let directory: string;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'pushbench-page-'));
    const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'];
    browser = await chromium.launch({ executablePath, args });
    const assets = loadPageAssets(new URL('../dist/report/page/', import.meta.url));
    const html = renderHistoryHtml(trendsOf(fixtureHistory()), [], 'https://example.com/c/{commit}', assets);
    writeFileSync(join(directory, 'page.html'), html);
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  async function open(options: BrowserContextOptions = {}) {
    const page = await browser.newPage({ viewport: { width: 1200, height: 900 }, ...options });
    const complaints: string[] = [];
    const url = pathToFileURL(join(directory, 'page.html')).href;
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => {
      if (!request.url().startsWith(url) && !request.url().startsWith('data:')) complaints.push(request.url());
    });
    await page.goto(url);
    return { page, complaints };
  }

  test.each(['light', 'dark'] as const)(
    'every chart draws in %s, without an error or a request',
    async (colorScheme) => {
      const { page, complaints } = await open({ colorScheme });
      const painted = await page.evaluate<number[]>(`[...document.querySelectorAll('canvas')].map((canvas) => {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      let count = 0;
      for (let i = 3; i < data.length; i += 4) if (data[i] !== 0) count++;
      return count;
    })`);
      expect(painted.length).toBeGreaterThan(10);
      expect(Math.min(...painted)).toBeGreaterThan(1000);
      expect(complaints).toEqual([]);
      await page.close();
    },
  );

  test('a click on a point opens its commit, and nothing of this page goes with it', async () => {
    const { page } = await open();
    await page.evaluate('window.open = (...words) => { window.opened = words; }');
    const box = (await page.locator('canvas').first().boundingBox())!;
    await page.mouse.click(box.x + box.width - 14, box.y + box.height * 0.4);
    expect(await page.evaluate('window.opened')).toEqual([
      `https://example.com/c/${commitOf(13)}`,
      '_blank',
      'noopener,noreferrer',
    ]);
    await page.close();
  });

  test('a phone has no horizontal scroll, and without script the tables open', async () => {
    const { page } = await open({ viewport: { width: 390, height: 800 }, javaScriptEnabled: false });
    await page.locator('details.numbers summary').first().click();
    expect(await page.locator('details.numbers table').first().isVisible()).toBe(true);
    expect(await page.locator('canvas:visible').count()).toBe(0);
    await page.close();
    const { page: phone } = await open({ viewport: { width: 390, height: 800 } });
    expect(await phone.evaluate<number>('document.documentElement.scrollWidth - innerWidth')).toBe(0);
    await phone.close();
  });
});
