/**
 * What a system asks of its transport, and what follows from it for one client and second: polls, full and empty answers,
 * signs of life. Pure, and the same in Node.js and in the report's page.
 */
import { fixedDelay, fixedRate, held, type LawInput, type Prediction as LawPrediction } from '../laws.ts';
import type { Measurement } from '../schema.ts';

/** How a client gets its messages: as in the exact counts of a transport. */
export type Asks = 'once' | 'each-interval' | 'and-waits';

export interface Load {
  readonly clients: number;
  /** Messages that each client receives a second. */
  readonly ratePerSecond: number;
  /** Messages that each client sends a second, each of which is published; absent: none. */
  readonly upstreamPerSecond?: number;
  readonly arrivals: 'poisson' | 'constant';
  /** Clients that one publication goes to: from 1 to all of them. */
  readonly fanOut: number;
  readonly payloadBytes: number;
  /** What a cookie or a token adds to each request, beyond the headers that were measured. */
  readonly headerBytes: number;
  readonly pollIntervalMs: number;
  readonly pollPacing: 'fixed-rate' | 'fixed-delay';
  /** `close`: each poll opens a connection of its own; absent: it is kept. */
  readonly connection?: 'keep-alive' | 'close';
  readonly holdMs: number;
  readonly heartbeatMs: number;
  /** Bytes after which a forever-iframe begins anew. */
  readonly recycleBytes: number;
  /** Round trip of the path, ms. */
  readonly rttMs: number;
  /** Server processes that the clients are spread over. */
  readonly processes: number;
}

/** What transports do where nobody asks for less: RFC 6202 §5.5 for a hold, WHATWG HTML §9.2.7 for a sign of life. */
export const USUAL = {
  pollIntervalMs: 1_000,
  pollPacing: 'fixed-rate',
  holdMs: 25_000,
  heartbeatMs: 15_000,
  recycleBytes: 131_072,
} as const satisfies Partial<Load>;

/** Of one client, per second. */
export interface Traffic {
  readonly requests: number;
  /** Polls that bring nothing. */
  readonly empty: number;
  /** Messages that travel alone, or first in an answer. */
  readonly first: number;
  /** Messages that come with another in one answer. */
  readonly further: number;
  /** Signs of life of a stream. */
  readonly beats: number;
}

/** What a law needs of a load; laws know one way, a load the round trip. A pause after each answer ends with a round trip more where a connection is opened. */
function lawInput({ rttMs, ratePerSecond, pollIntervalMs, pollPacing, connection, holdMs }: Load): LawInput {
  const openingMs = connection === 'close' && pollPacing === 'fixed-delay' ? rttMs : 0;
  return { delayMs: rttMs / 2, ratePerSecond, pollIntervalMs: pollIntervalMs + openingMs, holdMs };
}

/**
 * The laws of facts and RFC 6202 for Poisson messages; for a periodic publisher what follows from its period. Where nothing
 * is ever published a law divides by 0, so that the silence is taken as one message in a thousand years.
 */
export function lawOf(asks: Asks, load: Load): LawPrediction {
  const heard = { ...load, ratePerSecond: Math.max(load.ratePerSecond, 1e-11) };
  if (asks === 'once') return { meanMs: load.rttMs / 2 };
  const law = load.pollPacing === 'fixed-delay' ? fixedDelay : fixedRate;
  const poisson = asks === 'and-waits' ? heldBy(heard) : law(lawInput(heard));
  return load.arrivals === 'poisson' ? poisson : { ...poisson, ...periodicOf(asks, heard, poisson) };
}

/** Where a law is silent, as of a stream, every delivery is as late as the path is long. */
export const lawP99Ms = (asks: Asks, load: Load): number => lawOf(asks, load).p99Ms ?? load.rttMs / 2;

/** A long poll is away for no less than it takes to answer and to ask again on one machine. */
export const LEAST_AWAY_MS = 0.1;

/**
 * What comes so soon after a message that its answer is not written yet joins it, ms: a turn of the event loop, and until those
 * before in a fan-out are written to. By how many fewer long polls than messages there were on one machine it is a millisecond
 * of a message to one client, 2 to 3 ms of one to a hundred, and 5 ms of one to three hundred.
 */
export const joiningMs = ({ fanOut, processes }: Pick<Load, 'fanOut' | 'processes'>): number =>
  1 + (0.015 * fanOut) / processes;

