/** The page in a real browser: it draws, it asks for nothing, it fits a phone, and names in the data stay names. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunFile } from '../results/schema.ts';
import { loadPageAssets } from './assets.ts';
import { hostileRun } from './hostile.fixture.ts';
import { renderHtml } from './html.ts';
import { fixtureRun } from './run.fixture.ts';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const present = existsSync(executablePath);
if (!present) console.warn(`report/page.test.ts skipped: no Chromium at ${executablePath}; set CHROMIUM to run it.`);

describe.skipIf(!present)('in Chromium', () => {
  let browser: Browser;
  let directory: string;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'pushbench-page-'));
    const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'];
    browser = await chromium.launch({ executablePath, args });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  /** Opens the run's page from a file; `complaints` gathers errors, policy violations and requests. */
  async function open(run: RunFile, options: BrowserContextOptions = {}, hash = '') {
    const file = join(directory, 'page.html');
    writeFileSync(file, renderHtml(run, loadPageAssets(new URL('../dist/report/page/', import.meta.url))));
    const page = await browser.newPage({ viewport: { width: 1200, height: 900 }, ...options });
    const complaints: string[] = [];
    const url = pathToFileURL(file).href;
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('dialog', (dialog) => complaints.push(dialog.message()));
    page.on('request', (request) => {
      if (!request.url().startsWith(url) && !request.url().startsWith('data:')) complaints.push(request.url());
    });
    await page.goto(url + hash);
    return { page, complaints };
  }

  /** For each visible canvas, how many of its pixels are painted. */
  const painted = (page: Page) =>
    page.evaluate<number[]>(`[...document.querySelectorAll('figure:not([hidden]) canvas')].map((canvas) => {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      let count = 0;
      for (let i = 3; i < data.length; i += 4) if (data[i] !== 0) count++;
      return count;
    })`);
  const overflow = (page: Page) => page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');

  test.each(['light', 'dark'] as const)(
    'all charts draw in %s, without an error, a violation or a request',
    async (colorScheme) => {
      const { page, complaints } = await open(fixtureRun({ floor: true }), { colorScheme });
      const pixels = await painted(page);
      expect(pixels).toHaveLength(14);
      expect(Math.min(...pixels)).toBeGreaterThan(1000);
      expect(complaints).toEqual([]);
      await page.close();
    },
  );

  test('charts take the colours of the new scheme when it changes', async () => {
    const { page, complaints } = await open(fixtureRun(), { colorScheme: 'light' });
    const image = () => page.evaluate<string>("document.querySelector('canvas').toDataURL()");
    const light = await image();
    await page.emulateMedia({ colorScheme: 'dark' });
    // Not waitForFunction: once it has to wait it evaluates a string in the page, and the page's policy forbids that.
    await expect.poll(image, { timeout: 10_000 }).not.toBe(light);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('a screen of 390 pixels has no horizontal scroll, whatever the names', async () => {
    for (const run of [fixtureRun(), hostileRun()]) {
      const { page, complaints } = await open(run, { viewport: { width: 390, height: 800 } });
      expect(await overflow(page)).toBe(0);
      expect(complaints).toEqual([]);
      await page.close();
    }
  });

  test('hostile names run nothing and add no element', async () => {
    const { page, complaints } = await open(hostileRun());
    expect(complaints).toEqual([]);
    expect(await page.title()).not.toBe('owned');
    expect(await page.evaluate("document.querySelectorAll('script, img, iframe, b > *').length")).toBe(2);
    expect(Math.min(...(await painted(page)))).toBeGreaterThan(1000);
    await page.close();
  });

  test('the address selects scenario and transports, and the controls write it back', async () => {
    const { page, complaints } = await open(fixtureRun(), {}, '#scenario=echo&without=sse');
    const shown = () =>
      page.evaluate<string[]>(
        "[...document.querySelectorAll('#latency .panel:not(.off) h3')].map((h) => h.textContent)",
      );
    expect(await shown()).toEqual(['echo']);
    expect(await page.isVisible('#latency .panel:not(.off) tr[data-transport="sse"]')).toBe(false);
    await page.check('input[value="broadcast"]');
    await page.check('input[value="sse"]');
    await page.uncheck('input[value="long-polling"]');
    expect(new URL(page.url()).hash).toBe('#scenario=broadcast&without=long-polling');
    expect(await shown()).toEqual(['broadcast']);
    expect(await page.isVisible('#latency .panel:not(.off) tr[data-transport="sse"]')).toBe(true);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('with every transport filtered away the charts leave, and nothing fails', async () => {
    const all = ['short-polling', 'long-polling', 'forever-iframe', 'sse', 'websocket'];
    const { page, complaints } = await open(fixtureRun(), {}, `#${all.map((name) => `without=${name}`).join('&')}`);
    expect(await painted(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('without script every scenario has its tables, and no empty chart stands between them', async () => {
    const { page } = await open(fixtureRun(), { javaScriptEnabled: false });
    expect(await page.locator('canvas:visible').count()).toBe(0);
    expect(await page.locator('#controls').isVisible()).toBe(false);
    expect(await page.locator('#latency table:visible').count()).toBe(4);
    expect(await page.locator('#scoreboard').innerText()).toMatch(/websocket[\s\S]*\d ms/);
    await page.close();
  });

  test('the download is the run as plain JSON', async () => {
    const run = fixtureRun();
    const { page, complaints } = await open(run);
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#raw')]);
    expect(download.suggestedFilename()).toBe(`${run.run.id}.json`);
    expect(JSON.parse(readFileSync(await download.path(), 'utf8'))).toEqual(run);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('a run without measurements opens without an error', async () => {
    const { page, complaints } = await open({ ...fixtureRun(), measurements: [], partial: true });
    expect(complaints).toEqual([]);
    expect(await page.locator('.banner').innerText()).toContain('partial');
    await page.close();
  });
});
