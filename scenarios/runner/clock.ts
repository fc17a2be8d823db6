/**
 * One monotonic clock for all processes of a measurement: microseconds since an epoch that the runner fixes.
 *
 * `process.hrtime` counts from the same point in every process of a machine, so an intended time written by one process
 * is comparable with a receive time read in another. It is read through `performance.now()`, which is the same clock
 * without the allocation of a BigInt.
 */
import type { ClockReading } from './clock-check.ts';

/** This machine's monotonic clock, ns, as a string that survives JSON: the epoch that the runner hands out. */
export function epochNow(): string {
  return process.hrtime.bigint().toString();
}

/** Pairs of readings to choose from; all of them take well under a millisecond. */
const READINGS = 100;

/**
 * What the one clock showed when the other was at zero, ns. They are read one after the other, and whatever comes in
 * between makes the result too small: cold code by 0.1 ms, a preemption by several, and every latency of the
 * measurement would be off by that. So the largest of many estimates is taken.
 */
export function zeroNs(readNs: () => bigint, readMs: () => number): bigint {
  let largest = -(2n ** 63n);
  for (let i = 0; i < READINGS; i++) {
    const estimate = readNs() - BigInt(Math.round(readMs() * 1e6));
    if (estimate > largest) largest = estimate;
  }
  return largest;
}

export class Clock {
  readonly #offsetMs: number;

  constructor(epochNs: string) {
    const performanceAtZeroNs = zeroNs(
      () => process.hrtime.bigint(),
      () => performance.now(),
    );
    this.#offsetMs = Number(BigInt(epochNs) - performanceAtZeroNs) / 1e6;
  }

  /** µs since the epoch, with a fraction. */
  nowUs(): number {
    return (performance.now() - this.#offsetMs) * 1e3;
  }
}

/** Smallest difference that the clock shows between two readings, ns: the floor of every latency. */
export function clockResolutionNs(): number {
  let smallest = Infinity;
  for (let i = 0; i < 200; i++) {
    const start = performance.now();
    let now = performance.now();
    while (now === start) now = performance.now();
    smallest = Math.min(smallest, now - start);
  }
  return Math.round(smallest * 1e6);
}

/** What one reading of the clock costs, ns: the least of several rounds. */
export function clockReadNs(): number {
  const ROUNDS = 5;
  const READS = 200;
  let least = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    for (let i = 0; i < READS; i++) performance.now();
    least = Math.min(least, performance.now() - start);
  }
  return Math.round((least * 1e6) / READS);
}

/** This process's clock for the certificate, read as the answer is given. @param receivedUs when it was asked */
export function clockReading(clock: Clock, receivedUs: number): ClockReading {
  const [resolutionNs, readNs] = [clockResolutionNs(), clockReadNs()];
  return { receivedUs, answeredUs: clock.nowUs(), resolutionNs, readNs };
}
