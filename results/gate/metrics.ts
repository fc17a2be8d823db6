/**
 * What a gate looks at: exact counts, which any machine repeats to the byte, and noisy figures, which only compare within
 * one job on one machine. The slugs are those of flags, files and formats.
 */
import type { Exchange, ExactLayers, ExactTransport } from '../exact.ts';
import type { Measurement } from '../schema.ts';

/** Class B: measured, and different each time. */
export interface NoisyMetric {
  readonly slug: string;
  readonly title: string;
  readonly unit: 'ns' | 'bytes' | 'perSecond';
  readonly better: 'lower' | 'higher';
  /** A change smaller than this is none, in the metric's unit. */
  readonly absoluteFloor: number;
  /** Null: the measurement does not support it. */
  readonly of: (measurement: Measurement) => number | null;
  /**
   * A companion (its slug) that the machine moves as it moves this metric, and no build does: half of what it moved, as a
   * logarithm, is taken out of a pair before its two invocations are compared.
   */
  readonly steadiedBy?: string;
}

/** Measured beside the metrics, and never judged by itself. */
export type Companion = Pick<NoisyMetric, 'slug' | 'of'>;

/** 0.2 ms: ../shared/regression.md; below it a scheduler's turn decides. */
export const LATENCY_FLOOR_NS = 0.2e6;

const latency = (at: 'mean' | 'p50' | 'p90' | 'p99' | 'p999', title: string): NoisyMetric => ({
  slug: `latency-${at}`,
  title,
  unit: 'ns',
  better: 'lower',
  absoluteFloor: LATENCY_FLOOR_NS,
  of: ({ deliveryLatencyNs }) => deliveryLatencyNs[at],
});

export const NOISY_METRICS = [
  latency('mean', 'latency mean'),
  latency('p50', 'latency p50'),
  latency('p90', 'latency p90'),
  latency('p99', 'latency p99'),
  latency('p999', 'latency p99.9'),
  {
    slug: 'server-cpu',
    title: 'server CPU per delivery',
    unit: 'ns',
    better: 'lower',
    absoluteFloor: 0,
    of: ({ server, window }) =>
      server.cpuNs === null || window.deliveries === 0 ? null : server.cpuNs / window.deliveries,
    steadiedBy: 'client-cpu',
  },
  {
    slug: 'server-memory',
    title: 'server memory',
    unit: 'bytes',
    better: 'lower',
    absoluteFloor: 0,
    of: ({ server }) => server.rssBytes,
  },
] as const satisfies readonly NoisyMetric[];

/**
 * What the clients' process used for each delivery. The same code on both sides, in the same second on the same cores as
 * the server: what other work does to caches and clock rates, it does to both. Beside five other test suites on two cores
 * (websocket, 40 invocations) the logarithms went together by 0.83, and pairs of one build differed by 20.5 % without it,
 * 11.3 % with half of it taken out and 10.3 % with all; with windows of 2 s (30 invocations) by 13.5, 8.2 and 12.2 %. Half,
 * then: it does as well where both go together, and adds little where they do not.
 */
export const COMPANIONS: readonly Companion[] = [
  {
    slug: 'client-cpu',
    of: ({ generator, window }) =>
      generator.cpuNs === null || window.deliveries === 0 ? null : generator.cpuNs / window.deliveries,
  },
];

/** Class A: fixed by the code where counts are fixed. */
export interface ExactMetric {
  readonly slug: string;
  readonly title: string;
  readonly unit: 'bytes' | 'count';
  /** Null: this transport has no such thing. */
  readonly of: (exact: ExactTransport, payloadBytes: number) => number | null;
}

type Layer = keyof ExactLayers;

const bothWays = (exchange: Exchange, layer: Layer): number => exchange.up[layer] + exchange.down[layer];

const orNull = (exchange: Exchange | undefined): number | null =>
  exchange === undefined ? null : bothWays(exchange, 'total');

/** One message of the run's payload at a time. */
const messageOf = (exact: ExactTransport, payloadBytes: number): Exchange | null =>
  exact.perMessage.find((each) => each.payloadBytes === payloadBytes)?.exchange ?? null;

const perMessage = (layer: Layer, title: string): ExactMetric => ({
  slug: layer === 'total' ? 'bytes-per-message' : `${layer}-bytes-per-message`,
  title,
  unit: 'bytes',
  of: (exact, payloadBytes) => {
    const message = messageOf(exact, payloadBytes);
    return message === null ? null : bothWays(message, layer);
  },
});

export const EXACT_METRICS: readonly ExactMetric[] = [
  perMessage('total', 'bytes per message'),
  perMessage('header', 'header bytes per message'),
  perMessage('framing', 'framing bytes per message'),
  {
    slug: 'requests-per-message',
    title: 'requests per message',
    unit: 'count',
    of: (exact, payloadBytes) => messageOf(exact, payloadBytes)?.requests ?? null,
  },
  { slug: 'handshake-bytes', title: 'handshake bytes', unit: 'bytes', of: ({ connect }) => bothWays(connect, 'total') },
  { slug: 'idle-bytes', title: 'bytes of one sign of life', unit: 'bytes', of: ({ idle }) => orNull(idle) },
  {
    slug: 'batch-bytes',
    title: 'bytes of ten messages at once',
    unit: 'bytes',
    of: ({ batch }) => orNull(batch.exchange),
  },
  {
    slug: 'upstream-bytes',
    title: 'bytes of one message up and back',
    unit: 'bytes',
    of: ({ upstream }) => orNull(upstream?.exchange),
  },
];
