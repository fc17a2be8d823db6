/** From measured runs to their cost model: what is fitted, and by which parts. Pure. */
import type { Measurement, RunFile } from '../schema.ts';
import { byteModel } from './bytes.ts';
import { chosenOf, isAwake, isSilent, isWarm } from './chosen.ts';
import { fitOf, fitsOf, loadsOf, middleOnes, nameOf, partsFor, type Quantity, type Seen } from './fits.ts';
import { errorsOf } from './linear.ts';
import { lawOf, lawP99Ms, loadOf, USUAL, type Asks, type Load } from './load.ts';
import { memoryModels } from './memory-model.ts';
import type { CoresFit, Fit, Model, Part, Range, TransportModel } from './model.ts';

/** Most telling first: with few loads only the first of them are fitted. */
export const CORE_PARTS: Readonly<Record<Asks, readonly Part[]>> = {
  once: ['deliveries', 'wakeups', 'beats', 'megabytes', 'cold', 'clocked', 'onset', 'pages'],
  'each-interval': ['requests', 'deliveries', 'publications', 'wakeups', 'megabytes', 'connections', 'onset'],
  // A long poll brings a message: nothing measured tells the two apart.
  'and-waits': ['requests', 'wakeups', 'megabytes', 'cold', 'onset'],
};
const PACKET_PARTS: Readonly<Record<Asks, readonly Part[]>> = {
  once: ['deliveries', 'beats', 'segments', 'spaced', 'pages'],
  'each-interval': ['requests', 'segments', 'connections'],
  // An answer that follows soon brings the acknowledgement of its poll, which would else be on its own after 40 ms.
  'and-waits': ['requests', 'segments', 'cold'],
};
const AFTER_OTHERS: readonly Part[] = ['process', 'fanOut', 'burstMegabytes'];

/**
 * Of the mean, and by approximation of the median and the 99th percentile: what is always there, who is served before, how much
 * that is, and whether a publication meets a process at rest. Polls keep theirs awake.
 */
export const SERVICE_PARTS: Readonly<Record<Asks, readonly Part[]>> = {
  once: [...AFTER_OTHERS, 'rested'],
  'each-interval': AFTER_OTHERS,
  'and-waits': [...AFTER_OTHERS, 'rested'],
};

/** The exact counts of the runs that a model is fitted to. */
export const countsOf = (runs: readonly [RunFile, ...RunFile[]]): RunFile['exact'] =>
  comparable(runs).used.find((run) => run.exact !== undefined)?.exact;

/** @param counts whose bytes a transport has: of another carrier than the runs', say; null for none */
export function fitModel(
  runs: readonly [RunFile, ...RunFile[]],
  counts: RunFile['exact'] | null = countsOf(runs),
): Model {
  const [first] = runs;
  const { used, notes } = comparable(runs);
  const measurements = used.flatMap((run) => run.measurements).filter(({ twin }) => twin !== true);
  const floors = new Set(used.flatMap(({ run }) => run.floors ?? []));
  const exact = countsOf(runs);
  const names = [...new Set([...measurements, ...(exact?.transports ?? [])].map(({ transport }) => transport))];
  const candidates = names
    .filter((name) => !floors.has(name))
    .flatMap((name) => candidateOf(name, measurements, exact) ?? []);
  const cores = coresFits(candidates);
  const transports = candidates.map((one) =>
    transportModel(one, bytesIn(counts, one.transport), cores.get(one.transport) ?? null),
  );
  const cold = transports.filter(({ cores }) => cores?.warm === false).map(({ transport }) => transport);
  return {
    fingerprint: first.environment.fingerprint,
    carrier: (counts ?? exact)?.carrier ?? 'h1',
    headers: exact?.headers ?? '',
    transports,
    usual: usualLoad(measurements),
    notes: [...notes, ...(cold.length === 0 ? [] : [coldNote(cold)]), ...awakeNotes(measurements)],
  };
}

/** Cores sleep where nobody asked otherwise, which needs no word. */
function awakeNotes(measurements: readonly Measurement[]): string[] {
  const kept = measurements.flatMap(({ awakeCores }) => awakeCores ?? []);
  if (kept.some((cores) => cores > 0)) return [AWAKE_NOTE];
  return kept.length > 0 ? [ASLEEP_NOTE] : [];
}

const AWAKE_NOTE =
  'Processor time and latencies are of cores that were kept from falling asleep, as those of a server with enough to do are: ' +
  'waking up takes what the host makes of it, and differs from minute to minute.';
const ASLEEP_NOTE =
  'Cores could not be kept from falling asleep, for want of chrt and taskset (util-linux), or because processor time is rationed (cgroups): what waking up takes is in processor time and latencies.';

const coldNote = (transports: readonly string[]): string =>
  `The servers of ${transports.join(', ')} had just started whenever they were measured: their processor time is that of code ` +
  `which is not compiled yet, several times what it is in the long run. The scenario cost warms them up.`;

