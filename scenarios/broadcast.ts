/** The server publishes at the offered load and every client receives: what a message costs, and when it arrives. */
import { ONE_VARIANT, type Scenario } from './scenario.ts';

export const broadcast: Scenario = {
  name: 'broadcast',
  question: 'When one message goes to all clients, how late does it arrive, and what does each delivery cost?',
  withFloor: true,
  withTwin: true,
  variants: () => ONE_VARIANT,
  publishes: () => ({ server: true, generator: false }),
  fanOut: (clients) => clients,
  prepare: (generator) => generator.subscribe(() => 'main'),
};
