/** Judgements for tests: one of everything that a rendering must say. */
import type { Judged, Judgement } from '../results/gate/judgement.ts';

export function judged(changes: Partial<Judged> = {}): Judged {
  return {
    transport: 'sse',
    scenario: 'broadcast',
    metric: 'latency-p99',
    kind: 'noisy',
    unit: 'ns',
    base: 2e6,
    head: 2.5e6,
    change: { ratio: 0.25, low: 0.18, high: 0.32, pairs: 10 },
    floor: 0.05,
    outcome: 'fail',
    reason: '25 % more, 18 to 32 %: above the floor of 5 %.',
    ...changes,
  };
}

export function judgement(changes: Partial<Judgement> = {}): Judgement {
  return {
    schemaVersion: 1,
    kind: 'judgement',
    command: 'ab',
    startedAt: '2026-01-15T10:00:00.000Z',
    wallTimeMs: 240_000,
    base: { label: 'main', fingerprint: 'c0ffee123456' },
    head: { label: 'topic', fingerprint: 'c0ffee123456' },
    outcome: 'fail',
    judged: [judged()],
    notes: [],
    ...changes,
  };
}
