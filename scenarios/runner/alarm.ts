/**
 * Wakes the process when something is due, to within a fraction of a millisecond where the machine is free.
 *
 * Timers of Node.js count whole milliseconds; half of one added to every latency would drown what WebSocket and SSE
 * differ by. Spinning is exact but costs a core. So a thread sleeps on a futex (`Atomics.wait` takes fractions of a
 * millisecond) and posts a message; its CPU time is the process's own and is counted. One for each process.
 */
import { Worker } from 'node:worker_threads';
import type { Clock } from './clock.ts';

export interface Waker {
  /** Calls `ring` once in `delayMs` (fractions count). A second call replaces the first. */
  in(delayMs: number, ring: () => void): void;
}

/**
 * When the thread has not rung by then, a timer does: a schedule may slip, which the result shows, but must not stop.
 */
const FALLBACK_MS = 25;

export class Alarm implements Waker {
  readonly #signal = new Int32Array(new SharedArrayBuffer(4));
  readonly #delay = new Float64Array(new SharedArrayBuffer(8));
  readonly #thread: Worker;
  #ring: (() => void) | undefined;
  #fallback: NodeJS.Timeout | undefined;

  constructor() {
    this.#thread = new Worker(new URL('./alarm-thread.js', import.meta.url), {
      workerData: { signal: this.#signal, delay: this.#delay },
    });
    this.#thread.on('message', (seen: number) => {
      if (seen === this.#signal[0]) this.#fire();
    });
    // Not to be waited for; it ends with the process, so that its CPU time is never lost from the process's. Last, because
    // listening to it refers to it again.
    this.#thread.unref();
  }

  in(delayMs: number, ring: () => void): void {
    clearTimeout(this.#fallback);
    this.#ring = ring;
    this.#fallback = setTimeout(() => this.#fire(), Math.max(0, Math.ceil(delayMs)) + FALLBACK_MS);
    this.#delay[0] = Math.max(0, delayMs);
    this.#advance();
  }

  #fire(): void {
    clearTimeout(this.#fallback);
    const ring = this.#ring;
    this.#ring = undefined;
    ring?.();
  }

  #advance(): void {
    Atomics.store(this.#signal, 0, (Atomics.load(this.#signal, 0) + 1) & 0x3fffffff);
    Atomics.notify(this.#signal, 0);
  }
}

/**
 * Fires each due time of a schedule, open loop: what is overdue is fired at once, in order, with its own intended time.
 *
 * @param due µs since the clock's epoch, ascending
 * @param fire gets the sequence number, its due time and the slip, µs
 * @returns resolves after the last one has fired, or once stopped
 */
export function follow(
  due: readonly number[],
  clock: Clock,
  alarm: Waker,
  fire: (seq: number, dueUs: number, slipUs: number) => void,
): { done: Promise<void>; stop(): void } {
  let next = 0;
  let finish = (): void => {};
  const done = new Promise<void>((resolve) => (finish = resolve));
  const step = (): void => {
    for (let now = clock.nowUs(); next < due.length && due[next]! <= now; now = clock.nowUs()) {
      fire(next, due[next]!, Math.round(now - due[next]!));
      next++;
    }
    if (next >= due.length) finish();
    else alarm.in((due[next]! - clock.nowUs()) / 1e3, step);
  };
  step();
  return {
    done,
    stop() {
      next = due.length;
      finish();
    },
  };
}
