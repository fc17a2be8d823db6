import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../results/fingerprint.ts';
import { allowedCores, coreNumbers, describeMachine, machineLimits, machineTicks, readProcess } from './machine.ts';

const onLinux = describe.runIf(process.platform === 'linux');

/** Higher than any process number of Linux (pid_max is at most 2²²). */
const NOBODY = 2 ** 22 + 1;

/** Uses 100 ms of CPU time, however long that takes here: ten ticks of the coarsest meter. */
function burn(): void {
  const start = process.cpuUsage();
  for (let used = 0; used < 100_000;) {
    const { user, system } = process.cpuUsage(start);
    used = user + system;
  }
}

describe('coreNumbers', () => {
  it.each([
    ['0', [0]],
    ['0-3', [0, 1, 2, 3]],
    ['0-1,4-5', [0, 1, 4, 5]],
    ['3,8,10-11', [3, 8, 10, 11]],
  ])('reads %s', (list, cores) => {
    expect(coreNumbers(list)).toEqual(cores);
  });

  it('reads back any list of single cores', () => {
    const anyCores = fc.uniqueArray(fc.nat(300), { minLength: 1 }).map((cores) => cores.sort((a, b) => a - b));
    fc.assert(
      fc.property(anyCores, (cores) => {
        expect(coreNumbers(cores.join(','))).toEqual(cores);
      }),
    );
  });
});

describe('describeMachine', () => {
  it('describes the same machine by the same fingerprint each time', () => {
    expect(fingerprint(describeMachine().comparable)).toBe(fingerprint(describeMachine().comparable));
  });

  it('leaves out of the comparison whatever changes from one minute to the next', () => {
    expect(Object.keys(describeMachine().comparable)).toEqual([
      'platform',
      'arch',
      'kernel',
      'cpuModel',
      'cores',
      'memoryGiB',
      'node',
    ]);
  });
});

onLinux('what Linux says', () => {
  it('names as many cores as this process may use, in order', () => {
    const cores = allowedCores();
    expect(cores).toHaveLength(describeMachine().comparable['cores'] as number);
    expect([...cores].sort((a, b) => a - b)).toEqual(cores);
  });

  it('limits this process to a number of files and ports', () => {
    const { descriptors, ports } = machineLimits();
    expect(descriptors).toBeGreaterThanOrEqual(64);
    expect(ports).toBeGreaterThan(0);
    expect(ports).toBeLessThan(65_536);
  });

  it('counts the machine’s ticks up, busy ones among all', () => {
    const before = machineTicks()!;
    burn();
    const after = machineTicks()!;
    expect(after.total).toBeGreaterThan(before.total);
    expect(after.busy).toBeGreaterThan(before.busy);
    expect(after.busy + after.stolen).toBeLessThan(after.total);
  });

  it('sees from outside the CPU time that a process uses, as the process itself does', () => {
    const [own, outside] = [process.cpuUsage(), readProcess(process.pid)];
    burn();
    const used = process.cpuUsage(own);
    const seen = readProcess(process.pid).cpuNs! - outside.cpuNs!;
    // Within a quarter: the scheduler's count is exact, that of the process may come in ticks.
    expect(seen / ((used.user + used.system) * 1e3)).toBeGreaterThan(0.75);
    expect(seen / ((used.user + used.system) * 1e3)).toBeLessThan(1.25);
  });

  it('sees from outside as much memory as the process itself does', () => {
    expect(readProcess(process.pid).rssBytes! / process.memoryUsage.rss()).toBeCloseTo(1, 2);
  });

  it('sees memory that a process takes', () => {
    const before = readProcess(process.pid).rssBytes!;
    const taken = Buffer.alloc(64 * 2 ** 20, 1);
    expect(readProcess(process.pid).rssBytes! - before).toBeGreaterThan(taken.length / 2);
  });

  it('knows nothing of a process that does not exist, and says so', () => {
    expect(readProcess(NOBODY)).toEqual({ cpuNs: null, rssBytes: null, main: null });
  });
});
