/** How a load begins, seen by a server: the generator's own process, and the requests that come from it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { headerProfile } from '../../clients/headers.ts';
import type { Parameters } from '../scenario.ts';
import { Child } from './child-process.ts';
import { Clock, epochNow } from './clock.ts';
import { plannedOf } from './planned.fixture.ts';
import type { FromGenerator, ToGenerator } from './protocol.ts';

const CLIENTS = 20;
const LOAD = { clients: CLIENTS, ratePerSecond: 0, pollIntervalMs: 200, durationMs: 200, warmupMs: 2_000 } as const;
/** How many polls of a client belong to half of the warm-up. */
const HALF = LOAD.warmupMs / 2 / LOAD.pollIntervalMs;

/** Polls of each client in the first half of the warm-up, and in the second. */
async function pollsOf(more: Partial<Parameters>): Promise<{ first: number; second: number }> {
  const epochNs = epochNow();
  const clock = new Clock(epochNs);
  const atUs: number[] = [];
  const server = createServer((_, response) => {
    atUs.push(clock.nowUs());
    response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const built = new URL('../../dist/scenarios/runner/generator-process.js', import.meta.url);
  const generator = new Child<ToGenerator, FromGenerator>('generator', undefined, built);
  onTestFinished(async () => {
    await generator.kill();
    server.closeAllConnections();
    server.close();
  });
  const { parameters, ...planned } = plannedOf('short-polling', 'cost', { ...LOAD, ...more });
  await generator.ask(
    {
      type: 'prepare',
      job: {
        ...planned,
        ...{ parameters, epochNs, host: '127.0.0.1', port: (server.address() as AddressInfo).port },
        ...{ headers: headerProfile('minimal'), share: { index: 0, of: 1 }, modelPackets: false, restless: false },
      },
    },
    'prepared',
  );
  const startUs = Math.round(clock.nowUs() + 100e3);
  const [halfUs, windowStartUs] = [startUs + LOAD.warmupMs * 500, startUs + LOAD.warmupMs * 1e3];
  const timeline = { startUs, windowStartUs, windowEndUs: windowStartUs + LOAD.durationMs * 1e3 };
  const { report } = await generator.ask({ type: 'window', timeline, pace: null, graceMs: 0 }, 'report', 3_000);
  expect(report.errors.count).toBe(0);
  const between = (from: number, to: number): number => atUs.filter((us) => us >= from && us < to).length / CLIENTS;
  return { first: between(startUs, halfUs), second: between(halfUs, windowStartUs) };
}

it('is as many times the polls in the first half of the warm-up, and those of the interval from there on', async () => {
  const { first, second } = await pollsOf({ rush: 8 });
  // As many are due; a poll that is asked for while another is under way is not made up for.
  expect(first).toBeGreaterThan(4 * HALF);
  expect(first).toBeLessThan(8.5 * HALF);
  expect(second).toBeGreaterThan(0.5 * HALF);
  expect(second).toBeLessThan(1.5 * HALF + 1);
});

it('is the load itself where none is asked for, or where a poll counts from the answer before it', async () => {
  for (const { first, second } of [await pollsOf({ rush: 1 }), await pollsOf({ rush: 8, pollPacing: 'fixed-delay' })]) {
    expect(first).toBeLessThan(1.5 * HALF + 1);
    expect(second).toBeLessThan(1.5 * HALF + 1);
    expect(second).toBeGreaterThan(0.5 * HALF);
  }
});
