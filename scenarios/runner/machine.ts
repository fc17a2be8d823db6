/** What machine this is: what figures may be compared on, what limits a run here, and how busy it is. Linux in full; elsewhere null. */
import { readdirSync, readFileSync } from 'node:fs';
import * as os from 'node:os';
import type { MachineLimits } from '../limits.ts';
import type { PortRange } from './share.ts';

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

export function machineLimits(): MachineLimits {
  const files = /^Max open files\s+(\d+)/m.exec(read('/proc/self/limits') ?? '');
  const available = /^MemAvailable:\s+(\d+) kB/m.exec(read('/proc/meminfo') ?? '');
  return {
    descriptors: files === null ? null : Number(files[1]),
    ports: portRange()?.count ?? null,
    memoryBytes: available === null ? null : Number(available[1]) * 1024,
  };
}

/** The ephemeral ports; null where the system does not say. */
export function portRange(): PortRange | null {
  const range = /^(\d+)\s+(\d+)/.exec(read('/proc/sys/net/ipv4/ip_local_port_range') ?? '');
  if (range === null) return null;
  const [first, last] = [Number(range[1]), Number(range[2])];
  return { first, count: last - first + 1 };
}

/** The cores that this process may run on: in a container they need not begin at 0. Empty where the system does not say. */
export function allowedCores(): number[] {
  const list = /^Cpus_allowed_list:\s+(\S+)$/m.exec(read('/proc/self/status') ?? '');
  return list === null ? [] : coreNumbers(list[1]!);
}

/**
 * Whether a group that this process is in may only have so much processor time, as containers are given: cgroups(7), `cpu.max`
 * of version 2 and `cpu.cfs_quota_us` of version 1. What a process idles away is then taken from those that work.
 */
export const isRationed = (): boolean =>
  quotaFiles(read('/proc/self/cgroup') ?? '').some((file) => /^\d/.test(read(file) ?? ''));

/** Where the quotas of the groups of /proc/self/cgroup are, from each group's own up to the root: in a container only that is there. */
export function quotaFiles(groups: string): string[] {
  return [...groups.matchAll(/^\d+:([^:\n]*):(\/.*)$/gm)].flatMap(([, controllers = '', path = '/']) => {
    const [root, file] = controllers === '' ? ['', 'cpu.max'] : ['/cpu', 'cpu.cfs_quota_us'];
    if (controllers !== '' && !controllers.split(',').includes('cpu')) return [];
    const steps = path.split('/').filter((step) => step !== '' && step !== '..');
    return [...steps.keys(), steps.length]
      .reverse()
      .map((depth) => ['/sys/fs/cgroup' + root, ...steps.slice(0, depth), file].join('/'));
  });
}

