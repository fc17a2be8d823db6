/** `npm run pictures -- RUN.json`: what the README shows, taken anew in a real browser: the page of a run, and the demo. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { loadDemoAssets, loadPageAssets } from '../report/assets.ts';
import { renderDemo } from '../report/demo/html.ts';
import { renderHtml } from '../report/html.ts';
import { DEFAULT_KNOBS } from '../results/demo.ts';
import { USUAL } from '../results/model/load.ts';
import { readRun } from '../results/store.ts';
import { startDemo } from '../scenarios/demo/demo.ts';

const FOLDER = join('report', 'examples');
/** How long the demo runs before it is looked at, ms. */
const DEMO_MS = 25_000;

async function opened(browser: Browser, url: string, width: number, height: number): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme: 'light' });
  await page.goto(url);
  return page;
}

async function ofReport(browser: Browser, run: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'pushbench-pictures-'));
  try {
    const file = join(folder, 'page.html');
    writeFileSync(file, renderHtml(readRun(run), loadPageAssets()));
    const page = await opened(browser, pathToFileURL(file).href, 1_200, 1_040);
    await page.screenshot({ path: join(FOLDER, 'report.png') });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function ofDemo(browser: Browser): Promise<void> {
  const page = renderDemo(loadDemoAssets());
  const demo = await startDemo({ host: '127.0.0.1', port: 0, page, knobs: DEFAULT_KNOBS, server: USUAL });
  try {
    const shown = await opened(browser, `${demo.url}/`, 1_440, 1_270);
    await new Promise((resolve) => setTimeout(resolve, DEMO_MS));
    await shown.screenshot({ path: join(FOLDER, 'demo.png') });
  } finally {
    await demo.close();
  }
}

async function main(run: string): Promise<void> {
  const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({ executablePath, args: ['--headless', '--no-sandbox', '--disable-gpu'] });
  try {
    await ofReport(browser, run);
    await ofDemo(browser);
  } finally {
    await browser.close();
  }
}

const [run] = process.argv.slice(2);
if (run === undefined) {
  process.stderr.write('Name the file of a run: npm run pictures -- results/runs/RUN.json\n');
  process.exitCode = 2;
} else await main(run);
