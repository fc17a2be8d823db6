/** The same mean rate, but in bursts: which transports send what comes together as one, and what that saves. */
import type { Scenario } from './scenario.ts';

/** Messages that come at once. */
const BURSTS = [1, 5, 25];

export const burst: Scenario = {
  name: 'burst',
  question:
    'When messages come in bursts, what does sending them together save, and what do the last of them wait for?',
  onRequest: true,
  variants: () => BURSTS.map((size) => ({ name: `${size} at once`, parameters: { burst: size } })),
  publishes: () => ({ server: true, generator: false }),
  fanOut: (clients) => clients,
  prepare: (generator) => generator.subscribe(() => 'main'),
};
