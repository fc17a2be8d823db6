import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { RestlessLoop } from './restless-loop.ts';

/** Uses CPU time, µs, however long that takes here. */
function burn(us: number): void {
  const start = process.cpuUsage();
  for (let used = 0; used < us;) {
    const { user, system } = process.cpuUsage(start);
    used = user + system;
  }
}

describe('a loop that never waits', () => {
  it('uses a core while it runs, and tells the turns with something to do from the others', async () => {
    const loop = new RestlessLoop();
    loop.start();
    expect(loop.isRunning).toBe(true);
    const before = process.cpuUsage();
    await sleep(300);
    burn(100_000);
    await sleep(300);
    const { user, system } = process.cpuUsage(before);
    loop.stop();
    const { workedMs } = loop;
    expect(workedMs).toBeGreaterThanOrEqual(100);
    // Without its turns it would have used the 100 ms alone; most of the others were empty, on however busy a machine.
    expect((user + system) / 1e3).toBeGreaterThan(150);
    expect(loop.isRunning).toBe(false);
    await sleep(20);
    expect(loop.workedMs).toBe(workedMs);
  });
});
