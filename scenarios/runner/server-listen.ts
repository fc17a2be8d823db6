/** Starts the transport that a measurement asks for, in this process. */
import { startServer, type RunningServer } from '../../servers/http.ts';
import type { Sequencer } from '../../servers/hub.ts';
import { transport } from '../transports.ts';
import type { ToServer } from './protocol.ts';

export function listen(message: ToServer & { type: 'listen' }, sequencer?: Sequencer): Promise<RunningServer> {
  const { host, port, options, carrier, certificate } = message;
  return startServer({
    transports: [transport(message.transport).server],
    host,
    port,
    options,
    carrier,
    ...(certificate === undefined ? {} : { certificate }),
    ...(sequencer === undefined ? {} : { sequencer }),
  });
}
