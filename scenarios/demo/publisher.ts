/** Publishes as the knobs say: at their rate, of their size, each message with the time at which it was due. */
import { publicationText, type Knobs } from '../../results/demo.ts';
import type { Log } from '../../servers/hub.ts';
import { fillerText } from '../runner/envelope.ts';

/** A schedule that is further behind than this, because the machine slept, begins anew: nobody wants an hour's worth. */
const FURTHEST_BEHIND_MS = 1_000;

/**
 * When the publication after the one due at `lastMs` is due: half a period to one and a half later. Evenly spaced ones would
 * keep one phase to a poll of the same period, and show that phase instead of short polling's latency.
 *
 * @param share uniform in [0, 1)
 */
export function nextDueMs(lastMs: number, periodMs: number, share: number, nowMs: number): number {
  const due = lastMs + periodMs * (0.5 + share);
  return due < nowMs - FURTHEST_BEHIND_MS ? nowMs : due;
}

export class Publisher {
  readonly #log: Log;
  readonly #nowMs: () => number;
  readonly #random: () => number;
  #knobs: Knobs;
  #filler = '';
  #dueMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(log: Log, nowMs: () => number, random: () => number, knobs: Knobs) {
    this.#log = log;
    this.#nowMs = nowMs;
    this.#random = random;
    this.#knobs = knobs;
    this.#begin();
  }

  turn(knobs: Knobs): void {
    const { ratePerSecond, paused } = this.#knobs;
    this.#knobs = knobs;
    if (knobs.ratePerSecond !== ratePerSecond || knobs.paused !== paused) this.#begin();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** The next publication is due about a period from now, so that a turned knob shows at once. */
  #begin(): void {
    this.stop();
    this.#dueMs = this.#nowMs();
    if (!this.#knobs.paused) this.#schedule();
  }

  #schedule(): void {
    const { ratePerSecond } = this.#knobs;
    this.#dueMs = nextDueMs(this.#dueMs, 1_000 / ratePerSecond, this.#random(), this.#nowMs());
    this.#timer = setTimeout(this.#publish, Math.max(0, this.#dueMs - this.#nowMs()));
  }

  readonly #publish = (): void => {
    // A timer may fire a little early; a message that arrives before it was due would have no latency.
    if (this.#nowMs() < this.#dueMs) {
      this.#timer = setTimeout(this.#publish, 1);
      return;
    }
    const { payloadBytes } = this.#knobs;
    if (this.#filler.length !== payloadBytes) this.#filler = fillerText(payloadBytes);
    this.#log.append(publicationText({ seq: this.#log.last + 1, dueMs: this.#dueMs }, payloadBytes, this.#filler));
    this.#schedule();
  };
}
