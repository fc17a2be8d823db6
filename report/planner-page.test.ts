/** The planner in a real browser: a slider changes the table and the address, and the address sets the sliders. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadPageAssets } from './assets.ts';
import { pageHtml } from './html-frame.ts';
import { breakEvenSection } from './html-break-even.ts';
import { plannerSection } from './html-planner.ts';
import { MODEL } from '../results/model/model.fixture.ts';
import { looksOf } from './transports.ts';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const present = existsSync(executablePath);
if (!present)
  console.warn(`report/planner-page.test.ts skipped: no Chromium at ${executablePath}; set CHROMIUM to run it.`);

describe.skipIf(!present)('the planner in Chromium', () => {
  let browser: Browser;
  let directory: string;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'pushbench-planner-'));
    const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'];
    browser = await chromium.launch({ executablePath, args });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  async function open(hash = '', options = {}): Promise<{ page: Page; complaints: string[] }> {
    const looks = looksOf(
      MODEL.transports.map(({ transport }) => transport),
      new Set(),
    );
    const assets = loadPageAssets(new URL('../dist/report/page/', import.meta.url));
    const body = `<main>${breakEvenSection(MODEL, looks)}${plannerSection(MODEL, looks)}</main>`;
    const file = join(directory, 'page.html');
    writeFileSync(file, pageHtml('planner', body, { charts: {}, model: MODEL }, assets));
    const page = await browser.newPage({ viewport: { width: 1200, height: 900 }, ...options });
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(pathToFileURL(file).href + hash);
    return { page, complaints };
  }

  const requests = (page: Page) =>
    page.innerText('#planner tr[data-transport="short-polling"] [data-figure="requests"]').then((text) => text.trim());

  test('a slider changes every figure that hangs on it, by keyboard, and the address with it', async () => {
    const { page, complaints } = await open();
    const before = await requests(page);
    await page.focus('#plan-interval');
    await page.keyboard.press('End');
    expect(await requests(page)).not.toBe(before);
    expect(await page.innerText('output[for="plan-interval"]')).toBe('600 s');
    expect(await page.getAttribute('#plan-interval', 'aria-valuetext')).toBe('600 s');
    expect(new URL(page.url()).hash).toContain('interval:600000');
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('an address is a plan, and one that makes no sense is held to the ends of the sliders', async () => {
    const { page, complaints } = await open('#plan=clients:10,interval:1e99,rate:nonsense,%3Cb%3E:1');
    expect(await page.innerText('output[for="plan-clients"]')).toBe('10');
    expect(await page.innerText('output[for="plan-interval"]')).toBe('600 s');
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('without script there are no sliders, and the table says what load it is of', async () => {
    const { page } = await open('', { javaScriptEnabled: false });
    expect(await page.locator('form#plan').isVisible()).toBe(false);
    expect(await page.innerText('#plan-load')).toContain('clients: 10,0');
    expect(await page.locator('#planner tr[data-transport]').first().innerText()).toMatch(/short-polling/);
    expect(await page.locator('#break-even svg').count()).toBe(3);
    await page.close();
  });

  test('a screen of 380 pixels has no horizontal scroll', async () => {
    const { page } = await open('', { viewport: { width: 380, height: 800 } });
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
    await page.close();
  });
});
