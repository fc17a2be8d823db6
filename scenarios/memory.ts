/** Clients are connected in steps and memory is read at each: the slope is what one more of them takes. */
import { ONE_VARIANT, type Scenario } from './scenario.ts';

export const memory: Scenario = {
  name: 'memory',
  question: 'How much memory does each waiting client take, in the server and in the kernel?',
  onRequest: true,
  withFloor: 'unless-named',
  variants: () => ONE_VARIANT,
  // The first half pays for what a server allocates once: buffers, compiled code, a heap that has grown. Of 6,000 clients those
  // up to the 3,000th took up to 28 KB each, which is V8’s room for new objects, and all further ones 5 to 13 KB.
  grows: [0.5, 0.6, 0.7, 0.8, 0.9, 1],
  publishes: () => ({ server: false, generator: false }),
  fanOut: () => 0,
  prepare: (generator) => generator.subscribe(() => 'main'),
};