function bytesIn(counts: RunFile['exact'] | null, transport: string): TransportModel['bytes'] {
  const counted = counts?.transports.find((one) => one.transport === transport);
  return counted === undefined ? null : byteModel(counted);
}

/** Costs of two machines are not of one model; neither are bytes of two kinds of headers. */
export function comparable(runs: readonly [RunFile, ...RunFile[]]): { used: RunFile[]; notes: string[] } {
  const [first] = runs;
  const key = ({ environment, exact }: RunFile): string =>
    JSON.stringify([environment.fingerprint, exact?.carrier, exact?.headers, exact?.responseHeaders, exact?.deflate]);
  const used = runs.filter((run) => key(run) === key(first));
  const notes = runs
    .filter((run) => !used.includes(run))
    .map(({ run }) => `Run ${run.id} is of another machine, carrier or headers than ${first.run.id}: it is left out.`);
  return { used, notes };
}

/** A transport that a model can be made of, and what of its measurements counts. */
interface Candidate {
  readonly transport: string;
  readonly asks: Asks;
  /** As the runs counted them: what their measurements are read by. */
  readonly bytes: TransportModel['bytes'];
  /** Its valid measurements. */
  readonly own: readonly Measurement[];
  readonly chosen: ReturnType<typeof chosenOf>;
}

/** Null without its exact counts: nobody knows how it asks, and no law is its own. */
function candidateOf(transport: string, all: readonly Measurement[], exact: RunFile['exact']): Candidate | null {
  const counted = exact?.transports.find((one) => one.transport === transport);
  if (counted === undefined) return null;
  const { asks } = counted;
  const bytes = byteModel(counted);
  const own = all.filter((m) => m.transport === transport && m.validity.valid);
  return { transport, asks, bytes, own, chosen: chosenOf({ asks, bytes }, own) };
}

function transportModel(
  { transport, asks, own, chosen }: Candidate,
  bytes: TransportModel['bytes'],
  cores: CoresFit | null,
): TransportModel {
  const { plain, packets, timed, sending } = chosen;
  return {
    transport,
    asks,
    bytes,
    cores,
    // What shares packets comes to an end where there is much of it: packets do not.
    packets: packetsFit(asks, packets),
    serviceMs: latencyFit(asks, timed, latencyOf(asks)),
    serviceP99Ms: latencyFit(asks, timed, p99Of(asks)),
    ...memoryModels(own),
    range: rangeOf(plain, cores?.parts.includes('upstream') === true ? sending : []),
  };
}

function packetsFit(asks: Asks, packets: readonly Seen[]): Fit | null {
  if (!packets.some(isAsked)) return null;
  return fitOf(middleOnes(packets, packetsOf), toldBy(packets, PACKET_PARTS[asks]), packetsOf, 1);
}

/** Of silent streams alone nobody knows what a message takes. */
const isAsked = ({ parts }: Seen): boolean => parts.deliveries > 0 || parts.requests > 0;

/** Signs of life a second of all clients; a stream with messages has next to none, from which nobody could say what one takes. */
const LEAST_BEATS = 1;

const toldBy = (seen: readonly Seen[], parts: readonly Part[]): readonly Part[] =>
  seen.some(({ parts: { beats } }) => beats >= LEAST_BEATS) ? parts : parts.filter((part) => part !== 'beats');

/** What a transport's processor time is fitted to, and by which parts. */
interface CoresPlan extends Pick<CoresFit, 'warm' | 'awake'> {
  readonly transport: string;
  readonly seen: readonly Seen[];
  readonly parts: readonly Part[];
}

/**
 * A server that has just started takes several times the processor time of one that has run for a while: 70 µs a delivery
 * after 400 of them where it was 18 µs after 12,000 on one machine. Where there is no other it is better than nothing.
 */
function coresPlan({ transport, asks, chosen: { costed: plain, sending: more } }: Candidate): CoresPlan {
  const warm = plain.some((one) => isWarm(asks, one));
  const told = toldBy(plain, CORE_PARTS[asks]);
  const [first, rest] = [told.slice(0, FIRST_PARTS), told.slice(FIRST_PARTS)];
  const alone: readonly Part[] = [...first, ...(tellsProcess(asks, plain) ? (['process'] as const) : []), ...rest];
  // Of one such load nobody could say how far off it is; of few loads it would be fitted in place of what comes first.
  const room = partsFor(loadsOf([...plain, ...more]));
  const tells = loadsOf(more) >= 2 && room > FIRST_PARTS;
  return {
    ...{ transport, warm, awake: plain.some(isAwake) },
    ...(tells
      ? { seen: [...plain, ...more], parts: [...alone.slice(0, room - 1), 'upstream'] }
      : { seen: plain, parts: alone.slice(0, partsFor(loadsOf(plain))) }),
  };
}

