/**
 * The published laws of each transport: what latency, requests and empty polls follow from delay, rate and interval. Pure.
 *
 * d is the one-way delay, RTT = 2d, λ the rate of a Poisson stream of each client's own, W the time for which a long poll is
 * away (RTT, and the client's turnaround, which is small against it), p = e^(−λW). Sources: RFC 6202 §2.1 and §2.2 for what
 * a long poll waits for; renewal theory for how often (Ross, Introduction to Probability Models, ch. 7); the
 * Pollaczek–Khinchine formula for one message a response (M/D/1).
 */
import { stallLaw } from './stall-law.ts';

export interface LawInput {
  /** One way. */
  readonly delayMs: number;
  /** Of one client. */
  readonly ratePerSecond: number;
  readonly pollIntervalMs: number;
  readonly holdMs: number;
  /** What both sides compute until they are connected, which no round trip is; absent: nothing. */
  readonly computingMs?: number;
}

/** What a law says; a quantity that it is silent about is missing. All are of one client. */
export interface Prediction {
  readonly meanMs?: number;
  /** Standard deviation. */
  readonly sdMs?: number;
  readonly p99Ms?: number;
  /** No message is later. */
  readonly maxMs?: number;
  readonly requestsPerSecond?: number;
  /** Share of polls that bring nothing, 0…1. */
  readonly emptyShare?: number;
}

/** A latency that is uniform over `spanMs`, after `fromMs`: by a poll that each message waits for. */
const uniform = (
  fromMs: number,
  spanMs: number,
): Required<Pick<Prediction, 'meanMs' | 'sdMs' | 'p99Ms' | 'maxMs'>> => ({
  meanMs: fromMs + spanMs / 2,
  sdMs: spanMs / Math.sqrt(12),
  p99Ms: fromMs + 0.99 * spanMs,
  maxMs: fromMs + spanMs,
});

/** Short polling each T: the wait for the next poll is uniform. */
export function fixedRate({ delayMs: d, ratePerSecond, pollIntervalMs: T }: LawInput): Prediction {
  return {
    ...uniform(d, T),
    requestsPerSecond: 1e3 / T,
    emptyShare: Math.exp((-ratePerSecond * T) / 1e3),
  };
}

/** Short polling that waits T after each answer: a cycle of C = T + 2d. */
export function fixedDelay({ delayMs: d, ratePerSecond, pollIntervalMs: T }: LawInput): Prediction {
  const C = T + 2 * d;
  return {
    ...uniform(d, C),
    requestsPerSecond: 1e3 / C,
    emptyShare: Math.exp((-ratePerSecond * C) / 1e3),
  };
}

/**
 * Short polling with a cycle C of a publisher with a fixed period I ≥ C: at most one message a poll. The two keep their
 * phase, so that a client waits always the same, and a mean would be of phases.
 */
export function periodic(
  { delayMs: d, ratePerSecond, pollIntervalMs: T }: LawInput,
  pacing: 'fixed-rate' | 'fixed-delay',
): Prediction {
  const C = pacing === 'fixed-rate' ? T : T + 2 * d;
  return { requestsPerSecond: 1e3 / C, emptyShare: 1 - (C * ratePerSecond) / 1e3 };
}

/** Long polling, all that waits in one answer, held for as long as it takes. */
export function batching(input: LawInput): Prediction {
  return held({ ...input, holdMs: Infinity });
}

/**
 * Long polling, held for at most τ. A cycle is W away, then nothing more where something had come meanwhile, else the wait
 * at the server. `g` is the probability that a message finds the poll waiting.
 */
