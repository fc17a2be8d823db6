import { describe, expect, it } from 'vitest';
import { capacityError } from '../../results/capacity-store.ts';
import type { CapacityFile, Saturation } from '../../results/capacity.ts';
import type { Measurement } from '../../results/schema.ts';
import type { Planned } from '../runner/plan.ts';
import { measurementOf, resolved, type Flags } from '../runner/planned.fixture.ts';
import { executeCapacity, type CapacityDependencies } from './execute.ts';
import { planCapacity } from './plan.ts';
import { parseSlo } from './slo.ts';

const SLO = parseSlo('p99<100ms');
const BUDGET_MS = 100_000;

function headerOf(): CapacityFile {
  return {
    schemaVersion: 1,
    kind: 'capacity',
    partial: true,
    run: {
      id: 'test',
      startedAt: '2026-01-01T00:00:00.000Z',
      wallTimeMs: 0,
      tool: { name: 'pushbench', version: '0.0.0' },
      argv: [],
      config: {},
      seed: 1,
      slo: 'p99<100ms',
      budgetMs: BUDGET_MS,
      notes: [],
    },
    environment: { fingerprint: '', comparable: {}, provenance: {} },
    capacities: [],
    saturations: [],
  };
}

const saturation: Saturation = {
  ...{ transport: 'long-polling', answer: 'message', connections: 64, durationMs: 2_500, requests: 50_000 },
  ...{ perSecond: 20_000, errors: 0, latencyNs: { p50: 1, p90: 2, p99: 3, max: 4 } },
  ...{ serverCpuShare: 0.99, generatorCpuShare: 0.5, saturated: true },
};

/** A server that carries so many deliveries a second: above that the latency is high and its CPU is full. */
function serverCarrying(deliveriesPerSecond: number): (planned: Planned) => Measurement {
  return (planned) => {
    const base = measurementOf(planned);
    const load = (planned.parameters.clients * planned.parameters.ratePerSecond) / deliveriesPerSecond;
    return {
      ...base,
      deliveryLatencyNs: { ...base.deliveryLatencyNs, p99: load > 1 ? 400e6 : 20e6 },
      window: { ...base.window, durationNs: 2e9 },
      server: { ...base.server, cpuNs: Math.min(1, load) * 2e9 },
    };
  };
}

interface Scene {
  readonly flags?: Flags;
  readonly measure?: (planned: Planned) => Measurement;
  /** How long each probe takes on the made-up clock, ms. */
  readonly takesMs?: number;
  readonly saturations?: CapacityDependencies['saturations'];
  readonly interruptAfter?: number;
}

async function execute(scene: Scene): Promise<{ file: CapacityFile; written: CapacityFile[]; begun: string[] }> {
  const { flags = {}, measure = serverCarrying(100_000), takesMs = 3_000, saturations = [] } = scene;
  const controller = new AbortController();
  const written: CapacityFile[] = [];
  const begun: string[] = [];
  let nowMs = 0;
  const question = { slo: SLO, dimensions: ['clients', 'rate'] as const, budgetMs: BUDGET_MS, reservedMs: 0 };
  const plan = planCapacity(resolved({ transports: 'sse', ...flags }), question, {
    descriptors: 20_000,
    ports: 28_232,
    memoryBytes: null,
  });
  const file = await executeCapacity(plan.searches, SLO, headerOf(), {
    measure: async (planned) => {
      nowMs += takesMs;
      if (begun.length > (scene.interruptAfter ?? Infinity)) controller.abort(new Error('interrupted'));
      controller.signal.throwIfAborted();
      return measure(planned);
    },
    saturations,
    write: (document) => written.push(structuredClone(document)),
    progress: {
      begin: ({ transport, dimension }, at) => void begun.push(`${transport} ${dimension} ${at}`),
      end: () => {},
      saturating: (transport) => void begun.push(`${transport} saturation`),
    },
    now: () => nowMs,
    signal: controller.signal,
  });
  return { file, written, begun };
}

