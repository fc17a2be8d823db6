/**
 * What a run of the laws has shown: each law's prediction beside what was measured, and how far they are apart. Pure.
 *
 * The delay is not the nominal one but the floor's own mean latency in the same run, so that what every transport pays for
 * being received by this machine is in no divergence. Bytes are predicted from the exact counts of the run.
 */
import type { Exact, ExactTransport, Exchange } from './exact.ts';
import * as laws from './laws.ts';
import type { Measurement, RunFile } from './schema.ts';
import { meanInterval, type Interval } from './statistics.ts';

export const LAWS = 'laws';

export type Quantity = 'mean' | 'p99' | 'requests' | 'empty' | 'bytes';

/** How far a measured figure may be from its law. */
export const BOUNDS: Readonly<Record<Quantity, number>> = {
  mean: 0.02,
  p99: 0.05,
  requests: 0.02,
  empty: 0.02,
  bytes: 0.02,
};

/**
 * `within`: the divergence is inside the bound. `unclear`: it is not, and its interval reaches into the bound, so more
 * repetitions may tell. `outside`: all of its interval is beyond: a defect of this suite until it is explained.
 */
export type LawVerdict = 'within' | 'unclear' | 'outside';

export interface LawRow {
  readonly transport: string;
  /** Such as `fixed-rate`, at a point such as `100ms`. */
  readonly law: string;
  readonly point: string;
  readonly quantity: Quantity;
  /** Means over the repetitions: ms, per second, a share, or bytes per second, of one client. */
  readonly predicted: number;
  readonly measured: number;
  /** Share of the prediction, per repetition; of `empty`, which is a share itself, the plain difference. */
  readonly divergence: Interval;
  readonly verdict: LawVerdict;
}

export interface LawCheck {
  /** One way, mean over the repetitions; null where neither the floor nor a link says. */
  readonly delayMs: number | null;
  readonly basis: 'calibrated' | 'nominal';
  readonly rows: readonly LawRow[];
  /** Measurements that cannot be held to a law: they are invalid, the machine was not theirs, or no delay is known. */
  readonly leftOut: number;
}

/** Null where the run has no laws. */
export function checkLaws(run: RunFile): LawCheck | null {
  const all = run.measurements.filter(({ scenario }) => scenario === LAWS);
  if (all.length === 0) return null;
  const undisturbed = all.filter((m) => m.validity.valid && !isDisturbed(m));
  const delays = delaysOf(run, undisturbed);
  const usable = undisturbed.filter((m) => delays.of(m) !== null);
  const samples = usable.flatMap((m) => samplesOf(m, delays.of(m)!, run));
  const known = usable.map((m) => delays.of(m)!);
  return {
    delayMs: meanInterval(known)?.mean ?? null,
    basis: delays.basis,
    rows: rowsOf(samples),
    leftOut: all.length - usable.length,
  };
}

/** Of the machine, by a hypervisor. Of a link of 20 ms each hundredth added 0.2 ms to a mean, where a law is held to 0.4 ms. */
const MOST_STOLEN = 0.02;

/** Whether something else had a part of the machine: told by what the machine counted, and not by what came out. */
const isDisturbed = ({ validity: { evidence, warnings } }: Measurement): boolean =>
  (evidence?.stolenShare ?? 0) > MOST_STOLEN || warnings.some(({ code }) => code === 'machine-busy');

interface Delays {
  readonly basis: LawCheck['basis'];
  /** One way, ms. */
  of(m: Measurement): number | null;
}

/**
 * The floor's mean at the same point, else at its smallest, over all repetitions: interleaved, they have the drift of the
 * machine in them, and one repetition's chance would be in every divergence of it. Without a floor, the link's own word.
 */
function delaysOf(run: RunFile, undisturbed: readonly Measurement[]): Delays {
  const floors = undisturbed.filter((m) => run.run.floors?.includes(m.transport) === true);
  if (floors.length === 0) return { basis: 'nominal', of: ({ link }) => link?.delayMs ?? null };
  const at = (variant: string | null | undefined): number | undefined =>
    meanInterval(
      floors
        .filter(({ parameters }) => parameters.variant === variant)
        .flatMap(({ deliveryLatencyNs: { mean } }) => (mean === null ? [] : [mean])),
    )?.mean;
  const smallest = [...floors].sort((a, b) => a.parameters.payloadBytes - b.parameters.payloadBytes)[0]?.parameters
    .variant;
  return {
    basis: 'calibrated',
    of: (m) => {
      const meanNs = at(m.parameters.variant) ?? at(smallest);
      return meanNs === undefined ? null : meanNs / 1e6;
    },
  };
}

interface Sample {
  readonly transport: string;
  readonly law: string;
  readonly point: string;
  readonly quantity: Quantity;
  readonly predicted: number;
  readonly measured: number;
}