/** Of streams whose plans are alike together, of each other transport alone. */
function coresFits(candidates: readonly Candidate[]): Map<string, CoresFit> {
  const plans = new Map<string, CoresPlan[]>();
  for (const one of candidates) {
    const plan = coresPlan(one);
    const key = one.asks === 'once' ? JSON.stringify([plan.parts, plan.warm, plan.awake]) : one.transport;
    plans.set(key, [...(plans.get(key) ?? []), plan]);
  }
  return new Map([...plans.values()].flatMap(fittedTogether));
}

function fittedTogether(plans: readonly CoresPlan[]): [string, CoresFit][] {
  // Wake-ups come to an end where a server is never idle: if they were all, more deliveries would some day cost nothing.
  const fits = fitsOf(
    plans.map(({ seen }) => seen),
    plans[0]!.parts,
    coresOf,
    1,
  );
  const found = plans.flatMap((plan, at) => {
    const fit = fits[at] ?? null;
    return fit === null ? [] : [{ ...plan, fit }];
  });
  const together = found.map(({ transport }) => transport);
  return found.map(({ transport, warm, awake, fit }) => [transport, { ...fit, warm, awake, together }]);
}

/** Parts that come before all others. */
const FIRST_PARTS = 4;

/** So many times as many silent clients are it that tell them from the process that they are connected to. */
const APART = 4;

function tellsProcess(asks: Asks, seen: readonly Seen[]): boolean {
  const clients = seen.filter((one) => isSilent(asks, one)).map(({ load }) => load.clients);
  return clients.length > 0 && Math.max(...clients) >= APART * Math.min(...clients);
}

const coresOf: Quantity = ({ m: { server, window } }) =>
  server.cpuNs === null ? null : { known: 0, value: server.cpuNs / window.durationNs };

const packetsOf: Quantity = ({ m: { network, window } }) =>
  network === undefined ? null : { known: 0, value: (network.packets * 1e9) / window.durationNs };

const latencyOf =
  (asks: Asks): Quantity =>
  ({ m, load }) => {
    const { meanMs } = lawOf(asks, load);
    const { mean } = m.deliveryLatencyNs;
    return mean === null || meanMs === undefined ? null : { known: meanMs, value: mean / 1e6 };
  };

const p99Of =
  (asks: Asks): Quantity =>
  ({ m, load }) => {
    const { p99 } = m.deliveryLatencyNs;
    return p99 === null ? null : { known: lawP99Ms(asks, load), value: p99 / 1e6 };
  };

/**
 * With no distance a latency is what this machine's scheduler made of it; what people wait for is the law of their path and
 * that. So the errors of loads over a link are told apart.
 */
function latencyFit(asks: Asks, seen: readonly Seen[], quantity: Quantity): Fit | null {
  const fit = fitOf(seen, SERVICE_PARTS[asks], quantity);
  const far = new Set(seen.filter(({ load }) => load.rttMs > 0).map(({ m }) => nameOf(m)));
  const distant = errorsOf(fit?.heldOut?.points.filter(({ name }) => far.has(name)) ?? []);
  return fit === null || distant === null ? fit : { ...fit, distant };
}

function rangeOf(seen: readonly Seen[], sending: readonly Seen[]): Range {
  const most = (of: (one: Seen) => number, all = seen): number => all.reduce((most, one) => Math.max(most, of(one)), 0);
  const payloads = seen.filter(({ load }) => load.ratePerSecond > 0).map(({ load }) => load.payloadBytes);
  return {
    clients: most(({ load }) => load.clients),
    deliveriesPerSecond: most(({ parts }) => parts.deliveries),
    requestsPerSecond: most(({ parts }) => parts.requests),
    upstreamPerSecond: most(({ parts }) => parts.upstream, sending),
    payloadBytes: { least: Math.min(...payloads, Number.MAX_SAFE_INTEGER), most: Math.max(...payloads, 0) },
  };
}

/** That of the first broadcast, of the load of `cost` by that name, or of whatever was measured first; connections are kept. */
function usualLoad(measurements: readonly Measurement[]): Load {
  const usual = measurements.filter(({ parameters }) => parameters.variant === 'usual');
  // Of long polls it is a slower one.
  const fastest = [...usual].sort((a, b) => b.parameters.ratePerSecond - a.parameters.ratePerSecond);
  const m = measurements.find(({ scenario }) => scenario === 'broadcast') ?? fastest[0] ?? measurements[0];
  if (m === undefined) return NOTHING_MEASURED;
  const { recycleBytes } = USUAL;
  const kept = { ...m, parameters: { ...m.parameters, connection: 'keep-alive' as const, recycleBytes } };
  return { ...loadOf(kept), arrivals: 'poisson' };
}

const NOTHING_MEASURED: Load = {
  ...USUAL,
  ...{ clients: 1_000, fanOut: 1_000, processes: 1 },
  ...{ ratePerSecond: 1, arrivals: 'poisson', payloadBytes: 128, headerBytes: 0, rttMs: 40 },
};
