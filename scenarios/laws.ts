/**
 * Each published law at three points or more, measured beside its formula (`results/laws.ts`): what proves that latencies,
 * requests and bytes of this suite are what they claim to be.
 *
 * Each client has a channel and a Poisson stream of its own. With one stream for all, a window would hold only as many
 * independent waits as it has publications, and a fan-out's own time would be in each.
 */
import { FIRST_BACKOFF_MS } from '../results/laws.ts';
import { linkOf } from './link.ts';
import {
  GRACE,
  ownChannel,
  type Distance,
  type Generator,
  type Parameters,
  type Scenario,
  type Variant,
  type WindowEvent,
} from './scenario.ts';
import { transport as transportOf, type TransportName } from './transports.ts';

/** Of each client; per second. */
const RATE = 10;
const CLIENTS = 50;

/** Round trips so short that a law would hang on the processors' own time are taken for this, ms. */
const SHORTEST_RTT_MS = 10;

const point = (law: string, at: string, parameters: Variant['parameters'], rate = RATE): Variant => ({
  name: `${law}/${at}`,
  parameters: {
    arrivals: 'poisson',
    clients: CLIENTS,
    ...parameters,
    // Of all together, and whole, as nobody would say 833.3333333333334 a second.
    ratePerSecond: Math.round(rate * (parameters.clients ?? CLIENTS)),
  },
});

const intervals = (rttMs: number): number[] => [40 + rttMs, 80 + 2 * rttMs, 160 + 4 * rttMs].map(Math.round);

/** At most; many, because a window holds few polls of each, and each has a phase of its own. */
const POLLERS = 100;
/** Polls a second of all clients together: so few that none waits for another, in relay or server. */
const POLLS = 500;

/** By how a transport asks and sends, so that a new one has its points too. */
function pointsOf(name: TransportName, rttMs: number): readonly Variant[] {
  const { asks, upstream, floor, carriers } = transportOf(name).client;
  if (asks === 'each-interval') return shortPolls(rttMs);
  if (asks === 'and-waits') return longPollPoints(rttMs);
  const connecting = [...connects(rttMs, 'h1'), ...(carriers.includes('tls') ? connects(rttMs, 'tls') : [])];
  // By the first the delay is calibrated, by the others what a TLS handshake computes.
  if (floor === true) return [...streams(), ...connecting];
  return [
    ...streams(),
    ...(name === RECYCLES ? recycles(rttMs) : []),
    ...(upstream === 'in-band' ? [...echoes(), ...stalls()] : []),
    ...reconnects(),
    ...connecting,
  ];
}

/** Messages of a client in a cycle of its polls: e^−0.7 of them are empty, e^−1.5, e^−3. */
const PER_CYCLE = [0.7, 1.5, 3] as const;

/** Of a publisher with a period: C/I. */
const PER_PERIODIC_CYCLE = [0.2, 0.5, 0.8] as const;

function shortPolls(rttMs: number): Variant[] {
  return intervals(rttMs).flatMap((pollIntervalMs, i) => {
    const at = `${pollIntervalMs}ms`;
    const clients = Math.min(POLLERS, Math.round((POLLS * pollIntervalMs) / 1e3));
    const polls = (pollPacing: 'fixed-rate' | 'fixed-delay') => ({ clients, pollIntervalMs, pollPacing });
    const pausedMs = pollIntervalMs + rttMs;
    const perSecond = (perCycle: number, cycleMs: number): number => (perCycle * 1e3) / cycleMs;
    // Of a periodic publisher, too, the cycle decides, and not the pause.
    const periodic = i === 1 ? ('fixed-delay' as const) : ('fixed-rate' as const);
    return [
      point('fixed-rate', at, polls('fixed-rate'), perSecond(PER_CYCLE[i]!, pollIntervalMs)),
      point('fixed-delay', at, polls('fixed-delay'), perSecond(PER_CYCLE[i]!, pausedMs)),
      point(
        'periodic',
        `C/I=${PER_PERIODIC_CYCLE[i]!}`,
        { ...polls(periodic), arrivals: 'constant' },
        perSecond(PER_PERIODIC_CYCLE[i]!, periodic === 'fixed-rate' ? pollIntervalMs : pausedMs),
      ),
    ];
  });
}

function longPollPoints(rttMs: number): Variant[] {
  const holdMs = (trips: number): number => Math.max(10, Math.round(trips * rttMs));
  return [
    ...[0.1, 0.5, 2].map((load) => longPolls('batching', rttMs, load, {})),
    ...[2, 5, 10].map((trips) => longPolls('hold', rttMs, 0.2, { holdMs: holdMs(trips) })),
    // Nothing is published.
    ...[2, 5, 10].map((trips) => point('idle', `${holdMs(trips)}ms`, { holdMs: holdMs(trips) }, 0)),
    // Closer to λ = 1/W waits are ever more alike, and it takes ever more of them to tell.
    ...[0.1, 0.25, 0.4].map((load) => longPolls('single', rttMs, load, { batch: false })),
    // A queue that only grows, and evenly: over 100 ms the longest of 50 that grew by chance had not gone when the grace was over.
    longPolls('single', rttMs, GROWING, { batch: false, arrivals: 'constant' }),
  ];
}

