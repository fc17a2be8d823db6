import { describe, expect, it } from 'vitest';
import { lessLoad, moreSamples, type LoadSettings } from './advice.ts';

const USUAL: LoadSettings = {
  clients: 100,
  ratePerSecond: 20,
  pollIntervalMs: null,
  durationMs: 1_000,
  workers: null,
};

describe('advice against too much load fits the flags in use', () => {
  it.each<[string, Partial<LoadSettings>, string]>([
    ['the usual', {}, 'Lower --clients (now 100) or --rate (now 20/s).'],
    ['no rate to lower', { ratePerSecond: 0 }, 'Lower --clients (now 100).'],
    ['one client', { clients: 1 }, 'Lower --rate (now 20/s).'],
    ['no standing clients', { clients: null }, 'Lower --rate (now 20/s).'],
    ['nothing to lower', { clients: 1, ratePerSecond: 0 }, 'Close other programs and run again.'],
    [
      'polls',
      { pollIntervalMs: 20 },
      'Lower --clients (now 100) or --rate (now 20/s), or raise --poll-interval (now 20 ms).',
    ],
    ['only polls', { clients: 1, ratePerSecond: 0, pollIntervalMs: 5 }, 'Raise --poll-interval (now 5 ms).'],
    ['few clients and one worker', { workers: 1 }, 'Lower --clients (now 100) or --rate (now 20/s).'],
    [
      'many clients and one worker',
      { clients: 2_000, workers: 1 },
      'Lower --clients (now 2000) or --rate (now 20/s), or spread the clients over processes with --workers 2.',
    ],
    [
      'many clients and workers already',
      { clients: 2_000, workers: 4 },
      'Lower --clients (now 2000) or --rate (now 20/s).',
    ],
  ])('%s', (_, more, advice) => {
    expect(lessLoad({ ...USUAL, ...more })).toBe(advice);
  });
});

describe('advice for more samples', () => {
  it.each<[number, Partial<LoadSettings>, string]>([
    [100, {}, 'Raise --duration or --rate or --clients: --duration 11s would do.'],
    [100, { clients: null }, 'Raise --duration or --rate: --duration 11s would do.'],
    [100, { ratePerSecond: 0 }, 'Raise --duration or --clients: --duration 11s would do.'],
    [999, {}, 'Raise --duration or --rate or --clients: --duration 2s would do.'],
    // Nothing arrived, or a window of hours: no duration to name.
    [0, {}, 'Raise --duration or --rate or --clients.'],
    [1, { durationMs: 10_000 }, 'Raise --duration or --rate or --clients.'],
  ])('of %i names a duration that gives them, where one would', (samples, more, advice) => {
    expect(moreSamples(1_000, samples, { ...USUAL, ...more })).toBe(advice);
  });
});
