/**
 * The server stands still for a tenth of the window: what latency says of it when it counts from the due time, and what
 * it says when it counts from the actual send, as a naive benchmark does.
 */
import type { Scenario } from './scenario.ts';

/** Share of the window. */
const STALLED = 0.1;

const STALLS = 'stalled';

export const stall: Scenario = {
  name: 'stall',
  question: 'When the server stands still for a moment, do the figures show it, and which figures hide it?',
  onRequest: true,
  variants: () => [
    { name: 'undisturbed', parameters: {} },
    { name: STALLS, parameters: {} },
  ],
  needs: ({ variant, durationMs }) => ({ stallMs: variant === STALLS ? Math.round(durationMs * STALLED) : 0 }),
  publishes: () => ({ server: true, generator: false }),
  fanOut: (clients) => clients,
  prepare: (generator) => generator.subscribe(() => 'main'),
};
