/** Clients are connected in steps and memory is read at each: the slope is what one more of them takes. */
import { ONE_VARIANT, type Scenario } from './scenario.ts';

export const memory: Scenario = {
  name: 'memory',
  question: 'How much memory does each waiting client take, in the server and in the kernel?',
  onRequest: true,
  withFloor: 'unless-named',
  variants: () => ONE_VARIANT,
  // The first quarter pays for what a server allocates once: buffers, compiled code, a heap that has grown.
  grows: [0.25, 0.4, 0.55, 0.7, 0.85, 1],
  publishes: () => ({ server: false, generator: false }),
  fanOut: () => 0,
  prepare: (generator) => generator.subscribe(() => 'main'),
};
