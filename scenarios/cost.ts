/** Loads that differ in what a server does for them, so that a model can tell what each costs: `results/model`. */
import type { Asks } from '../results/model/load.ts';
import { ownChannel, type Distance, type Parameters, type Scenario, type Variant } from './scenario.ts';
import { transport as transportOf, type TransportName } from './transports.ts';

interface Point {
  readonly clients: number;
  /** Publications. */
  readonly ratePerSecond: number;
  readonly payloadBytes: number;
  readonly pollIntervalMs: number;
}

/**
 * Clients, rate, size and polls each vary while others stay, and no two grow together throughout: a cost that always came
 * with another one could not be told from it. Those that begin with `own` have a stream for each client: fan-out is 1. Of
 * those that begin with `sends` each client has what it sends returned: what it takes to receive it is the rest.
 */
const POINTS: Readonly<Record<string, Point>> = {
  usual: { clients: 100, ratePerSecond: 60, payloadBytes: 128, pollIntervalMs: 100 },
  'many-clients': { clients: 600, ratePerSecond: 10, payloadBytes: 128, pollIntervalMs: 1_000 },
  rare: { clients: 1_000, ratePerSecond: 4, payloadBytes: 128, pollIntervalMs: 800 },
  'nearly-silent': { clients: 800, ratePerSecond: 1, payloadBytes: 128, pollIntervalMs: 1_000 },
  busy: { clients: 400, ratePerSecond: 40, payloadBytes: 128, pollIntervalMs: 80 },
  fast: { clients: 100, ratePerSecond: 120, payloadBytes: 128, pollIntervalMs: 60 },
  large: { clients: 100, ratePerSecond: 40, payloadBytes: 4_096, pollIntervalMs: 150 },
  middling: { clients: 200, ratePerSecond: 30, payloadBytes: 2_048, pollIntervalMs: 150 },
  'own-rare': { clients: 200, ratePerSecond: 1_200, payloadBytes: 128, pollIntervalMs: 300 },
  'own-middling': { clients: 150, ratePerSecond: 1_800, payloadBytes: 128, pollIntervalMs: 160 },
  'own-fast': { clients: 100, ratePerSecond: 2_400, payloadBytes: 128, pollIntervalMs: 80 },
  'sends-rare': { clients: 200, ratePerSecond: 600, payloadBytes: 128, pollIntervalMs: 250 },
  'sends-middling': { clients: 150, ratePerSecond: 1_100, payloadBytes: 128, pollIntervalMs: 180 },
  'sends-fast': { clients: 100, ratePerSecond: 1_600, payloadBytes: 128, pollIntervalMs: 120 },
};

/** So few a second that a server is idle between polls, which more of them do not show. */
const FEW_POLLS: Readonly<Record<string, Point>> = {
  'few-polls': { clients: 300, ratePerSecond: 6, payloadBytes: 128, pollIntervalMs: 1_000 },
};

/** Publications a second: of fewer a window would hold as many as chance will have it, from none on. */
const EVENLY_BELOW = 10;

const isOwn = (variant: string | null): boolean => variant?.startsWith('own') === true;
const isSent = (variant: string | null): boolean => variant?.startsWith('sends') === true;
const isToOne = (variant: string | null): boolean => isOwn(variant) || isSent(variant);

/** A long poll is a request for each message: at the rates of streams it would be the requests that saturate the server. */
const slowerLongPolls = (point: string): number => (isToOne(point) ? 2 : 4);

/** Deliveries, or requests of short polls, that a server has handled before its window. */
const WARM_UP = 5_000;
const WARM_UP_MS = { least: 2_000, most: 7_000 } as const;

/**
 * As long as makes all servers about as warm, because code that is not compiled yet costs more: after 400 deliveries one
 * took a server 70 µs, after 3,200 it was 28 µs and after 16,000 18 µs. With 4 s for all the slowest load, of 3,200, cost more
 * than the others predicted over every transport.
 */
function warmUpFor(perSecond: number): number {
  const { least, most } = WARM_UP_MS;
  return Math.round(Math.min(most, Math.max(least, (WARM_UP * 1e3) / perSecond)));
}

/**
 * Over a link, where a model's law and what it adds to it are held against what is measured. So light that a relay on the same
 * cores can carry them: of the loads above it was late in 26 of 62. To few clients at once, because the relay hands them their
 * copies one after the other: of 100 the mean was 3 ms later, which no link does, and of 20 still 0.6 to 1.2 ms later than of 5.
 * Waits for polls are chance, so that they take more clients. What a message costs the server is not told
 * from them.
 */
function farPoints(rttMs: number, asks: Asks): Variant[] {
  const light = { payloadBytes: 128, warmupMs: Math.max(WARM_UP_MS.least, 15 * rttMs) };
  return [
    {
      name: 'far',
      // Evenly, and so rarely that a long poll is back in time: of a few publications to all a law of chance says little.
      parameters: {
        ...{ ...light, arrivals: 'constant', clients: asks === 'each-interval' ? 20 : 5, pollIntervalMs: 430 },
        ratePerSecond: Math.min(5, 500 / rttMs),
      },
    },
    {
      name: 'own-far',
      parameters: { ...light, arrivals: 'poisson', clients: 50, ratePerSecond: 500, pollIntervalMs: 310 },
    },
  ];
}

function pointsOf(name: TransportName, { rttMs }: Distance): Variant[] {
  const { asks } = transportOf(name).client;
  if (rttMs > 0) return farPoints(rttMs, asks);
  const points = asks === 'each-interval' ? { ...POINTS, ...FEW_POLLS } : POINTS;
  return Object.entries(points).map(([point, { ratePerSecond: usual, ...rest }]) => {
    // A window holds a publication or two of the rarest.
    const ratePerSecond = asks === 'and-waits' ? Math.max(1, usual / slowerLongPolls(point)) : usual;
    const delivered = ratePerSecond * (isToOne(point) ? 1 : rest.clients);
    const work = asks === 'each-interval' ? (rest.clients * 1e3) / rest.pollIntervalMs : delivered;
    return {
      name: point,
      parameters: {
        arrivals: ratePerSecond < EVENLY_BELOW ? 'constant' : 'poisson',
        ...rest,
        ratePerSecond,
        warmupMs: warmUpFor(work),
      },
    };
  });
}

/** Each client must poll several times, so that a window holds whole cycles. */
const longEnough = ({ durationMs, pollIntervalMs }: Parameters): Partial<Parameters> => ({
  durationMs: Math.max(durationMs, 2 * pollIntervalMs),
});

export const cost: Scenario = {
  name: 'cost',
  question:
    'What does each client, message, byte and request cost the server, and does that predict loads not yet seen?',
  onRequest: true,
  keepsAwake: true,
  needs: longEnough,
  asksOfServer: ['own-server'],
  variants: pointsOf,
  publishes: (variant) => ({ server: !isSent(variant), generator: isSent(variant) }),
  channels: (clients, variant) => (isOwn(variant) ? clients : undefined),
  fanOut: (clients, variant) => (isToOne(variant) ? 1 : clients),
  prepare: (generator) => generator.subscribe(isToOne(generator.parameters.variant) ? ownChannel : () => 'main'),
  offer(generator, seq, dueUs, slipUs) {
    const { length } = generator.clients;
    generator.send(seq % length, Math.floor(seq / length), dueUs, slipUs);
  },
};