export function held({ delayMs: d, ratePerSecond, holdMs }: LawInput): Prediction {
  const W = 2 * d;
  // Where nothing is published every poll is held to its end.
  if (ratePerSecond === 0) return { requestsPerSecond: 1e3 / (holdMs + W), emptyShare: 1 };
  const perMs = ratePerSecond / 1e3;
  const p = Math.exp(-perMs * W);
  const g = p * (1 - Math.exp(-perMs * holdMs));
  const cycleMs = W + g / perMs;
  // Of all messages, those that come while the poll is away wait for its return: uniform over W.
  const away = (perMs * W) / (perMs * W + g);
  return {
    meanMs: d + (perMs * W * W) / (2 * (perMs * W + g)),
    ...(away > 0.01 ? { p99Ms: d + W * (1 - 0.01 / away) } : {}),
    maxMs: d + W,
    requestsPerSecond: 1e3 / cycleMs,
    emptyShare: p * Math.exp(-perMs * holdMs),
  };
}

/**
 * Long polling with one message a response: a queue with one server that takes W for each. From λ = 1/W on it only grows, and
 * all that is known is that it is never idle.
 */
export function single({ delayMs: d, ratePerSecond }: LawInput): Prediction {
  const W = 2 * d;
  const perMs = ratePerSecond / 1e3;
  if (perMs * W >= 1) return { requestsPerSecond: 1e3 / W };
  return { meanMs: d + (perMs * W * W) / (2 * (1 - perMs * W)), requestsPerSecond: ratePerSecond };
}

/** A stream, once it stands. */
export function stream({ delayMs: d }: LawInput): Prediction {
  return { meanMs: d };
}

/** There and back in band. */
export function roundTrip({ delayMs: d }: LawInput): Prediction {
  return { meanMs: 2 * d };
}

/** From nothing to ready to receive: TCP takes a round trip, the request another, and TLS 1.3 one between them. */
export function cold({ delayMs: d, computingMs = 0 }: LawInput, encrypted: boolean): Prediction {
  return { meanMs: coldTrips(encrypted) * d + computingMs };
}

/** Of one way, from nothing to ready. */
export const coldTrips = (encrypted: boolean): number => (encrypted ? 6 : 4);

/**
 * A page that ends after so many bytes and is asked for again on the same connection: what is published while it is away
 * waits for its return, uniformly over W. On average λW messages of each response do, so that only how often it ends matters;
 * a page must hold more than that, or it ends again before all have come.
 *
 * @param endsPerSecond responses of one client that end
 */
export function recycled({ delayMs: d }: LawInput, endsPerSecond: number): Prediction {
  const W = 2 * d;
  return { meanMs: d + ((endsPerSecond / 1e3) * W * W) / 2, maxMs: d + W };
}

/** The longest that a client waits before it connects again for the first time, ms: uniform from 0, as clients/backoff.ts has it. */
export const FIRST_BACKOFF_MS = 50;

/**
 * From the loss of a connection, at the client's end, to the first message published since. After its backoff TCP takes 2d,
 * and the request one d more (TLS 1.3 two more): what was published until then follows at once, else the next one does.
 * `retry` of a Server-Sent Events server takes the backoff's place in a browser.
 */
export function reconnected({ delayMs: d, ratePerSecond, computingMs = 0 }: LawInput, encrypted: boolean): Prediction {
  const away = (coldTrips(encrypted) - 1) * d + computingMs;
  const perMs = ratePerSecond / 1e3;
  const stillNone = Math.exp(-perMs * away) * (-Math.expm1(-perMs * FIRST_BACKOFF_MS) / (perMs * FIRST_BACKOFF_MS));
  return { meanMs: FIRST_BACKOFF_MS / 2 + away + stillNone / perMs + d };
}

/** A server that stands still for S within a window of D: `stall-law.ts`, and the path. */
export function stalled({ delayMs: d }: LawInput, stallNs: number, windowNs: number): Prediction {
  const { meanGrowthNs, p99Ns } = stallLaw(stallNs, windowNs);
  return { meanMs: d + meanGrowthNs / 1e6, ...(p99Ns === null ? {} : { p99Ms: d + p99Ns / 1e6 }) };
}
