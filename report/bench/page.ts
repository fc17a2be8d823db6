/**
 * How large the page of a run is and how soon it can be used, by the browser's own performance API: a part of
 * `npm run bench:self`, and `node dist/report/bench/page.js RUN.json` for a run of one's own. It judges nothing.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { median } from '../../results/statistics.ts';
import { readRun } from '../../results/store.ts';
import { loadPageAssets } from '../assets.ts';
import { renderHtml } from '../html.ts';

/** A page of its own each, in a fresh context: nothing is cached. */
const VISITS = 9;

interface Visit {
  /** From navigation until what is seen first is drawn and every control answers, ms. */
  readyMs: number;
  /** Tasks of more than 50 ms: how long the reader would wait for an answer, in all, ms. */
  longMs: number;
  domMs: number;
  requests: number;
}

function line(what: string, figure: string, aim: string): void {
  process.stdout.write(`${what.padEnd(52)} ${figure.padEnd(30)} ${aim}\n`);
}

/** Evaluated in the page; waits for the mark that the page's script sets after its first drawing. */
const READ = `(async () => {
  const long = [];
  new PerformanceObserver((list) => long.push(...list.getEntries())).observe({ type: 'longtask', buffered: true });
  while (performance.getEntriesByName('pushbench-ready').length === 0) await new Promise((done) => setTimeout(done, 5));
  // Whatever was long is told a moment later.
  await new Promise((done) => setTimeout(done, 300));
  const [navigation] = performance.getEntriesByType('navigation');
  return {
    readyMs: performance.getEntriesByName('pushbench-ready')[0].startTime,
    longMs: long.reduce((sum, { duration }) => sum + duration, 0),
    domMs: navigation.domInteractive,
    requests: performance.getEntriesByType('resource').filter(({ name }) => !name.startsWith('data:')).length,
  };
})()`;

async function visit(browser: Browser, url: string): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1600, height: 1000 } });
  try {
    const page = await context.newPage();
    await page.goto(url);
    return await page.evaluate<Visit>(READ);
  } finally {
    await context.close();
  }
}

/** Where `pushbench run` writes, from the folder that it is called in. */
const RUNS = 'results/runs';

/** The largest run that is there, since the aim is for a full one; null for none. */
function largestRun(): string | null {
  if (!existsSync(RUNS)) return null;
  const files = readdirSync(RUNS).filter((name) => name.endsWith('.json'));
  const sized = files.map((name) => join(RUNS, name)).sort((a, b) => statSync(b).size - statSync(a).size);
  return sized[0] ?? null;
}

async function main(): Promise<void> {
  const path = process.argv[2] ?? largestRun();
  const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
  if (path === null)
    return line('page', `not measured: no run in ${RUNS}; pushbench run --profile full, or --run FILE`, 'aim < 1 MB');
  const run = readRun(path);
  const html = renderHtml(run, loadPageAssets(new URL('../page/', import.meta.url)));
  const size = `${(Buffer.byteLength(html) / 1e6).toFixed(3)} MB`;
  line(`page of ${run.measurements.length} measurements`, size, 'aim < 1 MB');
  if (!existsSync(executablePath)) {
    return line('  in Chromium', `not measured: none at ${executablePath}; set CHROMIUM`, 'aim < 1,000 ms');
  }
  const visits = await visitsOf(html, executablePath);
  const middle = (of: (visit: Visit) => number): string => `${median(visits.map(of))!.toFixed(0)} ms`;
  const worst = Math.max(...visits.map(({ readyMs }) => readyMs));
  line(
    '  interactive, median of 9 visits',
    `${middle(({ readyMs }) => readyMs)}  (worst ${worst.toFixed(0)} ms)`,
    'aim < 1,000 ms',
  );
  line(
    '  of which until the document is parsed',
    middle(({ domMs }) => domMs),
    'reported',
  );
  line(
    '  long tasks, in all',
    middle(({ longMs }) => longMs),
    'reported',
  );
  line('  requests', String(Math.max(...visits.map(({ requests }) => requests))), 'aim none');
}

async function visitsOf(html: string, executablePath: string): Promise<Visit[]> {
  // Only here: pushbench without its development tools has no playwright, and no bench either.
  const { chromium } = await import('playwright-core');
  const directory = mkdtempSync(join(tmpdir(), 'pushbench-bench-'));
  const browser = await chromium.launch({ executablePath, args: ['--headless', '--no-sandbox', '--disable-gpu'] });
  try {
    const file = join(directory, 'page.html');
    writeFileSync(file, html);
    const visits: Visit[] = [];
    for (let count = 0; count < VISITS; count++) visits.push(await visit(browser, pathToFileURL(file).href));
    return visits;
  } finally {
    await browser.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

await main();
