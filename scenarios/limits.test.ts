import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { impossible, type MachineLimits } from './limits.ts';
import { plannedOf, planOf } from './runner/planned.fixture.ts';
import type { Planned } from './runner/plan.ts';
import { PROFILE_NAMES } from './profiles.ts';
import { TRANSPORTS } from './transports.ts';

const ENDLESS: MachineLimits = { descriptors: null, ports: null, memoryBytes: null };
const BASE = { clients: 10, payloadBytes: 128, pollIntervalMs: 500, durationMs: 1_000, warmupMs: 0, ratePerSecond: 20 };

interface Case {
  readonly limit: string;
  readonly transport?: Planned['transport'];
  readonly scenario?: Planned['scenario'];
  /** On the right side of the limit, and on the wrong one. */
  readonly fits: Partial<Planned['parameters']>;
  readonly breaks: Partial<Planned['parameters']>;
  readonly limits?: MachineLimits;
  readonly message: string;
}

const CASES: readonly Case[] = [
  { limit: 'a window', fits: { durationMs: 50 }, breaks: { durationMs: 0 }, message: '--duration must be above 0s.' },
  {
    limit: 'the smallest payload',
    fits: { payloadBytes: 16 },
    breaks: { payloadBytes: 15 },
    message: '--payload must be at least 16B: that is what sequence number and time stamps take.',
  },
  {
    limit: 'the largest payload',
    fits: { payloadBytes: 4_194_304 },
    breaks: { payloadBytes: 4_194_305 },
    message: '--payload must be at most 4MiB: servers refuse larger messages.',
  },
  {
    limit: 'a poll in the window',
    transport: 'short-polling',
    fits: { pollIntervalMs: 1_000 },
    breaks: { pollIntervalMs: 1_001 },
    message:
      '--poll-interval 1.001s is longer than the window of 1s (broadcast), so some clients would never poll in it. Raise --duration or lower --poll-interval.',
  },
  {
    limit: 'the shortest poll interval',
    transport: 'short-polling',
    fits: { pollIntervalMs: 1 },
    breaks: { pollIntervalMs: 0.999 },
    message: '--poll-interval must be at least 1ms.',
  },
  {
    limit: 'one publication',
    fits: { ratePerSecond: 1 },
    breaks: { ratePerSecond: 0.999 },
    message: '--rate 0.999 offers less than one publication in a window of 1s (broadcast). Raise --rate or --duration.',
  },
  {
    limit: 'numbers for every publication',
    fits: { ratePerSecond: 16_777_216 },
    breaks: { ratePerSecond: 16_777_217 },
    message:
      '16777217 publications in one measurement are more than the 16777216 that a message can number. Lower --rate or --duration.',
  },
  {
    limit: 'numbers for every publication, warm-up included',
    fits: { ratePerSecond: 8_388_608, warmupMs: 1_000 },
    breaks: { ratePerSecond: 8_388_608, warmupMs: 1_001 },
    message:
      '16785605 publications in one measurement are more than the 16777216 that a message can number. Lower --rate or --duration.',
  },
  {
    limit: 'open files',
    limits: { descriptors: 1_024, ports: null, memoryBytes: null },
    fits: { clients: 924 },
    breaks: { clients: 925 },
    message:
      '--clients 925 is more than one generator process can hold here (1024 open files a process, ulimit -n); at most 924 clients fit. Spread them with --workers 2 and --server-workers 2, or lower --clients.',
  },
  {
    limit: 'open files where each client has two sockets',
    scenario: 'echo',
    limits: { descriptors: 1_024, ports: null, memoryBytes: null },
    fits: { clients: 462 },
    breaks: { clients: 463 },
    message:
      '--clients 463 with 2 sockets each is more than one generator process can hold here (1024 open files a process, ulimit -n); at most 462 clients fit. Spread them with --workers 2 and --server-workers 2, or lower --clients.',
  },
  {
    limit: 'open files where websocket sends in band',
    scenario: 'echo',
    transport: 'websocket',
    limits: { descriptors: 1_024, ports: null, memoryBytes: null },
    fits: { clients: 924 },
    breaks: { clients: 925 },
    message:
      '--clients 925 is more than one generator process can hold here (1024 open files a process, ulimit -n); at most 924 clients fit. Spread them with --workers 2 and --server-workers 2, or lower --clients.',
  },
  {
    limit: 'ports',
    limits: { descriptors: null, ports: 1_000, memoryBytes: null },
    fits: { clients: 1_000 },
    breaks: { clients: 1_001 },
    message:
      '--clients 1001 is more than one generator process can hold here (1000 ephemeral ports an address, net.ipv4.ip_local_port_range); at most 1000 clients fit. Spread them with --workers 2, or lower --clients.',
  },
  {
    limit: 'ports where each client has two sockets',
    scenario: 'echo',
    limits: { descriptors: null, ports: 1_001, memoryBytes: null },
    fits: { clients: 500 },
    breaks: { clients: 501 },
    message:
      '--clients 501 with 2 sockets each is more than one generator process can hold here (1001 ephemeral ports an address, net.ipv4.ip_local_port_range); at most 500 clients fit. Spread them with --workers 2, or lower --clients.',
  },
  {
    limit: 'open files of each process where there are several',
    limits: { descriptors: 1_024, ports: null, memoryBytes: null },
    fits: { clients: 3_696, workers: 4, serverWorkers: 5 },
    breaks: { clients: 3_697, workers: 4, serverWorkers: 5 },
    message:
      '--clients 3697 is more than 4 generator processes can hold here (1024 open files a process, ulimit -n); at most 3696 clients fit. Spread them with --workers 5, or lower --clients.',
  },
  {
    limit: 'memory',
    limits: { descriptors: null, ports: null, memoryBytes: 24 * 1_024 * 1_000 },
    fits: { clients: 1_000 },
    breaks: { clients: 1_001 },
    message:
      '--clients 1001 needs about 1 GiB of memory for both ends, more than is free here; about 1000 fit. Lower --clients, or free memory.',
  },
  {
    limit: 'open files of the relay of a link, which holds both ends',
    limits: { ...ENDLESS, descriptors: 1_100 },
    fits: { clients: 500, link: 'wan' },
    breaks: { clients: 501, link: 'wan' },
    message:
      '--clients 501 is more than the relay of --link wan can hold both ends of here (1100 open files a process, ulimit -n); at most 500 fit. Raise the limit, lower --clients, or leave --link out.',
  },
];

