import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DEFAULT_KNOBS, readPublication, type Knobs } from '../../results/demo.ts';
import { Log } from '../../servers/hub.ts';
import { nextDueMs, Publisher } from './publisher.ts';

describe('the next publication', () => {
  it('is due half a period to one and a half after the one before, however late that was sent', () => {
    const ms = fc.double({ min: 1, max: 1e6, noNaN: true });
    const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(ms, ms, share, fc.double({ min: 0, max: 1_000, noNaN: true }), (last, period, part, late) => {
        const due = nextDueMs(last, period, part, last + period / 2 + late);
        expect(due).toBeGreaterThanOrEqual(last + period / 2);
        expect(due).toBeLessThanOrEqual(last + period * 1.5);
      }),
    );
  });

  it('is due now when the machine has slept, and not once for each that was missed', () => {
    expect(nextDueMs(0, 100, 0.5, 3_600_000)).toBe(3_600_000);
  });
});

describe('the publisher', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  function published(knobs: Partial<Knobs>) {
    const log = new Log({ retainMessages: 1_000, retainBytes: 1e9 });
    const publisher = new Publisher(
      log,
      () => performance.now(),
      () => 0.5,
      { ...DEFAULT_KNOBS, ...knobs },
    );
    return { log, publisher, texts: () => log.after(0).map(({ payload }) => String(payload)) };
  }

  it('publishes at its rate and of its size, numbered as the log numbers', () => {
    const { texts, publisher } = published({ ratePerSecond: 10, payloadBytes: 40 });
    vi.advanceTimersByTime(1_000);
    publisher.stop();
    vi.advanceTimersByTime(1_000);
    expect(texts().map((text) => [text.length, readPublication(text)?.seq])).toEqual(
      Array.from({ length: 10 }, (_, index) => [40, index + 1]),
    );
  });

  it('says of each when it was due, and never a time that is still to come', () => {
    const { texts } = published({ ratePerSecond: 20 });
    const start = performance.now();
    vi.advanceTimersByTime(500);
    for (const [index, text] of texts().entries()) {
      const { dueMs } = readPublication(text)!;
      expect(dueMs).toBeCloseTo(start + (index + 1) * 50, 0);
      expect(dueMs).toBeLessThanOrEqual(performance.now());
    }
    expect(texts()).toHaveLength(10);
  });

  it('says nothing while it is paused, and a period after that it goes on', () => {
    const { publisher, log } = published({ ratePerSecond: 1, paused: true });
    vi.advanceTimersByTime(10_000);
    expect(log.last).toBe(0);
    publisher.turn({ ...DEFAULT_KNOBS, paused: false });
    vi.advanceTimersByTime(1_000);
    expect(log.last).toBe(1);
  });

  it('takes a higher rate at once, and is not held up by a knob that is none of its own', () => {
    const { publisher, log } = published({ ratePerSecond: 0.2 });
    vi.advanceTimersByTime(1_000);
    publisher.turn({ ...DEFAULT_KNOBS, ratePerSecond: 2 });
    for (let i = 0; i < 4; i++) {
      vi.advanceTimersByTime(250);
      publisher.turn({ ...DEFAULT_KNOBS, ratePerSecond: 2, pollIntervalMs: 300 + i });
    }
    expect(log.last).toBe(2);
  });

  it('takes another size with the next message', () => {
    const { publisher, texts } = published({ ratePerSecond: 1, payloadBytes: 16 });
    vi.advanceTimersByTime(1_000);
    publisher.turn({ ...DEFAULT_KNOBS, payloadBytes: 16_384 });
    vi.advanceTimersByTime(1_000);
    expect(texts().map((text) => text.length)).toEqual([16, 16_384]);
  });
});
