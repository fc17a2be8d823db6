/** Loads that differ in what a server does for them, so that a model can tell what each costs: `results/model`. */
import { ownChannel, type Parameters, type Scenario, type Variant } from './scenario.ts';
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
 * with another one could not be told from it. Those that begin with `own` have a stream for each client: fan-out is 1.
 *
 * Thousands of deliveries or about a thousand polls a second, all of them, and seconds of warm-up: a server that has
 * handled a few hundred runs code that is not compiled. After 400 deliveries one took 70 µs where it was 18 µs after 12,000.
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
  'own-fast': { clients: 100, ratePerSecond: 2_400, payloadBytes: 128, pollIntervalMs: 80 },
};

/** A long poll is a request for each message: at the rates of streams it would be the requests that saturate the server. */
const slowerLongPolls = (point: string): number => (isOwn(point) ? 2 : 4);

function pointsOf(name: TransportName): Variant[] {
  const waits = transportOf(name).client.asks === 'and-waits';
  return Object.entries(POINTS).map(([point, { ratePerSecond, ...rest }]) => ({
    name: point,
    parameters: {
      ...{ arrivals: 'poisson', ...rest },
      // A window holds a publication or two of the rarest.
      ratePerSecond: waits ? Math.max(1, ratePerSecond / slowerLongPolls(point)) : ratePerSecond,
    },
  }));
}

const isOwn = (variant: string | null): boolean => variant?.startsWith('own') === true;

/** Each client must poll several times, so that a window holds whole cycles. */
const longEnough = ({ durationMs, pollIntervalMs }: Parameters): Partial<Parameters> => ({
  durationMs: Math.max(durationMs, 2 * pollIntervalMs),
});

export const cost: Scenario = {
  name: 'cost',
  question:
    'What does each client, message, byte and request cost the server, and does that predict loads not yet seen?',
  onRequest: true,
  needs: longEnough,
  asksOfServer: ['own-server'],
  variants: pointsOf,
  publishes: () => ({ server: true, generator: false }),
  channels: (clients, variant) => (isOwn(variant) ? clients : undefined),
  fanOut: (clients, variant) => (isOwn(variant) ? 1 : clients),
  prepare: (generator) => generator.subscribe(isOwn(generator.parameters.variant) ? ownChannel : () => 'main'),
};