const judge = (
  { transport = 'sse', scenario = 'broadcast', limits = ENDLESS }: Case,
  more: Partial<Planned['parameters']>,
) => impossible(plannedOf(transport, scenario, { ...BASE, ...more }), limits);

describe('impossible', () => {
  it.each(CASES)('accepts what just fits the limit: $limit', (limit) => {
    expect(judge(limit, limit.fits)).toBeNull();
  });

  it.each(CASES)('refuses what just breaks the limit, and says how to lift it: $limit', (limit) => {
    expect(judge(limit, limit.breaks)).toBe(limit.message);
  });

  it('leaves the poll interval alone for transports that do not poll at one', () => {
    for (const transport of TRANSPORTS.filter((name) => name !== 'short-polling')) {
      expect(impossible(plannedOf(transport, 'broadcast', { ...BASE, pollIntervalMs: 60_000 }), ENDLESS)).toBeNull();
    }
  });

  it('does not ask for a publication where none is offered', () => {
    expect(impossible(plannedOf('sse', 'idle', { ...BASE, ratePerSecond: 0 }), ENDLESS)).toBeNull();
  });

  it('does not offer less than no client where not even the process itself has enough open files', () => {
    expect(
      impossible(plannedOf('sse', 'broadcast', BASE), { descriptors: 64, ports: null, memoryBytes: null }),
    ).toContain('at most 0 clients fit');
  });

  it('knows no limit of the machine where the system does not say', () => {
    expect(impossible(plannedOf('sse', 'broadcast', { ...BASE, clients: 1e7 }), ENDLESS)).toBeNull();
  });

  it.each(PROFILE_NAMES)('has nothing against the profile %s on an ordinary machine', (profile) => {
    const limits = { descriptors: 4_096, ports: 28_232, memoryBytes: null };
    for (const planned of planOf({ profile }).planned) expect(impossible(planned, limits)).toBeNull();
  });

  it('answers with one line that names a flag, for any parameters and machine', () => {
    const anyParameters = fc.record({
      clients: fc.integer({ min: 1, max: 1e7 }),
      workers: fc.integer({ min: 1, max: 256 }),
      serverWorkers: fc.integer({ min: 1, max: 256 }),
      payloadBytes: fc.nat(2 ** 23),
      pollIntervalMs: fc.nat(100_000),
      durationMs: fc.nat(100_000),
      ratePerSecond: fc.double({ min: 0, max: 1e7, noNaN: true }),
    });
    const anyLimits = fc.record({
      descriptors: fc.option(fc.nat(1e6)),
      ports: fc.option(fc.nat(65_535)),
      memoryBytes: fc.option(fc.nat(2 ** 40)),
    });
    const anyTransport = fc.constantFrom(...TRANSPORTS);
    fc.assert(
      fc.property(anyTransport, anyParameters, anyLimits, (transport, parameters, limits) => {
        const reason = impossible(plannedOf(transport, 'echo', parameters), limits);
        if (reason !== null) expect(reason).toMatch(/^[^\n]*--[a-z]+[^\n]*\.$/);
        expect(reason ?? '').not.toMatch(/NaN|Infinity|undefined|-\d+ clients/);
      }),
    );
  });
});
