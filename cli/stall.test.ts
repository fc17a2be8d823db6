/** A server that stands still, with real processes, held to the stall law: on a machine of its own, since other work stalls it, too. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { processState } from '../scenarios/runner/machine.ts';
import { childOf, codes, folder, measured, start, until } from './cli.fixture.ts';

let cwd: string;
let remove: () => void;
beforeEach(() => ({ path: cwd, remove } = folder()));
afterEach(() => remove());

describe('stall', () => {
  it('shows in latency from the due time by the stall law, and hides from latency since the send', async () => {
    const args = ['--transports', 'long-polling,sse,websocket', '--clients', '10', '--rate', '200', '--duration', '3s'];
    const all = await measured(cwd, '--scenarios', 'stall', ...args);
    const stalled = all.filter(({ parameters }) => parameters.variant === 'stalled');
    expect(stalled).toHaveLength(3);
    for (const each of stalled) {
      const { stall, deliveryLatencyNs, transitTimeNs, counts, parameters } = each;
      const stalledNs = stall!.stalledNs;
      expect(stalledNs).toBeGreaterThanOrEqual(parameters.stallMs! * 1e6 * 0.99);
      // Other work on the machine only ever adds: so the law is a floor, and the room above it is told in stalls.
      const growth = deliveryLatencyNs.mean! - transitTimeNs.mean!;
      expect(growth).toBeGreaterThan(0.9 * stall!.predictedMeanGrowthNs!);
      expect(growth).toBeLessThan(stall!.predictedMeanGrowthNs! + 0.05 * stalledNs);
      expect(deliveryLatencyNs.p99!).toBeGreaterThan(0.95 * stall!.predictedP99Ns!);
      expect(deliveryLatencyNs.p99!).toBeLessThan(stall!.predictedP99Ns! + 0.3 * stalledNs);
      expect(transitTimeNs.p99!).toBeLessThan(0.5 * deliveryLatencyNs.p99!);
      expect(counts.delivered).toBe(counts.offered);
      expect(codes(each)).not.toContain('schedule-slip');
    }
    for (const { stall } of all.filter(({ parameters }) => parameters.variant === 'undisturbed')) {
      expect(stall).toBeUndefined();
    }
  });

  it('never leaves a server stopped, even when the runner is killed while it stands still', async () => {
    const args = ['--transports', 'sse', '--clients', '1', '--rate', '20', '--duration', '8s', '--warmup', '0s'];
    const run = start(cwd, ['run', '--scenarios', 'stall', ...args]);
    let server = 0;
    for (let tries = 0; !(processState(server) ?? '').startsWith('T'); tries++) {
      // The undisturbed variant may come first: then there is one server more to wait for.
      if (processState(server) === null) server = await childOf(run.process.pid!, 'server');
      await new Promise((resolve) => setTimeout(resolve, 10));
      expect(tries).toBeLessThan(4_000);
    }
    process.kill(run.process.pid!, 'SIGKILL');
    await until(() => processState(server) === null, 'the server to go on and to end');
  });
});
