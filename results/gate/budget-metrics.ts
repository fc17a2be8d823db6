/** What a budget may limit: each metric by the names that people write for it. */
import type { Measurement } from '../schema.ts';
import { EXACT_METRICS, NOISY_METRICS } from './metrics.ts';

interface Named {
  readonly slug: string;
  readonly title: string;
  readonly unit: 'ns' | 'bytes' | 'count' | 'perSecond';
  /** Beside its slug and its title. */
  readonly aliases: readonly string[];
}

/** A figure of a measurement, so of a scenario. */
export interface MeasuredMetric extends Named {
  readonly source: 'measured';
  /** Whether a measurement has such a thing at all: a waiting client has no latency. */
  readonly applies: (m: Measurement) => boolean;
  /** Null: it has, but what was measured does not support it. */
  readonly of: (m: Measurement) => number | null;
}

/** A count, which belongs to no scenario. */
export interface CountedMetric extends Named {
  readonly source: 'counted';
}

export type BudgetMetric = MeasuredMetric | CountedMetric;

const hasDeliveries = ({ deliveryLatencyNs }: Measurement): boolean => deliveryLatencyNs.count > 0;
const hasReadiness = ({ readinessNs }: Measurement): boolean => readinessNs.count > 0;

const readiness = (at: 'p50' | 'p99'): MeasuredMetric => ({
  ...{ source: 'measured', slug: `readiness-${at}`, title: `readiness ${at}`, unit: 'ns', aliases: [] },
  applies: hasReadiness,
  of: ({ readinessNs }) => readinessNs[at],
});

const ALIASES: Readonly<Record<string, readonly string[]>> = {
  'latency-mean': ['mean'],
  'latency-p50': ['p50'],
  'latency-p90': ['p90'],
  'latency-p99': ['p99'],
  'latency-p999': ['p999', 'p99.9'],
  'server-cpu': ['cpu', 'cpu per delivery'],
  'server-memory': ['rss', 'memory'],
};

const fromNoisy = NOISY_METRICS.map((metric): MeasuredMetric => {
  const { slug, title, unit, of } = metric;
  const applies = slug === 'server-memory' ? () => true : hasDeliveries;
  return { source: 'measured', slug, title, unit, aliases: ALIASES[slug] ?? [], applies, of };
});

const fromExact = EXACT_METRICS.map(({ slug, title, unit }): CountedMetric => ({
  source: 'counted',
  slug,
  title,
  unit,
  aliases: [],
}));

export const BUDGET_METRICS: readonly BudgetMetric[] = [
  ...fromNoisy,
  {
    ...{ source: 'measured', slug: 'latency-max', title: 'latency max', unit: 'ns', aliases: ['max'] },
    applies: hasDeliveries,
    of: ({ deliveryLatencyNs }) => deliveryLatencyNs.max,
  },
  readiness('p50'),
  readiness('p99'),
  {
    ...{ source: 'measured', slug: 'memory-per-client', title: 'memory per client', unit: 'bytes' },
    aliases: ['rss per client'],
    applies: ({ memory, server }) => memory !== undefined || server.rssPerClientBytes !== null,
    of: ({ memory, server }) => (memory === undefined ? server.rssPerClientBytes : (memory.perClient?.bytes ?? null)),
  },
  ...fromExact,
];

/** Spaces, hyphens and capitals make no difference: `Header bytes per message` is `header-bytes-per-message`. */
const normal = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, '-');

const BY_NAME = new Map(
  BUDGET_METRICS.flatMap((metric) =>
    [metric.slug, metric.title, ...metric.aliases].map((name) => [normal(name), metric] as const),
  ),
);

export const metricNamed = (name: string): BudgetMetric | null => BY_NAME.get(normal(name)) ?? null;
