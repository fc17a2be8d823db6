/** The page in a real browser: it draws, it asks for nothing, it fits a phone, and names in the data stay names. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BrowserContextOptions, Page } from 'playwright-core';
import type { RunFile } from '../results/schema.ts';
import {
  builtAssets,
  hasBrowser,
  openBrowser,
  overflow,
  painted,
  paintedNow,
  type OpenedBrowser,
} from './browser.fixture.ts';
import { hostileRun } from './hostile.fixture.ts';
import { renderHtml } from './html.ts';
import { fixtureRun } from './run.fixture.ts';

describe.skipIf(!hasBrowser('report/page.test.ts'))('in Chromium', () => {
  let browser: OpenedBrowser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());
  const open = (run: RunFile, options: BrowserContextOptions = {}, hash = '') =>
    browser.open(renderHtml(run, builtAssets()), options, hash);

  test.each(['light', 'dark'] as const)(
    'all charts draw in %s, without an error, a violation or a request',
    async (colorScheme) => {
      const { page, complaints } = await open(fixtureRun({ floor: true }), { colorScheme });
      const pixels = await painted(page);
      expect(pixels).toHaveLength(16);
      expect(Math.min(...pixels)).toBeGreaterThan(1000);
      expect(complaints).toEqual([]);
      await page.close();
    },
  );

  test('charts take the colours of the new scheme when it changes', async () => {
    const { page, complaints } = await open(fixtureRun(), { colorScheme: 'light' });
    const image = () => page.evaluate<string>("document.querySelector('canvas').toDataURL()");
    await expect.poll(async () => (await paintedNow(page))[0], { timeout: 10_000 }).toBeGreaterThan(1000);
    const light = await image();
    await page.emulateMedia({ colorScheme: 'dark' });
    // Not waitForFunction: once it has to wait it evaluates a string in the page, and the page's policy forbids that.
    await expect.poll(image, { timeout: 10_000 }).not.toBe(light);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('charts are drawn as they come near, and on paper all of them', async () => {
    const { page, complaints } = await open(fixtureRun());
    await expect.poll(async () => Math.max(...(await paintedNow(page))), { timeout: 10_000 }).toBeGreaterThan(1000);
    const near = (await paintedNow(page)).filter((pixels) => pixels > 0).length;
    expect(near).toBeLessThan(10);
    expect(await page.evaluate("performance.getEntriesByName('pushbench-ready').length")).toBe(1);
    await page.evaluate("window.dispatchEvent(new Event('beforeprint'))");
    const all = await paintedNow(page);
    expect(Math.min(...all)).toBeGreaterThan(1000);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('a screen of 380 pixels has no horizontal scroll, whatever the names', async () => {
    for (const run of [fixtureRun(), hostileRun()]) {
      const { page, complaints } = await open(run, { viewport: { width: 380, height: 800 } });
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
    expect(await page.isVisible('#latency .panel:not(.off) > .scroll tr[data-transport="sse"]')).toBe(false);
    await page.check('input[value="broadcast"]');
    await page.check('input[value="sse"]');
    await page.uncheck('input[value="long-polling"]');
    expect(new URL(page.url()).hash).toBe('#scenario=broadcast&without=long-polling');
    expect(await shown()).toEqual(['broadcast']);
    expect(await page.isVisible('#latency .panel:not(.off) > .scroll tr[data-transport="sse"]')).toBe(true);
    expect(complaints).toEqual([]);
    await page.close();
  });

  describe('a view and a section in one address', () => {
    /** Where the top of a section is seen: 0 is the top of the window. */
    const topOf = (page: Page, id: string) =>
      page.evaluate<number>(`document.getElementById('${id}').getBoundingClientRect().top`);
    const hash = (page: Page): string => new URL(page.url()).hash;
    const shows = async (page: Page, of: { scenario: string; sse: boolean; interval: string }): Promise<void> => {
      await expect.poll(() => page.isChecked(`input[value="${of.scenario}"]`)).toBe(true);
      expect(await page.isChecked('input[value="sse"]')).toBe(of.sse);
      expect(await page.innerText('output[for="plan-interval"]')).toBe(of.interval);
    };
    const CHOSEN = { scenario: 'echo', sse: false, interval: '600 s' };
    const choose = async (page: Page): Promise<void> => {
      await page.check('input[value="echo"]');
      await page.uncheck('input[value="sse"]');
      await page.focus('#plan-interval');
      await page.keyboard.press('End');
    };

    test('the page’s own links keep the view, which a copy of the address and a reload show again', async () => {
      const { page, complaints } = await open(fixtureRun());
      await choose(page);
      await page.click('nav a[href="#planner"]');
      await expect.poll(() => hash(page)).toMatch(/^#scenario=echo&without=sse&plan=.*interval:600000.*&at=planner$/);
      expect(Math.abs(await topOf(page, 'planner'))).toBeLessThan(120);
      await page.reload();
      await shows(page, CHOSEN);
      const { page: copy } = await open(fixtureRun(), {}, hash(page));
      await shows(copy, CHOSEN);
      expect(Math.abs(await topOf(copy, 'planner'))).toBeLessThan(120);
      expect(hash(copy)).toBe(hash(page));
      await copy.keyboard.press('Tab');
      expect(await copy.evaluate("document.activeElement.closest('section')?.id")).toBe('planner');
      await copy.uncheck('input[value="websocket"]');
      expect(hash(copy)).toMatch(/without=websocket.*&at=planner$/);
      expect(complaints).toEqual([]);
      await copy.close();
      await page.close();
    });

    test('a click on the link of where one is already leads there again, by keyboard too', async () => {
      const { page } = await open(fixtureRun(), {}, '#scenario=echo&at=planner');
      for (const follow of [
        () => page.click('nav a[href="#planner"]'),
        () => page.press('nav a[href="#planner"]', 'Enter'),
      ]) {
        await page.evaluate('scrollTo(0, 0)');
        await follow();
        await expect.poll(() => topOf(page, 'planner')).toBeLessThan(120);
        await expect.poll(() => hash(page)).toBe('#scenario=echo&at=planner');
      }
      await page.close();
    });

    test('going back and forth shows what each address says, and where it was left', async () => {
      const { page } = await open(fixtureRun());
      await page.click('nav a[href="#latency"]');
      await choose(page);
      await page.click('nav a[href="#planner"]');
      await expect.poll(() => hash(page)).toMatch(/at=planner$/);
      await page.evaluate('scrollBy(0, 300)');
      const left = await topOf(page, 'planner');
      await page.goBack();
      expect(hash(page)).toMatch(/at=latency$/);
      await shows(page, CHOSEN);
      await page.goBack();
      expect(hash(page)).toBe('');
      await shows(page, { scenario: 'broadcast', sse: true, interval: '5 s' });
      await page.goForward();
      await page.goForward();
      await shows(page, CHOSEN);
      await expect.poll(() => topOf(page, 'planner')).toBeCloseTo(left, 0);
      await page.close();
    });

    test('another address leads to its section, a plain anchor is one as ever, and one of nothing does nothing', async () => {
      const { page, complaints } = await open(fixtureRun(), {}, '#planner');
      expect(Math.abs(await topOf(page, 'planner'))).toBeLessThan(120);
      expect(hash(page)).toBe('#planner');
      await page.evaluate("location.hash = '#scenario=echo&at=validity'");
      await expect.poll(() => topOf(page, 'validity')).toBeLessThan(120);
      expect(await page.isChecked('input[value="echo"]')).toBe(true);
      await page.evaluate("location.hash = '#scenario=echo&at=%3Cb%3E%25'");
      await page.evaluate("location.hash = '#%E0%A4%A'");
      await expect.poll(() => hash(page)).toMatch(/^#scenario=echo&at=/);
      expect(complaints).toEqual([]);
      await page.close();
    });
  });

  test('axes are logarithmic or from 0, as the address and the control say', async () => {
    const { page, complaints } = await open(fixtureRun(), {}, '#axes=linear');
    const image = () => page.evaluate<string>("document.querySelector('#latency canvas').toDataURL()");
    const caption = page.locator('#latency .on-log');
    await page.locator('#latency canvas').scrollIntoViewIfNeeded();
    await painted(page);
    expect(await caption.isVisible()).toBe(false);
    const linear = await image();
    await page.uncheck('input[name="axes"]');
    await expect.poll(image, { timeout: 10_000 }).not.toBe(linear);
    expect(await caption.innerText()).toBe('Both axes are logarithmic.');
    expect(new URL(page.url()).hash).not.toContain('axes');
    await page.check('input[name="axes"]');
    expect(new URL(page.url()).hash).toContain('axes=linear');
    await expect.poll(image, { timeout: 10_000 }).toBe(linear);
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

  test('the downloads are the run as plain JSON, and its measurements as plain CSV', async () => {
    const run = fixtureRun();
    const { page, complaints } = await open(run);
    const [json] = await Promise.all([page.waitForEvent('download'), page.click('#raw')]);
    expect(json.suggestedFilename()).toBe(`${run.run.id}.json`);
    expect(JSON.parse(readFileSync(await json.path(), 'utf8'))).toEqual(run);
    const [csv] = await Promise.all([page.waitForEvent('download'), page.click('#raw-csv')]);
    expect(csv.suggestedFilename()).toBe(`${run.run.id}.csv`);
    expect(
      readFileSync(await csv.path(), 'utf8')
        .trim()
        .split('\r\n'),
    ).toHaveLength(run.measurements.length + 1);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('a run without measurements opens without an error', async () => {
    const { page, complaints } = await open({ ...fixtureRun(), measurements: [], partial: true });
    expect(complaints).toEqual([]);
    expect(await page.locator('.banner').first().innerText()).toContain('partial');
    await page.close();
  });
});
