/** What the report reads from one measurement: each metric with its unit, its better direction and why it may be missing. */
import type { Latency, Layers, Measurement } from '../results/schema.ts';
import type { Unit } from './format.ts';

export type Missing =
  | 'too few samples'
  | 'too few clients'
  | 'no deliveries'
  | 'no connections'
  | 'no samples'
  | 'not measurable'
  | 'no window'
  | 'not measured';
/** A number, or the reason why there is none. */
export type Reading = number | Missing;

export interface Metric {
  title: string;
  unit: Unit;
  of: (m: Measurement) => Reading;
}

type Percentile = 'p50' | 'p90' | 'p99' | 'p999' | 'max';

/** A percentile that the samples cannot support has been stored as null: it is missing, never 0. */
function percentile(latency: Latency | undefined, at: Percentile): Reading {
  if (latency === undefined) return 'not measured';
  return latency[at] ?? (latency.count === 0 ? 'no samples' : 'too few samples');
}

const perDelivery =
  (amount: (m: Measurement) => number | null) =>
  (m: Measurement): Reading => {
    const total = amount(m);
    if (total === null) return 'not measurable';
    return m.window.deliveries === 0 ? 'no deliveries' : total / m.window.deliveries;
  };

/** What carried the bytes, below the socket. */
const network =
  (of: (carried: NonNullable<Measurement['network']>) => number) =>
  (m: Measurement): Reading =>
    m.network === undefined ? 'not measured' : perDelivery(() => of(m.network!))(m);

/** Per second of the window times `scale`. */
const perWindow =
  (amount: (m: Measurement) => number | null, scale = 1e9) =>
  (m: Measurement): Reading => {
    const total = amount(m);
    if (total === null) return 'not measurable';
    return m.window.durationNs === 0 ? 'no window' : (total / m.window.durationNs) * scale;
  };

const perClientHour = (amount: (m: Measurement) => number) => (m: Measurement) => {
  const perHour = perWindow(amount, 3600e9)(m);
  return typeof perHour === 'number' ? perHour / m.parameters.clients : perHour;
};

const both = (m: Measurement, layer: keyof Layers): number => (m.bytes.up[layer] ?? 0) + (m.bytes.down[layer] ?? 0);

const latency = (title: string, from: (m: Measurement) => Latency | undefined, at: Percentile): Metric => ({
  title,
  unit: 'ns',
  of: (m) => percentile(from(m), at),
});
const amount = (title: string, unit: Unit, of: Metric['of']): Metric => ({ title, unit, of });

/** Of memory over the number of clients. */
const slopeOf =
  (of: (m: Measurement) => number | undefined) =>
  (m: Measurement): Reading =>
    of(m) ?? (m.memory === undefined ? 'not measured' : 'not measurable');

function overheadShare(m: Measurement): Reading {
  const total = both(m, 'total');
  return total === 0 ? 'no samples' : 1 - both(m, 'payload') / total;
}

const delivery = (m: Measurement) => m.deliveryLatencyNs;
const transit = (m: Measurement) => m.transitTimeNs;
const readiness = (m: Measurement) => m.readinessNs;
const request = (m: Measurement) => m.requestLatencyNs;
const staleness = (m: Measurement) => m.stalenessNs;
const recovery = (m: Measurement) => m.storm?.recoveryNs;
const slow = (m: Measurement) => m.slow?.deliveryLatencyNs;

/** What only some scenarios find. */
const found =
  (of: (m: Measurement) => number | null | undefined) =>
  (m: Measurement): Reading =>
    of(m) ?? 'not measured';

/** From the cut until the last client was served. */
function reconnections({ storm }: Measurement): number | null {
  const lastNs = storm?.recoveryNs.max ?? null;
  return storm === undefined || lastNs === null || lastNs === 0 ? null : storm.connections / (lastNs / 1e9);
}

/** What is left out where latency counts from the send. */
function hiddenMean({ deliveryLatencyNs, transitTimeNs }: Measurement): Reading {
  const [corrected, uncorrected] = [deliveryLatencyNs.mean, transitTimeNs.mean];
  return corrected === null || uncorrected === null ? 'no samples' : corrected - uncorrected;
}

/** What one more client takes of the machine that serves it: in the server, and in the kernel for the server's end. */
function totalPerClient({ memory }: Measurement): number | undefined {
  const [own, kernel] = [memory?.perClient?.bytes, memory?.kernelPerClient?.bytes];
  return own === undefined || kernel === undefined ? undefined : own + kernel;
}

