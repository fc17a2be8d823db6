/**
 * An event loop that never waits, of a process with a core of its own: whoever sends to it need not wake it, which is a part of
 * what sending costs where both ends are on one machine, and of no server's work.
 */

/** A turn that takes longer than so many of the shortest ones had something to do. */
const WORKED = 3;
/** And longer than this: one turn that was shorter than any other must not make all others long, ms. */
const LEAST_WORK_MS = 0.01;

export class RestlessLoop {
  #next: NodeJS.Immediate | undefined;
  #lastMs = 0;
  #shortestMs = Infinity;
  #workedMs = 0;
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  start(): void {
    this.#lastMs = this.#now();
    this.#next = setImmediate(this.#turn);
  }

  stop(): void {
    clearImmediate(this.#next);
    this.#next = undefined;
  }

  get isRunning(): boolean {
    return this.#next !== undefined;
  }

  /** How long its turns took that had something to do, ms, since it was made. */
  get workedMs(): number {
    return this.#workedMs;
  }

  readonly #turn = (): void => {
    const now = this.#now();
    const tookMs = now - this.#lastMs;
    this.#lastMs = now;
    // A clock that stands still between two turns says nothing of how short they are.
    if (tookMs > 0) this.#shortestMs = Math.min(this.#shortestMs, tookMs);
    if (tookMs > Math.max(LEAST_WORK_MS, WORKED * this.#shortestMs)) this.#workedMs += tookMs;
    this.#next = setImmediate(this.#turn);
  };
}
