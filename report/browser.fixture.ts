/** Pages of the report in a real browser: opened from a file, with everything that they complain of. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe, { type AxeResults } from 'axe-core';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { loadPageAssets } from './assets.ts';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** Whether there is a browser to test in; says so where there is none, so that a skipped test is seen. */
export function hasBrowser(file: string): boolean {
  const present = existsSync(executablePath);
  if (!present) {
    const how = 'Install one (Debian, Ubuntu: apt install chromium) or name it: CHROMIUM=/path/to/chrome';
    console.warn(`${file} is skipped: there is no browser at ${executablePath}. ${how}`);
  }
  return present;
}

export function launchBrowser(): Promise<Browser> {
  const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'];
  return chromium.launch({ executablePath, args });
}

/** As `node build.js` left them: tests run on what is shipped. */
export const builtAssets = () => loadPageAssets(new URL('../dist/report/page/', import.meta.url));

export interface Opened {
  page: Page;
  /** Errors, policy violations, dialogs and requests. */
  complaints: string[];
}

export interface OpenedBrowser {
  /** A folder for whatever a test wants to write. */
  directory: string;
  open: (html: string, options?: BrowserContextOptions, hash?: string) => Promise<Opened>;
  close: () => Promise<void>;
}

export async function openBrowser(): Promise<OpenedBrowser> {
  const directory = mkdtempSync(join(tmpdir(), 'pushbench-page-'));
  const browser = await launchBrowser();
  let pages = 0;
  return {
    directory,
    open: async (html, options = {}, hash = '') => {
      const file = join(directory, `page-${pages++}.html`);
      writeFileSync(file, html);
      const page = await browser.newPage({ viewport: { width: 1200, height: 900 }, ...options });
      const complaints: string[] = [];
      const url = pathToFileURL(file).href;
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('dialog', (dialog) => complaints.push(dialog.message()));
      page.on('request', (request) => {
        const local = [url, 'data:', 'blob:'].some((prefix) => request.url().startsWith(prefix));
        if (!local) complaints.push(request.url());
      });
      await page.goto(url + hash);
      return { page, complaints };
    },
    close: async () => {
      await browser.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/**
 * What axe-core finds that keeps people out, a line each: what and where. It comes in by the debugger's protocol, which a
 * page's policy does not bind.
 *
 * @param within a selector; default: the whole page without what it frames
 * @param colours whether it looks at colours too, which takes most of its time; or at nothing else
 */
export async function seriousIssues(
  page: Page,
  { within = 'html', colours = true }: { within?: string; colours?: boolean | 'alone' } = {},
): Promise<string[]> {
  const options = {
    ...{ iframes: false, resultTypes: ['violations'] },
    ...(colours === 'alone' ? { runOnly: ['color-contrast'] } : { rules: { 'color-contrast': { enabled: colours } } }),
  };
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResults>(
    `axe.run(${JSON.stringify(within)}, ${JSON.stringify(options)})`,
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .slice(0, 3)
          .map(({ html }) => html.slice(0, 200))
          .join(' | ')}`,
    );
}

/** Brings every chart near the screen once: they are drawn as a reader comes by. */
export const readThrough = (page: Page): Promise<void> =>
  page.evaluate<void>(`(async () => {
    const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    for (const figure of document.querySelectorAll('figure:not([hidden])')) {
      figure.scrollIntoView();
      await frame();
    }
    await frame();
    scrollTo(0, 0);
  })()`);

/** For each visible canvas, how many of its pixels are painted, without bringing it near. */
export const paintedNow = (page: Page): Promise<number[]> =>
  page.evaluate<number[]>(`[...document.querySelectorAll('figure:not([hidden]) canvas')].map((canvas) => {
    // A copy that is made to be read: Chromium complains of reading another again and again.
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let i = 3; i < data.length; i += 4) if (data[i] !== 0) count++;
    return count;
  })`);

/** The same after reading through the page. */
export async function painted(page: Page): Promise<number[]> {
  await readThrough(page);
  return paintedNow(page);
}

/** CSS pixels that the page is wider than the window. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
