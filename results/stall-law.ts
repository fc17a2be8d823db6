/**
 * What a stall does to latency that counts from the due time: the law that shows whether figures hide it.
 *
 * A stream's message that is due while the server stands still arrives when it goes on: of S waited from 0 to S, evenly.
 * That adds S²/2 to the sum over a window D, and S lasts S/D of it, so its longest waits are the window's last percentiles.
 */
export interface StallPrediction {
  /** By how much the mean grows, ns. */
  readonly meanGrowthNs: number;
  /** The 99th percentile, ns, where latency is small otherwise; null where the stall is shorter than 1 % of the window. */
  readonly p99Ns: number | null;
}

/** @param stallNs how long the server stood still, all of it inside the window of `windowNs` */
export function stallLaw(stallNs: number, windowNs: number): StallPrediction {
  const p99Ns = stallNs - 0.01 * windowNs;
  return { meanGrowthNs: stallNs ** 2 / (2 * windowNs), p99Ns: p99Ns > 0 ? p99Ns : null };
}
