/** `pushbench run --live` as a user has it: the link, the page in Chromium while the run goes on, its end, and nothing left behind. */
import { readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { relative } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasBrowser, launchBrowser, seriousIssues } from '../report/browser.fixture.ts';
import { folder, groupAlive, pushbench, resultIn, start, until, type Running } from './cli.fixture.ts';
import { follow } from './follower.fixture.ts';

let cwd: string;
let remove: () => void;
beforeEach(() => ({ path: cwd, remove } = folder()));
afterEach(() => remove());

/** Measurements that take long enough to be looked at. */
const of = (transports: string): string[] => [
  ...['--transports', transports, '--scenarios', 'broadcast', '--repetitions', '1'],
  ...['--clients', '5', '--rate', '50', '--duration', '1200ms', '--warmup', '50ms'],
];

async function linkOf(running: Running): Promise<string> {
  await until(() => /^Live {2}http\S+$/m.test(running.stderr()), 'the link');
  return /^Live {2}(http:\/\/127\.0\.0\.1:\d+\/)$/m.exec(running.stderr())![1]!;
}

describe.skipIf(!hasBrowser('cli/run-live.test.ts'))('pushbench run --live, in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  /** `complaints` gathers errors, policy violations and requests to elsewhere. */
  async function open(url: string): Promise<{ page: Page; complaints: string[] }> {
    const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => {
      if (!request.url().startsWith(url) && !request.url().startsWith('data:')) complaints.push(request.url());
    });
    await page.goto(url);
    return { page, complaints };
  }

  it('shows how far it is and what is measured so far, and ends as the report with nothing left open', async () => {
    const running = start(cwd, ['run', '--live', ...of('sse,websocket')]);
    const link = await linkOf(running);
    const { page, complaints } = await open(link);
    const still = await open(link);
    await still.page.uncheck('#live-redraw');
    await page.getByText('Nothing is measured yet').waitFor();
    await page.getByText('Measuring 1 of 2').waitFor();
    await page.evaluate("location.hash = '#scenario=broadcast&without=sse'; scrollTo(0, 200)");

    await page.getByText('1 measurement of 2 planned is in this file.').waitFor();
    expect(new URL(page.url()).hash).toBe('#scenario=broadcast&without=sse');
    await expect.poll(() => page.evaluate('scrollY')).toBe(200);
    expect(await page.title()).toMatch(/^Measuring 2 of 2 · pushbench: run /);
    expect(await still.page.locator('.banner').innerText()).toContain('Nothing is measured yet');
    expect(await still.page.locator('.live-bar').innerText()).toContain('Measuring 2 of 2');

    for (const colorScheme of ['dark', 'light'] as const) {
      await still.page.emulateMedia({ colorScheme });
      expect([colorScheme, await seriousIssues(still.page, { within: '.live-bar' })]).toEqual([colorScheme, []]);
    }

    for (const each of [page, still.page]) await each.getByText('Finished: 2 of 2 measured').waitFor();
    const report = relative(cwd, resultIn(cwd)).replace('.json', '.html');
    expect(await page.locator('.live-bar').innerText()).toContain(report);
    expect(await page.locator('#scoreboard').innerText()).toMatch(/websocket\s+[\d.,]+ [mµ]s\b/);
    const { code, stderr } = await running.finished;
    expect(code, stderr).toBe(0);
    expect(groupAlive(running.process.pid!)).toBe(false);
    expect([...complaints, ...still.complaints]).toEqual([]);
  });

  it('says when pushbench is no more', async () => {
    const running = start(cwd, ['run', '--live', ...of('sse')]);
    const { page } = await open(await linkOf(running));
    await page.getByText('Measuring 1 of 1').waitFor();
    running.process.kill('SIGKILL');
    await page.getByText('pushbench does not answer any more').waitFor();
    await running.finished;
  });
});

describe('pushbench run --live', () => {
  it('is not kept by whoever follows: Ctrl-C ends it with exit 130, and every connection', async () => {
    const running = start(cwd, ['run', '--live', ...of('sse')]);
    const follower = await follow(await linkOf(running));
    await until(() => follower.events.length > 1, 'the first measurement');
    process.kill(-running.process.pid!, 'SIGINT');
    const { code } = await running.finished;
    await follower.ended;
    expect(code).toBe(130);
    expect(follower.named('over')).toHaveLength(1);
    expect(groupAlive(running.process.pid!)).toBe(false);
  });

  it('is not kept by whoever follows when the run fails', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => blocker.once('listening', resolve));
    const { port } = blocker.address() as { port: number };
    const running = start(cwd, ['run', '--live', '--port', String(port), ...of('sse')]);
    const follower = await follow(await linkOf(running));
    const { code } = await running.finished;
    blocker.close();
    await follower.ended;
    expect(code).toBe(4);
  });

  it('refuses a port that is taken, and one that is none, before anything is written', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => blocker.once('listening', resolve));
    const { port } = blocker.address() as { port: number };
    const taken = await pushbench(cwd, ['run', '--live', String(port), ...of('sse')]);
    blocker.close();
    expect(taken.stderr).toBe(
      `pushbench: --live: port ${port} on 127.0.0.1 is in use. Without a number, a free one is taken.\n`,
    );
    const none = await pushbench(cwd, ['run', '--live', 'here', ...of('sse')]);
    expect(none.stderr).toMatch(/^pushbench: --live "here" must be a whole number from 0 to 65535/);
    expect([taken.code, none.code]).toEqual([2, 2]);
    expect(readdirSync(cwd)).toEqual([]);
  });
});
