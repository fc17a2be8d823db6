/**
 * The server's clock, as the page can know it: from questions and answers, by their midpoint (as NTP does, RFC 5905 §8). Pure.
 *
 * Both clocks are monotonic and none is the wall's: the page may be open on another machine, and a wall clock may step.
 */
import { format } from '../format.ts';

export interface Reading {
  /** By the page's clock, ms. */
  readonly askedMs: number;
  readonly answeredMs: number;
  /** By the server's, somewhere in between. */
  readonly serverMs: number;
}

/** Readings to choose from, one a second: clocks of two machines drift apart by less than half a millisecond meanwhile. */
const KEPT = 10;

export class ServerClock {
  readonly #stepMs: number;
  readonly #readings: Reading[] = [];

  /** @param stepMs what the page's clock moves by at least: browsers make it coarse on purpose */
  constructor(stepMs: number) {
    this.#stepMs = stepMs;
  }

  add(reading: Reading): void {
    this.#readings.push(reading);
    if (this.#readings.length > KEPT) this.#readings.shift();
  }

  get known(): boolean {
    return this.#readings.length > 0;
  }

  /** A time of the server by the page's clock. */
  toPageMs(serverMs: number): number {
    const { askedMs, answeredMs, serverMs: read } = this.#best();
    return serverMs - read + (askedMs + answeredMs) / 2;
  }

  /** How far that can be from true: the server read its clock at any moment of the shortest exchange. */
  get uncertaintyMs(): number {
    const { askedMs, answeredMs } = this.#best();
    return (answeredMs - askedMs) / 2 + this.#stepMs;
  }

  #best(): Reading {
    const span = ({ askedMs, answeredMs }: Reading): number => answeredMs - askedMs;
    return this.#readings.reduce((best, reading) => (span(reading) < span(best) ? reading : best));
  }
}

/** The smallest step of a clock, ms. */
export function stepOf(now: () => number): number {
  let smallest = Infinity;
  for (let i = 0; i < 5; i++) {
    const before = now();
    let after = now();
    while (after === before) after = now();
    smallest = Math.min(smallest, after - before);
  }
  return smallest;
}

/**
 * A latency as a person reads it. What is below the clocks' uncertainty reads so: it may come out negative, and that is
 * no more wrong than half a millisecond would be. What is further below says that the clocks are apart.
 */
export function latencyText(latencyMs: number | null, uncertaintyMs: number): string {
  if (latencyMs === null) return format(null, 'ns');
  if (latencyMs < -uncertaintyMs) return 'clocks apart';
  if (latencyMs < uncertaintyMs) return `< ${format(uncertaintyMs * 1e6, 'ns')}`;
  return format(latencyMs * 1e6, 'ns');
}
