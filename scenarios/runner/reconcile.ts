/**
 * Compares what each client received with what it was owed: delivered, duplicated, reordered, and by subtraction lost.
 *
 * A client's messages are numbered from 0 without a hole, so one counter a client is all that a faultless run needs; what
 * is missing is remembered only once something is.
 */
export interface Tally {
  delivered: number;
  duplicated: number;
  reordered: number;
}

export class Reconciler {
  readonly #next: number[] = [];
  readonly #missing = new Map<number, Set<number>>();
  /** Delivered: of messages intended inside the window. Duplicated and reordered: of all. */
  readonly tally: Tally = { delivered: 0, duplicated: 0, reordered: 0 };

  /** @returns whether this is the message's first arrival at this client */
  receive(client: number, seq: number, inWindow: boolean): boolean {
    const expected = this.#next[client] ?? 0;
    if (seq >= expected) {
      if (seq > expected) this.#skip(client, expected, seq);
      this.#next[client] = seq + 1;
      if (inWindow) this.tally.delivered++;
      return true;
    }
    const late = this.#missing.get(client)?.delete(seq) === true;
    // Against the contract whenever it happens, in the warm-up too.
    if (!late) this.tally.duplicated++;
    else {
      this.tally.reordered++;
      if (inWindow) this.tally.delivered++;
    }
    return late;
  }

  #skip(client: number, from: number, until: number): void {
    const missing = this.#missing.get(client) ?? new Set<number>();
    for (let seq = from; seq < until; seq++) missing.add(seq);
    this.#missing.set(client, missing);
  }
}
