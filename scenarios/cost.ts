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
  /** Of a forever iframe; absent: no page ends in the window. */
  readonly recycleBytes?: number;
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
  // Over streams 24,000 deliveries a second, in two ways: what one costs a server with enough to do.
  dense: { clients: 100, ratePerSecond: 240, payloadBytes: 128, pollIntervalMs: 40 },
  crowded: { clients: 300, ratePerSecond: 80, payloadBytes: 128, pollIntervalMs: 200 },
  large: { clients: 100, ratePerSecond: 40, payloadBytes: 4_096, pollIntervalMs: 150 },
  'many-large': { clients: 300, ratePerSecond: 12, payloadBytes: 4_096, pollIntervalMs: 500 },
  middling: { clients: 200, ratePerSecond: 30, payloadBytes: 2_048, pollIntervalMs: 150 },
  'own-rare': { clients: 200, ratePerSecond: 1_200, payloadBytes: 128, pollIntervalMs: 300 },
  'own-middling': { clients: 150, ratePerSecond: 1_800, payloadBytes: 128, pollIntervalMs: 160 },
  'own-fast': { clients: 100, ratePerSecond: 2_400, payloadBytes: 128, pollIntervalMs: 80 },
  'sends-rare': { clients: 200, ratePerSecond: 600, payloadBytes: 128, pollIntervalMs: 250 },
  'sends-middling': { clients: 150, ratePerSecond: 1_100, payloadBytes: 128, pollIntervalMs: 180 },
  'sends-fast': { clients: 100, ratePerSecond: 1_600, payloadBytes: 128, pollIntervalMs: 120 },
};

/**
 * Of forever iframes, which begin anew so often that what it takes is told, and by thousands before the window: where a hundred
 * had, a page took a server 370 to 740 µs.
 */
const PAGES: Readonly<Record<string, Point>> = {
  pages: { clients: 100, ratePerSecond: 60, payloadBytes: 128, pollIntervalMs: 100, recycleBytes: 4 * 1_024 },
  'large-pages': {
    clients: 100,
    ratePerSecond: 40,
    payloadBytes: 4_096,
    pollIntervalMs: 150,
    recycleBytes: 32 * 1_024,
  },
};

const WARM_PAGES_MS = 20_000;

/** No page of a load that is not about them ends meanwhile, bytes. */
const ENDLESS = 2 ** 30;

/** So few a second that a server is idle between polls, which more of them do not show. */
const FEW_POLLS: Readonly<Record<string, Point>> = {
  'few-polls': { clients: 300, ratePerSecond: 6, payloadBytes: 128, pollIntervalMs: 1_000 },
};

/** On a connection each, as of polls so rare that the path cuts what they keep. Messages come at random however few: they are not what these are for. */
const ANEW: Readonly<Record<string, Point>> = {
  anew: { clients: 250, ratePerSecond: 20, payloadBytes: 128, pollIntervalMs: 250 },
  'anew-often': { clients: 400, ratePerSecond: 8, payloadBytes: 128, pollIntervalMs: 200 },
};

function pagePoints(): Variant[] {
  return Object.entries(PAGES).map(([name, load]) => {
    const { parameters } = warmedUp('once', name, { ...load, arrivals: 'poisson' }, 0);
    return { name, parameters: { ...parameters, warmupMs: WARM_PAGES_MS } };
  });
}

/** No rush has them come faster: so many of them until a server is warm. */
const WARM_CONNECTIONS = 14_000;

function anewPoints(): Variant[] {
  return Object.entries(ANEW).map(([name, load]) => {
    const warmupMs = (WARM_CONNECTIONS * load.pollIntervalMs) / load.clients;
    return { name, parameters: { ...load, arrivals: 'poisson', connection: 'close', warmupMs } };
  });
}

/** Publications a second: of fewer a window would hold as many as chance will have it, from none on. */
const EVENLY_BELOW = 10;

const isOwn = (variant: string | null): boolean => variant?.startsWith('own') === true;
const isSent = (variant: string | null): boolean => variant?.startsWith('sends') === true;
const isToOne = (variant: string | null): boolean => isOwn(variant) || isSent(variant);

/** A long poll is a request for each message: at the rates of streams it would be the requests that saturate the server. */
const slowerLongPolls = (point: string): number => (isToOne(point) ? 2 : 4);

/** Half of it is a rush; the other half is the load itself, until queues and caches are as it leaves them. */
const WARM_UP_MS = 4_000;

