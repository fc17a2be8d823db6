/**
 * Each published law at three points or more, measured beside its formula (`results/laws.ts`): what proves that latencies,
 * requests and bytes of this suite are what they claim to be.
 *
 * Each client has a channel and a Poisson stream of its own. With one stream for all, a window would hold only as many
 * independent waits as it has publications, and a fan-out's own time would be in each.
 */
import { linkOf } from './link.ts';
import { ownChannel, type Distance, type Generator, type Parameters, type Scenario, type Variant } from './scenario.ts';
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
    ratePerSecond: rate * (parameters.clients ?? CLIENTS),
  },
});

const intervals = (rttMs: number): number[] => [40 + rttMs, 80 + 2 * rttMs, 160 + 4 * rttMs].map(Math.round);

/** At most; many, because a window holds few polls of each, and each has a phase of its own. */
const POLLERS = 100;
/** Polls and messages a second of all clients together: so many that none waits for another, in relay or server. */
const POLLS = 500;
const POLLED_MESSAGES = 1_000;

/** By how a transport asks and sends, so that a new one has its points too. */
function pointsOf(name: TransportName, rttMs: number): readonly Variant[] {
  const { asks, upstream, floor } = transportOf(name).client;
  if (asks === 'each-interval') return shortPolls(rttMs);
  if (asks === 'and-waits') return longPollPoints(rttMs);
  if (floor === true) return streams();
  return [...streams(), ...(upstream === 'in-band' ? echoes() : []), ...connects(rttMs)];
}

function shortPolls(rttMs: number): Variant[] {
  return intervals(rttMs).flatMap((pollIntervalMs) => {
    const at = `${pollIntervalMs}ms`;
    const clients = Math.min(POLLERS, Math.round((POLLS * pollIntervalMs) / 1e3));
    const polls = { clients, pollIntervalMs };
    const rate = POLLED_MESSAGES / clients;
    return [
      point('fixed-rate', at, { ...polls, pollPacing: 'fixed-rate' }, rate),
      point('fixed-delay', at, { ...polls, pollPacing: 'fixed-delay' }, rate),
      // Slower than the polls: a message has a poll of its own.
      point('periodic', at, { ...polls, arrivals: 'constant' }, 500 / pollIntervalMs),
    ];
  });
}

function longPollPoints(rttMs: number): Variant[] {
  return [
    ...[0.1, 0.5, 2].map((load) => longPolls('batching', rttMs, load, {})),
    ...[2, 5, 20].map((trips) => longPolls('hold', rttMs, 0.2, { holdMs: Math.max(10, Math.round(trips * rttMs)) })),
    ...[0.1, 0.3, 0.5].map((load) => longPolls('single', rttMs, load, { batch: false })),
  ];
}

/** So long that hardly a hold ends in a measurement: a client's first is a random part of it. */
const ENDLESS_HOLD_MS = 1_000_000;

/** Messages a second to all clients together: as many as their polls may be answered without waiting for each other. */
const LONG_POLL_MESSAGES = 500;

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

function echoes(): Variant[] {
  return [125, 126, 4_096].map((payloadBytes) => point('round-trip', `${payloadBytes}B`, { payloadBytes }));
}

/** So few a second that none waits for another. */
function connects(rttMs: number): Variant[] {
  return [20, 50, 100].map((perSecond) => ({
    name: `cold/${perSecond}per-second`,
    parameters: { arrivals: 'poisson', ratePerSecond: Math.min(perSecond, 20e3 / rttMs), clients: 1 },
  }));
}

/**
 * A law is of the steady state, and a window must hold enough cycles to show it: so both grow with the link. A queue at
 * half its capacity forgets how it began in a dozen round trips, and first holds, of random lengths, end after one hold.
 */
function longEnough({
  variant,
  warmupMs,
  durationMs,
  pollIntervalMs,
  holdMs,
  ...rest
}: Parameters): Partial<Parameters> {
  const law = lawOf(variant);
  if (['fixed-rate', 'fixed-delay', 'periodic'].includes(law)) {
    return { durationMs: Math.max(durationMs, 5 * pollIntervalMs) };
  }
  if (!['batching', 'hold', 'single'].includes(law)) return {};
  const rttMs = Math.max(2 * (linkOf(rest)?.delayMs ?? 0), SHORTEST_RTT_MS);
  const firstHoldMs = law === 'hold' ? holdMs : 0;
  return {
    warmupMs: Math.max(warmupMs, 15 * rttMs, firstHoldMs + rttMs),
    durationMs: Math.max(durationMs, 40 * rttMs),
  };
}

const lawOf = (variant: string | null): string => variant?.split('/')[0] ?? '';
const isEcho = (variant: string | null): boolean => lawOf(variant) === 'round-trip';
const isCold = (variant: string | null): boolean => lawOf(variant) === 'cold';

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
};
