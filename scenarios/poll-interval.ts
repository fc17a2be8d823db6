/** Polls from ten a second to one in five seconds, and push beside them: what lateness buys in requests. */
import { ONE_VARIANT, type Scenario } from './scenario.ts';
import { transport as transportOf } from './transports.ts';
import { formatDuration } from './units.ts';

const INTERVALS_MS = [100, 250, 500, 1_000, 2_000, 5_000];

export const pollInterval: Scenario = {
  name: 'poll-interval',
  question: 'What does a longer poll interval save in requests and bytes, and what does it cost in latency?',
  onRequest: true,
  variants: (transport) =>
    transportOf(transport).client.asks === 'each-interval'
      ? INTERVALS_MS.map((ms) => ({ name: formatDuration(ms), parameters: { pollIntervalMs: ms } }))
      : ONE_VARIANT,
  // Each client must poll at least once in the window; one window for all, so that they compare.
  needs: ({ durationMs }) => ({ durationMs: Math.max(durationMs, ...INTERVALS_MS) }),
  publishes: () => ({ server: true, generator: false }),
  fanOut: (clients) => clients,
  prepare: (generator) => generator.subscribe(() => 'main'),
};
