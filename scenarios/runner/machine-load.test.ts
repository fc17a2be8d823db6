import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  busiestBetween,
  generatorsWaited,
  machineBetween,
  parseStat,
  processName,
  readProcesses,
  type Listed,
  type LoadEdge,
  type Processes,
} from './machine-load.ts';

const RUNNER = 100;
const at = (atMs: number, byPid: Record<number, Listed>): Processes => ({
  atMs,
  byPid: new Map(Object.entries(byPid).map(([pid, listed]) => [Number(pid), listed])),
});
const listed = (name: string, cpuTicks: number, parent = 1): Listed => ({ parent, name, cpuTicks });

describe('parseStat', () => {
  const rest = (utime: number, stime: number): string => `S 42 1 1 0 -1 4194560 9 0 0 0 ${utime} ${stime} 0 0 20 0`;

  it('reads parent, name and ticks', () => {
    expect(parseStat(`7 (node) ${rest(30, 12)}`)).toEqual({ parent: 42, name: 'node', cpuTicks: 42 });
  });

  it('tells a thread of the kernel by its flags', () => {
    expect(parseStat('7 (kworker/u8:2) I 2 0 0 0 -1 69238880 0 0 0 0 0 5 0 0 20 0')).toMatchObject({ kernel: true });
  });

  it('is not misled by whatever a process calls itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 15 }), (name) => {
        expect(parseStat(`7 (${name}) ${rest(1, 2)}`)).toMatchObject({ parent: 42, cpuTicks: 3 });
      }),
    );
  });

  it('knows nothing of a process that has ended', () => {
    expect(parseStat('')).toBeNull();
  });
});

it('lets no name into the result that could move a cursor, hide, or be long', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (raw) => {
      expect(processName(raw)).toMatch(/^[\x20-\x7e]{1,15}$/);
    }),
  );
  expect(processName('\u001b[31mred')).toBe('?[31mred');
});

describe('busiestBetween', () => {
  it('passes over threads of the kernel, which nobody can close', () => {
    const [before, after] = [0, 50].map((ticks) =>
      at(ticks * 20, { 7: { ...listed('kworker', ticks, 2), kernel: true }, 8: listed('other', ticks / 2) }),
    );
    expect(busiestBetween(before!, after!, RUNNER)).toMatchObject({ name: 'other' });
  });

  it('names the other process that used most, in cores', () => {
    const before = at(0, { 7: listed('quiet', 500), 8: listed('busy', 10) });
    const after = at(2_000, { 7: listed('quiet', 510), 8: listed('busy', 110) });
    expect(busiestBetween(before, after, RUNNER)).toEqual({ name: 'busy', share: 0.5 });
  });

  it('leaves out the runner and everything that descends from it', () => {
    const before = at(0, {});
    const after = at(1_000, {
      [RUNNER]: listed('runner', 90),
      101: listed('server', 80, RUNNER),
      102: listed('relay', 70, 101),
      7: listed('other', 1),
    });
    expect(busiestBetween(before, after, RUNNER)?.name).toBe('other');
  });

  it('counts a process that began inside the window from its beginning, also under a number used before', () => {
    const before = at(0, { 7: listed('old', 1_000) });
    const after = at(1_000, { 7: listed('new', 40), 8: listed('other', 30) });
    expect(busiestBetween(before, after, RUNNER)).toEqual({ name: 'new', share: 0.4 });
  });

  it('names nobody where nobody used a tick, and ends where parents go round in a circle', () => {
    const idle = at(0, { 7: listed('a', 5, 8), 8: listed('b', 5, 7) });
    expect(busiestBetween(idle, { ...idle, atMs: 10 }, RUNNER)).toBeNull();
    expect(busiestBetween(null, idle, RUNNER)).toBeNull();
  });
});

describe('machineBetween', () => {
  const edge = (more: Partial<LoadEdge>): LoadEdge => ({
    server: reading(0, 0, 0),
    generators: [reading(0, 0, 0), reading(0, 0, 0)],
    machine: { busy: 0, stolen: 0, total: 0 },
    processes: null,
    runnerNs: 0,
    atMs: 0,
    ...more,
  });
  const reading = (cpuMs: number, waitedMs: number, runs: number): LoadEdge['server'] => ({
    cpuNs: cpuMs * 1e6,
    rssBytes: 0,
    main: { ranNs: cpuMs * 1e6, waitedNs: waitedMs * 1e6, runs, threads: 1 },
  });
  const end = edge({
    server: reading(300, 100, 100),
    generators: [reading(100, 250, 50), reading(100, 10, 50)],
    // Two cores for a second: 80 of 200 ticks are own.
    machine: { busy: 120, stolen: 20, total: 200 },
    runnerNs: 300e6,
    atMs: 1_000,
  });

  it('keeps apart what others used and what the hypervisor took', () => {
    const { othersShare, stolenShare } = machineBetween(edge({}), end);
    expect([othersShare, stolenShare]).toEqual([0.2, 0.1]);
  });

  it('adds the waits of the server and of the generator that waited most, and keeps the larger share', () => {
    const { waitNs, waitedShare } = machineBetween(edge({}), end);
    expect([waitNs, waitedShare]).toEqual([1e6 + 5e6, 0.25]);
    expect(generatorsWaited(edge({}), end)).toEqual([0.25, 0.01]);
  });

  it('takes the mean share of a server of several processes: they wait at the same time', () => {
    const two = { ...reading(0, 800, 10), main: { ranNs: 0, waitedNs: 800e6, runs: 10, threads: 2 } };
    expect(machineBetween(edge({}), { ...end, server: two }).waitedShare).toBe(0.4);
  });

  it('says of what the system does not tell that it is unknown', () => {
    const blind = { cpuNs: null, rssBytes: null, main: null };
    const nothing = { server: blind, generators: [blind], machine: null };
    const found = machineBetween(edge(nothing), edge({ ...nothing, atMs: 1_000 }));
    expect(found).toMatchObject({
      othersShare: null,
      stolenShare: null,
      waitNs: null,
      waitedShare: null,
      busiest: null,
    });
  });
});

describe.runIf(process.platform === 'linux')('what Linux lists', () => {
  it('holds this process under its parent', () => {
    expect(readProcesses()?.byPid.get(process.pid)).toMatchObject({ parent: process.ppid });
  });

  it('shows the work of a process that is none of the runner’s', async () => {
    const busy = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
    try {
      const before = readProcesses();
      const ticks = (): number => readProcesses()!.byPid.get(busy.pid!)!.cpuTicks;
      const until = ticks() + 20;
      while (ticks() < until) await sleep(20);
      const after = readProcesses()!;
      // As seen by a runner that is not its parent; nothing else of this machine is in the list.
      const only = (all: Processes): Processes => ({
        ...all,
        byPid: new Map([...all.byPid].filter(([pid]) => pid === busy.pid)),
      });
      expect(busiestBetween(only(before!), only(after), 1)).toMatchObject({ name: 'node' });
    } finally {
      busy.kill('SIGKILL');
    }
  });
});
