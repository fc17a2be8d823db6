/**
 * What a link does to bytes: when each piece of one direction of one connection may leave. Pure, without a clock.
 *
 * - **Bandwidth** belongs to the connection, not to all of them together: each client has an access line of its own, and the
 *   way between the lines and the server is wide. A piece takes its bytes' time to get onto the line, and waits for those
 *   before it. What is counted is what the sockets carry; headers of TCP and IP take no room.
 * - **Delay** is added to that, ± jitter, drawn evenly for each piece. Jitter never reorders: a piece that would overtake
 *   leaves with the one before it, as TCP would hand them over.
 * - Nothing is lost, and windows do not grow slowly: congestion control belongs to the loopback on both sides of the relay.
 */
import type { Link } from '../link.ts';

/** What one packet carries at most, bytes: pieces are no smaller. */
const PACKET_BYTES = 1_448;
/** How much of the line's time a piece takes at most, ms, where that is more than a packet. */
const PIECE_MS = 1;

/** Bytes that may wait in one direction beyond those that are on their way, and what a width without a limit is taken for. */
const QUEUE_BYTES = 256 * 1024;
const UNLIMITED_BITS_PER_SECOND = 1e9;
/** Whatever the delay: thousands of connections must fit into one process. */
const MOST_BACKLOG_BYTES = 64 * 2 ** 20;

export interface Direction {
  readonly delayMs: number;
  readonly jitterMs: number;
  readonly bitsPerSecond: number | null;
}

export function directionsOf(link: Link): { readonly up: Direction; readonly down: Direction } {
  const { delayMs, jitterMs, upBitsPerSecond, downBitsPerSecond } = link;
  return {
    up: { delayMs, jitterMs, bitsPerSecond: upBitsPerSecond },
    down: { delayMs, jitterMs, bitsPerSecond: downBitsPerSecond },
  };
}

export class Shaper {
  readonly #direction: Direction;
  readonly #random: () => number;
  /** When the line is free again, and when the latest piece leaves, ms. */
  #freeMs: number;
  #lastMs = -Infinity;

  /**
   * @param opensMs before this nothing gets onto the line, ms
   * @param random uniform in [0, 1)
   */
  constructor(direction: Direction, opensMs: number, random: () => number) {
    this.#direction = direction;
    this.#random = random;
    this.#freeMs = opensMs;
  }

  /**
   * When `bytes` that arrived at `atMs` leave, ms. Arrivals are told in order; what is no bytes (an end, a reset) counts 0.
   */
  release(atMs: number, bytes: number): number {
    const { delayMs, jitterMs, bitsPerSecond } = this.#direction;
    const onLineMs = bitsPerSecond === null ? 0 : (bytes * 8e3) / bitsPerSecond;
    this.#freeMs = Math.max(this.#freeMs, atMs) + onLineMs;
    const jitter = jitterMs === 0 ? 0 : (2 * this.#random() - 1) * jitterMs;
    this.#lastMs = Math.max(this.#lastMs, this.#freeMs + delayMs + jitter);
    return this.#lastMs;
  }
}

/**
 * How large a piece may be, bytes; infinite without a limit of bandwidth. What was read at once may be many messages: the
 * first need not wait for the last to be on the line.
 */
export function pieceBytes({ bitsPerSecond }: Direction): number {
  if (bitsPerSecond === null) return Infinity;
  return Math.max(PACKET_BYTES, Math.floor((bitsPerSecond * PIECE_MS) / 8e3));
}

/**
 * How many bytes one direction may hold before its sender is no longer read from, so that backpressure passes through and
 * memory stays bounded: what fits on the line, and a queue as routers have one.
 */
export function backlogBytes({ delayMs, jitterMs, bitsPerSecond }: Direction): number {
  const onTheWay = ((bitsPerSecond ?? UNLIMITED_BITS_PER_SECOND) * (delayMs + jitterMs)) / 8e3;
  return Math.min(MOST_BACKLOG_BYTES, Math.ceil(onTheWay) + QUEUE_BYTES);
}

/**
 * How long until the next cut of a connection, ms; infinite where the link does not cut.
 *
 * @param random uniform in [0, 1)
 */
export function cutAfterMs({ cutEveryMs }: Pick<Link, 'cutEveryMs'>, random: () => number): number {
  return cutEveryMs === null ? Infinity : -Math.log(1 - random()) * cutEveryMs;
}
