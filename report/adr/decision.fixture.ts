/** A run that a cost model can be fitted to: five transports under eight loads, whose costs are known, with noise of one seed. */
import type { ExactTransport, Exchange } from '../../results/exact.ts';
import { lawOf, loadOf, type Asks } from '../../results/model/load.ts';
import type { Latency, Measurement, RunFile } from '../../results/schema.ts';
import type { Workload } from '../../results/workload.ts';
import { fixtureRun } from '../run.fixture.ts';
import type { DecisionInput } from './input.ts';

interface Truth {
  readonly asks: Asks;
  /** Beside a payload, and of what keeps the connection. */
  readonly message: readonly [up: number, down: number];
  readonly empty: readonly [up: number, down: number];
  readonly upstream: readonly [up: number, down: number, requests: number];
  readonly cpuNs: { readonly delivery: number; readonly request: number; readonly client: number };
  readonly serviceMs: number;
  readonly memoryBytes: number;
}

const POST = [575, 120, 1] as const;

const TRUTHS: Readonly<Record<string, Truth>> = {
  'short-polling': {
    ...{ asks: 'each-interval', message: [517, 213], empty: [517, 137], upstream: POST },
    ...{ cpuNs: { delivery: 2_000, request: 55_000, client: 0 }, serviceMs: 0.9, memoryBytes: 5_000 },
  },
  'long-polling': {
    ...{ asks: 'and-waits', message: [519, 214], empty: [519, 137], upstream: POST },
    ...{ cpuNs: { delivery: 2_000, request: 70_000, client: 0 }, serviceMs: 1.8, memoryBytes: 9_000 },
  },
  'forever-iframe': {
    ...{ asks: 'once', message: [0, 57], empty: [0, 12], upstream: POST },
    ...{ cpuNs: { delivery: 21_000, request: 0, client: 900 }, serviceMs: 1.2, memoryBytes: 9_500 },
  },
  sse: {
    ...{ asks: 'once', message: [0, 25], empty: [0, 8], upstream: POST },
    ...{ cpuNs: { delivery: 19_000, request: 0, client: 800 }, serviceMs: 1.1, memoryBytes: 9_000 },
  },
  websocket: {
    ...{ asks: 'once', message: [0, 4], empty: [6, 2], upstream: [8, 0, 0] },
    ...{ cpuNs: { delivery: 13_000, request: 0, client: 1_500 }, serviceMs: 0.9, memoryBytes: 6_000 },
  },
};

const LOADS: readonly (readonly [
  variant: string,
  clients: number,
  rate: number,
  payload: number,
  intervalMs: number,
])[] = [
  ['usual', 100, 20, 128, 500],
  ['many-clients', 400, 5, 128, 1_000],
  ['rare', 200, 2, 128, 250],
  ['fast', 100, 60, 128, 200],
  ['large', 100, 10, 4_096, 500],
  ['middling', 200, 20, 1_024, 500],
];

const NO_LAYERS = { payload: 0, framing: 0, header: 0, control: 0, handshake: 0, tls: 0 };
const exchange = (up: number, down: number, requests: number): Exchange => ({
  up: { ...NO_LAYERS, header: up, total: up },
  down: { ...NO_LAYERS, header: down, total: down },
  requests,
});

function exactOf(transport: string, { asks, message, empty, upstream }: Truth): ExactTransport {
  const requests = asks === 'once' ? 0 : 1;
  const one = (payload: number): Exchange => exchange(message[0], message[1] + payload, requests);
  return {
    ...{ transport, asks, floor: false, steps: [], connect: exchange(520, 190, 1), perHeader: [] },
    idle: exchange(empty[0], empty[1], requests),
    perMessage: [16, 128, 65_536].map((payloadBytes) => ({ payloadBytes, exchange: one(payloadBytes) })),
    batch: { payloadBytes: 128, messages: 10, exchange: exchange(message[0], message[1] + 10 * 131, requests) },
    upstream: {
      payloadBytes: 128,
      exchange: exchange(upstream[0] + 128 + message[0], upstream[1] + 128 + message[1], upstream[2] + requests),
    },
  };
}

const latency = (meanMs: number, p99Ms: number): Latency => ({
  ...{ count: 5_000, min: 1e5, mean: meanMs * 1e6, p50: meanMs * 0.95e6, p90: meanMs * 1.4e6 },
  ...{ p99: p99Ms * 1e6, p999: null, max: p99Ms * 1.3e6, hdr: '' },
});

/** Fixed, and small against what tells the transports apart. */
const noise = (place: number): number => 1 + 0.02 * Math.sin(place * 12.9898);

