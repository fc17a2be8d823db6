/**
 * One timer that reminds silent connections to say something, spread evenly over the period.
 *
 * A timer for each connection costs memory; one sweep over all of them makes a burst of writes every period (and a
 * short window sees either all heartbeats or none). Here connections are dealt over slots, and each tick serves one.
 */

/**
 * Slots in one period, about: of 15 s each is a quarter of a second, so that a window of whole seconds sees its fair share. With
 * 64 of them a window of 1 s saw 4 or 5, where 4.27 were due.
 */
const SLOTS = 60;

/** Coprime to the number of slots, so that neighbours are dealt far apart and every slot gets its share. */
const strideOver = (slots: number): number => (slots % 23 === 0 ? 29 : 23);

export interface Beating {
  /** Called once a period. Must not throw. */
  beat(): void;
}

export class Heartbeat {
  readonly #slots: Set<Beating>[];
  readonly #stride: number;
  readonly #slotOf = new Map<Beating, Set<Beating>>();
  readonly #timer: NodeJS.Timeout | undefined;
  #deal = 0;
  #tick = 0;

  /** @param periodMs time between two beats of one connection; 0 for never */
  constructor(periodMs: number) {
    // Timers know whole milliseconds only: a short period has as many slots as there are such ticks in it.
    const tickMs = Math.max(1, Math.trunc(periodMs / SLOTS));
    const slots = Math.max(1, Math.round(periodMs / tickMs));
    this.#slots = Array.from({ length: slots }, () => new Set());
    this.#stride = strideOver(slots);
    if (periodMs <= 0) return;
    this.#timer = setInterval(() => {
      for (const beating of this.#slots[this.#tick]!) beating.beat();
      this.#tick = (this.#tick + 1) % slots;
    }, tickMs).unref();
  }

  add(beating: Beating): void {
    const slot = this.#slots[(this.#deal = (this.#deal + this.#stride) % this.#slots.length)]!;
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