/** So long that hardly a hold ends in a measurement: a client's first is a random part of it. */
const ENDLESS_HOLD_MS = 1_000_000;

/** Messages a second to all clients together: as many as their polls may be answered without waiting for each other. */
const LONG_POLL_MESSAGES = 500;

/** λW of a queue that only grows. */
const GROWING = 2;

/** @param load messages of a client for each time that its poll is away: λW */
function longPolls(law: string, rttMs: number, load: number, parameters: Variant['parameters']): Variant {
  const at = parameters.holdMs === undefined ? `λW=${load}` : `${parameters.holdMs}ms`;
  const rate = (load * 1e3) / rttMs;
  const clients = Math.min(POLLERS, Math.max(10, Math.round(LONG_POLL_MESSAGES / rate)));
  return point(law, at, { holdMs: ENDLESS_HOLD_MS, clients, ...parameters }, rate);
}

/**
 * On both sides of the jump of a WebSocket's header, and a larger one; no page is begun anew meanwhile. Of 64 KiB the time
 * to encode and to read is 0.6 to 0.9 ms over SSE and an iframe, which is no part of a law.
 */
function streams(): Variant[] {
  return [125, 126, 4_096].map((payloadBytes) =>
    point('stream', `${payloadBytes}B`, { payloadBytes, recycleBytes: 2 ** 30 }),
  );
}

/** The one transport whose responses end by their size. */
const RECYCLES: TransportName = 'forever-iframe';

/** Pages of some 5, 15 and 40 messages, a message of each client in a round trip. */
function recycles(rttMs: number): Variant[] {
  const rate = 1e3 / rttMs;
  const clients = Math.max(10, Math.round(LONG_POLL_MESSAGES / rate));
  return [2, 4, 8].map((kib) => point('recycle', `${kib}KiB`, { clients, recycleBytes: kib * 1_024 }, rate));
}

function echoes(): Variant[] {
  return [125, 126, 4_096].map((payloadBytes) => point('round-trip', `${payloadBytes}B`, { payloadBytes }));
}

/** Shares of the window for which the server stands still; evenly spaced messages, so that none of it is chance. */
const STALLED = [0.05, 0.1, 0.2] as const;

/**
 * Messages a second of each client: so few that a stall is long against what it takes to send all that has gathered. Of 10 a
 * second that was 1.4 % of it, which is no part of the law.
 */
const STALLED_RATE = 5;

const stalls = (): Variant[] =>
  STALLED.map((share) => point('stall', `${share * 100}%`, { arrivals: 'constant' }, STALLED_RATE));

/**
 * Messages a second of each client: the rarer, the more of the way back is waiting for the next. Of 20 a second
 * that is so much chance that the mean of 50 ways back differed by 10 % from one repetition to the next.
 */
const reconnects = (): Variant[] => [30, 50, 80].map((rate) => point('reconnect', `${rate}per-second`, {}, rate));

/** So few a second that none waits for another. */
function connects(rttMs: number, carrier: 'h1' | 'tls'): Variant[] {
  return [20, 50].map((perSecond) => ({
    name: `cold/${perSecond}per-second-${carrier}`,
    parameters: { arrivals: 'poisson', ratePerSecond: Math.min(perSecond, 20e3 / rttMs), clients: 1, carrier },
  }));
}

/**
 * A law is of the steady state, and a window must hold enough cycles to show it: so both grow with the link. A queue at
 * half its capacity forgets how it began in a dozen round trips, and first holds, of random lengths, end after one hold.
 */
