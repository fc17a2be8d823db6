/** Some clients stop reading for the whole window: whether the others feel it, and what becomes of those who stopped. */
import type { Scenario } from './scenario.ts';

/** Share of the clients that stops reading. */
const SHARES: Readonly<Record<string, number>> = { 'none slow': 0, '10 % slow': 0.1, '50 % slow': 0.5 };

export const slowClient: Scenario = {
  name: 'slow-client',
  question:
    'When some clients stop reading, do the others wait for them, and do the slow ones lose anything in silence?',
  onRequest: true,
  variants: () => Object.entries(SHARES).map(([name, slowShare]) => ({ name, parameters: { slowShare } })),
  publishes: () => ({ server: true, generator: false }),
  fanOut: (clients) => clients,
  async prepare(generator) {
    await generator.subscribe(() => 'main');
    generator.setAside(generator.parameters.slowShare ?? 0);
  },
  events: [
    { atShare: 0, happen: (generator) => generator.pauseAside() },
    // They read again while what is under way is awaited: all that they have missed, or word of how much is gone.
    { atShare: 1, happen: (generator) => generator.resumeAside() },
  ],
};
