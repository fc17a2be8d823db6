/** The planner in a real browser: a slider changes the table and the address, and the address sets the sliders. */
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { builtAssets, hasBrowser, openBrowser, type Opened, type OpenedBrowser } from './browser.fixture.ts';
import { pageHtml } from './html-frame.ts';
import { breakEvenSection } from './html-break-even.ts';
import { plannerSection } from './html-planner.ts';
import { MODEL } from '../results/model/model.fixture.ts';
import { looksOf } from './transports.ts';

describe.skipIf(!hasBrowser('report/planner-page.test.ts'))('the planner in Chromium', () => {
  let browser: OpenedBrowser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  function open(hash = '', options: BrowserContextOptions = {}): Promise<Opened> {
    const looks = looksOf(
      MODEL.transports.map(({ transport }) => transport),
      new Set(),
    );
    const body = `<main>${breakEvenSection(MODEL, looks)}${plannerSection(MODEL, looks, new Map())}</main>`;
    return browser.open(pageHtml('planner', body, { charts: {}, model: MODEL }, builtAssets()), options, hash);
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