function longEnough({ variant, warmupMs, durationMs, ...set }: Parameters): Partial<Parameters> {
  const law = lawOf(variant);
  const { pollIntervalMs, clients, ratePerSecond } = set;
  const enoughMs = ratePerSecond === 0 ? 0 : Math.ceil((SAMPLES * 1e3) / ratePerSecond);
  if (['fixed-rate', 'fixed-delay', 'periodic'].includes(law)) {
    const leastMs = Math.max(durationMs, 5 * pollIntervalMs, law === 'periodic' ? 0 : enoughMs);
    // Whole cycles: of seven and a half each client would have seven or eight polls, by how it happened to begin.
    const cycleMs = pollIntervalMs + (set.pollPacing === 'fixed-delay' ? 2 * (linkOf(set)?.delayMs ?? 0) : 0);
    // The first polls of the window bring what came in the cycle before it, which must have been published, too.
    return { warmupMs: Math.max(warmupMs, 2 * cycleMs), durationMs: Math.ceil(leastMs / cycleMs) * cycleMs };
  }
  if (law === 'stall') {
    const windowMs = Math.max(durationMs, enoughMs);
    return { durationMs: windowMs, stallMs: Math.round((windowMs * Number.parseFloat(pointOf(variant))) / 100) };
  }
  const rttMs = Math.max(2 * (linkOf(set)?.delayMs ?? 0), SHORTEST_RTT_MS);
  if (law === 'reconnect') {
    // Each is served again before it is cut anew: waits for the next message are exponential.
    const backMs = FIRST_BACKOFF_MS + 3 * rttMs + (8e3 * clients) / ratePerSecond;
    return { durationMs: Math.max(durationMs, Math.ceil((ROUNDS * backMs) / CUT_WITHIN)) };
  }
  if (!['batching', 'hold', 'idle', 'single', 'recycle'].includes(law)) return {};
  // What has gathered must be gone before the grace of a measurement is over: as long as it has gathered.
  if (law === 'single' && ratePerSecond / clients > 1e3 / rttMs) {
    const trips = Math.min(48, Math.floor(GATHERING * (GRACE.roundTrips + GRACE.ms / rttMs)));
    return { warmupMs: Math.floor(trips / 3) * rttMs, durationMs: Math.ceil((trips * 2) / 3) * rttMs };
  }
  if (law === 'idle') {
    // Whole cycles: of three and a half each client would have three or four empty polls, by how its first hold ended.
    const cycleMs = set.holdMs + 2 * (linkOf(set)?.delayMs ?? 0);
    const cycles = Math.ceil(Math.max(durationMs, 40 * rttMs) / cycleMs);
    return { warmupMs: Math.max(warmupMs, 15 * rttMs, cycleMs), durationMs: cycles * cycleMs };
  }
  const firstHoldMs = law === 'hold' ? set.holdMs : 0;
  return {
    warmupMs: Math.max(warmupMs, 15 * rttMs, firstHoldMs + rttMs),
    durationMs: Math.max(durationMs, 40 * rttMs, (ALIKE.get(law) ?? 1) * enoughMs),
  };
}

/** The part of a measurement's grace that may be needed for what has gathered. */
const GATHERING = 0.7;

/** Messages in a window: a 99th percentile takes 1,000, and a Poisson stream has sometimes fewer than on average. */
const SAMPLES = 1_120;

/**
 * Times as many messages where they are late alike, because they wait for the same poll, or in a queue each for those before
 * it: a mean of 1,120 of them differed by 2 to 3 % (its standard deviation) from one repetition to the next.
 */
const ALIKE: ReadonlyMap<string, number> = new Map([
  ['batching', 3],
  ['single', 8],
]);

const lawOf = (variant: string | null): string => variant?.split('/')[0] ?? '';
const pointOf = (variant: string | null): string => variant?.split('/')[1] ?? '';
const isEcho = (variant: string | null): boolean => lawOf(variant) === 'round-trip';
const isCold = (variant: string | null): boolean => lawOf(variant) === 'cold';

/** Clients are cut in so many parts, one after the other: all at once they would wait for each other. */
const PARTS = 25;

/** Each client is cut so often: the backoff and the next message are chance, and the mean of 400 ways back still differs by 1 to 2.5 %. */
const ROUNDS = 8;

/** Early enough that the last of them is served again in the window. */
const CUT_WITHIN = 0.7;

const cuts: readonly WindowEvent[] = Array.from({ length: ROUNDS * PARTS }, (_, cut) => ({
  atShare: (CUT_WITHIN * cut) / (ROUNDS * PARTS),
  happen: (generator) => {
    if (lawOf(generator.parameters.variant) === 'reconnect') generator.cut(cut % PARTS, PARTS);
  },
}));

export const laws: Scenario = {
  name: 'laws',
  onRequest: true,
  question: 'Do latencies, requests and bytes follow the published laws?',
  withFloor: true,
  needsItsConnections: true,
  needs: longEnough,
  asksOfServer: ['own-server'],
  variants: (transport, { rttMs }: Distance) => pointsOf(transport, Math.max(rttMs, SHORTEST_RTT_MS)),
  publishes: (variant) => {
    const generator = isEcho(variant) || isCold(variant);
    return { server: !generator, generator };
  },
  channels: (clients, variant) => (isEcho(variant) || isCold(variant) ? undefined : clients),
  fanOut: (_clients, variant) => (isCold(variant) ? 0 : 1),
  prepare: (generator: Generator) =>
    isCold(generator.parameters.variant) ? Promise.resolve() : generator.subscribe(ownChannel),
  offer(generator, seq, dueUs, slipUs) {
    if (isCold(generator.parameters.variant)) return generator.visit(dueUs, 0);
    const { length } = generator.clients;
    generator.send(seq % length, Math.floor(seq / length), dueUs, slipUs);
  },
  events: cuts,
};
