/**
 * What a system asks of its transport, as its people say it: the input of a decision beside the measurements. Data only; the
 * file that it is read from is `scenarios/workload`.
 */
import type { Prices } from './model/price.ts';

/** What a decision weighs, by the characteristics of ISO/IEC 25010:2023. */
export const DRIVERS = [
  'time-behaviour',
  'resource-utilisation',
  'capacity',
  'interoperability',
  'reliability',
  'maintainability',
] as const;
export type Driver = (typeof DRIVERS)[number];

/** What may lie between clients and server. */
export const INFRASTRUCTURE = [
  'buffering-proxy',
  'caching-proxy',
  'corporate-proxy',
  'no-websocket',
  'http1-browsers',
  'http2',
  'idle-timeout',
] as const;
export type InfrastructureName = (typeof INFRASTRUCTURE)[number];

export interface Infrastructure {
  readonly name: InfrastructureName;
  /** Of `idle-timeout`: after how long a silent connection or request is cut. Null for the others. */
  readonly afterMs: number | null;
}

export interface WorkloadPrices extends Prices {
  /** Who asks for them. */
  readonly source: string;
  /** When: YYYY-MM-DD. */
  readonly date: string;
}

export interface Workload {
  readonly name: string;
  /** Connected at once. */
  readonly users: number;
  /** That each user receives. */
  readonly messagesPerSecond: number;
  /** Users that one message reaches. */
  readonly fanOut: number;
  readonly payloadBytes: number;
  /** That each user sends; 0 where messages go down only. */
  readonly upstreamPerSecond: number;
  readonly arrivals: 'poisson' | 'constant';
  /**
   * Under which the 99th percentile of the delivery latency must stay, one way: from when a message is due at the server until
   * it is received. What a user sent was on its way up before. Null where nobody asks for it.
   */
  readonly latencyP99Ms: number | null;
  /** How old the newest value that a user holds may be; null where nobody says. One of the two is there. */
  readonly stalenessMs: number | null;
  readonly rttMs: number;
  /** What a cookie or a token adds to each request. */
  readonly headerBytes: number;
  readonly carrier: string;
  readonly infrastructure: readonly Infrastructure[];
  readonly weights: Readonly<Record<Driver, number>>;
  /** Null where the bill is of no interest: bytes are compared then. */
  readonly prices: WorkloadPrices | null;
  readonly decisionMakers: readonly string[];
}
