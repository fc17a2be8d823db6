/** A capacity file with one of everything that a rendering must say. */
import type { Capacity, CapacityFile, Limit, Probe } from '../results/capacity.ts';
import { fixtureRun } from './run.fixture.ts';

const base = fixtureRun().measurements[0]!;

const full: Limit = { code: 'server-cpu', lowerBound: false, message: 'The server used 99 % of a core.', advice: null };
const strained: Limit = {
  ...{ code: 'generator', lowerBound: true, message: 'The generator used 97 % of a core.' },
  advice: 'More generators.',
};
const law: Limit = { ...{ code: 'law', lowerBound: false, message: 'By its law, not by load.' }, advice: 'Poll more.' };

function probe(at: number, p99Ms: number, limit: Limit | null): Probe {
  const verdict = limit === null ? 'met' : limit.lowerBound ? 'invalid' : 'failed';
  const measurement = {
    ...base,
    deliveryLatencyNs: { ...base.deliveryLatencyNs, p50: p99Ms * 5e5, p99: p99Ms * 1e6 },
    window: { ...base.window, durationNs: 2e9 },
    server: { ...base.server, cpuNs: limit === null ? 1e9 : 1.98e9 },
    generator: { ...base.generator, cpuNs: 0.5e9 },
  };
  return { at, verdict, clauses: [], limit, tookMs: 3_000, measurement };
}

const settled: Capacity = {
  ...{ transport: 'sse', dimension: 'clients', fixed: { clients: null, ratePerSecond: 20 }, met: 4_200, failed: 4_600 },
  ...{ failedConfirmed: true, lowerBound: false, limitedBy: full, ended: 'settled' },
  probes: [probe(100, 1.5, null), probe(4_600, 240, full), probe(4_200, 60, null), probe(4_600, 250, full)],
};

export const capacities: readonly Capacity[] = [
  settled,
  {
    ...settled,
    ...{ dimension: 'rate', fixed: { clients: 100, ratePerSecond: null }, met: 900, failed: 1_000 },
    ...{ failedConfirmed: false, lowerBound: true, limitedBy: strained, ended: 'budget' },
    probes: [probe(900, 20, null), probe(1_000, 300, strained)],
  },
  {
    ...settled,
    ...{ transport: 'short-polling', met: null, failed: 100, limitedBy: law },
    probes: [
      probe(100, 495, law),
      { ...probe(100, 495, law), measurement: null, limit: { ...strained, code: 'memory' }, verdict: 'invalid' },
    ],
  },
];

export function capacityFile(changes: Partial<CapacityFile> = {}): CapacityFile {
  return {
    schemaVersion: 1,
    kind: 'capacity',
    partial: false,
    run: {
      ...{ id: '2026-01-01T00-00-00-abcd', startedAt: '2026-01-01T00:00:00.000Z', wallTimeMs: 150_000, argv: [] },
      ...{ tool: { name: 'pushbench', version: '0.1.0' }, config: {}, seed: 1, slo: 'p99<100ms', budgetMs: 160_000 },
      notes: [],
    },
    environment: { fingerprint: '', comparable: {}, provenance: {} },
    capacities: [...capacities],
    saturations: [
      {
        ...{ transport: 'short-polling', answer: 'empty', connections: 64, durationMs: 2_500, requests: 50_000 },
        ...{ perSecond: 20_000, errors: 0, latencyNs: { p50: 3e6, p90: 4e6, p99: 8e6, max: 2e7 } },
        ...{ serverCpuShare: 0.99, generatorCpuShare: 0.5, saturated: true },
      },
    ],
    ...changes,
  };
}
