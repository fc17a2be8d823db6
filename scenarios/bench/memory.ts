/** Memory: of many clients, and of a server while one client has stopped reading. */
import { connect as connectSocket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { headerProfile, requestHead, type RequestKind } from '../../clients/headers.ts';
import { ConfigError, parametersOf, resolveConfig } from '../config.ts';
import { Child } from '../runner/child-process.ts';
import { Clock, epochNow } from '../runner/clock.ts';
import { readProcess } from '../runner/machine.ts';
import { measure } from '../runner/measure.ts';
import type { FromServer, ToServer } from '../runner/protocol.ts';
import type { Parameters } from '../scenario.ts';
import type { TransportName } from '../transports.ts';
import type { ScenarioName } from '../index.ts';
import type { Measurement } from '../../results/schema.ts';
import { slope } from '../../results/statistics.ts';

const HOST = '127.0.0.1';

/** One measurement with so many clients, as `pushbench run` makes it. */
async function measured(
  scenario: ScenarioName,
  transport: TransportName,
  clients: number,
  more: Pick<Parameters, 'ratePerSecond'> & Partial<Parameters>,
): Promise<Measurement> {
  const { config } = resolveConfig({
    flags: { clients: String(clients), duration: '5s', warmup: '1s' },
    env: {},
    file: undefined,
  });
  if (config.clients !== clients) throw new ConfigError('the settings did not take the number of clients');
  const parameters = { ...parametersOf(config, { name: null, parameters: {} }), ...more };
  return measure(
    { transport, scenario, parameters, repetition: 0, order: 0, seed: 1 },
    { port: 0, signal: new AbortController().signal },
  );
}

export const broadcastAt = (
  transport: TransportName,
  clients: number,
  more: Partial<Parameters> = {},
): Promise<Measurement> => measured('broadcast', transport, clients, { ratePerSecond: 1, ...more });

/** Bytes that a client takes in the server, among the first of them and among the last, by the slope of each half. */
export interface Growth {
  readonly first: number;
  readonly last: number;
}

/** One server to which clients connect in steps and wait; null where its memory could not be read. */
export async function memoryGrowth(transport: TransportName, clients: number): Promise<Growth | null> {
  const { memory } = await measured('memory', transport, clients, { ratePerSecond: 0 });
  const points = (memory?.steps ?? []).flatMap((step) =>
    step.rssBytes === null ? [] : [[step.clients, step.rssBytes] as const],
  );
  const half = points.length >> 1;
  const [first, last] = [slope(points.slice(0, half)), slope(points.slice(half))];
  return first === null || last === null ? null : { first: first.slope, last: last.slope };
}

export interface Flatness {
  readonly beforeBytes: number;
  readonly highestBytes: number;
}

/**
 * Resident memory of a server that publishes 100 messages/s of 10 KB to 100 clients, one of which stops reading.
 *
 * @returns memory just before it stops, and the highest while it has stopped
 */
export async function memoryWithStoppedReader(
  transport: TransportName,
  request: { kind: RequestKind; path: string },
  stopMs: number,
): Promise<Flatness> {
  const settleMs = 10_000;
  const epochNs = epochNow();
  const clock = new Clock(epochNs);
  const server = new Child<ToServer, FromServer>('server');
  const listen = { type: 'listen', transport, host: HOST, port: 0, carrier: 'h1', options: {}, epochNs } as const;
  const { port } = await server.ask(listen, 'listening');
  const extra = request.kind === 'websocket' ? 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n' : '';
  const head = requestHead(headerProfile('chrome'), {
    kind: request.kind,
    target: request.path,
    authority: `${HOST}:${port}`,
    connection: 'keep-alive',
    extra,
  });
  const sockets = Array.from({ length: 100 }, () => {
    const socket = connectSocket({ host: HOST, port });
    socket.write(head);
    return socket.on('data', () => {}).on('error', () => {});
  });
  const startUs = Math.round(clock.nowUs() + 200e3);
  const timeline = { startUs, windowStartUs: startUs, windowEndUs: startUs + (settleMs + stopMs) * 1e3 };
  const pace = { ratePerSecond: 100, arrivals: 'constant', seed: 1 } as const;
  const done = server.ask({ type: 'window', timeline, pace, payloadBytes: 10_000 }, 'window', settleMs + stopMs);
  await sleep(settleMs);
  const beforeBytes = readProcess(server.pid).rssBytes ?? 0;
  sockets[0]!.pause();
  let highestBytes = beforeBytes;
  for (let waited = 0; waited < stopMs; waited += 500) {
    await sleep(500);
    highestBytes = Math.max(highestBytes, readProcess(server.pid).rssBytes ?? 0);
  }
  await done;
  for (const socket of sockets) socket.destroy();
  await server.kill();
  return { beforeBytes, highestBytes };
}
