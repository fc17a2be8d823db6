import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latencyText, ServerClock, stepOf } from './clock.ts';

describe('the server’s clock, as the page knows it', () => {
  it('is never further from the truth than it says, however an exchange’s time is spent', () => {
    const reading = fc.record({
      askedMs: fc.double({ min: 0, max: 1e6, noNaN: true }),
      wayThereMs: fc.double({ min: 0, max: 500, noNaN: true }),
      wayBackMs: fc.double({ min: 0, max: 500, noNaN: true }),
    });
    const offset = fc.double({ min: -1e7, max: 1e7, noNaN: true });
    fc.assert(
      fc.property(fc.array(reading, { minLength: 1, maxLength: 30 }), offset, (readings, offsetMs) => {
        const clock = new ServerClock(0.1);
        for (const { askedMs, wayThereMs, wayBackMs } of readings) {
          const answeredMs = askedMs + wayThereMs + wayBackMs;
          clock.add({ askedMs, answeredMs, serverMs: askedMs + wayThereMs + offsetMs });
        }
        const error = Math.abs(clock.toPageMs(5 + offsetMs) - 5);
        expect(error).toBeLessThanOrEqual(clock.uncertaintyMs + 1e-6);
      }),
    );
  });

  it('goes by the shortest exchange of late, and forgets one that is old', () => {
    const clock = new ServerClock(0);
    clock.add({ askedMs: 0, answeredMs: 2, serverMs: 101 });
    clock.add({ askedMs: 10, answeredMs: 50, serverMs: 111 });
    expect([clock.toPageMs(101), clock.uncertaintyMs]).toEqual([1, 1]);
    for (let i = 0; i < 9; i++) clock.add({ askedMs: 100, answeredMs: 110, serverMs: 205 });
    expect([clock.toPageMs(205), clock.uncertaintyMs]).toEqual([105, 5]);
  });

  it('is not known before it was asked', () => expect(new ServerClock(1).known).toBe(false));
});

it('the step of a clock is the least by which it moves', () => {
  let calls = 0;
  expect(stepOf(() => Math.floor(calls++ / 3) * 0.5)).toBe(0.5);
});

describe('a latency in words', () => {
  it.each([
    [null, '—'],
    [12.34, '12.3 ms'],
    [0.3, '< 500 µs'],
    [-0.3, '< 500 µs'],
    [-3, 'clocks apart'],
  ])('of %j ms, with clocks that match to half a millisecond, is %s', (ms, text) => {
    expect(latencyText(ms, 0.5)).toBe(text);
  });

  it('is never negative', () => {
    const any = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(any, fc.double({ min: 0.01, max: 50, noNaN: true }), (ms, uncertaintyMs) => {
        expect(latencyText(ms, uncertaintyMs)).not.toContain('-');
      }),
    );
  });
});
