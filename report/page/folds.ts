/** What is folded: opened for paper, on which nobody unfolds anything. */

export class Folds {
  /** Those that were folded before. */
  #opened: HTMLDetailsElement[] = [];

  openAll(): void {
    this.#opened = [...document.querySelectorAll<HTMLDetailsElement>('details:not([open])')];
    for (const each of this.#opened) each.open = true;
  }

  restore(): void {
    for (const each of this.#opened) each.open = false;
    this.#opened = [];
  }
}
