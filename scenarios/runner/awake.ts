/**
 * Cores that do not fall asleep between two messages: on each a process of the scheduler's idle class, which runs where no
 * other process of its group wants to (sched(7), SCHED_IDLE).
 *
 * A core that sleeps wakes with cold caches and by way of the host, which takes what the host makes of it. Benchmarks of
 * processors turn sleeping off for that (`idle=poll`); a guest of a shared machine cannot.
 */
import { existsSync } from 'node:fs';
import { Child, TASKSET } from './child-process.ts';
import { allowedCores, isRationed, readProcess } from './machine.ts';

const CHRT = '/usr/bin/chrt';
/** More of each half, the server's and the generator's, are not kept awake, and not used: each takes a process. */
const MOST_OF_HALF = 8;

/** The server's first; none where the system has not what it takes, or where what keeps them awake would take from what is measured. */
export function coresToKeep(allowed = allowedCores(), rationed = isRationed()): readonly number[] {
  if (!existsSync(CHRT) || !existsSync(TASKSET) || rationed) return [];
  const half = Math.floor(allowed.length / 2);
  return [...allowed.slice(0, Math.min(half, MOST_OF_HALF)), ...allowed.slice(half, half + MOST_OF_HALF)];
}

/** Of processes read twice, those that ran in between: one that could not start, or has ended, keeps nothing awake. */
export const ranBetween = (before: readonly (number | null)[], after: readonly (number | null)[]): number =>
  after.filter((cpuNs, at) => cpuNs !== null && cpuNs > (before[at] ?? Infinity)).length;

export class Awake {
  readonly #children: Child<never, never>[] = [];

  constructor(cores: readonly number[]) {
    for (const core of cores) {
      this.#children.push(new Child('awake', [CHRT, '-i', '0'], undefined, String(core)));
    }
  }

  get pids(): readonly number[] {
    return this.#children.map(({ pid }) => pid);
  }

  /** CPU time of each since it began, ns; null of one that is not there. */
  cpuNs(): readonly (number | null)[] {
    return this.pids.map((pid) => readProcess(pid).cpuNs);
  }

  async end(): Promise<void> {
    await Promise.all(this.#children.map((child) => child.kill()));
  }
}
