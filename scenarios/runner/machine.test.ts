import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../results/fingerprint.ts';
import {
  allowedCores,
  quotaFiles,
  coreNumbers,
  describeMachine,
  machineLimits,
  machineTicks,
  processTree,
  readProcess,
  type ProcessReading,
} from './machine.ts';

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

const TAKEN_BYTES = 64 * 2 ** 20;

/** Asked to, uses 300 ms of CPU time and takes memory, and says how much time it was, µs. Ends with its standard input. */
const USES = `
  let taken;
  process.stdin.on('data', () => {
    const start = process.cpuUsage();
    const used = () => { const { user, system } = process.cpuUsage(start); return user + system; };
    taken = Buffer.alloc(${TAKEN_BYTES}, 1);
    while (used() < 300000);
    console.log(used());
  });`;

/** Has a child that does, names it, and does nothing itself. */
const STARTS_ANOTHER = `
  const child = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(USES)}], { stdio: ['pipe', 'pipe', 'inherit'] });
  console.log(child.pid);
  process.stdin.pipe(child.stdin);
  child.stdout.pipe(process.stdout);`;

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

describe('the quotas of processor time', () => {
  it('are looked for from the group of this process up to the root', () => {
    expect(quotaFiles('0::/user.slice/session-1.scope\n')).toEqual([
      '/sys/fs/cgroup/user.slice/session-1.scope/cpu.max',
      '/sys/fs/cgroup/user.slice/cpu.max',
      '/sys/fs/cgroup/cpu.max',
    ]);
  });

  it('are those of the controller of processors in version 1', () => {
    expect(quotaFiles('9:name=systemd:/\n3:cpuset:/\n4:cpu,cpuacct:/docker/ab\n')).toEqual([
      '/sys/fs/cgroup/cpu/docker/ab/cpu.cfs_quota_us',
      '/sys/fs/cgroup/cpu/docker/cpu.cfs_quota_us',
      '/sys/fs/cgroup/cpu/cpu.cfs_quota_us',
    ]);
  });

  it('are none where nobody says so, and none outside of where they are', () => {
    expect(quotaFiles('')).toEqual([]);
    expect(quotaFiles('0::/../x\n')).toEqual(['/sys/fs/cgroup/x/cpu.max', '/sys/fs/cgroup/cpu.max']);
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

  it('counts what a process has started, and what that has started, with it: their CPU time and their memory', async () => {
    const tree = spawn(process.execPath, ['-e', STARTS_ANOTHER], { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface({ input: tree.stdout })[Symbol.asyncIterator]();
    try {
      const grandchild = Number((await lines.next()).value);
      expect(processTree(process.pid)).toEqual(expect.arrayContaining([process.pid, tree.pid, grandchild]));
      const readings = (): ProcessReading[] => [process.pid, tree.pid!, grandchild].map(readProcess);
      const before = readings();
      const own = process.cpuUsage();
      tree.stdin.write('now\n');
      const usedNs = Number((await lines.next()).value) * 1e3;
      const { user, system } = process.cpuUsage(own);
      const after = readings();
      const grown = (of: (reading: ProcessReading) => number): number[] =>
        after.map((reading, index) => of(reading) - of(before[index]!));
      const [all, middle, burnt] = grown(({ cpuNs }) => cpuNs!);
      // As above: the scheduler's count is exact, that of the process may come in ticks.
      expect(burnt! / usedNs).toBeGreaterThan(0.75);
      expect(middle!).toBeGreaterThanOrEqual(burnt!);
      expect(all!).toBeGreaterThanOrEqual(middle!);
      // What it is more than the grandchild's is this process's own, and not counted twice.
      expect(all!).toBeLessThan(1.25 * (usedNs + (user + system) * 1e3));
      for (const bytes of grown(({ rssBytes }) => rssBytes!)) expect(bytes).toBeGreaterThan(TAKEN_BYTES / 2);
      expect(after[1]!.rssBytes!).toBeGreaterThan(after[2]!.rssBytes!);
      expect(after[1]!.main!.threads).toBe(2);
    } finally {
      tree.stdin.end();
    }
  });

  it('knows nothing of a process that does not exist, and says so', () => {
    expect(readProcess(NOBODY)).toEqual({ cpuNs: null, rssBytes: null, main: null });
  });
});
