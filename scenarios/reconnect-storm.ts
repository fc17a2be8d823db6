/** All clients lose their connection at one moment: how long until each is served again, and that nothing is lost. */
import { ONE_VARIANT, type Scenario } from './scenario.ts';

export const reconnectStorm: Scenario = {
  name: 'reconnect-storm',
  question: 'When all connections are cut at once, how long until every client is served again, and is anything lost?',
  onRequest: true,
  asksOfServer: ['resume'],
  variants: () => ONE_VARIANT,
  publishes: () => ({ server: true, generator: false }),
  fanOut: (clients) => clients,
  prepare: (generator) => generator.subscribe(() => 'main'),
  events: [{ atShare: 0.25, happen: (generator) => generator.cut(0, 1) }],
};
