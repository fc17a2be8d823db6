/** Plain HTTP requests and WebSocket clients on one port at once: does either disturb the other? */
import type { Scenario } from './scenario.ts';

const ALONE = 'http-alone';

export const sharedPort: Scenario = {
  name: 'shared-port',
  question: 'Do plain HTTP requests stay fast, and every socket true to its protocol, when WebSockets share the port?',
  transports: ['websocket'],
  needsItsConnections: true,
  asksOfServer: ['own-server'],
  variants: () => [
    { name: ALONE, parameters: {} },
    { name: 'http-with-sockets', parameters: {} },
  ],
  publishes: (variant) => ({ server: variant !== ALONE, generator: true }),
  fanOut: (clients, variant) => (variant === ALONE ? 0 : clients),
  async prepare(generator) {
    if (generator.parameters.variant !== ALONE) await generator.subscribe(() => 'main');
    await generator.checkUnknownUpgrade();
  },
  offer: (generator, _seq, dueUs) => generator.request(dueUs),
};
