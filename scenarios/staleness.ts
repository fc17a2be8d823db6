/** Looks at random moments at what each client holds: for a value on a screen its age counts, not each message. */
import { ONE_VARIANT, type Scenario } from './scenario.ts';

export const staleness: Scenario = {
  name: 'staleness',
  question: 'Looked at at a random moment, how old is the newest value that a client holds?',
  onRequest: true,
  variants: () => ONE_VARIANT,
  // Every client must hold something before it is looked at: two polls and three publications, or more warm-up.
  needs: ({ warmupMs, pollIntervalMs, ratePerSecond }) => ({
    warmupMs: Math.max(warmupMs, 2 * pollIntervalMs + Math.ceil(3e3 / ratePerSecond)),
  }),
  publishes: () => ({ server: true, generator: false }),
  fanOut: (clients) => clients,
  async prepare(generator) {
    await generator.subscribe(() => 'main');
    generator.sampleStaleness();
  },
};
