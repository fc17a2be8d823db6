import { describe, expect, it } from 'vitest';
import { lessLoad, lessLoadOrAgain, moreSamples, type LoadSettings } from './advice.ts';

const USUAL: LoadSettings = {
  clients: 100,
  ratePerSecond: 20,
  pollIntervalMs: null,
  durationMs: 1_000,
  workers: null,
  fixed: [],
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
    ['clients that the variant sets', { fixed: ['--clients'] }, 'Lower --rate (now 20/s).'],
    ['a rate that the variant sets', { fixed: ['--rate'] }, 'Lower --clients (now 100).'],
    [
      'a poll interval that the variant sets',
      { pollIntervalMs: 20, fixed: ['--poll-interval'] },
      'Lower --clients (now 100) or --rate (now 20/s).',
    ],
    [
      'a load that the variant sets, of many clients',
      { clients: 600, pollIntervalMs: 80, workers: 1, fixed: ['--clients', '--rate', '--poll-interval'] },
      'Spread the clients over processes with --workers 2.',
    ],
    [
      'a load that the variant sets',
      { pollIntervalMs: 80, fixed: ['--clients', '--rate', '--poll-interval'] },
      'Close other programs and run again.',
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

it('tells nobody twice to run again', () => {
  expect(lessLoadOrAgain(USUAL)).toBe(
    'Lower --clients (now 100) or --rate (now 20/s). If the machine was busy with other work, run again.',
  );
  expect(lessLoadOrAgain({ ...USUAL, fixed: ['--clients', '--rate'] })).toBe('Close other programs and run again.');
});

describe('advice for more samples', () => {
  it.each<[number, Partial<LoadSettings>, string]>([
    [100, {}, 'Raise --duration or --rate or --clients: --duration 11s would do.'],
    [100, { clients: null }, 'Raise --duration or --rate: --duration 11s would do.'],
    [100, { ratePerSecond: 0 }, 'Raise --duration or --clients: --duration 11s would do.'],
    [100, { fixed: ['--rate'] }, 'Raise --duration or --clients: --duration 11s would do.'],
    [100, { fixed: ['--rate', '--clients'] }, 'Raise --duration: --duration 11s would do.'],
    [999, {}, 'Raise --duration or --rate or --clients: --duration 2s would do.'],
    // Nothing arrived, or a window of hours: no duration to name.
    [0, {}, 'Raise --duration or --rate or --clients.'],
    [1, { durationMs: 10_000 }, 'Raise --duration or --rate or --clients.'],
  ])('of %i names a duration that gives them, where one would', (samples, more, advice) => {
    expect(moreSamples(1_000, samples, { ...USUAL, ...more })).toBe(advice);
  });
});
