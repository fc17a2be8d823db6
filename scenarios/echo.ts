/** Each client sends to a channel of its own and gets it back over its transport: a full round trip. */
import { ONE_VARIANT, type Scenario } from './scenario.ts';

export const echo: Scenario = {
  name: 'echo',
  question: 'When a client sends and the server answers that client, how long is the round trip?',
  // Whether the server took a message cannot be known once its connection is cut, and sending it again might deliver it twice.
  needsItsConnections: true,
  asksOfServer: ['upstream', 'channels'],
  variants: () => ONE_VARIANT,
  publishes: () => ({ server: false, generator: true }),
  fanOut: () => 1,
  prepare: (generator) => generator.subscribe((index) => `echo-${index}`),
  offer(generator, seq, dueUs, slipUs) {
    const { length } = generator.clients;
    generator.send(seq % length, Math.floor(seq / length), dueUs, slipUs);
  },
};
