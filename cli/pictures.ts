/** `npm run pictures -- RUN.json`: what the README shows, taken anew in a real browser: the page of a run (light, dark, on a phone), a live view, and the demo. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { loadDemoAssets, loadLiveAssets, loadPageAssets } from '../report/assets.ts';
import { renderDemo } from '../report/demo/html.ts';
import { renderHtml } from '../report/html.ts';
import { liveWords, renderLiveHtml, type LiveState } from '../report/live.ts';
import { DEFAULT_KNOBS } from '../results/demo.ts';
import { USUAL } from '../results/model/load.ts';
import { readRun } from '../results/store.ts';
import { startDemo } from '../scenarios/demo/demo.ts';
import { LiveServer } from './live-server.ts';

const FOLDER = join('report', 'examples');
/** How long the demo runs before it is looked at, ms. */
const DEMO_MS = 25_000;

type Scheme = 'light' | 'dark';

async function opened(browser: Browser, url: string, size: readonly [number, number], scheme: Scheme): Promise<Page> {
  const [width, height] = size;
  const page = await browser.newPage({ viewport: { width, height }, colorScheme: scheme });
  await page.goto(url);
  return page;
}

/** Of the page of a run: a name, the size of the window, and the scheme. */
const OF_REPORT: readonly (readonly [string, readonly [number, number], Scheme])[] = [
  ['report', [1_200, 1_040], 'light'],
  ['report-dark', [1_200, 1_040], 'dark'],
  ['report-phone', [380, 1_040], 'light'],
];

async function ofReport(browser: Browser, run: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'pushbench-pictures-'));
  try {
    const file = join(folder, 'page.html');
    writeFileSync(file, renderHtml(readRun(run), loadPageAssets()));
    for (const [name, size, scheme] of OF_REPORT) {
      const page = await opened(browser, pathToFileURL(file).href, size, scheme);
      await page.screenshot({ path: join(FOLDER, `${name}.png`) });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As it was in the middle of the run. */
async function ofLive(browser: Browser, path: string): Promise<void> {
  const whole = readRun(path);
  const done = whole.measurements.length >> 1;
  const run = { ...whole, partial: true, measurements: whole.measurements.slice(0, done) };
  const next = whole.measurements[done];
  if (next === undefined) return;
  const { transport, scenario, repetition } = next;
  const now = `${transport} in ${scenario}, repetition ${repetition + 1}`;
  const state: LiveState = { phase: 'measuring', run, done, total: whole.measurements.length, now, left: '30 s' };
  const html = renderLiveHtml(
    state,
    { resultPath: `results/runs/${run.run.id}.json`, redrawSeconds: 15 },
    loadLiveAssets(),
  );
  const server = await LiveServer.open(0, html, liveWords(state));
  try {
    const page = await opened(browser, server.url, [1_200, 1_040], 'light');
    // Told by the server, not by the page.
    await page.getByText(now).waitFor();
    await page.screenshot({ path: join(FOLDER, 'live.png') });
  } finally {
    server.close();
  }
}

async function ofDemo(browser: Browser): Promise<void> {
  const page = renderDemo(loadDemoAssets());
  const demo = await startDemo({ host: '127.0.0.1', port: 0, page, knobs: DEFAULT_KNOBS, server: USUAL });
  try {
    const shown = await opened(browser, `${demo.url}/`, [1_440, 1_270], 'light');
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
    await ofLive(browser, run);
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
