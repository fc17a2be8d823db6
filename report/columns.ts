/** Which figures of a scenario matter to its question: one choice for the terminal and for Markdown. */
import type { MetricName } from './metrics.ts';
import type { ScenarioKind } from './scenario-kinds.ts';

export interface Column {
  title: string;
  metric: MetricName;
  /** Whether the lowest figure is marked; false where lower is not simply better. */
  ranked: boolean;
  /** Shows the interval instead of the median; for wide terminals. */
  range?: true;
  /** The last to leave when space is short is the lowest number. */
  priority: number;
}

const column = (title: string, metric: MetricName, priority: number, ranked = true): Column => ({
  title,
  metric,
  ranked,
  priority,
});

const range = (metric: MetricName): Column => ({ title: 'interval', metric, ranked: false, range: true, priority: 6 });

/** The columns of a wide terminal: the interval of the main figure beside it. */
export function wideColumns(kind: ScenarioKind): Column[] {
  return COLUMNS[kind].flatMap((each) => (each.priority === 0 ? [each, range(each.metric)] : [each]));
}

export const COLUMNS: Record<ScenarioKind, readonly Column[]> = {
  delivery: [
    column('p50', 'latencyP50', 2),
    column('p99', 'latencyP99', 0),
    column('max', 'latencyMax', 5, false),
    column('bytes/dlv', 'bytesPerDelivery', 1),
    column('header/dlv', 'headerPerDelivery', 3, false),
    column('CPU/dlv', 'serverCpuPerDelivery', 4),
  ],
  idle: [
    column('bytes/client·h', 'bytesPerClientHour', 0),
    column('requests/client·h', 'requestsPerClientHour', 1, false),
    column('server memory', 'serverRss', 2),
    column('server CPU', 'serverCpuShare', 3),
  ],
  connect: [
    column('ready p50', 'readinessP50', 0),
    column('ready p99', 'readinessP99', 1),
    column('CPU/connect', 'serverCpuPerConnection', 2),
    column('handshake up', 'handshakeUp', 4, false),
    column('down', 'handshakeDown', 5, false),
  ],
  stall: [
    column('p50', 'latencyP50', 3, false),
    column('p99', 'latencyP99', 1, false),
    column('max', 'latencyMax', 5, false),
    column('law p99', 'predictedP99', 4, false),
    column('from send p50', 'transitP50', 5, false),
    column('from send p99', 'transitP99', 2, false),
    column('from send max', 'transitMax', 5, false),
  ],
  storm: [
    column('served p50', 'recoveryP50', 2),
    column('last served', 'recoveryMax', 0),
    column('connections/s', 'reconnectionsPerSecond', 3, false),
    column('lost', 'lost', 1, false),
  ],
  slow: [
    column('others p50', 'latencyP50', 2, false),
    column('p99', 'latencyP99', 1, false),
    column('max', 'latencyMax', 5, false),
    column('slow p50', 'slowP50', 4, false),
    column('told gone', 'slowToldLost', 3, false),
    column('lost', 'lost', 3, false),
    column('server memory', 'serverRss', 2, false),
  ],
  memory: [
    column('server/client', 'clientMemory', 0),
    column('least', 'clientMemoryLow', 3, false),
    column('most', 'clientMemoryHigh', 4, false),
    column('kernel/socket', 'clientKernelMemory', 1, false),
    column('both', 'clientMemoryTotal', 2, false),
    column('server memory', 'serverRss', 2, false),
  ],
  staleness: [
    column('age p50', 'stalenessP50', 2),
    column('age p99', 'stalenessP99', 0),
    column('age max', 'stalenessMax', 4, false),
    column('latency p50', 'latencyP50', 3, false),
    column('bytes/dlv', 'bytesPerDelivery', 1),
  ],
  'shared-port': [
    column('request p50', 'requestP50', 1, false),
    column('request p99', 'requestP99', 0, false),
    column('max', 'requestMax', 2, false),
  ],
};

/** On the scoreboard, and no quality of the server: what a law says, and what a scenario did to it. */
const NO_QUALITY: ReadonlySet<MetricName> = new Set(['predictedP99', 'reconnectionsPerSecond']);

/** The figures of a scenario that are followed from one run to another. Lower is better in all of them. */
export const comparableMetrics = (kind: ScenarioKind): MetricName[] =>
  COLUMNS[kind].map(({ metric }) => metric).filter((metric) => !NO_QUALITY.has(metric));
