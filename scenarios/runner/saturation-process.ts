/** The saturation process: autocannon, asking for what is answered at once, as fast as it gets answers. */
import { request } from 'node:http';
import autocannon from 'autocannon';
import { LatencyRecorder } from '../../results/histogram.ts';
import { serveRunner } from './child.ts';

export interface SaturationJob {
  readonly host: string;
  readonly port: number;
  /** Where the message goes that every poll then finds; null where they find nothing. */
  readonly message: string | null;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly connections: number;
  /** What an answer must be; anything else is an error. */
  readonly status: number;
}

export type ToSaturation =
  { type: 'publish'; job: SaturationJob } | { type: 'saturate'; job: SaturationJob; durationMs: number };

export interface SaturationReport {
  readonly requests: number;
  readonly errors: number;
  readonly latencyNs: { p50: number | null; p90: number | null; p99: number | null; max: number | null };
  readonly windowNs: number;
  readonly cpuNs: number;
}

export type FromSaturation =
  { type: 'published' } | { type: 'saturated'; report: SaturationReport } | { type: 'failed'; message: string };

serveRunner<ToSaturation, FromSaturation>(async (message, reply) => {
  if (message.type === 'publish') {
    await publish(message.job);
    reply({ type: 'published' });
  } else {
    reply({ type: 'saturated', report: await saturate(message.job, message.durationMs) });
  }
});

/** From here and not from the runner, which may stand outside the network that this process is in. */
function publish({ host, port, message }: SaturationJob): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'text/plain; charset=utf-8' };
    const post = request({ host, port, path: '/messages', method: 'POST', headers }, (response) => {
      const { statusCode = 0 } = response.resume();
      if (statusCode < 300) resolve();
      else reject(new Error(`the server answered ${statusCode} to a message`));
    });
    post.on('error', reject).end(message ?? '');
  });
}

async function saturate(job: SaturationJob, durationMs: number): Promise<SaturationReport> {
  const { host, port, target, headers, connections, status } = job;
  // Autocannon's own histogram counts whole milliseconds; a poll on loopback takes less than three.
  const latency = new LatencyRecorder();
  let errors = 0;
  const cpuBefore = process.cpuUsage();
  const startMs = performance.now();
  let ended = (): void => {};
  const end = new Promise<void>((resolve) => (ended = resolve));
  const run = autocannon(
    {
      url: `http://${host}:${port}${target}`,
      headers,
      connections,
      // Ended by `stop`: its own clock looks once a second.
      duration: Math.ceil(durationMs / 1e3) + 60,
    },
    () => ended(),
  );
  run.on('response', (_client, code, _bytes, tookMs) => {
    if (code === status) latency.record(tookMs * 1e6);
    else errors++;
  });
  run.on('reqError', () => errors++);
  await new Promise((resolve) => setTimeout(resolve, durationMs));
  const windowNs = (performance.now() - startMs) * 1e6;
  const { user, system } = process.cpuUsage(cpuBefore);
  const { p50, p90, p99, max } = latency.summary();
  const { count: requests } = latency;
  run.stop();
  await end;
  return { requests, errors, latencyNs: { p50, p90, p99, max }, windowNs, cpuNs: (user + system) * 1e3 };
}
