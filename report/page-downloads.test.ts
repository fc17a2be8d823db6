/** Each chart as a file: a PNG that opens, an SVG that is one and says what the chart says, a CSV of what is drawn. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { trendsOf } from '../results/trends.ts';
import { builtAssets, hasBrowser, openBrowser, type OpenedBrowser } from './browser.fixture.ts';
import { hostileRun } from './hostile.fixture.ts';
import { renderHistoryHtml } from './history-html.ts';
import { fixtureHistory } from './history.fixture.ts';
import { renderHtml } from './html.ts';
import { fixtureRun } from './run.fixture.ts';

describe.skipIf(!hasBrowser('report/page-downloads.test.ts'))('in Chromium', () => {
  let browser: OpenedBrowser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  /** Of what a page saves within a second Chromium drops the eleventh, without a word. */
  const MOST_AT_ONCE = 10;
  const aSecond = () => new Promise((resolve) => setTimeout(resolve, 1_100));

  async function save(page: Page, chart: string, kind: 'PNG' | 'SVG' | 'CSV') {
    const button = page.locator(`figure[data-chart="${chart}"] button`, { hasText: kind });
    const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
    return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
  }
  /** Whether it is well-formed, its texts, and how many elements it has that could do anything. */
  const parsed = (page: Page, svg: string) =>
    page.evaluate<{ broken: boolean; texts: string[]; live: number; paths: number }>(`(() => {
      const document = new DOMParser().parseFromString(${JSON.stringify(svg)}, 'image/svg+xml');
      return {
        broken: document.querySelector('parsererror') !== null,
        texts: [...document.querySelectorAll('text')].map((each) => each.textContent),
        live: document.querySelectorAll('script, image, foreignObject, a').length,
        paths: document.querySelectorAll('path').length,
      };
    })()`);

  test('every chart of a run can be had as SVG, and it says its title and its transports', async () => {
    const { page, complaints } = await browser.open(renderHtml(fixtureRun({ floor: true }), builtAssets()));
    const charts = await page.evaluate<string[]>(
      "[...document.querySelectorAll('figure[data-chart]:not([hidden])')].map((figure) => figure.dataset.chart)",
    );
    expect(charts.length).toBeGreaterThan(15);
    for (const [place, chart] of charts.entries()) {
      if (place > 0 && place % MOST_AT_ONCE === 0) await aSecond();
      const { name, bytes } = await save(page, chart, 'SVG');
      const { broken, texts, live, paths } = await parsed(page, bytes.toString());
      expect([chart, broken, live]).toEqual([chart, false, 0]);
      expect(paths).toBeGreaterThan(5);
      expect(texts[0]!.length).toBeGreaterThan(5);
      expect(texts.join(' ')).toMatch(/websocket/);
      expect(name).toMatch(/^[\w-]+\.svg$/);
      expect(bytes.toString()).not.toContain('NaN');
      // The clip of an element that is moved would move with it, and hide it.
      expect(bytes.toString()).not.toMatch(/<(path|text)[^>]*clip-path=/);
    }
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('a PNG has a ground and twice the pixels of the screen, and its name is the title', async () => {
    const { page } = await browser.open(renderHtml(fixtureRun(), builtAssets()));
    const { name, bytes } = await save(page, 'latency', 'PNG');
    expect(name).toBe('delivery-latency-by-percentile-broadcast.png');
    expect(bytes.subarray(1, 4).toString()).toBe('PNG');
    const width = await page.evaluate<number>(
      `document.querySelector('figure[data-chart="latency"] .canvas').clientWidth`,
    );
    expect(bytes.readUInt32BE(16)).toBe(2 * (width + 32));
    const corner = await page.evaluate<number[]>(`(async () => {
      const bytes = Uint8Array.from(atob('${bytes.toString('base64')}'), (c) => c.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      canvas.getContext('2d').drawImage(bitmap, 0, 0);
      return [...canvas.getContext('2d').getImageData(0, 0, 1, 1).data];
    })()`);
    expect(corner).toEqual([255, 255, 255, 255]);
    await page.close();
  });

  test('a map can be had by itself: as SVG without the page’s properties, and as PNG of its size, in light and in dark', async () => {
    for (const [colorScheme, ground] of [
      ['light', '#ffffff'],
      ['dark', '#1b1e22'],
    ] as const) {
      const { page, complaints } = await browser.open(renderHtml(fixtureRun(), builtAssets()), { colorScheme });
      const saved = async (kind: 'PNG' | 'SVG') => {
        const figure = page.locator('figure.map').first();
        const [download] = await Promise.all([
          page.waitForEvent('download'),
          figure.locator('button', { hasText: kind }).click(),
        ]);
        return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
      };
      const svg = await saved('SVG');
      expect(svg.name).toBe('which-transport-moves-the-fewest-bytes-on-the-sockets-without-tcp-ip.svg');
      expect(svg.bytes.toString()).not.toContain('var(--');
      expect(svg.bytes.toString()).toContain(`fill="${ground}"`);
      expect(await parsed(page, svg.bytes.toString())).toMatchObject({ broken: false, live: 0 });
      const [, width] = /viewBox="0 0 (\d+) \d+"/.exec(svg.bytes.toString())!;
      const png = await saved('PNG');
      expect(png.bytes.readUInt32BE(16)).toBe(2 * Number(width));
      expect(complaints).toEqual([]);
      await page.close();
    }
  });

  test('bars begin at 0, and below it only where what is negative can be seen', async () => {
    const leastLabel = async (partial: number): Promise<number> => {
      const run = fixtureRun({ repetitions: 1 });
      for (const { scenario, window, bytes } of run.measurements) {
        if (scenario === 'broadcast') bytes.down.partial = Math.round(partial * window.deliveries);
      }
      const { page } = await browser.open(renderHtml(run, builtAssets()));
      const { texts } = await parsed(page, (await save(page, 'layers', 'SVG')).bytes.toString());
      await page.close();
      return Math.min(...texts.filter((text) => /^-?[\d.]+ K?i?B$/.test(text)).map(Number.parseFloat));
    };
    expect(await leastLabel(-0.15)).toBe(0);
    expect(await leastLabel(-100)).toBeLessThan(0);
  });

  test('a CSV holds what is drawn, under the selection', async () => {
    const { page } = await browser.open(renderHtml(fixtureRun(), builtAssets()), {}, '#scenario=echo');
    const { name, bytes } = await save(page, 'latency', 'CSV');
    expect(name).toBe('delivery-latency-by-percentile-echo.csv');
    const lines = bytes.toString().trim().split('\r\n');
    expect(lines[0]).toBe('series,percentile,ns');
    expect(lines.filter((line) => line.startsWith('sse,p99,'))).toHaveLength(1);
    await page.close();
  });

  test('hostile names stay text in a picture, and a history has pictures too', async () => {
    const { page } = await browser.open(renderHtml(hostileRun(), builtAssets()));
    const { bytes } = await save(page, 'latency', 'SVG');
    expect(await parsed(page, bytes.toString())).toMatchObject({ broken: false, live: 0 });
    await page.close();
    const html = renderHistoryHtml(trendsOf(fixtureHistory()), [], null, builtAssets());
    const { page: history } = await browser.open(html);
    const trend = await save(history, 'trend-0-0-0', 'SVG');
    expect(await parsed(history, trend.bytes.toString())).toMatchObject({ broken: false, live: 0 });
    await history.close();
  });
});
