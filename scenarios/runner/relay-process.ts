/** The relay process: the link between the clients of one measurement and its server. */
import { constants, setPriority } from 'node:os';
import { LatencyRecorder } from '../../results/histogram.ts';
import { Alarm } from './alarm.ts';
import { serveRunner, until } from './child.ts';
import { Clock } from './clock.ts';
import type { FromRelay, RelayReport, Timeline, ToRelay } from './protocol.ts';
import { Relay } from './relay-server.ts';

let relay: Relay;
let clock: Clock;

preferred();
// Its thread inherits what this one has.
const alarm = new Alarm();

serveRunner<ToRelay, FromRelay>(async (message, reply) => {
  switch (message.type) {
    case 'listen': {
      const { link, seed, host, port, epochNs } = message;
      clock = new Clock(epochNs);
      relay = await Relay.listen({ link, seed, host, target: { host, port } }, alarm);
      return reply({ type: 'listening', port: relay.port });
    }
    case 'window':
      return reply({ type: 'window', report: await watch(message.timeline) });
    case 'cuts':
      return reply({ type: 'cuts', cuts: relay.counts.cuts });
  }
});

/** A link waits for no CPU. Where the system lets this process go first, it does; where not, its lateness says so. */
function preferred(): void {
  try {
    setPriority(constants.priority.PRIORITY_HIGH);
  } catch {
    // Only who may raise priorities can: root, mostly.
  }
}

async function watch({ windowStartUs, windowEndUs }: Timeline): Promise<RelayReport> {
  const lateness = new LatencyRecorder();
  await until(windowStartUs, clock);
  const before = reading();
  relay.late = (lateMs) => lateness.record(lateMs * 1e6);
  await until(windowEndUs, clock);
  relay.late = () => {};
  const after = reading();
  return {
    lateNs: lateness.delay(),
    cuts: after.cuts - before.cuts,
    bytes: { up: after.upBytes - before.upBytes, down: after.downBytes - before.downBytes },
    cpuNs: (after.cpuUs - before.cpuUs) * 1e3,
    durationNs: Math.round((after.atUs - before.atUs) * 1e3),
  };
}

function reading() {
  const { user, system } = process.cpuUsage();
  return { ...relay.counts, cpuUs: user + system, atUs: clock.nowUs() };
}
