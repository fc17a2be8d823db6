import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { measurementOf, plannedOf } from '../scenarios/runner/planned.fixture.ts';
import { both, makeProgress, nameOf, type RunProgress } from './progress.ts';
import { keptStream, type Written } from './stream.fixture.ts';

const sse = plannedOf('sse', 'broadcast');
const twin = { ...plannedOf('websocket', 'broadcast'), twin: true as const };
const invalid = {
  ...measurementOf(sse),
  validity: {
    valid: false,
    warnings: [
      { code: 'few-samples' as const, message: 'Too few.', advice: '', invalidates: false },
      { code: 'generator-cpu' as const, message: 'The generator was full.', advice: '', invalidates: true },
    ],
  },
};
const failure = { transport: 'sse', scenario: 'broadcast', repetition: 0, message: 'The server\nprocess ended.' };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** The largest number of writes within any second. */
const mostWithinASecond = (writes: readonly Written[]): number =>
  Math.max(...writes.map((from) => writes.filter(({ atMs }) => atMs >= from.atMs && atMs < from.atMs + 1_000).length));

/** A thousand measurements of 10 ms each, faster than any is. */
function rush(progress: RunProgress): void {
  for (let done = 0; done < 1_000; done++) {
    progress.begin(sse, done, 1_000, (1_000 - done) * 10);
    vi.advanceTimersByTime(10);
    progress.end(sse, measurementOf(sse), done + 1, 1_000, (999 - done) * 10);
  }
}

describe('the name of a measurement', () => {
  it('has its variant, and says which of an A/A pair is the second', () => {
    expect(nameOf(sse)).toBe('broadcast · sse');
    expect(nameOf(twin)).toBe('broadcast · websocket (A/A twin)');
    expect(nameOf({ ...sse, parameters: { ...sse.parameters, variant: 'close' } })).toBe('broadcast · sse (close)');
  });
});

describe('progress where there is no terminal', () => {
  it('is a line for the preparation and one for each measurement, with what is left after it', () => {
    const { to, text } = keptStream();
    const progress = makeProgress(to);
    progress.preparing('exact byte counts', 3, 61_000);
    progress.begin(sse, 0, 3, 58_000);
    vi.advanceTimersByTime(20_000);
    progress.end(sse, measurementOf(sse), 1, 3, 38_000);
    progress.begin(twin, 1, 3, 38_000);
    vi.advanceTimersByTime(20_000);
    progress.end(twin, invalid, 2, 3, 18_000);
    vi.advanceTimersByTime(20_000);
    progress.end(sse, failure, 3, 3, 0);
    progress.stop();
    expect(text().split('\n')).toEqual([
      '[0/3, about 61s left] preparing: exact byte counts',
      '[1/3, about 38s left] broadcast · sse: done',
      '[2/3, about 18s left] broadcast · websocket (A/A twin): invalid: The generator was full.',
      '[3/3] broadcast · sse: failed: The server process ended.',
      '',
    ]);
  });

  it('writes at most four times a second, and loses no line', () => {
    const { to, text, writes } = keptStream();
    const progress = makeProgress(to);
    rush(progress);
    expect(mostWithinASecond(writes)).toBe(4);
    progress.stop();
    expect(text().trimEnd().split('\n')).toHaveLength(1_000);
  });

  it('keeps no process waiting once it is stopped', () => {
    const progress = makeProgress(keptStream().to);
    progress.end(sse, failure, 1, 3, 1_000);
    progress.end(sse, failure, 2, 3, 1_000);
    progress.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('progress on a terminal', () => {
  /** What the bar looked like each time that it was drawn. */
  const drawings = (writes: readonly Written[]): Written[] => writes.filter(({ text }) => /[█░]/.test(text));

  it('is a bar with what is going on, from the preparation on', () => {
    const { to, writes } = keptStream(120);
    const progress = makeProgress(to);
    progress.preparing('exact byte counts and codecs', 40, 61_000);
    vi.advanceTimersByTime(3_000);
    progress.begin(sse, 20, 40, 30_000);
    vi.advanceTimersByTime(250);
    progress.stop();
    expect(drawings(writes)[0]?.text).toBe(
      `${'░'.repeat(20)} 0/40  about 61s left  preparing: exact byte counts and codecs`,
    );
    expect(drawings(writes).at(-1)?.text).toBe(
      `${'█'.repeat(10)}${'░'.repeat(10)} 20/40  about 30s left  broadcast · sse`,
    );
    expect(vi.getTimerCount()).toBe(0);
  });

  it('counts down through a long measurement, and says one second where more is taken than was thought', () => {
    const { to, writes } = keptStream(120);
    const progress = makeProgress(to);
    progress.begin(sse, 0, 2, 10_000);
    vi.advanceTimersByTime(4_000);
    expect(drawings(writes).at(-1)?.text).toContain('about 6s left');
    vi.advanceTimersByTime(20_000);
    expect(drawings(writes).at(-1)?.text).toContain('about 1s left');
    progress.stop();
  });

  it('is drawn at most four times a second', () => {
    const { to, writes } = keptStream(120);
    const progress = makeProgress(to);
    rush(progress);
    expect(mostWithinASecond(drawings(writes))).toBe(4);
    progress.stop();
  });

  it('is not wrapped, and gives cursor and wrapping back', () => {
    const { to, text } = keptStream(40);
    const progress = makeProgress(to);
    progress.begin(twin, 0, 2, 10_000);
    progress.stop();
    // DECTCEM and DECAWM: the cursor off and wrapping off, then both on again.
    expect([...text().matchAll(/\x1b\[\?(?:25|7)[hl]/g)].map(([code]) => code.slice(3))).toEqual([
      '25l',
      '7l',
      '25h',
      '7h',
    ]);
  });
});

it('tells each of both all that there is to tell', () => {
  const told: unknown[][] = [];
  const one = { begin: (...what: unknown[]) => told.push(what), end: (...what: unknown[]) => told.push(what) };
  const progress = both(one, one);
  progress.begin(sse, 0, 2, 10_000);
  progress.end(sse, failure, 1, 2, 5_000);
  const begun = [sse, 0, 2, 10_000];
  const ended = [sse, failure, 1, 2, 5_000];
  expect(told).toEqual([begun, begun, ended, ended]);
});
