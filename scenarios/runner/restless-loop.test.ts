import { setImmediate as tick } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { RestlessLoop } from './restless-loop.ts';

/** What the turns of a loop take, ms; then nothing any more. */
async function workedIn(turns: readonly number[]): Promise<number> {
  let [now, next] = [0, 0];
  const loop = new RestlessLoop(() => now);
  loop.start();
  while (next < turns.length) {
    now += turns[next++]!;
    await tick();
  }
  expect(loop.isRunning).toBe(true);
  loop.stop();
  expect(loop.isRunning).toBe(false);
  const { workedMs } = loop;
  now += 100;
  await tick();
  expect(loop.workedMs).toBe(workedMs);
  return workedMs;
}

describe('a loop that never waits', () => {
  it('counts the turns that had something to do, and none of the others', async () => {
    expect(await workedIn(new Array<number>(50).fill(0.004))).toBe(0);
    expect(await workedIn([0.004, 0.004, 0.5, 0.004, 2, 0.003])).toBeCloseTo(2.5, 9);
    // On a slow machine an empty turn is longer.
    expect(await workedIn([0.02, 0.03, 0.04, 0.5, 0.03])).toBeCloseTo(0.5, 9);
  });

  it('does not take all turns for work because one was shorter than any other', async () => {
    expect(await workedIn([0.0002, 0.004, 0.004, 0.004, 1, 0.004])).toBeCloseTo(1, 9);
  });
});
