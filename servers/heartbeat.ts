/**
 * One timer that reminds silent connections to say something, spread evenly over the period.
 *
 * A timer for each connection costs memory; one sweep over all of them makes a burst of writes every period (and a
 * short window sees either all heartbeats or none). Here connections are dealt over slots, and each tick serves one.
 */

/** Slots in one period: a window of a few seconds sees close to its fair share of a 15 s heartbeat. */
const SLOTS = 64;

export interface Beating {
  /** Called once a period. Must not throw. */
  beat(): void;
}

export class Heartbeat {
  readonly #slots: Set<Beating>[] = Array.from({ length: SLOTS }, () => new Set());
  readonly #slotOf = new Map<Beating, Set<Beating>>();
  readonly #timer: NodeJS.Timeout | undefined;
  #deal = 0;
  #tick = 0;

  /** @param periodMs time between two beats of one connection; 0 for never */
  constructor(periodMs: number) {
    if (periodMs <= 0) return;
    this.#timer = setInterval(() => {
      for (const beating of this.#slots[this.#tick]!) beating.beat();
      this.#tick = (this.#tick + 1) % SLOTS;
    }, periodMs / SLOTS).unref();
  }

  add(beating: Beating): void {
    // A stride coprime to the slot count deals neighbours far apart, so that few connections are spread evenly too.
    const slot = this.#slots[(this.#deal = (this.#deal + 23) % SLOTS)]!;
    slot.add(beating);
    this.#slotOf.set(beating, slot);
  }

  delete(beating: Beating): void {
    this.#slotOf.get(beating)?.delete(beating);
    this.#slotOf.delete(beating);
  }

  /** Beats for every connection now, whatever the period: for who cannot wait for it. */
  beatAll(): void {
    for (const slot of this.#slots) for (const beating of slot) beating.beat();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
