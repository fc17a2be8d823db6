/** The knobs as they stand, and who wants to know when one is turned. */
import { changedKnobs, type Knobs } from '../../results/demo.ts';

export class Board {
  #knobs: Knobs;
  readonly #listeners = new Set<(knobs: Knobs) => void>();

  constructor(knobs: Knobs) {
    this.#knobs = knobs;
  }

  get knobs(): Knobs {
    return this.#knobs;
  }

  /** @throws KnobError for a change that cannot be; nothing has changed then */
  turn(change: unknown): void {
    this.#knobs = changedKnobs(this.#knobs, change);
    for (const listener of this.#listeners) listener(this.#knobs);
  }

  /** @returns ends the listening */
  onTurn(listener: (knobs: Knobs) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
