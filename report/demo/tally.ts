/** What one column of the demo has received: its place in the log, what was lost or out of order, and latencies. Pure. */
import type { Publication } from '../../results/demo.ts';

/** Latencies that the median is of. */
export const MEDIAN_OF = 100;

export class Tally {
  /** Offset of the newest message received, or known to be lost. */
  position: number;
  received = 0;
  lost = 0;
  /** Messages that were not the next one: nothing but a defect makes this other than 0. */
  disordered = 0;
  /** Of the newest message; null where it is not known. */
  latencyMs: number | null = null;
  readonly #latencies: number[] = [];

  /** @param cursor offset after which this column receives */
  constructor(cursor: number) {
    this.position = cursor;
  }

  /** @param publication null for a message that is not the demo's own: it has its place in the log like any other */
  message(publication: Publication | null, latencyMs: number | null): void {
    this.received++;
    this.position++;
    if (publication !== null && publication.seq !== this.position) {
      this.disordered++;
      this.position = publication.seq;
    }
    this.latencyMs = latencyMs;
    if (latencyMs === null) return;
    this.#latencies.push(latencyMs);
    if (this.#latencies.length > MEDIAN_OF) this.#latencies.shift();
  }

  gap(lost: number): void {
    this.lost += lost;
    this.position += lost;
  }

  get samples(): number {
    return this.#latencies.length;
  }

  get medianMs(): number | null {
    const sorted = [...this.#latencies].sort((a, b) => a - b);
    const middle = sorted.length / 2;
    const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
    return low === undefined || high === undefined ? null : (low + high) / 2;
  }
}

/** How the columns stand to each other, as one sentence. @param last offset of the newest publication, as far as known */
export function agreement(columns: readonly { readonly name: string; readonly tally: Tally }[], last: number): string {
  const broken = columns.filter(({ tally }) => tally.disordered > 0 || tally.lost > 0);
  if (broken.length > 0) {
    const names = broken.map(({ name, tally }) => `${name} (${tally.lost} lost, ${tally.disordered} out of order)`);
    return `Not the same for all: ${names.join(', ')}.`;
  }
  const common = Math.min(...columns.map(({ tally }) => tally.received));
  const behind = columns.filter(({ tally }) => tally.position < last);
  const same = `All ${columns.length} have received the same ${common === 1 ? 'message' : `${common} messages`}, in order`;
  if (behind.length === 0) return `${same}.`;
  return `${same}; ${behind.map(({ name, tally }) => `${name} is ${last - tally.position} behind`).join(', ')}.`;
}
