/** The server process: one transport on one port, and the publisher that follows the schedule from inside. */
import { LatencyRecorder } from '../../results/histogram.ts';
import { startServer, type RunningServer } from '../../servers/http.ts';
import { transport } from '../transports.ts';
import { Alarm, follow } from './alarm.ts';
import { serveRunner, until } from './child.ts';
import { Clock } from './clock.ts';
import { encodeEnvelope, fillerText } from './envelope.ts';
import { LoopMonitor } from './loop-monitor.ts';
import { schedule } from './pacer.ts';
import type { FromServer, Quantiles, ToServer } from './protocol.ts';

let server: RunningServer;
let clock: Clock;

const alarm = new Alarm();

serveRunner<ToServer, FromServer>(async (message, reply) => {
  if (message.type === 'listen') {
    clock = new Clock(message.epochNs);
    const { host, port, options, carrier, certificate } = message;
    const transports = [transport(message.transport).server];
    server = await startServer({
      transports,
      host,
      port,
      options,
      carrier,
      ...(certificate === undefined ? {} : { certificate }),
    });
    reply({ type: 'listening', port: server.port });
  } else {
    const publishing = publish(message);
    // Where nothing is published the monitor's hundred wake-ups a second would be most of what is measured.
    const monitor = message.pace === null ? undefined : new LoopMonitor();
    await until(message.timeline.windowStartUs, clock);
    monitor?.start();
    await until(message.timeline.windowEndUs, clock);
    const eventLoopDelayNs = monitor?.stop() ?? { p50: null, p99: null, max: null };
    reply({ type: 'window', slipNs: await publishing, eventLoopDelayNs });
  }
});

async function publish({ timeline, pace, payloadBytes }: ToServer & { type: 'window' }): Promise<Quantiles> {
  const slip = new LatencyRecorder();
  if (pace !== null) {
    const { startUs, windowStartUs, windowEndUs } = timeline;
    const log = server.hub.channel('main')!;
    const filler = fillerText(payloadBytes);
    const due = schedule(pace, windowEndUs - startUs).map((us) => us + startUs);
    await follow(due, clock, alarm, (seq, dueUs, slipUs) => {
      if (dueUs >= windowStartUs) slip.record(slipUs * 1e3);
      log.append(encodeEnvelope({ seq, intendedUs: dueUs, slipUs }, payloadBytes, filler));
    }).done;
  }
  return { p50: slip.quantile(0.5), p99: slip.quantile(0.99), max: slip.summary().max };
}
