/**
 * Cores that do not fall asleep between two messages: on each a process of the scheduler's idle class, which runs only where
 * nobody else wants to (sched(7), SCHED_IDLE).
 *
 * A core that sleeps wakes with cold caches and a slow clock, and how cold and how slow is the host's affair: the same light
 * load took a server up to 1.6 times the processor time from one minute to the next. Benchmarks of processors turn sleeping
 * off for that (`idle=poll`); a guest of a shared machine cannot, and this does as much.
 */
import { existsSync } from 'node:fs';
import { Child } from './child-process.ts';
import { allowedCores, readProcess } from './machine.ts';

const CHRT = '/usr/bin/chrt';
const TASKSET = '/usr/bin/taskset';
/** More are not kept awake: each takes a process. */
const MOST = 16;

/** None where the system does not let it. */
export function coresToKeep(allowed: readonly number[] = allowedCores()): readonly number[] {
  return existsSync(CHRT) && existsSync(TASKSET) ? allowed.slice(0, MOST) : [];
}

export class Awake {
  readonly #children: readonly Child<never, never>[];

  constructor(cores: readonly number[]) {
    this.#children = cores.map(
      (core) => new Child<never, never>('awake', [CHRT, '--idle', '0', TASKSET, '-c', String(core)]),
    );
  }

  /** Cores that are kept awake. */
  get cores(): number {
    return this.#children.length;
  }

  get pids(): readonly number[] {
    return this.#children.map(({ pid }) => pid);
  }

  /** CPU time since they began, ns; null where the system does not say. */
  cpuNs(): number | null {
    return this.pids.reduce<number | null>((sum, pid) => {
      const { cpuNs } = readProcess(pid);
      return sum === null || cpuNs === null ? null : sum + cpuNs;
    }, 0);
  }

  async end(): Promise<void> {
    await Promise.all(this.#children.map((child) => child.kill()));
  }
}
