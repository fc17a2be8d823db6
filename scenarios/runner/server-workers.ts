/**
 * A server of several processes on one port (node:cluster): this process accepts connections and deals them out in turn,
 * and appends every message to the logs of all workers.
 *
 * That gives all logs one order, so that a cursor is good at whichever worker a client comes back to. The price is a hop
 * over a pipe for each message and worker, and another for what clients send. The rejected alternative, each worker with a
 * log of its own and the publications of others behind them, has as many orders as workers, and no cursor survives a
 * reconnect.
 */
import cluster, { type Worker } from 'node:cluster';
import { fileURLToPath } from 'node:url';
import type { Payload } from '../../servers/hub.ts';
import type { Quantiles, ToServer } from './protocol.ts';

export type ToWorker =
  | (ToServer & { type: 'listen' })
  | (ToServer & { type: 'window' })
  | { type: 'append'; channel: string; payload: Payload };

export type FromWorker =
  /** It listens to what it is told: what came before that, node:cluster has dropped. */
  | { type: 'started' }
  | { type: 'listening'; port: number }
  | { type: 'window'; eventLoopDelayNs: Quantiles }
  /** What a client has sent. */
  | { type: 'accepted'; channel: string; payload: Payload }
  | { type: 'failed'; message: string };

interface Workers {
  readonly port: number;
  publish(channel: string, payload: string): void;
  watch(message: ToServer & { type: 'window' }): Promise<Quantiles[]>;
}

/** Rejects when a worker cannot listen. One that dies later takes this process with it: a part of a server is none. */
export async function startWorkers(message: ToServer & { type: 'listen' }): Promise<Workers> {
  cluster.setupPrimary({
    exec: fileURLToPath(new URL('./server-worker-process.js', import.meta.url)),
    execArgv: [],
    // Payloads may be bytes.
    serialization: 'advanced',
    silent: false,
  });
  const workers = Array.from({ length: message.workers ?? 1 }, () => cluster.fork());
  const append = (channel: string, payload: Payload): void => {
    for (const worker of workers) tell(worker, { type: 'append', channel, payload });
  };
  for (const worker of workers) {
    worker.on('message', (reply: FromWorker) => {
      if (reply.type === 'accepted') append(reply.channel, reply.payload);
    });
  }
  const ports = await Promise.all(
    workers.map(async (worker) => {
      await answer(worker, 'started');
      tell(worker, message);
      return answer(worker, 'listening');
    }),
  );
  for (const worker of workers) worker.on('exit', (code, signal) => fail(`a worker ended (${signal ?? code})`));
  return {
    port: ports[0]!.port,
    publish: append,
    async watch(window) {
      const answers = workers.map((worker) => answer(worker, 'window'));
      for (const worker of workers) tell(worker, window);
      return (await Promise.all(answers)).map(({ eventLoopDelayNs }) => eventLoopDelayNs);
    },
  };
}

function tell(worker: Worker, message: ToWorker): void {
  // One that has just died is told of by its exit, which says more.
  worker.send(message, () => {});
}

function answer<T extends FromWorker['type']>(worker: Worker, type: T): Promise<Extract<FromWorker, { type: T }>> {
  return new Promise((resolve, reject) => {
    worker.on('message', (reply: FromWorker) => {
      if (reply.type === 'failed') reject(new Error(reply.message));
      else if (reply.type === type) resolve(reply as Extract<FromWorker, { type: T }>);
    });
    worker.once('exit', (code, signal) => reject(new Error(`a worker ended (${signal ?? code})`)));
  });
}

/** As an error that nobody awaits: it is reported to the runner, and ends the process. */
function fail(message: string): never {
  throw new Error(message);
}
