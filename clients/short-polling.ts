/** Short polling at a fixed rate: one poll each interval at a phase of its own, whether or not anything is new. */
import type { Client, ClientOptions, ClientTransport } from './client.ts';
import { CARRIERS } from './connection.ts';
import { dissectPoll } from './dissect/body.ts';
import { answerDecoder, PollingClient } from './polling.ts';

class ShortPollingClient extends PollingClient {
  /** When the next poll is due, ms on the monotonic clock; 0 until the phase is drawn. */
  #due = 0;

  /** The poll after a lost connection comes out of turn: the next one is still due when it was. */
  #extra = false;

  protected override open(): void {
    this.#extra = this.#due !== 0;
    super.open();
  }

  protected poll(): void {
    this.ask('/short-polling');
  }

  protected answered(): void {
    const { pollIntervalMs, pollPacing, random } = this.options;
    if (pollPacing === 'fixed-delay') {
      // The first pause is a random part of one: see below. The others are a millisecond or none shorter, at random: timers
      // of Node.js that are due in the same millisecond run together, and the clients of a process, once in step, would
      // stay so and wait for each other, as those of many machines do not. A timer is half a millisecond late on average.
      const pauseMs = this.#due === 0 ? random() * pollIntervalMs : pollIntervalMs - 1 + random();
      this.#due = 1;
      return this.later(pauseMs, () => this.poll());
    }
    const now = performance.now();
    // A random phase, because polls in step with the publisher would see always the same part of the interval.
    if (this.#due === 0) this.#due = now + random() * pollIntervalMs;
    else if (this.#extra && this.#due > now) this.#extra = false;
    // Polls that an answer overran are skipped, not sent in a burst.
    else this.#due += pollIntervalMs * Math.max(1, Math.ceil((now - this.#due) / pollIntervalMs));
    this.later(this.#due - now, () => this.poll());
  }
}

export const shortPolling: ClientTransport = {
  name: 'short-polling',
  asks: 'each-interval',
  upstream: 'own-connection',
  carriers: CARRIERS,
  dissect: dissectPoll,
  connect: (options: ClientOptions): Client => new ShortPollingClient(options).start(),
  decoder: answerDecoder,
};
