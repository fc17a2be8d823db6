/** Waits until a target is ready: it says so on stdout, answers an HTTP request, or takes connections. */
import { get } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatDuration } from '../units.ts';
import type { Spawned } from './spawned.ts';
import type { Target } from './target.ts';

const BETWEEN_PROBES_MS = 25;
/** A probe that is not answered within this is given up, ms: the next one may be. */
const PROBE_MS = 2_000;

/** What a probe found, for people; null: ready. */
type Probe = () => Promise<string | null>;

/** Throws a TargetFailure when the target ends before, or is not ready in time. */
export async function untilReady(spawned: Spawned, target: Target, host: string, port: number): Promise<void> {
  const { ready, readyTimeoutMs } = target;
  const [probe, forget] = ready.stdout === undefined ? [probeOf(ready.http, host, port)] : said(spawned, ready.stdout);
  const deadline = performance.now() + readyTimeoutMs;
  try {
    for (let found = await probe(); found !== null; found = await probe()) {
      if (!spawned.running) throw spawned.failure('before it was ready');
      if (performance.now() >= deadline) {
        throw spawned.failure(`was not ready within ${formatDuration(readyTimeoutMs)}: ${found}`);
      }
      await sleep(BETWEEN_PROBES_MS);
    }
  } finally {
    forget?.();
  }
  // What answered may have been another server, on whose port this one has just failed.
  if (!spawned.running) throw spawned.failure('before it was ready');
}

const probeOf = (path: string | undefined, host: string, port: number): Probe =>
  path === undefined ? () => connects(host, port) : () => answers(path, host, port);

function said(spawned: Spawned, text: string): [Probe, () => void] {
  let heard = false;
  const forget = spawned.onLine((line) => (heard ||= line.includes(text)));
  return [() => Promise.resolve(heard ? null : `no line on stdout held ${JSON.stringify(text)}`), forget];
}

function answers(path: string, host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const asked = `GET ${path} on port ${port}`;
    const request = get({ host, port, path, agent: false, timeout: PROBE_MS }, (response) => {
      const { statusCode = 0 } = response;
      response.resume();
      // The answer may be a stream without an end.
      request.destroy();
      resolve(statusCode >= 200 && statusCode < 300 ? null : `${asked} was answered with ${statusCode}`);
    });
    request.on('timeout', () => request.destroy(new Error('no answer')));
    request.on('error', ({ message }) => resolve(`${asked} failed (${message})`));
  });
}

function connects(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: PROBE_MS }, () => {
      socket.destroy();
      resolve(null);
    });
    socket.on('timeout', () => socket.destroy(new Error('no answer')));
    socket.on('error', ({ message }) => resolve(`port ${port} took no connection (${message})`));
  });
}