describe('a capacity', () => {
  it('is found in both dimensions, with what limited it', async () => {
    const { file } = await execute({ flags: { clients: '100', rate: '20' } });
    expect(file.partial).toBe(false);
    const [clients, rate] = file.capacities;
    expect(clients).toMatchObject({ dimension: 'clients', ended: 'settled', lowerBound: false });
    expect(clients!.met).toBeLessThanOrEqual(5_000);
    expect(clients!.failed).toBeGreaterThan(5_000);
    expect(clients!.limitedBy).toMatchObject({ code: 'server-cpu', message: 'The server used 100 % of a core.' });
    expect(rate!.met).toBeLessThanOrEqual(1_000);
    expect(rate!.failed).toBeGreaterThan(1_000);
  });

  it('is written after every probe, each time as a document that fits its schema', async () => {
    const { file, written } = await execute({});
    const probes = file.capacities.flatMap((capacity) => capacity.probes);
    expect(written.length).toBe(probes.length + 1);
    expect(written.map(capacityError)).toEqual(written.map(() => null));
    expect(written.map(({ partial }) => partial)).toEqual([...probes.map(() => true), false]);
    expect(written[0]!.capacities[0]!.probes.length).toBe(1);
  });

  it('ends within its budget, with a wider interval, and says so', async () => {
    const { file, begun } = await execute({ takesMs: 9_000 });
    expect(begun.length * 9_000).toBeLessThanOrEqual(BUDGET_MS + 9_000);
    expect(file.capacities.map(({ ended }) => ended)).toEqual(['budget', 'budget']);
    expect(file.partial).toBe(false);
    for (const { met } of file.capacities) expect(met).not.toBeNull();
  });

  it('says that time was the limit where no load missed the target before it was over', async () => {
    const { file, written } = await execute({ takesMs: 14_000, measure: serverCarrying(1e12) });
    const budget = { code: 'budget', lowerBound: true, advice: 'Raise --budget.' };
    for (const capacity of file.capacities) {
      expect(capacity).toMatchObject({ failed: null, lowerBound: true, ended: 'budget', limitedBy: budget });
    }
    expect(written.map(capacityError)).toEqual(written.map(() => null));
  });

  it('leaves a part of the budget to saturation', async () => {
    const measure = async (): Promise<Saturation> => saturation;
    const { file, begun } = await execute({
      takesMs: 9_000,
      saturations: [{ transport: 'long-polling', takesMs: 20_000, measure }],
    });
    const probes = begun.length - 1;
    expect(begun.at(-1)).toBe('long-polling saturation');
    expect(probes * 9_000).toBeLessThanOrEqual(BUDGET_MS - 20_000 + 9_000);
    expect(file.saturations).toEqual([saturation]);
  });

  it('is a lower bound where the machine ends before the server does', async () => {
    const { file } = await execute({ measure: serverCarrying(1e12) });
    expect(file.capacities[0]).toMatchObject({
      ...{ met: 19_900, failed: null, lowerBound: true, ended: 'settled' },
      limitedBy: { code: 'descriptors' },
    });
  });

  it('is none, by its law, where polls come too seldom for the target', async () => {
    const { file, begun } = await execute({ flags: { transports: 'short-polling' }, measure: serverCarrying(1) });
    expect(file.capacities[0]).toMatchObject({ met: null, failed: 100, lowerBound: false, limitedBy: { code: 'law' } });
    expect(begun.length).toBe(4);
  });

  it('is a lower bound where probes fail to be measured', async () => {
    const { file } = await execute({
      measure: (planned) => {
        if (planned.parameters.clients > 1_000) throw new Error('connect EADDRNOTAVAIL 127.0.0.1:80');
        return serverCarrying(1e9)(planned);
      },
    });
    expect(file.capacities[0]).toMatchObject({ lowerBound: true, limitedBy: { code: 'ports' } });
    expect(file.capacities[0]!.met).toBeLessThanOrEqual(1_000);
    expect(file.capacities[0]!.probes.find(({ at }) => at > 1_000)!.measurement).toBeNull();
  });

  it('that is interrupted keeps what was measured and is partial', async () => {
    const measure = async (): Promise<Saturation> => saturation;
    const { file, begun } = await execute({
      interruptAfter: 3,
      saturations: [{ transport: 'long-polling', takesMs: 1_000, measure }],
    });
    expect(file.partial).toBe(true);
    expect(file.capacities.length).toBe(1);
    expect(file.capacities[0]!.ended).toBe('interrupted');
    expect(file.capacities[0]!.probes.length).toBe(3);
    expect(begun.length).toBe(4);
    expect(file.saturations).toEqual([]);
    expect(capacityError(file)).toBeNull();
  });

  it('goes on where autocannon cannot, with a note', async () => {
    const measure = (): Promise<Saturation> => Promise.reject(new Error('it broke.'));
    const { file } = await execute({ saturations: [{ transport: 'long-polling', takesMs: 1_000, measure }] });
    expect(file.run.notes).toEqual(['Saturation of long-polling: it broke.']);
    expect(file.partial).toBe(false);
  });
});
