/**
 * How many polls a server answers when they wait for nothing: autocannon against a fresh server process.
 *
 * Closed loop and therefore no latency under load: each connection asks again when it is answered, so what it reads at
 * saturation is the queue that its own connections make. It is the ceiling that polling's clients share.
 * No link lies between, whatever --link says: the ceiling is the server's.
 */
import { requestHead } from '../../clients/headers.ts';
import type { Saturation } from '../../results/capacity.ts';
import { headerProfileOf } from '../header-profiles.ts';
import { carrierOf, type Parameters } from '../scenario.ts';
import { transport as transportOf, type TransportName } from '../transports.ts';
import { Child } from './child-process.ts';
import { epochNow } from './clock.ts';
import { fillerText } from './envelope.ts';
import { readProcess } from './machine.ts';
import { serverOptions } from './measure.ts';
import { openNamespace } from './namespace.ts';
import type { FromServer, ToServer } from './protocol.ts';
import type { FromSaturation, SaturationJob, SaturationReport, ToSaturation } from './saturation-process.ts';

const HOST = '127.0.0.1';

/** More than a server has cores, few enough to be the same few sockets all the time. */
const CONNECTIONS = 64;
/** Until the server's code is compiled. */
const WARMUP_MS = 700;
const WINDOW_MS = 2_500;
/** Two processes started, and ended, ms. */
const OVERHEAD_MS = 1_300;

export const SATURATION_TAKES_MS = WARMUP_MS + WINDOW_MS + OVERHEAD_MS;

/** Share of a core from which on the server, and not what asks, was the limit. */
const SATURATED_SHARE = 0.9;

export type Answer = Saturation['answer'];

/** What a transport's polls can be answered with at once; nothing for streams, and for carriers that autocannon has not. */
export function answersOf(transport: TransportName, parameters: Pick<Parameters, 'carrier'>): readonly Answer[] {
  const { asks } = transportOf(transport).client;
  if (carrierOf(parameters) !== 'h1' || asks === 'once') return [];
  // A poll that finds nothing is held where the server holds it.
  return asks === 'each-interval' ? ['empty', 'message'] : ['message'];
}

export interface SaturateOptions {
  readonly transport: TransportName;
  readonly answer: Answer;
  readonly parameters: Parameters;
  readonly signal: AbortSignal;
}

type Server = Child<ToServer, FromServer>;
type Driver = Child<ToSaturation, FromSaturation>;

/** Throws a ProcessFailure when a process dies, and the signal's reason when interrupted. Leaves no process. */
export async function saturate({ signal, ...wanted }: SaturateOptions): Promise<Saturation> {
  const namespace = await openNamespace();
  const server: Server = new Child('server', namespace?.enter);
  const driver: Driver = new Child('saturation', namespace?.enter);
  let interrupt = (): void => {};
  const interrupted = new Promise<never>((_, reject) => {
    interrupt = () => reject(signal.reason as Error);
    signal.addEventListener('abort', interrupt);
    if (signal.aborted) interrupt();
  });
  try {
    return await Promise.race([conduct(wanted, server, driver), interrupted]);
  } finally {
    signal.removeEventListener('abort', interrupt);
    await Promise.all([server.kill(), driver.kill()]);
    await namespace?.close();
  }
}

async function conduct(
  { transport, answer, parameters }: Omit<SaturateOptions, 'signal'>,
  server: Server,
  driver: Driver,
): Promise<Saturation> {
  const { port } = await server.ask(
    {
      type: 'listen',
      transport,
      host: HOST,
      port: 0,
      carrier: 'h1',
      options: serverOptions(parameters),
      workers: parameters.serverWorkers ?? 1,
      epochNs: epochNow(),
    },
    'listening',
  );
  const job = jobOf(transport, answer, parameters, port);
  if (job.message !== null) await driver.ask({ type: 'publish', job }, 'published');
  await driver.ask({ type: 'saturate', job, durationMs: WARMUP_MS }, 'saturated', WARMUP_MS);
  const { cpuNs: before } = readProcess(server.pid);
  const { report } = await driver.ask({ type: 'saturate', job, durationMs: WINDOW_MS }, 'saturated', WINDOW_MS);
  const { cpuNs: after } = readProcess(server.pid);
  // Idle before and after: all that it used lies in the window.
  const cores = parameters.serverWorkers ?? 1;
  const serverCpuShare = before === null || after === null ? null : (after - before) / report.windowNs / cores;
  return saturationOf(transport, answer, report, serverCpuShare);
}

/** The request that this transport's client sends, with the message there or not. Pure. */
export function jobOf(
  transport: TransportName,
  answer: Answer,
  { headers, payloadBytes }: Parameters,
  port: number,
): SaturationJob {
  const authority = `${HOST}:${port}`;
  const [path] = transportOf(transport).server.tryPath.split('?');
  const target = `${path}?channel=main&cursor=0`;
  const head = requestHead(headerProfileOf(headers), { kind: 'fetch', target, authority, connection: 'keep-alive' });
  return {
    host: HOST,
    port,
    message: answer === 'message' ? fillerText(payloadBytes) : null,
    target,
    headers: ownHeaders(head),
    connections: CONNECTIONS,
    status: answer === 'message' ? 200 : 204,
  };
}

/** The lines of a head but for those that autocannon writes itself. */
function ownHeaders(head: string): Record<string, string> {
  const lines = head.trimEnd().split('\r\n').slice(1);
  const fields = lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)] as const);
  return Object.fromEntries(fields.filter(([name]) => !['host', 'connection'].includes(name.toLowerCase())));
}

function saturationOf(
  transport: TransportName,
  answer: Answer,
  { requests, errors, latencyNs, windowNs, cpuNs }: SaturationReport,
  serverCpuShare: number | null,
): Saturation {
  return {
    transport,
    answer,
    connections: CONNECTIONS,
    durationMs: Math.round(windowNs / 1e6),
    requests,
    perSecond: requests / (windowNs / 1e9),
    errors,
    latencyNs,
    serverCpuShare,
    generatorCpuShare: cpuNs / windowNs,
    saturated: serverCpuShare === null ? null : serverCpuShare >= SATURATED_SHARE,
  };
}
