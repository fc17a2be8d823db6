/** Short polling: one poll each interval at a phase of its own, or a pause after each answer, whether or not anything is new. */
import type { Client, ClientOptions, ClientTransport } from './client.ts';
import { CARRIERS } from './connection.ts';
import { dissectPoll } from './dissect/body.ts';
import { answerDecoder, PollingClient } from './polling.ts';

class ShortPollingClient extends PollingClient {
  /** When the next poll is due, ms on the monotonic clock; 0 until the phase is drawn. */
  #due = 0;
  /** When the latest poll was sent. */
  #asked = 0;

  /** A poll after a lost connection, or in a hurry, comes out of turn: the next one is still due when it was. */
  #extra = false;

  protected override open(): void {
    this.#extra = this.#due !== 0;
    super.open();
  }

  hurry(): void {
    // Whose next poll counts from the latest answer has no turn to come back to.
    if (this.options.pollPacing === 'fixed-delay' || !this.isReady || this.connection?.idle !== true) return;
    this.#extra = true;
    this.later(0, () => this.poll());
  }

  protected poll(): void {
    this.#asked = performance.now();
    this.ask('/short-polling');
  }

  protected answered(): void {
    const now = performance.now();
    const waitMs = this.options.pollPacing === 'fixed-delay' ? this.#pause(now) : this.#untilDue(now);
    this.later(waitMs, () => this.poll());
  }

  /**
   * All but the first are a millisecond or none shorter, at random. Timers of Node.js that are due in one millisecond run
   * together, and the clients of a process, once in step, would stay so and wait for each other, as those of many machines
   * do not. A timer is half a millisecond late on average.
   */
  #pause(now: number): number {
    const { pollIntervalMs, random } = this.options;
    const first = this.#due === 0;
    this.#due = now;
    // A random part of a whole cycle, the answer's way included, for the same reason as below.
    return first ? random() * (pollIntervalMs + now - this.#asked) : pollIntervalMs - 1 + random();
  }

  #untilDue(now: number): number {
    const { pollIntervalMs, random } = this.options;
    // A random phase, because polls in step with the publisher would see always the same part of the interval.
    if (this.#due === 0) this.#due = now + random() * pollIntervalMs;
    else if (this.#extra && this.#due > now) this.#extra = false;
    // Polls that an answer overran are skipped, not sent in a burst.
    else {
      this.#extra = false;
      this.#due += pollIntervalMs * Math.max(1, Math.ceil((now - this.#due) / pollIntervalMs));
    }
    return this.#due - now;
  }
}

export const shortPolling: ClientTransport = {
  name: 'short-polling',
  asks: 'each-interval',
  upstream: 'own-connection',
  carriers: CARRIERS,
  endpointWords: ['cursor'],
  dissect: dissectPoll,
  connect: (options: ClientOptions): Client => new ShortPollingClient(options).start(),
  decoder: answerDecoder,
};
