/** The server process: one transport on one port, served by itself or by workers, and the publisher that follows the schedule. */
import { LatencyRecorder } from '../../results/histogram.ts';
import { Alarm, follow } from './alarm.ts';
import { serveRunner } from './child.ts';
import { Clock } from './clock.ts';
import { encodeEnvelope, fillerText } from './envelope.ts';
import { watchLoop } from './loop-monitor.ts';
import { worst } from './merge-reports.ts';
import { schedule } from './pacer.ts';
import type { FromServer, LoopDelay, Quantiles, ToServer } from './protocol.ts';
import { listen } from './server-listen.ts';
import { startWorkers } from './server-workers.ts';

/** What serves, be it this process or several. */
interface Serving {
  readonly port: number;
  /** To channel `main`. */
  publish(payload: string): void;
  /** How late the loops of other processes were in the window. */
  watch(message: ToServer & { type: 'window' }): Promise<LoopDelay[]>;
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
    const others = serving.watch(message);
    const publishing = publish(message);
    const own = await watchLoop(message.timeline, message.pace !== null, clock);
    reply({ type: 'window', slipNs: await publishing, eventLoopDelayNs: worst([own, ...(await others)]) });
  }
});

async function serveAlone(message: ToServer & { type: 'listen' }): Promise<Serving> {
  const { port, hub } = await listen(message);
  const log = hub.channel('main')!;
  return { port, publish: (payload) => void log.append(payload), watch: () => Promise.resolve([]) };
}

async function publish({ timeline, pace, payloadBytes }: ToServer & { type: 'window' }): Promise<Quantiles> {
  const slip = new LatencyRecorder();
  if (pace !== null) {
    const { startUs, windowStartUs, windowEndUs } = timeline;
    const filler = fillerText(payloadBytes);
    const due = schedule(pace, windowEndUs - startUs).map((us) => us + startUs);
    await follow(due, clock, alarm, (seq, dueUs, slipUs) => {
      if (dueUs >= windowStartUs) slip.record(slipUs * 1e3);
      serving.publish(encodeEnvelope({ seq, intendedUs: dueUs, slipUs }, payloadBytes, filler));
    }).done;
  }
  return { p50: slip.quantile(0.5), p99: slip.quantile(0.99), max: slip.summary().max };
}
