/** The page on a phone and on a wide screen, in light, in dark and on paper: nothing is cut, and all of it is legible. */
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunFile } from '../results/schema.ts';
import {
  builtAssets,
  hasBrowser,
  openBrowser,
  overflow,
  readThrough,
  seriousIssues,
  type OpenedBrowser,
} from './browser.fixture.ts';
import { fullestRun } from './example-run.fixture.ts';
import { hostileRun } from './hostile.fixture.ts';
import { renderHtml } from './html.ts';
import { fixtureRun } from './run.fixture.ts';

const MEDIA = ['light', 'dark', 'print'] as const;
type Medium = (typeof MEDIA)[number];
const CASES = [380, 1600].flatMap((width) => MEDIA.map((medium) => ({ width, medium })));

/** One with greyed rows, `~ tie`, `best`, footnotes, reasons with their advice, and a banner. */
function doubtfulRun(): RunFile {
  const run = fixtureRun({ floor: true });
  const busy = { code: 'machine-busy', message: 'Other work used 93 % of the machine.', advice: 'Close it.' } as const;
  for (const m of run.measurements) {
    if (m.transport === 'sse') m.validity = { valid: false, warnings: [{ ...busy, invalidates: true }] };
    if (m.transport === 'websocket') m.validity.warnings = [{ ...busy, invalidates: false }];
  }
  run.partial = true;
  return run;
}

/** Whoever prints has a dark screen as well as a light one: paper is to be the same. */
const optionsOf = (width: number, medium: Medium): BrowserContextOptions => ({
  viewport: { width, height: 900 },
  colorScheme: medium === 'light' ? 'light' : 'dark',
});

async function toPaper(page: Page): Promise<void> {
  await page.emulateMedia({ media: 'print' });
  await page.evaluate("window.dispatchEvent(new Event('beforeprint'))");
}

/** Boxes whose content is wider than they are: on a screen they scroll, on paper it would be lost. */
const cutBoxes = (page: Page): Promise<string[]> =>
  page.evaluate<string[]>(
    "[...document.querySelectorAll('.scroll, pre, dd')].filter((box) => box.scrollWidth > box.clientWidth + 1).map((box) => box.getAttribute('aria-label') ?? box.textContent.slice(0, 60))",
  );

/** Texts of a figure that take no room: folded away, or clipped. */
const unseenFigures = (page: Page): Promise<string[]> =>
  page.evaluate<string[]>(
    "[...document.querySelectorAll('td')].filter((cell) => cell.textContent !== '' && !cell.checkVisibility({ contentVisibilityAuto: true })).map((cell) => cell.textContent)",
  );

describe.skipIf(!hasBrowser('report/page-media.test.ts'))('the page in Chromium', () => {
  let browser: OpenedBrowser;
  let fullest: string;
  let doubtful: string;
  beforeAll(async () => {
    browser = await openBrowser();
    fullest = renderHtml(fullestRun(), builtAssets());
    doubtful = renderHtml(doubtfulRun(), builtAssets());
  });
  afterAll(() => browser?.close());

  test.each(CASES)('$width pixels, $medium: as wide as it may be, legible, and without a complaint', async (of) => {
    const { page, complaints } = await browser.open(doubtful, optionsOf(of.width, of.medium));
    if (of.medium === 'print') await toPaper(page);
    else await page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))");
    await readThrough(page);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    if (of.medium === 'print') expect(await cutBoxes(page)).toEqual([]);
    expect(await page.locator('#validity .mark.invalid').first().isVisible()).toBe(true);
    expect(await page.locator('.mark.tie').first().isVisible()).toBe(true);
    expect(await seriousIssues(page, { colours: 'alone' })).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('paper of any width cuts no table, whatever the names', async () => {
    const pages = [fullest, renderHtml(hostileRun(), builtAssets())];
    for (const html of pages) {
      const { page } = await browser.open(html, optionsOf(380, 'print'));
      await toPaper(page);
      for (const width of [380, 545, 718, 1047, 1201]) {
        await page.setViewportSize({ width, height: 900 });
        expect([width, await overflow(page), await cutBoxes(page)]).toEqual([width, 0, []]);
      }
      await page.close();
    }
  });

  test.each(['light', 'dark'] as const)('nothing shows through the bar of controls, in %s', async (medium) => {
    const { page } = await browser.open(doubtful, optionsOf(1600, medium));
    const ground = (of: string) =>
      page.evaluate<string>(`getComputedStyle(document.querySelector('${of}')).backgroundColor`);
    expect(await ground('#controls')).toBe(await ground('body'));
    await page.close();
  });

  test('what is folded is on paper, with script and without, and folded again afterwards', async () => {
    const { page } = await browser.open(fullest, optionsOf(1600, 'print'));
    const open = () => page.locator('details[open]').count();
    const before = await open();
    expect((await unseenFigures(page)).length).toBeGreaterThan(100);
    await toPaper(page);
    expect(await page.locator('details:not([open])').count()).toBe(0);
    await page.evaluate("window.dispatchEvent(new Event('afterprint'))");
    await page.emulateMedia({ media: 'screen' });
    expect(await open()).toBe(before);
    await page.close();
    const bare = await browser.open(fullest, { ...optionsOf(1600, 'print'), javaScriptEnabled: false });
    await bare.page.emulateMedia({ media: 'print' });
    expect(await unseenFigures(bare.page)).toEqual([]);
    expect(await bare.page.isVisible('#raw-data p')).toBe(true);
    await bare.page.close();
  });

  test('numbers beside a chart are folded where a script draws it, and open where none does', async () => {
    const states = (page: Page) =>
      page.evaluate<boolean[]>("[...document.querySelectorAll('details[data-beside-chart]')].map(({ open }) => open)");
    const drawn = await browser.open(fullest);
    expect(new Set(await states(drawn.page))).toEqual(new Set([false]));
    await drawn.page.close();
    const bare = await browser.open(fullest, { javaScriptEnabled: false });
    expect(await bare.page.locator('details[data-beside-chart]:not([open])').count()).toBe(0);
    expect(await bare.page.locator('details[data-beside-chart][open]').count()).toBeGreaterThan(10);
    await bare.page.close();
  });

  test('paper says the load of the plan, for which a screen has sliders', async () => {
    const { page } = await browser.open(fullest, optionsOf(1600, 'print'), '#plan=clients:50');
    expect(await page.isVisible('#plan')).toBe(true);
    expect(await page.isVisible('#plan-load')).toBe(false);
    await toPaper(page);
    expect(await page.isVisible('#plan')).toBe(false);
    expect(await page.innerText('#plan-load')).toMatch(/^clients: (49|50|51) /);
    await page.close();
  });
});
