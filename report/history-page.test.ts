/** The page of a history in a real browser: it draws, it asks for nothing, and a point leads to its commit. */
import type { BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { trendsOf } from '../results/trends.ts';
import { builtAssets, hasBrowser, openBrowser, overflow, painted, type OpenedBrowser } from './browser.fixture.ts';
import { renderHistoryHtml } from './history-html.ts';
import { commitOf, fixtureHistory } from './history.fixture.ts';

describe.skipIf(!hasBrowser('report/history-page.test.ts'))('in Chromium', () => {
  let browser: OpenedBrowser;
  let html: string;
  beforeAll(async () => {
    browser = await openBrowser();
    html = renderHistoryHtml(trendsOf(fixtureHistory()), [], 'https://example.com/c/{commit}', builtAssets());
  });
  afterAll(() => browser?.close());
  const open = (options: BrowserContextOptions = {}) => browser.open(html, options);

  test.each(['light', 'dark'] as const)(
    'every chart draws in %s, without an error or a request',
    async (colorScheme) => {
      const { page, complaints } = await open({ colorScheme });
      const pixels = await painted(page);
      expect(pixels.length).toBeGreaterThan(10);
      expect(Math.min(...pixels)).toBeGreaterThan(1000);
      expect(complaints).toEqual([]);
      await page.close();
    },
  );

  test('a click on a point opens its commit, and nothing of this page goes with it', async () => {
    const { page } = await open();
    await painted(page);
    await page.evaluate('window.open = (...words) => { window.opened = words; }');
    const box = (await page.locator('canvas').first().boundingBox())!;
    await page.mouse.click(box.x + box.width - 14, box.y + box.height * 0.4);
    // Chart.js tells of a click in the next frame.
    await expect
      .poll(() => page.evaluate('window.opened'))
      .toEqual([`https://example.com/c/${commitOf(13)}`, '_blank', 'noopener,noreferrer']);
    await page.close();
  });

  test('a phone has no horizontal scroll, and without script the tables open', async () => {
    const { page } = await open({ viewport: { width: 390, height: 800 }, javaScriptEnabled: false });
    await page.locator('details.numbers summary').first().click();
    expect(await page.locator('details.numbers table').first().isVisible()).toBe(true);
    expect(await page.locator('canvas:visible').count()).toBe(0);
    await page.close();
    const { page: phone } = await open({ viewport: { width: 390, height: 800 } });
    expect(await overflow(phone)).toBe(0);
    await phone.close();
  });
});
