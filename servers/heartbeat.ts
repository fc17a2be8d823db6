/**
 * One timer that reminds silent connections to say something, spread evenly over the period.
 *
 * A timer for each connection costs memory; one sweep over all of them makes a burst of writes every period (and a
 * short window sees either all heartbeats or none). Here connections are dealt over slots, and each tick serves one. What a
 * connection says costs it no timer: it notes the tick, and its slot sends it on to the one where it will have been silent.
 */

/**
 * Slots in one period, about: of 15 s each is a quarter of a second, so that a window of whole seconds sees its fair share. With
 * 64 of them a window of 1 s saw 4 or 5, where 4.27 were due.
 */
const SLOTS = 60;

/** Coprime to the number of slots, so that neighbours are dealt far apart and every slot gets its share. */
const strideOver = (slots: number): number => (slots % 23 === 0 ? 29 : 23);

export interface Beating {
  /** `now` of its heartbeat when it last said something, so that it is reminded a period after that; absent: each period. */
  readonly saidAt?: number;
  /** To say something. Must not throw. */
  beat(): void;
}

/** Of one that has said nothing yet: the first beat falls at a random part of the period. */
export const NOTHING_SAID = -Infinity;

/** A timing wheel. Source: Varghese & Lauck, "Hashed and Hierarchical Timing Wheels" (1987). */
export class Heartbeat {
  readonly #slots: Set<Beating>[];
  readonly #stride: number;
  readonly #slotOf = new Map<Beating, Set<Beating>>();
  readonly #timer: NodeJS.Timeout | undefined;
  #deal = 0;
  #now = 0;

  /** @param periodMs no connection is silent for longer; 0 for never a beat */
  constructor(periodMs: number) {
    // Timers know whole milliseconds only: a short period has as many slots as there are such ticks in it.
    const tickMs = Math.max(1, Math.trunc(periodMs / SLOTS));
    const slots = Math.max(1, Math.round(periodMs / tickMs));
    this.#slots = Array.from({ length: slots }, () => new Set());
    this.#stride = strideOver(slots);
    if (periodMs > 0) this.#timer = setInterval(() => this.#turn(), tickMs).unref();
  }

  /** Ticks so far. */
  get now(): number {
    return this.#now;
  }

  add(beating: Beating): void {
    this.#put(beating, (this.#deal = (this.#deal + this.#stride) % this.#slots.length));
  }

  delete(beating: Beating): void {
    this.#slotOf.get(beating)?.delete(beating);
    this.#slotOf.delete(beating);
  }

  /** Beats for every connection now, whatever was said and whatever the period: for who cannot wait for it. */
  beatAll(): void {
    for (const slot of this.#slots) for (const beating of slot) beating.beat();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #put(beating: Beating, place: number): void {
    const slot = this.#slots[place]!;
    slot.add(beating);
    this.#slotOf.set(beating, slot);
  }

  /** Who has spoken within the period is looked at again when it has been silent for one. */
  #turn(): void {
    const period = this.#slots.length;
    const place = ++this.#now % period;
    for (const beating of this.#slots[place]!) {
      const { saidAt = NOTHING_SAID } = beating;
      if (this.#now - saidAt >= period) beating.beat();
      else if (saidAt % period !== place) {
        this.delete(beating);
        this.#put(beating, saidAt % period);
      }
    }
  }
}
