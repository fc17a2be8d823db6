import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { headerProfile } from '../../clients/headers.ts';
import type { ExactTransport, Exchange } from '../../results/exact.ts';
import type { Measurement } from '../../results/schema.ts';
import type * as Exact from '../runner/exact.ts';
import type * as Measure from '../runner/measure.ts';
import { plannedOf } from '../runner/planned.fixture.ts';
import { CHOICES } from '../transports.ts';
import { makeMutant, ownCheckout, type Mutation } from './mutants.ts';

const RUNNER = 'dist/scenarios/runner';

const folder = mkdtempSync(join(tmpdir(), 'pushbench-mutants-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function mutant(name: string, mutation: Mutation): string {
  const into = join(folder, name);
  makeMutant(ownCheckout(), into, mutation);
  return into;
}

const moduleOf = async <T>(checkout: string, name: string): Promise<T> =>
  (await import(pathToFileURL(join(checkout, RUNNER, name)).href)) as T;

async function exactOf(checkout: string): Promise<ExactTransport[]> {
  const { exactFigures } = await moduleOf<typeof Exact>(checkout, 'exact.js');
  const exact = await exactFigures(CHOICES, {
    carrier: 'h1',
    headers: headerProfile('chrome'),
    responseHeaders: 'minimal',
    deflate: false,
    contextTakeover: true,
    gzip: false,
    payloadBytes: 20,
  });
  return [...exact.transports];
}

const totalOf = ({ up, down }: Exchange): number => up.total + down.total;

/** A measurement of 20 clients and 20 publications by this build, of the server of a mutant. */
async function measured(checkout: string): Promise<Measurement> {
  const { measure } = await moduleOf<typeof Measure>(ownCheckout(), 'measure.js');
  const planned = plannedOf('websocket', 'broadcast', {
    clients: 20,
    ratePerSecond: 20,
    durationMs: 1_000,
    warmupMs: 100,
  });
  const module = pathToFileURL(join(checkout, RUNNER, 'server-process.js'));
  return measure(planned, { port: 0, signal: new AbortController().signal, server: { module } });
}

describe('a mutant', () => {
  it('sends one header more, of so many bytes, with every response and handshake', async () => {
    const [usual, fatter] = [await exactOf(ownCheckout()), await exactOf(mutant('header', { headerBytes: 17 }))];
    for (const [index, { transport, connect, perMessage, asks }] of fatter.entries()) {
      const before = usual[index]!;
      expect([transport, totalOf(connect) - totalOf(before.connect)]).toEqual([transport, 17]);
      const more = totalOf(perMessage[0]!.exchange) - totalOf(before.perMessage[0]!.exchange);
      expect([transport, more]).toEqual([transport, asks === 'once' ? 0 : 17]);
    }
  });

  it.runIf(process.platform === 'linux')('sleeps, burns and keeps what it is told to', async () => {
    const [delayMs, cpuUs, leakBytes] = [5, 4_000, 4 * 2 ** 20];
    const usual = await measured(ownCheckout());
    const worse = await measured(mutant('slow', { delayMs, cpuUs, leakBytes }));
    expect(worse.counts).toMatchObject({ offered: 400, delivered: 400 });
    // Nothing can arrive before it is sent, whatever the machine does.
    expect(worse.deliveryLatencyNs.min).toBeGreaterThan((delayMs + cpuUs / 1e3) * 1e6);
    // 80 ms of CPU and 80 MB beside those of the base. A quarter: what waits for a core burns nothing meanwhile.
    expect(worse.server.cpuNs! - usual.server.cpuNs!).toBeGreaterThan((20 * cpuUs * 1e3) / 4);
    expect(worse.server.rssBytes! - usual.server.rssBytes!).toBeGreaterThan((20 * leakBytes) / 2);
  });

  it('that changes nothing is this build', () => {
    const same = mutant('same', {});
    for (const file of [`${RUNNER}/server-process.js`, 'dist/servers/http.js', 'package.json']) {
      expect(readFileSync(join(same, file), 'utf8')).toBe(readFileSync(join(ownCheckout(), file), 'utf8'));
    }
  });

  it.each([0, 2])('is none where the text to patch is there %i times', (times) => {
    const checkout = join(folder, `changed-${times}`);
    const processes = ['server-process.js', 'server-worker-process.js'].map((name) => join(checkout, RUNNER, name));
    for (const file of processes) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, 'const before = this.#bytes;'.repeat(times));
    }
    writeFileSync(join(checkout, 'package.json'), '{}');
    expect(() => makeMutant(checkout, join(folder, `none-${times}`), { delayMs: 1 })).toThrow(
      `${times} times instead of once`,
    );
  });

  it('has no header line that is shorter than the shortest', () => {
    expect(() => makeMutant(ownCheckout(), join(folder, 'short'), { headerBytes: 5 })).toThrow(
      'a header line takes 6 bytes',
    );
  });
});
