import { describe, expect, it } from 'vitest';
import type { Block } from '../ab.ts';
import { blocksOf } from './ab.fixture.ts';
import { judgeAb, suspects, type Compared, type ExactCounts } from './judge-ab.ts';
import { EXACT_METRICS, NOISY_METRICS } from './metrics.ts';

const [METRIC] = NOISY_METRICS.filter(({ slug }) => slug === 'server-cpu');

/** Figures around 10 µs that repeat within a few percent, whatever the build. */
const wobble = (place: number): number => 10_000 * (1 + 0.02 * Math.sin(7 * place));
const same = (): Block[] => blocksOf(5, (_role, place) => wobble(place), { metric: 'server-cpu' });
const slower = (confirmation = false): Block[] =>
  blocksOf(5, (role, place) => wobble(place) * (role === 'head' ? 1.5 : 1), { metric: 'server-cpu', confirmation });

const counts = (headerBytes: number): ExactCounts => ({
  sse: { 'bytes-per-message': 40, 'header-bytes-per-message': headerBytes, 'requests-per-message': null },
});

function compared(blocks: Block[], exact: Compared['exact'] = { base: counts(0), head: counts(0) }): Compared {
  const judged = { counted: EXACT_METRICS, metrics: [METRIC!] };
  return { scenario: 'broadcast', transports: ['sse'], ...judged, relativeFloor: 0.05, blocks, exact };
}

const outcomes = (one: Compared): Record<string, string> =>
  Object.fromEntries(judgeAb(one).map(({ metric, outcome }) => [metric, outcome]));

describe('judgeAb', () => {
  it('shows no change between builds that are the same', () => {
    expect(new Set(Object.values(outcomes(compared(same()))))).toEqual(new Set(['pass']));
  });

  it('fails on one byte more, naming the metric and the bytes', () => {
    const judged = judgeAb(compared(same(), { base: counts(10), head: counts(11) }));
    expect(judged.filter(({ outcome }) => outcome === 'fail')).toMatchObject([
      {
        transport: 'sse',
        scenario: null,
        metric: 'header-bytes-per-message',
        kind: 'exact',
        base: 10,
        head: 11,
        unit: 'bytes',
      },
    ]);
  });

  it('judges of exact counts only those that are asked for', () => {
    const counted = EXACT_METRICS.filter(({ slug }) => slug === 'bytes-per-message');
    const fatter = { base: counts(10), head: counts(11) };
    expect(outcomes({ ...compared([], fatter), counted, metrics: [] })).toEqual({ 'bytes-per-message': 'pass' });
  });

  it('says nothing of what neither build has', () => {
    expect(Object.keys(outcomes(compared(same())))).not.toContain('requests-per-message');
  });

  it('cannot tell of bytes that were not counted in one build', () => {
    const found = outcomes(compared(same(), { base: null, head: counts(0) }));
    expect(found['bytes-per-message']).toBe('inconclusive');
    expect(found['server-cpu']).toBe('pass');
  });

  it('fails on what is slower twice, with both figures', () => {
    const judged = judgeAb(compared([...slower(), ...slower(true)])).find(({ metric }) => metric === 'server-cpu')!;
    expect(judged.outcome).toBe('fail');
    expect(judged.change!.ratio).toBeCloseTo(0.5, 1);
    expect(judged.change!.pairs).toBe(20);
    expect(judged.reason).toMatch(/; measured twice: \+\d+\.\d % \(.*\), then \+\d+\.\d % \(.*\)$/);
  });

  it('does not fail on what is slower once, nor before it was measured again', () => {
    const again = same().map((block) => ({ ...block, confirmation: true }));
    expect(outcomes(compared([...slower(), ...again]))['server-cpu']).not.toBe('fail');
    expect(outcomes(compared(slower()))['server-cpu']).toBe('warn');
  });

  it('cannot tell where what is slower could not be measured again', () => {
    const again = blocksOf(5, () => ({ values: {}, invalid: ['deliveries-lost'] }), {
      metric: 'server-cpu',
      confirmation: true,
    });
    const judged = judgeAb(compared([...slower(), ...again])).find(({ metric }) => metric === 'server-cpu')!;
    expect(judged.outcome).toBe('inconclusive');
    expect(judged.reason).toContain('then nothing; 10 of 10 pairs left out: deliveries-lost');
  });

  it('is not moved by a second measurement of what had not failed', () => {
    expect(outcomes(compared([...same(), ...slower(true)]))['server-cpu']).toBe('pass');
  });

  it('cannot tell where too few invocations are usable, and says why', () => {
    const busy = blocksOf(5, (role, place) =>
      place < 12 ? { values: { 'server-cpu': 1 }, invalid: ['deliveries-lost'] } : role === 'head' ? 2 : 1,
    );
    const judged = judgeAb(compared(busy)).find(({ metric }) => metric === 'server-cpu')!;
    expect(judged).toMatchObject({ outcome: 'inconclusive', change: null });
    expect(judged.reason).toContain('10 of 10 pairs left out');
    expect(judged.reason).toContain('deliveries-lost');
  });

  it('judges nothing of a transport by what was measured of another', () => {
    const both = {
      ...compared([...same(), ...slower().map((block) => ({ ...block, transport: 'websocket' }))]),
      transports: ['sse', 'websocket'],
    };
    expect(suspects(both)).toEqual(['websocket']);
  });
});
