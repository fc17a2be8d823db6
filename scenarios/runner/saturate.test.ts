/** Autocannon asks what our own clients ask, byte for byte; and against a real server it finds which side was the limit. */
import { createServer, type AddressInfo } from 'node:net';
import autocannon from 'autocannon';
import { describe, expect, it, onTestFinished } from 'vitest';
import { headerProfile, requestHead, type NamedProfile } from '../../clients/headers.ts';
import { TRANSPORTS, transport } from '../transports.ts';
import { plannedOf } from './planned.fixture.ts';
import type * as saturation from './saturate.ts';
import { answersOf, jobOf } from './saturate.ts';

const parametersOf = (headers: NamedProfile) => plannedOf('long-polling', 'broadcast', { headers }).parameters;

/** The first request that arrives at a bare socket from autocannon, driven by a job. */
async function firstRequest(headers: NamedProfile): Promise<{ sent: string; ours: string }> {
  let arrived: (text: string) => void;
  const text = new Promise<string>((resolve) => (arrived = resolve));
  const server = createServer((socket) => {
    socket.on('data', (data: Buffer) => arrived(data.toString('latin1')));
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const job = jobOf('long-polling', 'message', parametersOf(headers), port);
  const url = `http://${job.host}:${port}${job.target}`;
  const run = autocannon({ url, headers: job.headers, connections: 1, duration: 60 }, () => {});
  onTestFinished(() => {
    run.stop();
    server.close();
  });
  const sent = await text;
  const ours = requestHead(headerProfile(headers), {
    ...{ kind: 'fetch', target: job.target, authority: `127.0.0.1:${port}`, connection: 'keep-alive' },
  });
  return { sent, ours };
}

describe('what autocannon asks', () => {
  it.each(['chrome', 'chrome+cookie', 'chrome+jwt'] as const)(
    'with the profile %s is what our own client asks, byte for byte',
    async (headers) => {
      const { sent, ours } = await firstRequest(headers);
      expect(sent).toBe(ours);
    },
  );

  it('with the profile minimal has one line more, which autocannon always sends', async () => {
    const { sent, ours } = await firstRequest('minimal');
    expect(sent.replace('Connection: keep-alive\r\n', '')).toBe(ours);
  });
});

describe('what can be saturated', () => {
  it('is what answers at once: polls, and not those that are held', () => {
    const answers = Object.fromEntries(TRANSPORTS.map((name) => [name, answersOf(name, { carrier: 'h1' })]));
    for (const name of TRANSPORTS) {
      const { asks } = transport(name).client;
      expect(answers[name], name).toEqual(
        { once: [], 'and-waits': ['message'], 'each-interval': ['empty', 'message'] }[asks],
      );
    }
  });

  it('is nothing over carriers that autocannon does not speak', () => {
    for (const name of TRANSPORTS) expect(answersOf(name, { carrier: 'h2' })).toEqual([]);
  });
});

describe('saturation', () => {
  const BUILT = new URL('../../dist/scenarios/runner/saturate.js', import.meta.url).href;

  it('counts answered polls of a real server, none wrong, with the CPU of both sides', async () => {
    const { saturate } = (await import(BUILT)) as typeof saturation;
    const [nothing, message] = [
      await saturate({ transport: 'short-polling', answer: 'empty', ...asked() }),
      await saturate({ transport: 'long-polling', answer: 'message', ...asked() }),
    ];
    for (const each of [nothing, message]) {
      expect(each.errors).toBe(0);
      expect(each.requests).toBeGreaterThan(100);
      expect(each.perSecond).toBeCloseTo(each.requests / (each.durationMs / 1e3), -2);
      expect(each.latencyNs.p50).toBeLessThanOrEqual(each.latencyNs.max!);
      expect(each.generatorCpuShare).toBeGreaterThan(0);
      if (process.platform === 'linux') {
        expect(each.serverCpuShare).toBeGreaterThan(0);
        expect(each.saturated).toBe(each.serverCpuShare! >= 0.9);
      }
    }
  });

  it('ends at once when it is interrupted', async () => {
    const { saturate } = (await import(BUILT)) as typeof saturation;
    const controller = new AbortController();
    const running = saturate({ ...asked(controller.signal), transport: 'long-polling', answer: 'message' });
    setTimeout(() => controller.abort(new Error('stopped here')), 300);
    await expect(running).rejects.toThrow('stopped here');
  });

  function asked(signal = new AbortController().signal): Pick<saturation.SaturateOptions, 'parameters' | 'signal'> {
    return { parameters: parametersOf('chrome'), signal };
  }
});