/** Reads the kernel's list format, such as `0-3,8`. */
export function coreNumbers(list: string): number[] {
  return list.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

export interface Machine {
  /** Figures of two runs compare only where these are equal. */
  readonly comparable: Record<string, unknown>;
  /** What else was so, for people. */
  readonly provenance: Record<string, unknown>;
}

export function describeMachine(): Machine {
  const cpus = os.cpus();
  return {
    comparable: {
      platform: os.platform(),
      arch: os.arch(),
      kernel: os.release(),
      cpuModel: cpus[0]?.model.trim() ?? 'unknown',
      cores: os.availableParallelism(),
      memoryGiB: Math.round(os.totalmem() / 2 ** 30),
      node: process.versions.node,
    },
    provenance: { ...machineLimits(), loadAverage: os.loadavg(), v8: process.versions.v8, uv: process.versions.uv },
  };
}

/** CPU time of the whole machine since it started, in clock ticks. */
export interface CpuTicks {
  readonly busy: number;
  readonly stolen: number;
  readonly total: number;
}

/** Null where the system does not say. */
export function machineTicks(): CpuTicks | null {
  const line = /^cpu +(.+)$/m.exec(read('/proc/stat') ?? '');
  if (line === null) return null;
  // user nice system idle iowait irq softirq steal; guest time is contained in user (proc(5)).
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = line[1]!
    .split(' ')
    .map(Number);
  const busy = user + nice + system + irq + softirq;
  return { busy, stolen: steal, total: busy + idle + iowait + steal };
}

/** What the kernel holds for itself and for sockets, machine-wide: slab, and buffers of TCP. Null where it does not say. */
export function kernelMemoryBytes(): number | null {
  const slab = /^Slab:\s+(\d+) kB/m.exec(read('/proc/meminfo') ?? '');
  const buffers = /^TCP: .* mem (\d+)/m.exec(read('/proc/net/sockstat') ?? '');
  return slab === null || buffers === null ? null : Number(slab[1]) * 1024 + Number(buffers[1]) * PAGE_BYTES;
}

/** What a process has used, read from outside it; works for servers written in anything. */
export interface ProcessReading {
  readonly cpuNs: number | null;
  readonly rssBytes: number | null;
  /** Of main threads alone: what waits there, a message waits for. */
  readonly main: ThreadReading | null;
}

/** By the scheduler's own count: how long threads ran, were ready and waited for a core, and how often they were given one. */
export interface ThreadReading {
  readonly ranNs: number;
  readonly waitedNs: number;
  readonly runs: number;
  readonly threads: number;
}

/** Pages of /proc/net/sockstat: 4 KiB on every machine that Node.js has a binary for but some of arm64. */
const PAGE_BYTES = 4_096;

/** Clock ticks a second of /proc/PID/stat: fixed at 100 for user space on Linux (USER_HZ). */
const TICK_NS = 1e7;

/** A process with all that it has started and that still lives, together. What they share in memory counts for each. */
export function readProcess(pid: number): ProcessReading {
  return processTree(pid).map(readOne).reduce(added);
}

function readOne(pid: number): ProcessReading {
  const status = read(`/proc/${pid}/status`);
  const rss = /^VmRSS:\s+(\d+) kB/m.exec(status ?? '');
  return { cpuNs: cpuOf(pid), rssBytes: rss === null ? null : Number(rss[1]) * 1024, main: mainThreadOf(pid) };
}

/** Source: Documentation/scheduler/sched-stats.rst, `/proc/<pid>/schedstat`. */
function mainThreadOf(pid: number): ProcessReading['main'] {
  const [ranNs, waitedNs, runs] = (read(`/proc/${pid}/schedstat`) ?? '').split(' ').map(Number);
  return ranNs === undefined || waitedNs === undefined || runs === undefined
    ? null
    : { ranNs, waitedNs, runs, threads: 1 };
}

function added(a: ProcessReading, b: ProcessReading): ProcessReading {
  const sum = (x: number | null, y: number | null): number | null => (x === null || y === null ? null : x + y);
  const main =
    a.main === null || b.main === null
      ? null
      : {
          ranNs: a.main.ranNs + b.main.ranNs,
          waitedNs: a.main.waitedNs + b.main.waitedNs,
          runs: a.main.runs + b.main.runs,
          threads: a.main.threads + b.main.threads,
        };
  return { cpuNs: sum(a.cpuNs, b.cpuNs), rssBytes: sum(a.rssBytes, b.rssBytes), main };
}

/** The process and its descendants; itself only where the system does not say. */
export function processTree(pid: number): number[] {
  const children = threadIds(pid)
    .flatMap((thread) => (read(`/proc/${pid}/task/${thread}/children`) ?? '').split(' '))
    .filter((text) => text.trim() !== '')
    .map(Number);
  return [pid, ...children.flatMap(processTree)];
}

/**
 * User and system time of all threads, ns. The scheduler's own count where the kernel keeps it (it loses threads that
 * have ended, and this suite's servers end none while they are measured), else the 10 ms steps of /proc/PID/stat.
 */
function cpuOf(pid: number): number | null {
  const threads = threadIds(pid).map((thread) => read(`/proc/${pid}/task/${thread}/schedstat`));
  if (threads.length > 0 && threads.every((text) => text !== null)) {
    return threads.reduce((sum, text) => sum + Number(text.split(' ')[0]), 0);
  }
  const stat = read(`/proc/${pid}/stat`);
  if (stat === null) return null;
  // The second field is the name in parentheses and may hold anything; what follows the last one is regular.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_NS;
}

/** What the kernel says of a process: R running, S sleeping, T stopped, Z dead; null when there is none. */
export function processState(pid: number): string | null {
  return /^State:\s+(.+)$/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1] ?? null;
}

function threadIds(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}
