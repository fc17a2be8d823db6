/** No page has a serious accessibility issue: axe-core looks at each, and at all colours in dark, with all that is folded opened. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { trendsOf } from '../results/trends.ts';
import {
  builtAssets,
  hasBrowser,
  openBrowser,
  readThrough,
  seriousIssues,
  type OpenedBrowser,
} from './browser.fixture.ts';
import { renderCapacityHtml } from './capacity-html.ts';
import { capacityFile } from './capacity.fixture.ts';
import { gatedRun } from './gated-run.fixture.ts';
import { hostileRun } from './hostile.fixture.ts';
import { renderHistoryHtml } from './history-html.ts';
import { fixtureHistory } from './history.fixture.ts';
import { renderSideHtml } from './html-side.ts';
import { renderHtml } from './html.ts';
import { fixtureRun } from './run.fixture.ts';
import { digestOf } from './run-digest.ts';

const PAGES: Readonly<Record<string, () => string>> = {
  'a run': () => renderHtml(withEverything(), builtAssets()),
  'a run with hostile names': () => renderHtml(hostileRun(), builtAssets()),
  'an empty run': () => renderHtml({ ...fixtureRun(), measurements: [], partial: true }, builtAssets()),
  'runs side by side': () =>
    renderSideHtml([gatedRun(), gatedRun({ slower: 1.5 })].map(digestOf), ['a.json', 'b.json'], builtAssets()),
  'a history': () =>
    renderHistoryHtml(trendsOf(fixtureHistory()).slice(0, 6), [], 'https://example.com/{commit}', builtAssets()),
  'a capacity': () => renderCapacityHtml(capacityFile({ partial: true }), builtAssets()),
};

/** Invalid rows are greyed, and greyed text must be legible too. */
function withEverything() {
  const run = fixtureRun({ floor: true });
  for (const m of run.measurements.filter(({ transport }) => transport === 'sse')) {
    const warning = { code: 'generator-cpu', invalidates: true, message: 'Busy.', advice: 'Wait.' } as const;
    m.validity = { valid: false, warnings: [warning] };
  }
  return run;
}

describe.skipIf(!hasBrowser('report/page-a11y.test.ts'))('axe-core in Chromium', () => {
  let browser: OpenedBrowser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  /** With all that is folded opened and every chart drawn. */
  async function issues(page: Page, colours: boolean | 'alone' = true): Promise<string[]> {
    await page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))");
    await readThrough(page);
    return seriousIssues(page, { colours });
  }

  // Dark differs by its colours alone, and these two pages have all of them.
  const IN_DARK = ['a run', 'runs side by side'];
  // They have the colours of a run.
  const LIKE_A_RUN = ['a run with hostile names', 'an empty run'];
  test.each([
    ...Object.keys(PAGES).map((name) => [name, 'light'] as const),
    ...IN_DARK.map((name) => [name, 'dark'] as const),
  ])('%s in %s', async (name, colorScheme) => {
    const { page } = await browser.open(PAGES[name]!(), { colorScheme });
    const colours = colorScheme === 'dark' ? 'alone' : !LIKE_A_RUN.includes(name);
    expect(await issues(page, colours)).toEqual([]);
    await page.close();
  });

  test('a comparison in place, on a phone', async () => {
    const { page } = await browser.open(PAGES['a run']!(), { viewport: { width: 380, height: 800 } });
    const buffer = Buffer.from(JSON.stringify(fixtureRun({ seed: 9 })));
    await page.setInputFiles('#compare-files', { name: 'other.json', mimeType: 'application/json', buffer });
    await expect.poll(() => page.locator('[data-side]').count(), { timeout: 10_000 }).toBe(1);
    expect(await issues(page)).toEqual([]);
    await page.close();
  });

  test('headings step down by one, the first link leads to the content, and every wide table can be scrolled by keys', async () => {
    for (const html of Object.values(PAGES)) {
      const { page } = await browser.open(html());
      const levels = await page.evaluate<number[]>(
        "[...document.querySelectorAll('h1, h2, h3, h4')].filter((h) => h.closest('[hidden]') === null).map((h) => Number(h.tagName[1]))",
      );
      expect(levels[0]).toBe(1);
      levels.slice(1).forEach((level, index) => expect(level - levels[index]!).toBeLessThanOrEqual(1));
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.hash')).toBe('#main');
      expect(await page.locator('main#main').count()).toBe(1);
      expect(await page.locator('.scroll:not([tabindex="0"])').count()).toBe(0);
      await page.close();
    }
  });
});
