/** When a live view draws, and when it does not: a browser's part is played by hand, and so is time. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunFile } from '../results/schema.ts';
import type { Plan } from '../scenarios/runner/plan.ts';
import { headerOf, measurementOf, planOf } from '../scenarios/runner/planned.fixture.ts';
import { until } from './cli.fixture.ts';
import { UsageError } from './failure.ts';
import { follow } from './follower.fixture.ts';
import { Live, type LiveOptions } from './live.ts';

const plan: Plan = planOf({ scenarios: 'broadcast', repetitions: '1' });
const header = headerOf(plan);
const total = plan.planned.length;

let nowMs: number;
let live: Live;
const options: LiveOptions = {
  ...{ port: 0, resultPath: 'results/runs/a.json' },
  assets: { script: '', style: '', live: 'void 1;' },
  now: () => nowMs,
};
beforeEach(async () => {
  nowMs = 1_000;
  live = await Live.open(header, options);
});
afterEach(() => live.close());

const runOf = (measured: number, partial = true): RunFile => ({
  ...header,
  partial,
  measurements: plan.planned.slice(0, measured).map((planned) => measurementOf(planned)),
});
const begin = (done: number): void => live.begin(plan.planned[done]!, done, total, 12_000);
const page = async (): Promise<string> => (await fetch(live.url)).text();
const measuredOn = (html: string): number => Number(/(\d+) measurements? of \d+ planned/.exec(html)?.[1]);

describe('a live view', () => {
  it('shows from the first moment that nothing is measured yet', async () => {
    expect(await page()).toContain('Nothing is measured yet');
    expect(await page()).toContain('<strong id="live-headline">Preparing</strong>');
  });

  it('tells each page what is being measured, as soon as it begins', async () => {
    const follower = await follow(live.url);
    begin(0);
    await until(() => follower.named('state').length === 2, 'the second event');
    expect(follower.named('state')).toMatchObject([
      { headline: 'Preparing' },
      {
        headline: `Measuring 1 of ${total}`,
        detail: expect.stringMatching(/^broadcast · \S+.*, about 12s left$/) as string,
      },
    ]);
  });

  it('draws when something new was measured, and not before', async () => {
    const follower = await follow(live.url);
    begin(0);
    live.show(runOf(1));
    expect(measuredOn(await page())).toBe(0);
    begin(1);
    await until(() => follower.named('redraw').length === 1, 'the event');
    expect(measuredOn(await page())).toBe(1);
    follower.close();
    await live.drawn();
  });

  it('draws at most every 15 seconds', async () => {
    const follower = await follow(live.url, '');
    live.show(runOf(1));
    begin(1);
    nowMs += 14_999;
    live.show(runOf(2));
    begin(2);
    expect(measuredOn(await page())).toBe(1);
    nowMs += 1;
    begin(3);
    await until(() => follower.named('redraw').length === 2, 'the second drawing');
    expect(measuredOn(await page())).toBe(2);
  });

  it('renders nothing where nobody looks, or where the page is to stay as it is', async () => {
    live.show(runOf(1));
    begin(1);
    expect(measuredOn(await page())).toBe(0);
    const still = await follow(live.url, '?still');
    live.show(runOf(2));
    begin(2);
    await until(() => still.named('state').length === 2, 'the words');
    expect(still.named('redraw')).toEqual([]);
    expect(measuredOn(await page())).toBe(0);
  });

  it('keeps the next measurement waiting until the page is drawn', async () => {
    const follower = await follow(live.url);
    live.show(runOf(1));
    begin(1);
    let quiet = false;
    const waiting = live.drawn().then(() => (quiet = true));
    await until(() => follower.named('redraw').length === 1, 'the event');
    follower.close();
    expect(quiet).toBe(false);
    await follow(live.url);
    await waiting;
  });

  it('shows the end to every page, says where the report is, and is gone', async () => {
    const follower = await follow(live.url, '?still');
    const finishing = live.finish(runOf(total, false), 'results/runs/a.html');
    await until(() => follower.named('over').length === 1, 'the end');
    const last = await page();
    expect(last).toContain(`Finished: ${total} of ${total} measured`);
    expect(last).toContain('results/runs/a.html');
    await Promise.all([finishing, follower.ended]);
    await expect(page()).rejects.toThrow();
  });

  it('ends at once where nobody looks', async () => {
    await live.finish(runOf(total, false), null);
    await expect(page()).rejects.toThrow();
  });

  it('says of a port that is taken which flag it is of, and what to try', async () => {
    const port = Number(new URL(live.url).port);
    await expect(Live.open(header, { ...options, port })).rejects.toThrow(
      new UsageError(`--live: port ${port} on 127.0.0.1 is in use. Without a number, a free one is taken.`),
    );
  });
});
