import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { RunFile } from '../results/schema.ts';
import { liveWords, renderLiveHtml, type LiveState } from './live.ts';
import { fixtureRun } from './run.fixture.ts';

const assets = { script: 'void 0;', style: 'body{}', live: 'void 1;' };
const whole = fixtureRun();
const soFar: RunFile = { ...whole, partial: true, measurements: whole.measurements.slice(0, 3) };
const measuring: LiveState = {
  ...{ phase: 'measuring', run: soFar, done: 3, total: 69 },
  ...{ now: 'broadcast · sse', left: '40s' },
};
const show = (state: LiveState, resultPath = 'results/runs/a.json'): string =>
  renderLiveHtml(state, { resultPath, redrawSeconds: 15 }, assets);

/** From the strip's element to its end. */
const stripOf = (html: string): string => /<aside id="live".*?<\/aside>/s.exec(html)![0];

describe('the words of a live view', () => {
  it('say what comes before the first measurement, and how many there will be', () => {
    expect(liveWords({ phase: 'preparing', run: soFar })).toEqual({
      headline: 'Preparing',
      detail: 'what needs no load comes first; then 69 measurements',
      done: 0,
      total: 69,
    });
  });

  it('say which measurement is under way, and how long all of it takes', () => {
    expect(liveWords(measuring)).toEqual({
      headline: 'Measuring 4 of 69',
      detail: 'broadcast · sse, about 40s left',
      done: 3,
      total: 69,
    });
  });

  const failure = { transport: 'sse', scenario: 'idle', repetition: 0, message: 'It hung.' };
  const failed: RunFile = { ...soFar, run: { ...soFar.run, failures: [failure] } };
  it.each<[string, RunFile, string]>([
    ['Finished: 69 of 69 measured', whole, 'a whole run'],
    ['Stopped: 3 of 69 measured', soFar, 'a run that was interrupted'],
    ['Ended with failures: 3 of 69 measured', failed, 'a run that has failed'],
  ])('say "%s" of %3$s', (headline, run) => {
    const words = liveWords({ phase: 'over', run, report: 'results/runs/a.html' });
    expect(words).toMatchObject({ headline, detail: 'The report, which stays: results/runs/a.html' });
  });

  it('say of a run of nothing that there is no report', () => {
    const { detail } = liveWords({ phase: 'over', run: soFar, report: null });
    expect(detail).toBe('Nothing was measured, so there is no report.');
  });
});

describe('the page of a live view', () => {
  it('is the report of what there is, under a strip with the progress', () => {
    const html = show(measuring);
    expect(stripOf(html)).toContain('<strong id="live-headline">Measuring 4 of 69</strong>');
    expect(stripOf(html)).toContain('<progress id="live-progress" max="69" value="3"');
    expect(html.indexOf('id="live"')).toBeLessThan(html.indexOf('<main id="main">'));
    expect(html).toContain('<section id="scoreboard">');
    expect(html).toContain('3 measurements of 69 planned are in this file.');
  });

  it('says that looking is load, how often it is drawn, and where the result is', () => {
    const strip = stripOf(show(measuring));
    expect(strip).toContain('Drawing on the machine that measures is load');
    expect(strip).toContain('at most every 15 s');
    expect(strip).toContain('<code>results/runs/a.json</code>');
  });

  it('calls the run partial, but not stopped before it is', () => {
    expect(show(measuring)).toContain('This run is partial and decides nothing. It is still being measured.');
    const nothing = show({ phase: 'preparing', run: { ...soFar, measurements: [] } });
    expect(nothing).toContain('Nothing is measured yet, so every figure is missing.');
    const stopped = show({ phase: 'over', run: soFar, report: 'a.html' });
    expect(stopped).toContain('This run is partial and decides nothing. It was stopped before its end.');
  });

  it('at the end has nothing to wait for and nothing to choose', () => {
    const strip = stripOf(show({ phase: 'over', run: whole, report: 'a.html' }));
    expect(strip).toContain('data-phase="over"');
    expect(strip).not.toMatch(/<progress|<input/);
    expect(strip).toContain('nothing here changes any more');
  });

  it('may ask its own server and nobody else, and runs its two scripts alone', () => {
    const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    expect(show(measuring)).toContain(
      `content="default-src 'none'; script-src ${hash('void 0;')} ${hash('void 1;')}; connect-src 'self'; style-src ${hash('body{}')};`,
    );
  });

  it('shows names and paths as text, whatever they hold', () => {
    const hostile = '"><script>alert(1)</script>';
    const html = show({ ...measuring, now: hostile, left: hostile }, hostile);
    expect(html.match(/<script/g)).toHaveLength(3);
    expect(stripOf(html)).not.toContain('<script>');
    expect(stripOf(show({ phase: 'over', run: whole, report: hostile }))).not.toContain('<script>');
  });
});
