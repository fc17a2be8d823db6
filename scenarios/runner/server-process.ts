/** The server process: one transport on one port, served by itself or by workers, and the publisher that follows the schedule. */
import { LatencyRecorder } from '../../results/histogram.ts';
import { Alarm } from './alarm.ts';
import { serveRunner } from './child.ts';
import { Clock, clockReading } from './clock.ts';
import { encodeEnvelope, fillerText } from './envelope.ts';
import { watchLoop } from './loop-monitor.ts';
import { worst } from './merge-reports.ts';
import type { FromServer, Quantiles, ToServer } from './protocol.ts';
import { publishDue } from './publish-due.ts';
import { listen } from './server-listen.ts';
import { startWorkers } from './server-workers.ts';

/** What serves, be it this process or several. */
interface Serving {
  readonly port: number;
  publish(channel: string, payload: string): void;
  /** How late the loops of other processes were in the window. */
  watch(message: ToServer & { type: 'window' }): Promise<Quantiles[]>;
}

let serving: Serving;
let clock: Clock;

const alarm = new Alarm();

serveRunner<ToServer, FromServer>(async (message, reply) => {
  if (message.type === 'listen') {
    clock = new Clock(message.epochNs);
    serving = (message.workers ?? 1) > 1 ? await startWorkers(message) : await serveAlone(message);
    reply({ type: 'listening', port: serving.port });
  } else {
    const receivedUs = clock.nowUs();
    const others = serving.watch(message);
    const publishing = publish(message);
    const own = await watchLoop(message.timeline, message.pace !== null, clock);
    const eventLoopDelayNs = worst([own, ...(await others)]);
    const slipNs = await publishing;
    reply({ type: 'window', slipNs, eventLoopDelayNs, clock: clockReading(clock, receivedUs) });
  }
});

async function serveAlone(message: ToServer & { type: 'listen' }): Promise<Serving> {
  const { port, hub } = await listen(message);
  return {
    port,
    publish: (channel, payload) => void hub.channel(channel)!.append(payload),
    watch: () => Promise.resolve([]),
  };
}

async function publish(message: ToServer & { type: 'window' }): Promise<Quantiles> {
  const { payloadBytes } = message;
  const slip = new LatencyRecorder();
  const filler = fillerText(payloadBytes);
  await publishDue(message, clock, alarm, ({ channel, seq, dueUs, slipUs, counts }) => {
    if (counts) slip.record(slipUs * 1e3);
    serving.publish(channel, encodeEnvelope({ seq, intendedUs: dueUs, slipUs }, payloadBytes, filler));
  });
  return slip.delay();
}
