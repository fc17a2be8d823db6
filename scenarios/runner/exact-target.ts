/**
 * What is exact of a target: one client's life against it in lock-step, as `exact.ts` has it for this project's own servers.
 *
 * Its signs of life come when it likes, and messages that are published one by one may or may not leave it together: those
 * figures are missing. A target that puts the time into its messages has no exact bytes, and repetitions will differ.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Exact, ExactTransport } from '../../results/exact.ts';
import { HOST, TargetServer } from '../target/server.ts';
import { transportsOf, type Target } from '../target/target.ts';
import { transport, type TransportName } from '../transports.ts';
import { sweep, type ExactOptions } from './exact.ts';
import { undisturbed, type SessionServer } from './session.ts';

/** What a process of its own may take from one write to the next, as turns of a millisecond. */
const STILL_TURNS = 20;

/**
 * Of the transports of the target that are named, one after the other, each on a fresh process. Over HTTP/1.1. Throws the
 * signal's reason between two of them.
 *
 * @throws TargetFailure or SessionError when the target does not get ready, or does not do what its file says
 */
export async function exactOfTarget(
  target: Target,
  options: ExactOptions,
  transports: readonly TransportName[] = transportsOf(target),
  signal?: AbortSignal,
): Promise<Exact> {
  const figures: ExactTransport[] = [];
  for (const name of target.publish === null ? [] : transports) {
    signal?.throwIfAborted();
    figures.push(await exactOf(target, name, options));
  }
  const { carrier, headers, responseHeaders, deflate, contextTakeover, gzip, payloadBytes } = options;
  const common = { carrier, responseHeaders, deflate, contextTakeover, gzip, payloadBytes };
  return { ...common, headers: headers.name, transports: figures };
}

/** The same, taken twice: what differs from one time to the other is no exact count, and left out with a note. */
export async function steadyExactOfTarget(
  target: Target,
  options: ExactOptions,
  transports: readonly TransportName[],
  signal: AbortSignal,
): Promise<{ exact: Exact; notes: string[] }> {
  const [first, second] = [
    await exactOfTarget(target, options, transports, signal),
    await exactOfTarget(target, options, transports, signal),
  ];
  const same = first.transports.map((one, index) => isDeepStrictEqual(one, second.transports[index]));
  return {
    exact: { ...first, transports: first.transports.filter((_, index) => same[index]) },
    notes: first.transports
      .filter((_, index) => !same[index])
      .map(({ transport: name }) => `${name} has no exact byte counts: the target sent others the second time.`),
  };
}

async function exactOf(target: Target, name: TransportName, options: ExactOptions): Promise<ExactTransport> {
  const { client } = transport(name);
  const doing = {
    // A stream is written to as each message comes, and a held poll answered: only who asks later finds all of them.
    batch: client.asks === 'each-interval',
    upstream: target.endpoints[name]!.sends,
    idle: false,
  };
  const figures = await undisturbed(
    { ...options, transport: name },
    (session) => sweep(session, options, doing),
    () => serverOf(target, name),
  );
  return { transport: name, asks: client.asks, floor: false, steps: [], ...figures, perHeader: [] };
}

async function serverOf(target: Target, name: TransportName): Promise<SessionServer> {
  const server = await TargetServer.start(target);
  try {
    await server.ready();
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    host: HOST,
    port: server.port,
    certificate: undefined,
    endpoint: target.endpoints[name],
    stillTurns: STILL_TURNS,
    async publish(payloads) {
      for (const payload of payloads) await server.publish('main', payload);
      await server.settled();
    },
    beat() {},
    close: () => server.stop(),
  };
}
