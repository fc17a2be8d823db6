/** Judgements as `ab`, `compare` and `check` make them, for the tests of their renderings. */
import type { Judged, Judgement, Outcome } from '../results/gate/judgement.ts';
import { HOSTILE } from './hostile.fixture.ts';

const exact = (transport: string, metric: string, base: number, head: number, outcome: Outcome): Judged => ({
  ...{ transport, scenario: null, metric, kind: 'exact', unit: metric.startsWith('requests') ? 'count' : 'bytes' },
  ...{ base, head, floor: null, outcome },
  change: base === 0 ? null : { ratio: head / base - 1, low: null, high: null, pairs: 1 },
  reason: head === base ? `As many as before: ${base}.` : `${head - base} more than the ${base} of the baseline.`,
});

const noisy = (
  [transport, metric]: readonly [transport: string, metric: string],
  [base, head]: readonly [base: number, head: number],
  [low, high]: readonly [low: number, high: number],
  [outcome, reason]: readonly [outcome: Outcome, reason: string],
): Judged => ({
  ...{ transport, scenario: 'broadcast', metric, kind: 'noisy', unit: metric === 'server-memory' ? 'bytes' : 'ns' },
  ...{ base, head, floor: 0.05, outcome, reason },
  change: { ratio: head / base - 1, low, high, pairs: 10 },
});

function judgement(command: Judgement['command'], outcome: Outcome, judged: Judged[], notes: string[] = []): Judgement {
  return {
    ...{ schemaVersion: 1, kind: 'judgement', command, startedAt: '2026-01-15T10:00:00.000Z', wallTimeMs: 61_250 },
    base: { label: 'results/baselines/exact.json', fingerprint: null },
    head: { label: 'this build', fingerprint: '0123456789ab' },
    ...{ outcome, judged, notes },
  };
}

/** A response header was added: polls pay it with each message, streams once. */
export const fatter = (): Judgement =>
  judgement('compare', 'fail', [
    exact('sse', 'bytes-per-message', 168, 168, 'pass'),
    exact('sse', 'handshake-bytes', 804, 827, 'fail'),
    exact('short-polling', 'header-bytes-per-message', 698, 721, 'fail'),
    exact('short-polling', 'requests-per-message', 1, 1, 'pass'),
  ]);

const noChange = 'No change shown: the interval reaches down to less than the floor of 5 %.';

/** Every outcome beside the others, worst last as they were judged. */
export const mixed = (): Judgement => ({
  ...judgement('ab', 'fail', [
    noisy(['sse', 'latency-p50'], [1.1e6, 1.12e6], [-0.01, 0.041], ['pass', noChange]),
    noisy(
      ['sse', 'latency-p99'],
      [2.1e6, 2.3e6],
      [0.004, 0.19],
      ['warn', 'The interval is above 0 and reaches below the floor.'],
    ),
    noisy(
      ['sse', 'server-cpu'],
      [28e3, 35e3],
      [0.21, 0.29],
      ['fail', 'The whole interval lies above the floor of 5 %.'],
    ),
    {
      ...noisy(['sse', 'latency-p999'], [1, 1], [0, 0], ['inconclusive', 'Too few samples support a p99.9.']),
      ...{ base: null, head: null, change: null, floor: null },
    },
    exact('sse', 'bytes-per-message', 168, 168, 'pass'),
  ]),
  base: { label: '../base', fingerprint: '0123456789ab' },
  head: { label: '.', fingerprint: '0123456789ab' },
  notes: ['20 pairs of processes, in blocks of ABBA and BAAB.'],
});

export const unchanged = (): Judgement => ({
  ...mixed(),
  outcome: 'pass',
  judged: mixed().judged.filter(({ outcome }) => outcome === 'pass'),
});

/** The A/A arm moved: nothing can be told, whatever the metrics say. */
export const unsure = (): Judgement => ({
  ...unchanged(),
  outcome: 'inconclusive',
  notes: ['The two arms of the same build differ by 12 %: this machine is too noisy now.'],
});

const budget = (
  transport: string,
  metric: string,
  unit: string,
  limit: number,
  head: number | null,
  outcome: Outcome,
): Judged => ({
  ...{ transport, scenario: 'broadcast', metric, kind: 'budget', unit, base: limit, head, change: null, floor: null },
  ...{
    outcome,
    reason: head === null ? 'Not measured: the result has no such figure.' : 'The median of 5 repetitions.',
  },
});

export const overBudget = (): Judgement => ({
  ...judgement('check', 'fail', [
    budget('sse', 'latency-p99', 'ns', 50e6, 62.1e6, 'fail'),
    budget('websocket', 'header-bytes-per-message', 'bytes', 8, 0, 'pass'),
    budget('websocket', 'latency-p999', 'ns', 1e9, null, 'inconclusive'),
  ]),
  base: { label: 'budget.txt', fingerprint: null },
  head: { label: 'results/runs/one.json', fingerprint: '0123456789ab' },
});

/** Every free string tries to break out of its format. */
export const hostile = (rows = 1): Judgement => ({
  ...mixed(),
  startedAt: HOSTILE,
  base: { label: HOSTILE, fingerprint: HOSTILE },
  head: { label: HOSTILE, fingerprint: null },
  judged: Array.from({ length: rows }, () =>
    mixed().judged.map((each) => ({
      ...each,
      ...{ transport: HOSTILE, scenario: HOSTILE, metric: HOSTILE, unit: HOSTILE, reason: `${HOSTILE}]]>\uD800\u0000` },
    })),
  ).flat(),
  notes: [HOSTILE],
});
