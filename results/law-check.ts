/**
 * What a run of the laws has shown: each law's prediction beside what was measured, and how far they are apart. Pure.
 *
 * The delay is not the nominal one but the floor's own mean latency in the same run, so that what every transport pays for
 * being received by this machine is in no divergence. Bytes are predicted from the exact counts of the run.
 */
import { figuresOf, isEncrypted, lawOf, type Figure, type Quantity } from './law-figures.ts';
import { coldTrips } from './laws.ts';
import type { Measurement, RunFile } from './schema.ts';
import { meanInterval, type Interval } from './statistics.ts';

export { LATE_BEYOND, type Quantity } from './law-figures.ts';

export const LAWS = 'laws';

/** How far a measured figure may be from its law. */
export const BOUNDS: Readonly<Record<Quantity, number>> = {
  mean: 0.02,
  sd: 0.05,
  p99: 0.05,
  late: 0.01,
  requests: 0.02,
  empty: 0.02,
  bytes: 0.02,
};

/**
 * `within`: the divergence is inside the bound. `unclear`: it is not, and its interval reaches into the bound, so more
 * repetitions may tell. `outside`: all of its interval is beyond: a defect of this suite until it is explained. `missing`: all
 * its measurements had to be left out.
 */
export type LawVerdict = 'within' | 'unclear' | 'outside' | 'missing';

export interface LawRow {
  readonly transport: string;
  /** Such as `fixed-rate`, at a point such as `100ms`. */
  readonly law: string;
  readonly point: string;
  readonly quantity: Quantity;
  /** Means over the repetitions: ms, per second, a share, or bytes per second, of one client. */
  readonly predicted: number;
  /** Null where it is `missing`, as is the divergence. */
  readonly measured: number | null;
  /** Share of the prediction, per repetition; of `empty` and `late`, which are shares themselves, the plain difference. */
  readonly divergence: Interval | null;
  readonly verdict: LawVerdict;
}

export interface LawCheck {
  /** One way, mean over the repetitions; null where neither the floor nor a link says. */
  readonly delayMs: number | null;
  readonly basis: 'calibrated' | 'nominal';
  /** What both sides compute for a TLS handshake, by the floor's; null where it was not measured. */
  readonly tlsMs: number | null;
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
  const known = usable.map((m) => delays.of(m)!);
  const connecting = connectingOf(run, undisturbed, delays);
  // What was left out has its row, too: a table that only shows what could be measured would look complete.
  const samples = all.flatMap((m) => {
    const delayMs = delays.of(m);
    if (delayMs === null) return [];
    return samplesOf(m, figuresOf(m, { delayMs, computingMs: connecting.msOf(m) }, run), usable.includes(m));
  });
  return {
    delayMs: meanInterval(known)?.mean ?? null,
    basis: delays.basis,
    tlsMs: connecting.tlsMs,
    rows: rowsOf(samples),
    leftOut: all.length - usable.length,
  };
}

/** Of the machine, by a hypervisor. Of a link of 20 ms each hundredth added 0.2 ms to a mean, where a law is held to 0.4 ms. */
export const MOST_STOLEN = 0.02;

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
 * machine in them, and one repetition's chance would be in every divergence of it. Without one that delivered
 * undisturbed, the link's own word.
 */
function delaysOf(run: RunFile, undisturbed: readonly Measurement[]): Delays {
  const isFloor = ({ transport, deliveryLatencyNs: { mean } }: Measurement): boolean =>
    mean !== null && run.run.floors?.includes(transport) === true;
  const floors = undisturbed.filter(isFloor);
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

interface Connecting {
  /** What a TLS handshake adds; null where the floor was not measured with it. */
  readonly tlsMs: number | null;
  /** Until a client of such a measurement is connected. */
  msOf(m: Measurement): number;
}

/** Of one way: what connecting takes beyond its round trips and beyond this is no computing but distance, and stays a divergence. */
const MOST_COMPUTING = 0.5;

/**
 * How much later than its round trips the floor is ready: sockets to be made, by a relay, too, processes to be woken that had
 * nothing to do, and for TLS keys, a signature and its verification, which take milliseconds where the law only knows
 * distance. At the same point, because what is rarely asked takes longer. A floor and transports that all took a round trip too
 * many must not be alike and within.
 */
function connectingOf(run: RunFile, undisturbed: readonly Measurement[], delays: Delays): Connecting {
  const cold = undisturbed.filter((m) => run.run.floors?.includes(m.transport) === true && lawOf(m) === 'cold');
  const beyondMs = (of: (m: Measurement) => boolean): number | null => {
    const late = cold.filter(of).flatMap((m) => {
      const [{ mean }, delayMs] = [m.readinessNs, delays.of(m)];
      return mean === null || delayMs === null
        ? []
        : [mean / 1e6 - coldTrips(isEncrypted(m.parameters.carrier)) * delayMs];
    });
    return meanInterval(late)?.mean ?? null;
  };
  const most = (m: Measurement): number => MOST_COMPUTING * (delays.of(m) ?? 0);
  const [plain, encrypted] = [false, true].map((is) =>
    beyondMs(({ parameters }) => isEncrypted(parameters.carrier) === is),
  );
  const tlsMs = plain == null || encrypted == null ? null : Math.min(Math.max(0, encrypted - plain), most(cold[0]!));
  return {
    tlsMs,
    msOf: (m) => {
      const atPoint =
        lawOf(m) === 'cold' ? beyondMs(({ parameters }) => parameters.variant === m.parameters.variant) : null;
      return Math.min(Math.max(0, atPoint ?? (isEncrypted(m.parameters.carrier) ? (tlsMs ?? 0) : 0)), most(m));
    },
  };
}

interface Sample extends Figure {
  readonly transport: string;
  readonly law: string;
  readonly point: string;
  /** Whether it counts; if none of its row does, the row is missing. */
  readonly usable: boolean;
}

function samplesOf(m: Measurement, figures: readonly Figure[], usable: boolean): Sample[] {
  const law = lawOf(m);
  const point = (m.parameters.variant ?? '').slice(law.length + 1);
  return figures.map((figure) => ({ ...figure, transport: m.transport, law, point, usable }));
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

function rowOf(all: readonly Sample[]): LawRow {
  const { transport, law, point, quantity } = all[0]!;
  const usable = all.filter((sample) => sample.usable);
  const mean = (values: readonly number[]): number => meanInterval(values)!.mean;
  const row = { transport, law, point, quantity };
  if (usable.length === 0) {
    const predicted = mean(all.map((sample) => sample.predicted));
    return { ...row, predicted, measured: null, divergence: null, verdict: 'missing' };
  }
  const isShare = quantity === 'empty' || quantity === 'late';
  const divergence = meanInterval(
    usable.map(({ predicted, measured }) => (isShare ? measured - predicted : measured / predicted - 1)),
  )!;
  return {
    ...row,
    predicted: mean(usable.map(({ predicted }) => predicted)),
    measured: mean(usable.map(({ measured }) => measured)),
    divergence,
    verdict: verdictOf(divergence, BOUNDS[quantity]),
  };
}

export function verdictOf({ mean, low, high }: Interval, bound: number): 'within' | 'unclear' | 'outside' {
  if (Math.abs(mean) <= bound) return 'within';
  if (low === null || high === null) return 'unclear';
  return low <= bound && high >= -bound ? 'unclear' : 'outside';
}
