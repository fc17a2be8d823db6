import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type * as AwakeModule from './awake.ts';
import { allowedCores, coreNumbers, processState } from './machine.ts';

// The processes are built files: only from beside them are they found.
const BUILT = new URL('../../dist/scenarios/runner/awake.js', import.meta.url).href;
const { Awake, coresToKeep, ranBetween } = (await import(BUILT)) as typeof AwakeModule;

const withPrograms = describe.runIf(existsSync('/usr/bin/chrt') && existsSync('/usr/bin/taskset'));

/** Of sched(7): runs where nobody else wants to. */
const SCHED_IDLE = 5;
/** Far more than a process needs to start, on the busiest machine. */
const PATIENCE_MS = 20_000;

/** The 41st field of /proc/PID/stat; the second may hold anything. */
function policyOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[38]);
}

function coresOf(pid: number): number[] {
  const [, list] = /^Cpus_allowed_list:\s+(\S+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!;
  return coreNumbers(list!);
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error('it did not come to that');
    await sleep(10);
  }
}

withPrograms('cores that are kept awake', () => {
  it('have each a process of the idle class that works, and gives way to anybody', async () => {
    const cores = allowedCores().slice(0, 2);
    const awake = new Awake(cores);
    const { pids } = awake;
    try {
      await until(() => pids.every((pid) => policyOf(pid) === SCHED_IDLE && coresOf(pid).length === 1));
      expect(pids.map((pid) => coresOf(pid))).toEqual(cores.map((core) => [core]));
      const before = awake.cpuNs();
      await until(() => ranBetween(before, awake.cpuNs()) === cores.length);
    } finally {
      await awake.end();
    }
    expect(pids.map(processState)).toEqual(cores.map(() => null));
  });

  it('are all that are allowed, and of many as many of each half as there is room for', () => {
    expect(coresToKeep([3, 5], false)).toEqual([3, 5]);
    expect(coresToKeep([3], false)).toEqual([3]);
    const first = [0, 1, 2, 3, 4, 5, 6, 7];
    const many = Array.from({ length: 64 }, (_, core) => core);
    expect(coresToKeep(many, false)).toEqual([...first, ...first.map((c) => c + 32)]);
  });

  it('are none where processor time is rationed, which would be spent on them', () => {
    expect(coresToKeep([3, 5], true)).toEqual([]);
  });

  it('count where their processes ran, and not where one could not start or has ended', () => {
    expect(ranBetween([1, 1], [2, 2])).toBe(2);
    expect(ranBetween([1, 1, null, null, 3], [1, null, null, 5, 4])).toBe(1);
    expect(ranBetween([], [])).toBe(0);
  });
});
