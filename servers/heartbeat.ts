/**
 * One timer that reminds silent connections to say something, spread evenly over the period.
 *
 * A timer for each connection costs memory; one sweep over all of them makes a burst of writes every period (and a
 * short window sees either all heartbeats or none). Here connections are dealt over the ticks of a period, and looked at
 * several times in each: one that spoke meanwhile keeps its place, so that after a message to all they are no burst either,
 * and what it says costs it no more than to note the tick.
 */

/**
 * Ticks in one period, about: of 15 s each is a quarter of a second, so that a window of whole seconds sees its fair share. With
 * 64 of them a window of 1 s saw 4 or 5, where 4.27 were due.
 */
const TICKS = 60;

/** Looks at each connection in one period, at least: a sign of life comes sooner than it must by no more than the time between two. */
const LOOKS = 12;

/** Coprime to the number of ticks, so that neighbours are dealt far apart and every tick gets its share. */
const strideOver = (ticks: number): number => (ticks % 23 === 0 ? 29 : 23);

export interface Beating {
  /** `now` of its heartbeat when it last said something, for one that needs no reminding for a while then; absent: it beats each period. */
  readonly saidAt?: number;
  /** To say something. Must not throw. */
  beat(): void;
}

/** Of one that has said nothing yet: the first beat falls at a random part of the period. */
export const NOTHING_SAID = -Infinity;

export class Heartbeat {
  /** Ticks in a period. */
  readonly #period: number;
  readonly #stride: number;
  /** Looked at in turn, one each tick; of each member the tick of its last beat. */
  readonly #groups: Map<Beating, number>[];
  readonly #groupOf = new Map<Beating, Map<Beating, number>>();
  readonly #timer: NodeJS.Timeout | undefined;
  #deal = 0;
  #now = 0;

  /** @param periodMs no connection is silent for longer; 0 for never a beat */
  constructor(periodMs: number) {
    // Timers know whole milliseconds only: a short period has as many ticks as there are in it.
    const tickMs = Math.max(1, Math.trunc(periodMs / TICKS));
    this.#period = Math.max(1, Math.round(periodMs / tickMs));
    this.#stride = strideOver(this.#period);
    this.#groups = Array.from({ length: apart(this.#period) }, () => new Map<Beating, number>());
    if (periodMs > 0) this.#timer = setInterval(() => this.#tick(), tickMs).unref();
  }

  /** Ticks so far. */
  get now(): number {
    return this.#now;
  }

  add(beating: Beating): void {
    this.#deal = (this.#deal + this.#stride) % this.#period;
    // Within a period from now: the next tick is the first that it may be.
    const first = this.#now + 1 + this.#deal;
    const group = this.#groups[first % this.#groups.length]!;
    group.set(beating, first - this.#period);
    this.#groupOf.set(beating, group);
  }

  delete(beating: Beating): void {
    this.#groupOf.get(beating)?.delete(beating);
    this.#groupOf.delete(beating);
  }

  /** Beats for every connection now, whatever was said and whatever the period: for who cannot wait for it. */
  beatAll(): void {
    for (const group of this.#groups) for (const beating of group.keys()) beating.beat();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const now = ++this.#now;
    const untilNext = this.#groups.length;
    const group = this.#groups[now % untilNext]!;
    for (const [beating, beatAt] of group) {
      const saidAt = Math.max(beatAt, beating.saidAt ?? NOTHING_SAID);
      if (now + untilNext - saidAt <= this.#period) continue;
      beating.beat();
      // Unless it has left.
      if (group.has(beating)) group.set(beating, now);
    }
  }
}

/** Ticks between two looks at a connection: they divide a period, or a beat each period would come too soon. */
function apart(period: number): number {
  let ticks = Math.max(1, Math.trunc(period / LOOKS));
  while (period % ticks !== 0) ticks--;
  return ticks;
}
