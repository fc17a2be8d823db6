/** One of the processes of a server that is several: serves what the primary appends, and hands it what clients send. */
import type { RunningServer } from '../../servers/http.ts';
import type { Payload } from '../../servers/hub.ts';
import { serveRunner } from './child.ts';
import { Clock } from './clock.ts';
import { watchLoop } from './loop-monitor.ts';
import { listen } from './server-listen.ts';
import type { FromWorker, ToWorker } from './server-workers.ts';

let server: RunningServer;
let clock: Clock;

serveRunner<ToWorker, FromWorker>(async (message, reply) => {
  if (message.type === 'append') {
    server.hub.channel(message.channel)?.append(asPayload(message.payload));
  } else if (message.type === 'listen') {
    clock = new Clock(message.epochNs);
    server = await listen(message, (channel, payload) => reply({ type: 'accepted', channel, payload }));
    reply({ type: 'listening', port: server.port });
  } else {
    reply({ type: 'window', eventLoopDelayNs: await watchLoop(message.timeline, message.pace !== null, clock) });
  }
});

process.send?.({ type: 'started' } satisfies FromWorker);

/** Bytes come over the channel as plain ones. */
function asPayload(payload: Payload | Uint8Array): Payload {
  if (typeof payload === 'string' || Buffer.isBuffer(payload)) return payload;
  return Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
}