/**
 * How fast a rush may be, so that what it asks for has arrived before the window: deliveries a second of a publication to all, or
 * to one client; requests a second; bytes a second; and times as fast as the load over a link, which may be narrow.
 */
const RUSH = { toAll: 24_000, toOne: 12_000, requests: 8_000, bytes: 60e6, overLink: 100 } as const;

/** What a server has to do in a second: deliveries, or requests. */
function workOf(asks: Asks, variant: string, { clients, ratePerSecond, pollIntervalMs }: Point): number {
  const asked =
    asks === 'each-interval' ? (clients * 1e3) / pollIntervalMs : ratePerSecond * (isToOne(variant) ? 1 : clients);
  return asked + (isSent(variant) ? ratePerSecond : 0);
}

/** How many times as fast a load may begin. */
function rushOf(asks: Asks, variant: string, point: Point, rttMs: number): number {
  const { clients, ratePerSecond, payloadBytes } = point;
  const one = isToOne(variant);
  const most = asks !== 'once' || isSent(variant) ? RUSH.requests : one ? RUSH.toOne : RUSH.toAll;
  const bytes = ratePerSecond * (one ? 1 : clients) * payloadBytes;
  const times = Math.min(most / workOf(asks, variant, point), RUSH.bytes / bytes, rttMs > 0 ? RUSH.overLink : Infinity);
  return Math.max(1, Math.floor(times));
}

/**
 * A load, and a rush before it, so that servers are warm: code that is not compiled yet costs more. Of sse a delivery took a
 * server 70 µs after 400 of them, 28 µs after 3,200, and 8.3 µs after 32,000 where it was 5.7 µs after 80,000; a poll 130 µs after
 * 2,100 of them, and 73 and 96 µs after 20,000 and 17,000. At its own rate the slowest load would take minutes for that.
 */
function warmedUp(asks: Asks, name: string, load: Point & Pick<Parameters, 'arrivals'>, rttMs: number): Variant {
  const rush = rushOf(asks, name, load, rttMs);
  const warmupMs = Math.max(WARM_UP_MS, 30 * rttMs);
  return { name, parameters: { ...load, warmupMs, ...(rush > 1 ? { rush } : {}) } };
}

/**
 * Over a link, where a model's law and what it adds to it are held against what is measured. So light that a relay on the same
 * cores can carry them: of the loads above it was late in 26 of 62. To few clients at once, because the relay hands them their
 * copies one after the other: of 100 the mean was 3 ms later, which no link does, and of 20 still 0.6 to 1.2 ms later than of 5.
 * Waits for polls are chance, so that they take more clients. What a message costs the server is not told
 * from them.
 */
function farPoints(rttMs: number, asks: Asks, pages: Partial<Point>): Variant[] {
  const light = { payloadBytes: 128, pollIntervalMs: 430, ...pages };
  // So rarely that a long poll is back in time.
  const few = { ...light, clients: asks === 'each-interval' ? 20 : 5, ratePerSecond: Math.min(5, 500 / rttMs) };
  const own = { ...light, clients: 50, ratePerSecond: 500, pollIntervalMs: 310 };
  return [
    // Evenly: of a few publications to all a law of chance says little.
    warmedUp(asks, 'far', { ...few, arrivals: 'constant' }, rttMs),
    warmedUp(asks, 'own-far', { ...own, arrivals: 'poisson' }, rttMs),
  ];
}

function pointsOf(transport: TransportName, { rttMs }: Distance): Variant[] {
  const { asks } = transportOf(transport).client;
  const hasPages = transport === 'forever-iframe';
  const pages = hasPages ? { recycleBytes: ENDLESS } : {};
  if (rttMs > 0) return farPoints(rttMs, asks, pages);
  const points = { ...POINTS, ...(asks === 'each-interval' ? FEW_POLLS : {}) };
  const kept = Object.entries(points).map(([name, { ratePerSecond: usual, ...rest }]) => {
    // A window holds a publication or two of the rarest.
    const ratePerSecond = asks === 'and-waits' ? Math.max(1, usual / slowerLongPolls(name)) : usual;
    const arrivals = ratePerSecond < EVENLY_BELOW ? 'constant' : 'poisson';
    return warmedUp(asks, name, { ...rest, ...pages, ratePerSecond, arrivals }, rttMs);
  });
  return [...kept, ...(hasPages ? pagePoints() : []), ...(asks === 'each-interval' ? anewPoints() : [])];
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
