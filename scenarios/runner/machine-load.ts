/**
 * How busy the machine was with anything but the measurement, and who it was: readings at both edges of the window, and
 * pure functions of what lies between them.
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { loadavg } from 'node:os';
import { basename } from 'node:path';
import type { Facts } from '../../results/validity.ts';
import type { CpuTicks, ProcessReading, ThreadReading } from './machine.ts';

/** What /proc/PID/stat says of a process. */
export interface Listed {
  readonly parent: number;
  readonly name: string;
  readonly cpuTicks: number;
  /** A thread of the kernel's own: nobody can close it, and its work may be the measurement's. */
  readonly kernel?: true;
}

/** All processes at one moment; null where the system does not say, or where reading them would be a load of its own. */
export interface Processes {
  readonly atMs: number;
  readonly byPid: ReadonlyMap<number, Listed>;
}

/** A line takes about 15 µs to read: more than these would keep the runner busy for longer than a publication may wait. */
const MOST_PROCESSES = 2_000;
const TICK_NS = 1e7;
/** Longest name of a process in the result: the kernel keeps 15 bytes. */
const LONGEST_NAME = 15;

export function readProcesses(): Processes | null {
  const atMs = performance.now();
  const byPid = new Map<number, Listed>();
  try {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    if (pids.length > MOST_PROCESSES) return null;
    for (const pid of pids) {
      const listed = parseStat(statOf(pid));
      if (listed !== null) byPid.set(Number(pid), { ...listed, name: programOf(pid, listed.name) });
    }
  } catch {
    return null;
  }
  return byPid.size === 0 ? null : { atMs, byPid };
}

/** What Node.js calls its first thread since its version 24, whatever the program is: it would tell nobody who it was. */
const FIRST_THREAD = 'MainThread';

function programOf(pid: string, name: string): string {
  if (name !== FIRST_THREAD) return name;
  try {
    return processName(basename(readlinkSync(`/proc/${pid}/exe`)));
  } catch {
    // It has ended, or is somebody else's.
    return name;
  }
}

/** PF_KTHREAD of include/linux/sched.h, in the flags of a process. */
const KERNEL_THREAD = 0x0020_0000;

/** Empty for a process that has ended meanwhile. */
function statOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return '';
  }
}

/** The second field is the name in parentheses and may hold anything, `)` included; what follows the last one is regular (proc(5)). */
export function parseStat(stat: string): Listed | null {
  const [open, close] = [stat.indexOf('('), stat.lastIndexOf(')')];
  if (open < 0 || close < open) return null;
  const fields = stat.slice(close + 2).split(' ');
  const cpuTicks = Number(fields[11]) + Number(fields[12]);
  if (!Number.isFinite(cpuTicks)) return null;
  const name = processName(stat.slice(open + 1, close));
  const kernel = (Number(fields[6]) & KERNEL_THREAD) === 0 ? {} : { kernel: true as const };
  return { parent: Number(fields[1]), name, cpuTicks, ...kernel };
}

/** A program chooses its own name: what is not plain ASCII, or longer than the kernel keeps, does not reach the result. */
export function processName(raw: string): string {
  const plain = raw.replace(/[^\x20-\x7e]/g, '?').trim();
  return plain === '' ? 'unnamed' : plain.slice(0, LONGEST_NAME);
}

/**
 * The process that used most between two readings, apart from the kernel's threads, `own` and all that descend from it; null where no reading
 * was possible or nobody used as much as a tick.
 */
export function busiestBetween(
  before: Processes | null,
  after: Processes | null,
  own: number,
): { name: string; share: number } | null {
  if (before === null || after === null || after.atMs <= before.atMs) return null;
  let busiest: { name: string; ticks: number } | null = null;
  for (const [pid, { name, cpuTicks, kernel }] of after.byPid) {
    if (kernel === true || descendsFrom(pid, own, after.byPid)) continue;
    const earlier = before.byPid.get(pid);
    // A number may have passed on to another process, which began at 0.
    const ticks = earlier === undefined || earlier.cpuTicks > cpuTicks ? cpuTicks : cpuTicks - earlier.cpuTicks;
    if (ticks > (busiest?.ticks ?? 0)) busiest = { name, ticks };
  }
  if (busiest === null) return null;
  return { name: busiest.name, share: (busiest.ticks * TICK_NS) / ((after.atMs - before.atMs) * 1e6) };
}

