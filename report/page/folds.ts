/**
 * What is folded: opened for paper, which nobody unfolds. Numbers beside a chart come open, for who reads without script and
 * sees no chart; here, where the chart is, they are folded away.
 */

export class Folds {
  /** Those that were folded before they were opened for paper. */
  #opened: HTMLDetailsElement[] = [];

  constructor() {
    for (const each of document.querySelectorAll<HTMLDetailsElement>('details[data-beside-chart]')) each.open = false;
  }

  openAll(): void {
    this.#opened = [...document.querySelectorAll<HTMLDetailsElement>('details:not([open])')];
    for (const each of this.#opened) each.open = true;
  }

  restore(): void {
    for (const each of this.#opened) each.open = false;
    this.#opened = [];
  }
}
