/** What the laws predict of one measurement, beside what it measured: a figure a quantity. Pure. */
import type { Exact, ExactTransport, Exchange } from './exact.ts';
import { deviationNs, shareAbove } from './histogram.ts';
import * as laws from './laws.ts';
import type { Measurement, RunFile } from './schema.ts';

/** `late` is the share of messages that are later than a law's bound allows. */
export type Quantity = 'mean' | 'sd' | 'p99' | 'late' | 'requests' | 'empty' | 'bytes';

/** Of one client: ms, per second, a share 0…1, or bytes per second. */
export interface Figure {
  readonly quantity: Quantity;
  readonly predicted: number;
  readonly measured: number;
}

/** So far beyond its bound nothing but a law that does not hold brings a message: the machine's own share of it, 0…1. */
export const LATE_BEYOND = 0.05;

/** What a run itself has told of its path and its machine. */
export interface Calibration {
  /** One way. */
  readonly delayMs: number;
  /** What both sides compute until they are connected. */
  readonly computingMs: number;
}

export function figuresOf(m: Measurement, calibration: Calibration, run: RunFile): Figure[] {
  const law = lawOf(m);
  const { clients, pollIntervalMs, holdMs, durationMs } = m.parameters;
  // What the schedule held, not what it holds on average: a window's share of chance is no divergence of a transport.
  const ratePerSecond = (m.counts.publications * 1e3) / (clients * durationMs);
  const prediction = predict(law, { ...calibration, ratePerSecond, pollIntervalMs, holdMs }, m);
  const latency = latencyOf(m, law);
  const { maxMs } = prediction;
  const isFloor = run.run.floors?.includes(m.transport) === true;
  const pairs: [Quantity, number | undefined, number | null | undefined][] = [
    // Of the floor it would be a comparison with itself.
    ['mean', isFloor ? undefined : prediction.meanMs, toMs(latency?.mean)],
    ['sd', prediction.sdMs, latency === undefined ? null : toMs(deviationNs(latency))],
    ['p99', prediction.p99Ms, toMs(latency?.p99)],
    ['late', maxMs === undefined ? undefined : 0, lateShare(latency, maxMs)],
    ['requests', prediction.requestsPerSecond, ratePerClient(m, m.requests)],
    ['empty', prediction.emptyShare, m.requests === 0 ? null : m.window.emptyPolls / m.requests],
    ['bytes', bytesPerSecond(law, prediction, m, run.exact), ratePerClient(m, m.bytes.up.total + m.bytes.down.total)],
  ];
  return pairs.flatMap(([quantity, predicted, measured]) =>
    predicted === undefined || measured === null || measured === undefined || isMeaningless(quantity, predicted)
      ? []
      : [{ quantity, predicted, measured }],
  );
}

/** A share may be 0; of anything else nothing can be told by how far it is off. */
const isMeaningless = (quantity: Quantity, predicted: number): boolean =>
  predicted === 0 && quantity !== 'late' && quantity !== 'empty';

export const lawOf = ({ parameters }: Measurement): string => (parameters.variant ?? '').split('/')[0]!;

function predict(law: string, input: laws.LawInput, m: Measurement): laws.Prediction {
  const { carrier, pollPacing = 'fixed-rate', durationMs } = m.parameters;
  const encrypted = isEncrypted(carrier);
  const formulas: Record<string, () => laws.Prediction> = {
    'fixed-rate': () => laws.fixedRate(input),
    'fixed-delay': () => laws.fixedDelay(input),
    periodic: () => laws.periodic(input, pollPacing),
    batching: () => laws.batching(input),
    hold: () => laws.held(input),
    idle: () => laws.held(input),
    single: () => laws.single(input),
    stream: () => laws.stream(input),
    recycle: () => laws.recycled(input, ratePerClient(m, m.requests) ?? 0),
    reconnect: () => laws.reconnected(input, encrypted),
    'round-trip': () => laws.roundTrip(input),
    stall: () => (m.stall === undefined ? {} : laws.stalled(input, m.stall.stalledNs, durationMs * 1e6)),
    cold: () => laws.cold(input, encrypted),
  };
  return Object.hasOwn(formulas, law) ? formulas[law]!() : {};
}

/** HTTP/2 in a browser's way has TLS, too. */
export const isEncrypted = (carrier: string | undefined): boolean => carrier === 'tls' || carrier === 'h2';

const toMs = (ns: number | null | undefined): number | null => (ns === null || ns === undefined ? null : ns / 1e6);

/** What a law is about: that of the deliveries, or how long until ready, or until served again. */
function latencyOf(m: Measurement, law: string): Measurement['deliveryLatencyNs'] | undefined {
  if (law === 'cold') return m.readinessNs;
  return law === 'reconnect' ? m.storm?.recoveryNs : m.deliveryLatencyNs;
}

function lateShare(latency: Measurement['deliveryLatencyNs'] | undefined, maxMs: number | undefined): number | null {
  if (latency === undefined || maxMs === undefined) return null;
  return shareAbove(latency, maxMs * (1 + LATE_BEYOND) * 1e6);
}

function ratePerClient(m: Measurement, count: number): number | null {
  const clientSeconds = (m.parameters.clients * m.window.durationNs) / 1e9;
  return clientSeconds === 0 ? null : count / clientSeconds;
}

/** In whose windows clients connect, come back, or wait for what was late: no law says their bytes. */
const WITHOUT_BYTES = ['cold', 'reconnect', 'stall'];

/** Both directions, of one client; undefined where the run has no exact counts to predict from. */
function bytesPerSecond(
  law: string,
  { requestsPerSecond, emptyShare = 0 }: laws.Prediction,
  m: Measurement,
  exact: Exact | undefined,
): number | undefined {
  const of = exact?.transports.find(({ transport }) => transport === m.transport);
  const message = of === undefined ? undefined : messageBytes(of, m.parameters.payloadBytes, law);
  if (of === undefined || message === undefined || WITHOUT_BYTES.includes(law)) return undefined;
  // What arrived while bytes were counted: a delay later than what was published in the window.
  const ratePerSecond = ratePerClient(m, m.window.deliveries) ?? 0;
  if (law === 'recycle') return ratePerSecond * message + (ratePerClient(m, m.requests) ?? 0) * total(of.connect);
  if (of.asks === 'once') return ratePerSecond * message;
  if (requestsPerSecond === undefined) return undefined;
  const full = Math.min(ratePerSecond, requestsPerSecond * (1 - emptyShare));
  const empty = requestsPerSecond - full;
  // Laws are this project's own servers': of another there are no idle bytes.
  if (of.idle === undefined) return undefined;
  // A batch has one head; each message of it but the first adds itself and what parts it from the next.
  return empty * total(of.idle) + full * message + (ratePerSecond - full) * (m.parameters.payloadBytes + 3);
}

const total = ({ up, down }: Exchange): number => up.total + down.total;

/** A message down; of a round trip, one up and its delivery back. */
function messageBytes(of: ExactTransport, payloadBytes: number, law: string): number | undefined {
  const down = (size: number): number | undefined => {
    const found = of.perMessage.find((one) => one.payloadBytes === size);
    return found === undefined ? undefined : total(found.exchange);
  };
  const message = down(payloadBytes);
  if (law !== 'round-trip' || message === undefined) return message;
  // Up it is framed as down, with a mask of 4 B more (RFC 6455 §5.3), and its acceptance comes back: counted at one size.
  const counted = of.upstream === undefined ? undefined : down(of.upstream.payloadBytes);
  return counted === undefined ? undefined : 2 * message + total(of.upstream!.exchange) - 2 * counted;
}
