/**
 * How old the newest value is that a client holds, at random moments of the window.
 *
 * The moments are drawn before it, and each is answered by what the client held then, as soon as that is known: when its
 * next message comes, or at the end. No timer looks: one would look late whenever the process is busy, and it is busy
 * just when values arrive.
 */
import { LatencyRecorder } from '../../results/histogram.ts';

export class StalenessSampler {
  readonly ages = new LatencyRecorder();
  /** Moments at which a client held nothing yet: they have no age. */
  unheld = 0;
  readonly #looks: readonly Float64Array[];
  readonly #next: number[];
  /** When the newest message that each client holds was due, µs. */
  readonly #newestUs: (number | undefined)[] = [];

  /**
   * @param looksEach moments for each client
   * @param randomOf uniform in [0, 1), a stream for each client
   */
  constructor(
    clients: number,
    looksEach: number,
    startUs: number,
    endUs: number,
    randomOf: (client: number) => () => number,
  ) {
    this.#looks = Array.from({ length: clients }, (_, client) => {
      const random = randomOf(client);
      return Float64Array.from({ length: looksEach }, () => startUs + random() * (endUs - startUs)).sort();
    });
    this.#next = this.#looks.map(() => 0);
  }

  received(client: number, intendedUs: number, nowUs: number): void {
    this.#answer(client, nowUs);
    this.#newestUs[client] = Math.max(intendedUs, this.#newestUs[client] ?? -Infinity);
  }

  /** Nothing more comes: what was not asked yet is answered. */
  finish(): void {
    for (const client of this.#looks.keys()) this.#answer(client, Infinity);
  }

  #answer(client: number, untilUs: number): void {
    const looks = this.#looks[client]!;
    const newestUs = this.#newestUs[client];
    let next = this.#next[client]!;
    for (; next < looks.length && looks[next]! < untilUs; next++) {
      if (newestUs === undefined) this.unheld++;
      else this.ages.record((looks[next]! - newestUs) * 1e3);
    }
    this.#next[client] = next;
  }
}