/** A list read while processes come and go may hold a circle: as many steps as there are processes end it. */
function descendsFrom(pid: number, ancestor: number, byPid: ReadonlyMap<number, Listed>): boolean {
  let at = pid;
  for (let steps = 0; steps <= byPid.size && at > 1; steps++) {
    if (at === ancestor) return true;
    at = byPid.get(at)?.parent ?? 0;
  }
  return false;
}

/** One edge of the window, as far as this file needs it. */
export interface LoadEdge {
  readonly server: ProcessReading;
  readonly generators: readonly ProcessReading[];
  readonly machine: CpuTicks | null;
  readonly processes: Processes | null;
  /** CPU time of the runner itself. */
  readonly runnerNs: number;
  readonly atMs: number;
}

export function machineBetween(start: LoadEdge, end: LoadEdge): Facts['machine'] {
  const server = between(start.server, end.server);
  const generators = end.generators.map((reading, index) => between(start.generators[index], reading));
  const waits = [meanWait(server), largest(generators.map(meanWait))];
  return {
    ...sharesBetween(start, end),
    waitedShare: largest([server, ...generators].map((spent) => waitedShare(spent, end.atMs - start.atMs))),
    waitNs: waits.reduce((sum, wait) => (sum === null || wait === null ? null : sum + wait), 0),
    loadAverage: process.platform === 'win32' ? null : loadavg()[0]!,
    busiest: busiestBetween(start.processes, end.processes, process.pid),
  };
}

/** CPU time of each generator over the window, all its threads; null where the system does not say. */
export function generatorsRan(start: LoadEdge, end: LoadEdge): (number | null)[] {
  const windowNs = (end.atMs - start.atMs) * 1e6;
  return end.generators.map(({ cpuNs }, index) => {
    const before = start.generators[index]?.cpuNs ?? null;
    return cpuNs === null || before === null || windowNs <= 0 ? null : (cpuNs - before) / windowNs;
  });
}

/** Share of the window in which the main thread of each generator was ready to run and waited for a core. */
export function generatorsWaited(start: LoadEdge, end: LoadEdge): (number | null)[] {
  return end.generators.map((reading, index) =>
    waitedShare(between(start.generators[index], reading), end.atMs - start.atMs),
  );
}

function largest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}

/** How long a main thread waited for a core each time that it became ready, ns. */
function meanWait(spent: ThreadReading | null): number | null {
  if (spent === null) return null;
  return spent.runs <= 0 ? 0 : spent.waitedNs / spent.runs;
}

/** Of several processes the mean: they wait at the same time. */
function waitedShare(spent: ThreadReading | null, windowMs: number): number | null {
  return spent === null || windowMs <= 0 ? null : spent.waitedNs / spent.threads / (windowMs * 1e6);
}

/** What main threads spent between two readings. */
function between(before: ProcessReading | undefined, after: ProcessReading): ThreadReading | null {
  if (before === undefined || before.main === null || after.main === null) return null;
  return {
    ranNs: after.main.ranNs - before.main.ranNs,
    waitedNs: after.main.waitedNs - before.main.waitedNs,
    runs: after.main.runs - before.main.runs,
    threads: after.main.threads,
  };
}

/** Shares of the machine's CPU: what anything but this measurement used, and what the hypervisor took. */
function sharesBetween(start: LoadEdge, end: LoadEdge): { othersShare: number | null; stolenShare: number | null } {
  if (start.machine === null || end.machine === null) return { othersShare: null, stolenShare: null };
  const total = end.machine.total - start.machine.total;
  if (total <= 0) return { othersShare: null, stolenShare: null };
  const own = ownNs(end) - ownNs(start);
  const busy = end.machine.busy - start.machine.busy;
  return {
    othersShare: Math.max(0, (busy - own / TICK_NS) / total),
    stolenShare: Math.max(0, (end.machine.stolen - start.machine.stolen) / total),
  };
}

function ownNs({ server, generators, runnerNs }: LoadEdge): number {
  return [server, ...generators].reduce((sum, { cpuNs }) => sum + (cpuNs ?? 0), runnerNs);
}
