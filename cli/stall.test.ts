/** A server that stands still, with real processes, held to the stall law: on a machine of its own, since other work stalls it, too. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Measurement } from '../results/schema.ts';
import { processState } from '../scenarios/runner/machine.ts';
import { childOf, codes, folder, measured, start, until } from './cli.fixture.ts';

let cwd: string;
let remove: () => void;
beforeEach(() => ({ path: cwd, remove } = folder()));
afterEach(() => remove());

/**
 * How much of the law other work may have added: nothing on an idle machine but the time that it takes to send what has
 * waited, and more by the share of the window in which processes waited for a core, or the hypervisor gave none.
 */
function added({ validity: { evidence } }: Measurement): number {
  return 0.1 + (evidence!.waitedShare ?? 0) + (evidence!.stolenShare ?? 0);
}

/** What latency from the due time has that latency from the send has not. */
const hidden = ({ deliveryLatencyNs, transitTimeNs }: Measurement): number =>
  deliveryLatencyNs.mean! - transitTimeNs.mean!;

describe('stall', () => {
  it.each([
    { stallMs: 150, duration: '1500ms', transport: 'long-polling' },
    { stallMs: 300, duration: '3s', transport: 'sse' },
    { stallMs: 500, duration: '5s', transport: 'websocket' },
  ])(
    'of $stallMs ms shows over $transport in latency from the due time by the stall law, and hides from latency since the send',
    async ({ stallMs, duration, transport }) => {
      const args = ['--transports', transport, '--clients', '10', '--rate', '200', '--duration', duration];
      const all = await measured(cwd, '--scenarios', 'stall', ...args);
      const variant = (name: string): Measurement => all.find(({ parameters }) => parameters.variant === name)!;
      const [each, undisturbed] = [variant('stalled'), variant('undisturbed')];
      expect(all).toHaveLength(2);
      expect(undisturbed.stall).toBeUndefined();

      const { stall, deliveryLatencyNs, transitTimeNs, counts, parameters } = each;
      const [growthNs, p99Ns] = [stall!.predictedMeanGrowthNs!, stall!.predictedP99Ns!];
      expect(parameters.stallMs).toBe(stallMs);
      expect(stall!.stalledNs).toBeGreaterThanOrEqual(stallMs * 1e6 * 0.99);
      // Beside what the same run shows without a stall. Other work only ever adds, so below the law there is little room.
      const growth = (hidden(each) - hidden(undisturbed)) / growthNs;
      expect(growth, JSON.stringify(each.validity)).toBeGreaterThan(0.9 - hidden(undisturbed) / growthNs);
      expect(growth, JSON.stringify(each.validity)).toBeLessThan(1 + added(each));
      const p99 = deliveryLatencyNs.p99! / p99Ns;
      expect(p99, JSON.stringify(each.validity)).toBeGreaterThan(0.95);
      expect(p99 - undisturbed.deliveryLatencyNs.p99! / p99Ns, JSON.stringify(each.validity)).toBeLessThan(
        1 + added(each),
      );
      expect(transitTimeNs.p99!).toBeLessThan(0.5 * deliveryLatencyNs.p99!);
      expect(counts.delivered).toBe(counts.offered);
      expect(codes(each)).not.toContain('schedule-slip');
    },
  );

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