function measurementsOf(transport: string, truth: Truth, blank: Measurement, from: number): Measurement[] {
  const seconds = 3;
  return LOADS.map(([variant, clients, ratePerSecond, payloadBytes, pollIntervalMs], place): Measurement => {
    const publications = ratePerSecond * seconds;
    const deliveries = publications * clients;
    const m: Measurement = {
      ...structuredClone(blank),
      ...{ transport, scenario: 'cost', repetition: 0, order: from + place },
      counts: { publications, offered: deliveries, delivered: deliveries, lost: 0, duplicated: 0, reordered: 0 },
    };
    Object.assign(m.parameters, {
      variant,
      clients,
      ratePerSecond,
      payloadBytes,
      pollIntervalMs,
      durationMs: seconds * 1e3,
      // Long enough that every server counts as warm.
      warmupMs: 10_000,
    });
    m.window = { durationNs: seconds * 1e9, deliveries, emptyPolls: 0, connections: 0 };
    const law = lawOf(truth.asks, loadOf(m));
    const requests = clients * (law.requestsPerSecond ?? 0);
    const perSecond = clients * ratePerSecond;
    const { delivery, request, client } = truth.cpuNs;
    const cores = (perSecond * delivery + requests * request + clients * client) / 1e9;
    m.server.cpuNs = cores * seconds * 1e9 * noise(from + place);
    m.network = {
      basis: 'measured',
      packets: Math.round(seconds * (truth.asks === 'once' ? 2 * perSecond : 3 * requests)),
      ipBytes: 0,
    };
    const service = truth.serviceMs + 0.002 * clients;
    m.deliveryLatencyNs = latency(law.meanMs! + service, (law.p99Ms ?? 0) + 3 * service);
    return m;
  });
}

function memoryOf(transport: string, { memoryBytes }: Truth, blank: Measurement, order: number): Measurement {
  const m: Measurement = { ...structuredClone(blank), ...{ transport, scenario: 'memory', order } };
  Object.assign(m.parameters, { variant: null, clients: 6_000 });
  const steps = [1_500, 2_400, 3_300, 4_200, 5_100, 6_000].map((clients, place) => ({
    clients,
    rssBytes: Math.round(60e6 + clients * memoryBytes * noise(order + place)),
    kernelBytes: Math.round(5e6 + 2 * clients * 3_500),
  }));
  m.memory = { steps, perClient: null, kernelPerClient: null };
  return m;
}

function stormOf(transport: string, { asks }: Truth, blank: Measurement, order: number): Measurement {
  const m: Measurement = { ...structuredClone(blank), ...{ transport, scenario: 'reconnect-storm', order } };
  const recoveryNs = latency(asks === 'each-interval' ? 250 : 40, 400);
  m.link = {
    ...{ delayMs: CHAT.rttMs / 2, jitterMs: 0, downBitsPerSecond: null, upBitsPerSecond: null, cutEveryMs: null },
    ...{ lateNs: { p50: 0, p99: 0, max: 0 }, cuts: 0, bytes: { up: 0, down: 0 }, cpuNs: 0 },
  };
  m.storm = { clients: 100, recoveryNs, connections: 100, lostAgain: 0 };
  return m;
}

/** Of two loads, with clients that send as much as they receive: 40 µs each. */
function sendingOf(measurements: readonly Measurement[]): Measurement[] {
  return measurements.slice(0, 2).map((plain): Measurement => {
    const m = structuredClone(plain);
    m.parameters.variant = `sends-${m.parameters.variant}`;
    m.server.cpuNs! += m.counts.offered * 40_000;
    m.bytes.up.payload = m.counts.offered * m.parameters.payloadBytes;
    return m;
  });
}

export interface CostRunOptions {
  readonly transports?: readonly string[];
  readonly storm?: boolean;
  /** Whether there are loads with clients that send. */
  readonly sends?: boolean;
}

export function costRun({
  transports = Object.keys(TRUTHS),
  storm = false,
  sends = false,
}: CostRunOptions = {}): RunFile {
  const run = fixtureRun({ repetitions: 1 });
  const blank = run.measurements.find(({ scenario }) => scenario === 'broadcast')!;
  const measurements = transports.flatMap((name, place) => {
    const truth = TRUTHS[name]!;
    const from = 10 * Object.keys(TRUTHS).indexOf(name);
    const storms = storm ? [stormOf(name, truth, blank, 100 + place)] : [];
    const plain = measurementsOf(name, truth, blank, from);
    return [...plain, ...(sends ? sendingOf(plain) : []), memoryOf(name, truth, blank, from + 7), ...storms];
  });
  return {
    ...run,
    exact: { ...run.exact!, transports: transports.map((name) => exactOf(name, TRUTHS[name]!)) },
    measurements: measurements.map((m, order) => ({ ...m, order })),
  };
}

export const CHAT: Workload = {
  ...{ name: 'chat', users: 10_000, messagesPerSecond: 0.1, fanOut: 20, payloadBytes: 200, upstreamPerSecond: 0.005 },
  ...{ arrivals: 'poisson', latencyP99Ms: 500, stalenessMs: null, rttMs: 60, headerBytes: 46, carrier: 'h1' },
  infrastructure: [{ name: 'idle-timeout', afterMs: 60_000 }],
  weights: {
    ...{ 'time-behaviour': 2, 'resource-utilisation': 3, capacity: 1 },
    ...{ interoperability: 1, reliability: 1, maintainability: 1 },
  },
  prices: {
    currency: 'EUR',
    source: 'contract 7',
    date: '2026-11-01',
    egressPerGB: 0.08,
    corePerMonth: 15,
    memoryPerGiBMonth: 2,
  },
  decisionMakers: ['architecture'],
};

export function decisionInput(workload: Partial<Workload> = {}, run: RunFile = costRun()): DecisionInput {
  return {
    workload: { ...CHAT, ...workload },
    runs: [{ file: 'run.json', sha256: 'ab'.repeat(32), run }],
    capacities: [],
    date: '2026-11-21',
    command: ['pushbench', 'adr', '--workload', 'chat.yaml', 'run.json'],
  };
}