function samplesOf(m: Measurement, delayMs: number, run: RunFile): Sample[] {
  const [law = '', ...rest] = (m.parameters.variant ?? '').split('/');
  const { clients, pollIntervalMs, holdMs, durationMs } = m.parameters;
  // What the schedule held, not what it holds on average: a window's share of chance is no divergence of a transport.
  const ratePerSecond = (m.counts.publications * 1e3) / (clients * durationMs);
  const input = { delayMs, ratePerSecond, pollIntervalMs, holdMs };
  const prediction = predict(law, input, m);
  const measured = measuredOf(m, law);
  const isFloor = run.run.floors?.includes(m.transport) === true;
  const pairs: [Quantity, number | undefined, number | null][] = [
    // Of the floor it would be a comparison with itself.
    ['mean', isFloor ? undefined : prediction.meanMs, measured.meanMs],
    ['p99', prediction.p99Ms, measured.p99Ms],
    ['requests', prediction.requestsPerSecond, measured.requestsPerSecond],
    ['empty', prediction.emptyShare, measured.emptyShare],
    ['bytes', bytesPerSecond(law, prediction, m, run.exact), measured.bytesPerSecond],
  ];
  return pairs.flatMap(([quantity, predicted, value]) =>
    predicted === undefined || predicted === 0 || value === null
      ? []
      : [{ transport: m.transport, law, point: rest.join('/'), quantity, predicted, measured: value }],
  );
}

function predict(law: string, input: laws.LawInput, m: Measurement): laws.Prediction {
  const encrypted = m.parameters.carrier === 'tls' || m.parameters.carrier === 'h2';
  const formulas: Record<string, () => laws.Prediction> = {
    'fixed-rate': () => laws.fixedRate(input),
    'fixed-delay': () => laws.fixedDelay(input),
    periodic: () => laws.periodic(input),
    batching: () => laws.batching(input),
    hold: () => laws.held(input),
    single: () => laws.single(input),
    stream: () => laws.stream(input),
    'round-trip': () => laws.roundTrip(input),
    cold: () => laws.cold(input, encrypted),
  };
  return Object.hasOwn(formulas, law) ? formulas[law]!() : {};
}

interface Measured {
  readonly meanMs: number | null;
  readonly p99Ms: number | null;
  readonly requestsPerSecond: number | null;
  readonly emptyShare: number | null;
  readonly bytesPerSecond: number | null;
}

function measuredOf(m: Measurement, law: string): Measured {
  const latency = law === 'cold' ? m.readinessNs : m.deliveryLatencyNs;
  const ms = (ns: number | null): number | null => (ns === null ? null : ns / 1e6);
  const clientSeconds = (m.parameters.clients * m.window.durationNs) / 1e9;
  const rate = (count: number): number | null => (clientSeconds === 0 ? null : count / clientSeconds);
  return {
    meanMs: ms(latency.mean),
    p99Ms: ms(latency.p99),
    requestsPerSecond: rate(m.requests),
    emptyShare: m.requests === 0 ? null : m.window.emptyPolls / m.requests,
    bytesPerSecond: rate(m.bytes.up.total + m.bytes.down.total),
  };
}

/** Both directions, of one client; undefined where the run has no exact counts to predict from. */
function bytesPerSecond(
  law: string,
  { requestsPerSecond, emptyShare = 0 }: laws.Prediction,
  m: Measurement,
  exact: Exact | undefined,
): number | undefined {
  const of = exact?.transports.find(({ transport }) => transport === m.transport);
  const message = of === undefined ? undefined : messageBytes(of, m.parameters.payloadBytes);
  if (of === undefined || message === undefined || law === 'cold' || law === 'round-trip') return undefined;
  // What arrived while bytes were counted: a delay later than what was published in the window.
  const ratePerSecond = (m.window.deliveries * 1e9) / (m.parameters.clients * m.window.durationNs);
  if (of.asks === 'once') return ratePerSecond * message;
  if (requestsPerSecond === undefined) return undefined;
  const full = requestsPerSecond * (1 - emptyShare);
  const empty = requestsPerSecond - full;
  // Laws are this project's own servers': of another there are no idle bytes.
  if (of.idle === undefined) return undefined;
  // A batch has one head; each message of it but the first adds itself and what parts it from the next.
  return empty * total(of.idle) + full * message + (ratePerSecond - full) * (m.parameters.payloadBytes + 3);
}

const total = ({ up, down }: Exchange): number => up.total + down.total;

function messageBytes({ perMessage }: ExactTransport, payloadBytes: number): number | undefined {
  const found = perMessage.find((one) => one.payloadBytes === payloadBytes);
  return found === undefined ? undefined : total(found.exchange);
}

/** Repetitions of one law, point and quantity together, in the order in which they first came. */
function rowsOf(samples: readonly Sample[]): LawRow[] {
  const groups = new Map<string, Sample[]>();
  for (const sample of samples) {
    const key = [sample.transport, sample.law, sample.point, sample.quantity].join(' ');
    groups.set(key, [...(groups.get(key) ?? []), sample]);
  }
  return [...groups.values()].map(rowOf);
}

function rowOf(samples: readonly Sample[]): LawRow {
  const { transport, law, point, quantity } = samples[0]!;
  const apart = ({ predicted, measured }: Sample): number =>
    quantity === 'empty' ? measured - predicted : measured / predicted - 1;
  const divergence = meanInterval(samples.map(apart))!;
  return {
    transport,
    law,
    point,
    quantity,
    predicted: meanInterval(samples.map(({ predicted }) => predicted))!.mean,
    measured: meanInterval(samples.map(({ measured }) => measured))!.mean,
    divergence,
    verdict: verdictOf(divergence, BOUNDS[quantity]),
  };
}

export function verdictOf({ mean, low, high }: Interval, bound: number): LawVerdict {
  if (Math.abs(mean) <= bound) return 'within';
  if (low === null || high === null) return 'unclear';
  return low <= bound && high >= -bound ? 'unclear' : 'outside';
}
