/**
 * The published laws of each transport: what latency, requests and empty polls follow from delay, rate and interval. Pure.
 *
 * d is the one-way delay, RTT = 2d, λ the rate of a Poisson stream of each client's own, W the time for which a long poll is
 * away (RTT, and the client's turnaround, which is small against it), p = e^(−λW). Sources: RFC 6202 §2.1 and §2.2 for what
 * a long poll waits for; renewal theory for how often (Ross, Introduction to Probability Models, ch. 7); the
 * Pollaczek–Khinchine formula for one message a response (M/D/1).
 */
export interface LawInput {
  /** One way. */
  readonly delayMs: number;
  /** Of one client. */
  readonly ratePerSecond: number;
  readonly pollIntervalMs: number;
  readonly holdMs: number;
}

/** What a law says; a quantity that it is silent about is missing. All are of one client. */
export interface Prediction {
  readonly meanMs?: number;
  readonly p99Ms?: number;
  readonly requestsPerSecond?: number;
  /** Share of polls that bring nothing, 0…1. */
  readonly emptyShare?: number;
}

/** The 99th percentile of a time that is uniform over `spanMs`, after `fromMs`. */
const uniformP99 = (fromMs: number, spanMs: number): number => fromMs + 0.99 * spanMs;

/** Short polling each T: the wait for the next poll is uniform. */
export function fixedRate({ delayMs: d, ratePerSecond, pollIntervalMs: T }: LawInput): Prediction {
  return {
    meanMs: T / 2 + d,
    p99Ms: uniformP99(d, T),
    requestsPerSecond: 1e3 / T,
    emptyShare: Math.exp((-ratePerSecond * T) / 1e3),
  };
}

/** Short polling that waits T after each answer: a cycle of C = T + 2d. */
export function fixedDelay({ delayMs: d, ratePerSecond, pollIntervalMs: T }: LawInput): Prediction {
  const C = T + 2 * d;
  return {
    meanMs: T / 2 + 2 * d,
    p99Ms: uniformP99(d, C),
    requestsPerSecond: 1e3 / C,
    emptyShare: Math.exp((-ratePerSecond * C) / 1e3),
  };
}

/**
 * Short polling each T of a publisher with a fixed period I ≥ T: at most one message a poll. The two keep their phase, so
 * that a client waits always the same, and a mean would be of phases.
 */
export function periodic({ ratePerSecond, pollIntervalMs: T }: LawInput): Prediction {
  return { requestsPerSecond: 1e3 / T, emptyShare: 1 - (T * ratePerSecond) / 1e3 };
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
  const perMs = ratePerSecond / 1e3;
  const p = Math.exp(-perMs * W);
  const g = p * (1 - Math.exp(-perMs * holdMs));
  const cycleMs = W + g / perMs;
  // Of all messages, those that come while the poll is away wait for its return: uniform over W.
  const away = (perMs * W) / (perMs * W + g);
  return {
    meanMs: d + (perMs * W * W) / (2 * (perMs * W + g)),
    ...(away > 0.01 ? { p99Ms: d + W * (1 - 0.01 / away) } : {}),
    requestsPerSecond: 1e3 / cycleMs,
    emptyShare: p * Math.exp(-perMs * holdMs),
  };
}

/** Long polling with one message a response: a queue with one server that takes W for each; unstable from λ = 1/W on. */
export function single({ delayMs: d, ratePerSecond }: LawInput): Prediction {
  const W = 2 * d;
  const perMs = ratePerSecond / 1e3;
  if (perMs * W >= 1) return {};
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
export function cold({ delayMs: d }: LawInput, encrypted: boolean): Prediction {
  return { meanMs: (encrypted ? 3 : 2) * 2 * d };
}

/**
 * A stall of S in a window of D: messages due meanwhile arrive when it is over. The corrected mean grows by S²/(2D); of all
 * messages the share S/D is late, uniformly up to S, so that p99 lies at S − 0.01·D.
 */
export function stall(stallMs: number, windowMs: number): { meanGrowthMs: number; p99Ms: number | null } {
  const p99Ms = stallMs - 0.01 * windowMs;
  return { meanGrowthMs: stallMs ** 2 / (2 * windowMs), p99Ms: p99Ms > 0 ? p99Ms : null };
}
