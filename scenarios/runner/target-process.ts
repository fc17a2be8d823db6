/** The server process in front of a target: starts the user's own server, publishes to it on schedule, and ends it. */
import { LatencyRecorder } from '../../results/histogram.ts';
import { TargetServer } from '../target/server.ts';
import { Alarm } from './alarm.ts';
import { serveRunner, until } from './child.ts';
import { Clock, clockReading } from './clock.ts';
import { encodeEnvelope, fillerText } from './envelope.ts';
import type { FromServer, Quantiles, ToServer } from './protocol.ts';
import { publishDue, type DuePublication } from './publish-due.ts';

let server: TargetServer | undefined;
let clock: Clock;

const alarm = new Alarm();
/** Of the target's own loop, if it has one, nothing is known. */
const UNKNOWN: Quantiles = { p50: null, p90: null, p99: null, max: null };

// How the runner ends this process in order. Where it cannot, the guard of `Spawned` ends the target.
process.on('SIGTERM', () => void (server?.stop() ?? Promise.resolve()).finally(() => process.exit(0)));

serveRunner<ToServer, FromServer>(async (message, reply) => {
  if (message.type === 'listen') {
    clock = new Clock(message.epochNs);
    server = await started(message);
    reply({ type: 'listening', port: server.port, pid: server.pid });
    void server.ended().then(({ message }) => reply({ type: 'failed', message }));
  } else {
    const receivedUs = clock.nowUs();
    // To its end also where nothing is published: a target that ends meanwhile must be told of as the answer.
    const [slipNs] = await Promise.all([publish(server!, message), until(message.timeline.windowEndUs, clock)]);
    reply({ type: 'window', slipNs, eventLoopDelayNs: UNKNOWN, clock: clockReading(clock, receivedUs) });
  }
});

async function started({ target }: ToServer & { type: 'listen' }): Promise<TargetServer> {
  if (target === undefined) throw new Error('no target was named');
  // Known before it is ready: whoever ends this process meanwhile must find it.
  server = await TargetServer.start(target);
  await server.ready();
  return server;
}

/**
 * One after the other, each encoded as it leaves: where a call by HTTP is still under way when the next is due, that one
 * waits for it, and its slip says for how long.
 */
async function publish(to: TargetServer, message: ToServer & { type: 'window' }): Promise<Quantiles> {
  const { payloadBytes } = message;
  const slip = new LatencyRecorder();
  const filler = fillerText(payloadBytes);
  const send = ({ channel, seq, dueUs, counts }: DuePublication): Promise<void> => {
    const slipUs = Math.round(Math.max(0, clock.nowUs() - dueUs));
    if (counts) slip.record(slipUs * 1e3);
    return to.publish(channel, encodeEnvelope({ seq, intendedUs: dueUs, slipUs }, payloadBytes, filler));
  };
  const queue: DuePublication[] = [];
  let sending: Promise<void> | undefined;
  const drain = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await send(next);
    sending = undefined;
  };
  let failure: Error | undefined;
  await publishDue(message, clock, alarm, (publication) => {
    queue.push(publication);
    sending ??= drain().catch((error: Error) => void (failure ??= error));
  });
  await sending;
  if (failure !== undefined) throw failure;
  return slip.delay();
}
