/** How long to wait before connecting again: exponential with full jitter, so that a crowd does not return as one. */

const BASE_MS = 50;
const LONGEST_MS = 10_000;

/**
 * @param attempt failed attempts in a row so far, from 0
 * @param random uniform in [0, 1)
 * @returns ms. Source: Brooker, "Exponential Backoff and Jitter" (AWS Architecture Blog, 2015), "full jitter"
 */
export function backoffMs(attempt: number, random: number): number {
  return random * Math.min(LONGEST_MS, BASE_MS * 2 ** Math.min(attempt, 30));
}
