/** What went wrong among simulated clients: each sentence once, with how often it was said. */
import type { GeneratorReport } from './protocol.ts';

/** Examples kept for the report; the rest is counted. */
const EXAMPLES = 5;

export class Complaints {
  readonly #times = new Map<string, number>();

  add(what: string): void {
    this.#times.set(what, (this.#times.get(what) ?? 0) + 1);
  }

  /** The most frequent first. */
  get errors(): GeneratorReport['errors'] {
    const all = [...this.#times].sort((a, b) => b[1] - a[1]);
    const count = all.reduce((sum, [, times]) => sum + times, 0);
    return { count, examples: all.slice(0, EXAMPLES).map(([what, times]) => `${what} (${times}×)`) };
  }
}
