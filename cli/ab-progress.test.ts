import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Judged } from '../results/gate/judgement.ts';
import type { PlannedBlock } from '../scenarios/ab/plan.ts';
import { intervalsText, makeAbProgress } from './ab-progress.ts';
import { keptStream } from './stream.fixture.ts';

const judged = (metric: string, low: number | null, high: number | null, pairs = 6): Judged => ({
  ...{ transport: 'sse', scenario: 'broadcast', metric, kind: 'noisy', unit: 'ns', base: 1, head: 1, floor: 0.05 },
  ...{ change: { ratio: 0, low, high, pairs }, outcome: 'pass', reason: '' },
});
const block: PlannedBlock = { transport: 'sse', round: 0, confirmation: false, pattern: 'ABBA', planned: [] };

describe('what is known of a transport', () => {
  it('is the interval of each figure', () => {
    const text = intervalsText([judged('server-cpu', -0.004, 0.021), judged('latency-p50', -0.1, 0.2)]);
    expect(text).toBe('server CPU per delivery −0.4…+2.1 %, latency p50 −10…+20 %');
  });

  it('is the number of pairs while there is no interval', () => {
    expect(intervalsText([judged('server-cpu', null, null, 4)])).toBe('4 pairs, no interval yet');
    expect(intervalsText([])).toBe('0 pairs, no interval yet');
  });

  it('does not speak of bytes, which are exact', () => {
    expect(intervalsText([{ ...judged('handshake-bytes', 0, 0), kind: 'exact' }])).toBe('0 pairs, no interval yet');
  });
});

describe('progress', () => {
  const round = (to: NodeJS.WriteStream) => {
    const progress = makeAbProgress(to, ['sse', 'websocket']);
    progress.counting();
    progress.begin(block, 'head', 3, 40, 61_000);
    progress.end(block, [judged('server-cpu', -0.004, 0.021)]);
    return progress;
  };

  it('is a line a block where there is no terminal', () => {
    const { to, text } = keptStream();
    const progress = round(to);
    progress.confirming(['sse']);
    progress.end({ ...block, confirmation: true }, []);
    progress.stop();
    expect(text().split('\n')).toEqual([
      '[4/40, about 61s left] sse: server CPU per delivery −0.4…+2.1 %',
      'Measured again, because it looks worse: sse',
      '[4/40, about 61s left] sse, again: 0 pairs, no interval yet',
      '',
    ]);
  });

  it('is a bar and a line a transport on a terminal, cut where it would wrap', async () => {
    const { to, text } = keptStream(40);
    const progress = round(to);
    // The bars are drawn four times a second at most.
    await sleep(400);
    progress.stop();
    expect(text()).toContain('3/40  about 61s left');
    expect(text()).toContain('sse · head');
    expect(text()).toContain('  sse        server CPU per delivery');
    expect(text()).not.toContain('+2.1 %');
  });
});
