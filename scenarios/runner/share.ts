/**
 * How clients and offered load are spread over generator processes: dealt out like cards, so that each has the same mix.
 * Pure.
 */
export interface Share {
  /** From 0. */
  readonly index: number;
  readonly of: number;
}

/** How many of `total` things this share has. */
export function countOf(total: number, { index, of }: Share): number {
  return Math.floor(total / of) + (index < total % of ? 1 : 0);
}

/** Which of all things is the share's own number `k`. */
export const placeOf = (k: number, { index, of }: Share): number => k * of + index;

/** The share's own things, in order. */
export function partOf<T>(all: readonly T[], { index, of }: Share): T[] {
  return of === 1 ? [...all] : all.filter((_, place) => place % of === index);
}

/** Ports from the first, so many. */
export interface PortRange {
  readonly first: number;
  readonly count: number;
}

/** One after the other, and from the first again. */
export function inTurn({ first, count }: PortRange): () => number {
  let next = 0;
  return () => first + (next++ % count);
}

/**
 * An address of 127.0.0.0/8 of a process's own, for its clients to connect from: a server's address and port have one
 * range of ephemeral ports for each. On Linux all of them are this machine's; elsewhere only the first is.
 */
export const addressOf = ({ index }: Share): string => `127.0.${1 + Math.floor(index / 250)}.${1 + (index % 250)}`;