export const METRICS = {
  latencyP50: latency('p50', delivery, 'p50'),
  latencyP90: latency('p90', delivery, 'p90'),
  latencyP99: latency('p99', delivery, 'p99'),
  latencyP999: latency('p99.9', delivery, 'p999'),
  latencyMax: latency('max', delivery, 'max'),
  transitP50: latency('transit p50', transit, 'p50'),
  transitP99: latency('transit p99', transit, 'p99'),
  transitMax: latency('transit max', transit, 'max'),
  clientMemory: amount(
    'server memory per client',
    'bytes',
    slopeOf((m) => m.memory?.perClient?.bytes),
  ),
  clientMemoryLow: amount(
    'server memory per client, least',
    'bytes',
    slopeOf((m) => m.memory?.perClient?.low),
  ),
  clientMemoryHigh: amount(
    'server memory per client, most',
    'bytes',
    slopeOf((m) => m.memory?.perClient?.high),
  ),
  clientKernelMemory: amount(
    'kernel memory per socket',
    'bytes',
    slopeOf((m) => m.memory?.kernelPerClient?.bytes),
  ),
  clientMemoryTotal: amount('memory per client, server and kernel', 'bytes', slopeOf(totalPerClient)),
  stalenessP50: latency('staleness p50', staleness, 'p50'),
  stalenessP99: latency('staleness p99', staleness, 'p99'),
  stalenessMax: latency('staleness max', staleness, 'max'),
  recoveryP50: latency('served again p50', recovery, 'p50'),
  recoveryMax: latency('last served again', recovery, 'max'),
  reconnectionsPerSecond: amount('connections per second', 'perSecond', found(reconnections)),
  lostAgain: amount(
    'connections lost again',
    'count',
    found((m) => m.storm?.lostAgain),
  ),
  lost: amount('deliveries lost', 'count', (m) => m.counts.lost),
  slowP50: latency('p50 of the slow', slow, 'p50'),
  slowToldLost: amount(
    'messages that the slow were told are gone',
    'count',
    found((m) => m.slow?.toldLost),
  ),
  stalled: amount(
    'stood still',
    'ns',
    found((m) => m.stall?.stalledNs),
  ),
  predictedP99: amount(
    'p99 by the law',
    'ns',
    found((m) => m.stall?.predictedP99Ns),
  ),
  predictedGrowth: amount(
    'growth of the mean by the law',
    'ns',
    found((m) => m.stall?.predictedMeanGrowthNs),
  ),
  hiddenMean: amount('mean hidden by counting from the send', 'ns', hiddenMean),
  requestsPerDelivery: amount(
    'requests per delivery',
    'count',
    perDelivery((m) => m.requests),
  ),
  readinessP50: latency('ready p50', readiness, 'p50'),
  readinessP99: latency('ready p99', readiness, 'p99'),
  readinessMax: latency('ready max', readiness, 'max'),
  requestP50: latency('request p50', request, 'p50'),
  requestP99: latency('request p99', request, 'p99'),
  requestMax: latency('request max', request, 'max'),
  bytesPerDelivery: amount(
    'bytes per delivery',
    'bytes',
    perDelivery((m) => both(m, 'total')),
  ),
  headerPerDelivery: amount(
    'header bytes per delivery',
    'bytes',
    perDelivery((m) => both(m, 'header')),
  ),
  headerUpPerDelivery: amount(
    'header up per delivery',
    'bytes',
    perDelivery((m) => m.bytes.up.header),
  ),
  headerDownPerDelivery: amount(
    'header down per delivery',
    'bytes',
    perDelivery((m) => m.bytes.down.header),
  ),
  packetsPerDelivery: amount(
    'packets per delivery',
    'count',
    network(({ packets }) => packets),
  ),
  ipBytesPerDelivery: amount(
    'IP bytes per delivery',
    'bytes',
    network(({ ipBytes }) => ipBytes),
  ),
  overheadShare: amount('overhead share', 'share', overheadShare),
  bandwidthUp: amount(
    'up',
    'bytesPerSecond',
    perWindow((m) => m.bytes.up.total),
  ),
  bandwidthDown: amount(
    'down',
    'bytesPerSecond',
    perWindow((m) => m.bytes.down.total),
  ),
  deliveriesPerSecond: amount(
    'deliveries',
    'perSecond',
    perWindow((m) => m.window.deliveries),
  ),
  requestsPerSecond: amount(
    'requests',
    'perSecond',
    perWindow((m) => m.requests),
  ),
  bytesPerClientHour: amount(
    'bytes per client and hour',
    'bytes',
    perClientHour((m) => both(m, 'total')),
  ),
  requestsPerClientHour: amount(
    'requests per client and hour',
    'count',
    perClientHour((m) => m.requests),
  ),
  connectionsPerSecond: amount(
    'connections',
    'perSecond',
    perWindow((m) => m.window.connections),
  ),
  serverCpuPerConnection: amount('server CPU per connection', 'ns', (m) => {
    if (m.server.cpuNs === null) return 'not measurable';
    return m.window.connections === 0 ? 'no connections' : m.server.cpuNs / m.window.connections;
  }),
  handshakeUp: amount('handshake up', 'bytes', (m) => m.handshakePerClient.upBytes ?? 'not measured'),
  handshakeDown: amount('handshake down', 'bytes', (m) => m.handshakePerClient.downBytes ?? 'not measured'),
  serverCpuPerDelivery: amount(
    'server CPU per delivery',
    'ns',
    perDelivery((m) => m.server.cpuNs),
  ),
  serverCpuShare: amount(
    'server CPU',
    'share',
    perWindow((m) => m.server.cpuNs, 1),
  ),
  serverRss: amount('server memory', 'bytes', (m) => m.server.rssBytes ?? 'not measurable'),
  rssPerClient: amount(
    'memory per client',
    'bytes',
    (m) => m.server.rssPerClientBytes ?? (m.server.rssBytes === null ? 'not measurable' : 'too few clients'),
  ),
  serverLoopP99: amount('server event-loop delay p99', 'ns', (m) => m.server.eventLoopDelayNs.p99 ?? 'not measurable'),
  generatorCpuShare: amount(
    'generator CPU',
    'share',
    perWindow((m) => m.generator.cpuNs, 1),
  ),
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof METRICS;
export const METRIC_NAMES = Object.keys(METRICS) as MetricName[];
