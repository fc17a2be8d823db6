/** Clients are connected and nothing is published: what waiting costs. */
import { ONE_VARIANT, type Scenario } from './scenario.ts';

export const idle: Scenario = {
  name: 'idle',
  question: 'What does it cost to wait, in bytes and requests for each client and hour, when there is no news?',
  variants: () => ONE_VARIANT,
  publishes: () => ({ server: false, generator: false }),
  fanOut: () => 0,
  prepare: (generator) => generator.subscribe(() => 'main'),
};
