/** Clients connect, get ready and leave: what a session costs before its first message. */
import { ONE_VARIANT, type Scenario, type Variant } from './scenario.ts';
import { transport as transportOf } from './transports.ts';

/** A session of the polling variants polls at this interval and stays for two of them, so that connections can be kept. */
const POLL_INTERVAL_MS = 20;
const STAY_MS = 50;

const CONNECTIONS: readonly Variant[] = [
  { name: 'keep-alive', parameters: { connection: 'keep-alive', pollIntervalMs: POLL_INTERVAL_MS } },
  { name: 'close', parameters: { connection: 'close', pollIntervalMs: POLL_INTERVAL_MS } },
];

export const connect: Scenario = {
  name: 'connect',
  question: 'How long until a new client can receive, what does the handshake cost, and what do kept connections save?',
  variants: (transport) => (transportOf(transport).client.asks === 'each-interval' ? CONNECTIONS : ONE_VARIANT),
  publishes: () => ({ server: false, generator: true }),
  fanOut: () => 0,
  prepare: () => Promise.resolve(),
  offer(generator, _seq, dueUs) {
    const polls = generator.parameters.variant !== null;
    generator.visit(dueUs, polls ? STAY_MS : 0);
  },
};