/**
 * A cycle lasts longer by that, unless it ends with the hold; by no more than half of a hold, or a message would make a poll last
 * longer than none does. Of a publisher with a period nothing joins what it is a period away from.
 */
function heldBy(load: Load): LawPrediction {
  const law = held(lawInput({ ...load, rttMs: Math.max(load.rttMs, LEAST_AWAY_MS) }));
  const { requestsPerSecond = 0, emptyShare = 0 } = law;
  const cycleMs = 1e3 / requestsPerSecond + (1 - emptyShare) * Math.min(joiningMs(load), load.holdMs / 2);
  return { ...law, requestsPerSecond: 1e3 / cycleMs };
}

/** A periodic publisher: what comes closer than a cycle shares an answer, and what comes rarer leaves whole polls empty. */
function periodicOf(asks: Asks, load: Load, poisson: LawPrediction): LawPrediction {
  const { ratePerSecond, rttMs, holdMs } = load;
  const periodMs = 1e3 / Math.max(ratePerSecond, 1e-11);
  if (asks === 'each-interval') {
    const cycleMs = 1e3 / poisson.requestsPerSecond!;
    return { emptyShare: Math.max(0, 1 - cycleMs / periodMs) };
  }
  const awayMs = Math.max(rttMs, LEAST_AWAY_MS);
  const silent = Math.floor(Math.max(0, periodMs - awayMs) / (holdMs + awayMs));
  const answered = Math.min(ratePerSecond, 1e3 / awayMs);
  const late = periodMs >= awayMs ? 0 : (awayMs - periodMs) / 2;
  return {
    requestsPerSecond: answered * (1 + silent),
    emptyShare: silent / (1 + silent),
    meanMs: rttMs / 2 + late,
    p99Ms: rttMs / 2 + 1.98 * late,
  };
}

/**
 * @param beatsAlways whether a stream's signs of life come whatever else does, as pings do; a comment comes after silence
 *   only: of a Poisson stream that leaves λ/(e^(λh) − 1) of them a second
 */
export function trafficOf(asks: Asks, load: Load, beatsAlways: boolean): Traffic {
  const { ratePerSecond: rate, heartbeatMs } = load;
  if (asks === 'once') {
    const beats = heartbeatMs === 0 ? 0 : beatsAlways ? 1e3 / heartbeatMs : beatsInSilence(load);
    return { requests: 0, empty: 0, first: rate, further: 0, beats };
  }
  const { requestsPerSecond = 0, emptyShare = 0 } = lawOf(asks, load);
  const full = Math.min(requestsPerSecond * (1 - emptyShare), rate);
  return { requests: requestsPerSecond, empty: requestsPerSecond - full, first: full, further: rate - full, beats: 0 };
}

function beatsInSilence({ ratePerSecond, heartbeatMs, arrivals }: Load): number {
  const expected = (ratePerSecond * heartbeatMs) / 1e3;
  if (expected < 1e-9) return 1e3 / heartbeatMs;
  return arrivals === 'constant' ? ratePerSecond * Math.floor(1 / expected) : ratePerSecond / Math.expm1(expected);
}

/** By what the clients' sockets carried. */
function upstreamOf({ bytes, parameters, window }: Measurement): Pick<Load, 'upstreamPerSecond'> {
  const { clients, payloadBytes } = parameters;
  if (bytes.up.payload === 0) return {};
  return { upstreamPerSecond: (bytes.up.payload / payloadBytes / clients / window.durationNs) * 1e9 };
}

/** What a measurement asked of its transport, as its schedule held it. */
export function loadOf(m: Measurement): Load {
  const { clients, durationMs, payloadBytes, pollIntervalMs, holdMs, heartbeatMs, recycleBytes } = m.parameters;
  const { offered, publications } = m.counts;
  const { connection } = m.parameters;
  return {
    ...{ clients, payloadBytes, pollIntervalMs, holdMs, heartbeatMs, recycleBytes },
    ratePerSecond: (offered * 1e3) / (clients * durationMs),
    ...upstreamOf(m),
    arrivals: m.parameters.arrivals,
    fanOut: publications === 0 ? clients : Math.max(1, offered / publications),
    headerBytes: 0,
    pollPacing: m.parameters.pollPacing ?? 'fixed-rate',
    ...(connection === 'close' ? { connection } : {}),
    rttMs: 2 * (m.link?.delayMs ?? 0),
    processes: m.parameters.serverWorkers ?? 1,
  };
}
