/** Runs dropped on the page: compared in place, by what the command line says too; what is no run is answered in a sentence. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunFile } from '../results/schema.ts';
import { builtAssets, hasBrowser, openBrowser, overflow, painted, type OpenedBrowser } from './browser.fixture.ts';
import { gatedRun } from './gated-run.fixture.ts';
import { HOSTILE, hostileRun } from './hostile.fixture.ts';
import { renderHtml } from './html.ts';
import { digestOf } from './run-digest.ts';
import { sideTables } from './side-tables.ts';
import { sideSentences } from './side-words.ts';

describe.skipIf(!hasBrowser('report/page-compare.test.ts'))('in Chromium', () => {
  let browser: OpenedBrowser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  const own = gatedRun();
  const open = () => browser.open(renderHtml(own, builtAssets()));
  const fileOf = (name: string, content: string | Buffer): string => {
    const path = join(browser.directory, name);
    writeFileSync(path, content);
    return path;
  };
  const runFile = (name: string, run: RunFile): string => fileOf(name, JSON.stringify(run));
  const status = (page: Page): Promise<string> => page.locator('#compare-status').innerText();
  const said = (page: Page) => expect.poll(() => status(page), { timeout: 10_000 });
  const choose = (page: Page, files: string | string[]) => page.setInputFiles('#compare-files', files);

  test('a chosen file stands beside the run, with the figures that the command line has', async () => {
    const { page, complaints } = await open();
    const other = gatedRun({ slower: 1.5 });
    await choose(page, runFile('slower.json', other));
    await said(page).toBe('slower.json beside this run: see below.');
    const runs = [own, other].map(digestOf);
    const text = await page.locator('[data-side]').innerText();
    for (const sentence of sideSentences(runs)) expect(text).toContain(sentence);
    const cells = await page.locator('[data-side] td, [data-side] tbody th').allInnerTexts();
    for (const { rows } of sideTables(runs)) {
      for (const row of rows) for (const cell of row.cells) expect(cells.join('\n')).toContain(cell.text);
    }
    expect(await page.locator('figure[data-chart="side-latency"]').isVisible()).toBe(true);
    expect(Math.min(...(await painted(page)))).toBeGreaterThan(1000);
    await page.uncheck('input[value="sse"]');
    expect(await page.locator('[data-side] tr[data-transport="sse"]:visible').count()).toBe(0);
    await page.click('#compare-clear');
    expect(await page.locator('[data-side]').count()).toBe(0);
    expect(await page.locator('figure[data-chart="side-latency"]').isVisible()).toBe(false);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('files dropped anywhere are compared, gzipped ones too, and a second drop replaces the first', async () => {
    const { page, complaints } = await open();
    await drop(page, [{ name: 'packed.json.gz', bytes: gzipSync(JSON.stringify(gatedRun({ seed: 8 }))) }]);
    await said(page).toContain('packed.json.gz beside this run');
    const both = ['b.json', 'c.json'].map((name) => ({ name, bytes: Buffer.from(JSON.stringify(gatedRun())) }));
    await drop(page, both);
    await said(page).toContain('b.json, c.json beside this run');
    expect(await page.locator('[data-side]').count()).toBe(1);
    expect(await page.locator('[data-side]').innerText()).toContain('C against A');
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('hostile names in a dropped run add no element, run nothing and ask for nothing', async () => {
    const { page, complaints } = await open();
    const inert = () => page.evaluate("document.querySelectorAll('script, img, iframe, b > *').length");
    const before = await inert();
    const hostile = hostileRun();
    // Under the names of this page's own scenarios, so that they stand in its tables.
    hostile.measurements.forEach((m) => {
      m.scenario = m.scenario.slice(HOSTILE.length);
      m.transport = m.transport.slice(HOSTILE.length);
    });
    await drop(page, [{ name: 'x<img src=x onerror=alert(1)>.json', bytes: Buffer.from(JSON.stringify(hostile)) }]);
    await said(page).toContain('beside this run');
    expect(await page.locator('[data-side]').innerText()).toContain('</script><script>');
    expect(await inert()).toBe(before);
    expect(await page.title()).not.toBe('owned');
    expect(await page.evaluate('Object.prototype.polluted')).toBe(undefined);
    await page.setViewportSize({ width: 380, height: 800 });
    // Charts follow a window that shrinks a moment later.
    await expect.poll(() => overflow(page)).toBe(0);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('what is no run is answered in one sentence, read out, and changes nothing', async () => {
    const { page, complaints } = await open();
    expect(await page.locator('#compare-status').getAttribute('aria-live')).toBe('polite');
    const bomb = gzipSync(Buffer.alloc(80 * 2 ** 20));
    for (const [name, content, sentence] of [
      ['empty.json', '', /^empty\.json is not JSON\./],
      ['text.json', 'hello', /^text\.json is not JSON\./],
      ['list.json', '[1]', /^list\.json is not a result of pushbench/],
      ['newer.json', '{"schemaVersion":99}', /has schema version 99; this page reads up to 1/],
      ['baseline.json', '{"schemaVersion":1,"kind":"baseline"}', /it is a "baseline" of pushbench/],
      [
        'half.json',
        '{"schemaVersion":1,"partial":false}',
        /^half\.json is not a whole run of pushbench: run is no object\.$/,
      ],
      ['cut.json.gz', gzipSync('{"schemaVersion":1}').subarray(0, 20), /^cut\.json\.gz cannot be read/],
      ['bomb.json.gz', bomb, /^bomb\.json\.gz is larger than any result of pushbench\.$/],
    ] as const) {
      await choose(page, fileOf(name, content));
      await said(page).toMatch(sentence);
    }
    await choose(
      page,
      Array.from({ length: 6 }, (_, index) => runFile(`many-${index}.json`, own)),
    );
    await said(page).toMatch(/^6 files are too many/);
    expect(await page.locator('[data-side]').count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('a keyboard reaches the file chooser, and without script nothing offers what could not answer', async () => {
    const { page } = await open();
    await page.focus('#compare-files');
    expect(await page.evaluate('document.activeElement.id + document.activeElement.type')).toBe('compare-filesfile');
    await page.close();
    const { page: bare } = await browser.open(renderHtml(own, builtAssets()), { javaScriptEnabled: false });
    expect(await bare.locator('#compare').isVisible()).toBe(false);
    expect(await bare.locator('.downloads').count()).toBe(0);
    await bare.close();
  });
});

/** As a person drops files: the browser hands them over in the event. */
function drop(page: Page, files: readonly { name: string; bytes: Buffer }[]): Promise<void> {
  const packed = JSON.stringify(files.map(({ name, bytes }) => [name, bytes.toString('base64')]));
  return page.evaluate<void>(`(() => {
    const transfer = new DataTransfer();
    for (const [name, text] of ${packed}) {
      transfer.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], name));
    }
    document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
  })()`);
}
