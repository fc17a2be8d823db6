/**
 * What a load costs over a transport, by the model of a run. Pure, and the same in Node.js and in the report's page.
 *
 * A figure whose model was never held against a load that it had not seen has no band; one beyond what was measured says so.
 */
import { apartOf } from './apart.ts';
import { banded, exactly, GUESS, guessed, plus, times, type Band } from './band.ts';
import { bytesPerSecond } from './bytes.ts';
import { lawOf, lawP99Ms, trafficOf, type Asks, type Load, type Traffic } from './load.ts';
import { sumOf, type HeldOut } from './linear.ts';
import type { Fit, Part, PerClient, TransportModel } from './model.ts';
import { furtherSegments, PACKET_HEADER_BYTES, spacedOf } from './packets.ts';

export interface Prediction {
  readonly transport: string;
  /** Each null where the run does not say. */
  readonly meanMs: Band | null;
  readonly p99Ms: Band | null;
  /** All clients together, on their sockets, bytes a second. */
  readonly up: Band | null;
  readonly down: Band | null;
  /** With TCP/IP: modelled from packets, both directions. */
  readonly wire: Band | null;
  /** Of all clients, a second. */
  readonly requests: number | null;
  /** Of one processor of the machine that was measured. */
  readonly cores: Band | null;
  /** Of the server process and of the kernel for it. */
  readonly memoryBytes: Band | null;
  /**
   * Which figures of the load no measurement reached: `clients`, `deliveries`, `requests`, `payload`, `upstream`, of
   * processor time and latency; and `memory`, for whose clients others are measured.
   */
  readonly beyond: readonly string[];
}

export function predict(model: TransportModel, load: Load): Prediction {
  const bytes = model.bytes === null ? null : bytesPerSecond(model.bytes, load);
  const parts = partsOf(model, load);
  const { clients } = load;
  const up = bytes === null ? null : exactly(bytes.up * clients);
  const down =
    bytes === null
      ? null
      : {
          value: bytes.down * clients,
          low: (bytes.down - Math.max(0, bytes.uncertain)) * clients,
          high: bytes.down * clients,
        };
  const packets = model.packets === null ? null : bandOf(model.packets, parts);
  const { meanMs, p99Ms } = isUnfounded(model, load) ? NO_LATENCY : latenciesOf(model, load, parts);
  return {
    transport: model.transport,
    meanMs,
    p99Ms,
    up,
    down,
    wire:
      up === null || down === null || packets === null
        ? null
        : plus(plus(up, down), times(packets, PACKET_HEADER_BYTES)),
    requests: bytes === null ? null : bytes.requests * clients,
    cores: model.cores === null ? null : bandOf(model.cores, parts),
    memoryBytes: memoryOf(model, load),
    beyond: beyondOf(model, load, parts),
  };
}

/** What all clients together do in a second, by what it costs. */
export function partsOf(model: Pick<TransportModel, 'asks' | 'bytes'>, load: Load): Record<Part, number> {
  const { clients, ratePerSecond, payloadBytes } = load;
  // One after the other within a process, and processes side by side.
  const fanOut = load.fanOut / load.processes;
  const traffic = trafficOf(model.asks, load, model.bytes?.beatsAlways ?? false);
  const deliveries = clients * ratePerSecond;
  const publications = deliveries / load.fanOut;
  const upstream = clients * (load.upstreamPerSecond ?? 0);
  return {
    deliveries,
    requests: clients * traffic.requests,
    connections: load.connection === 'close' ? clients * traffic.requests : 0,
    beats: clients * traffic.beats,
    pages: pagesOf(model, load),
    publications,
    clocked: Math.max(0, publications - upstream),
    wakeups: wakeupsOf(
      model.asks,
      publications,
      arrivalsOf(model.asks, load, traffic, publications * load.processes) + beatingsOf(load, traffic),
      load.processes,
    ),
    onset: load.processes * onsetOf(publications, fanOut),
    cold: coldOf(clients, model.asks === 'once' ? ratePerSecond + traffic.beats : traffic.requests),
    megabytes: (deliveries * payloadBytes) / 1e6,
    segments: clients * traffic.first * furtherSegments(model.bytes, payloadBytes, traffic),
    spaced: load.processes * spacedOf(deliveries / load.processes),
    process: 1,
    fanOut: ratePerSecond === 0 ? 0 : fanOut,
    burstMegabytes: ratePerSecond === 0 ? 0 : (fanOut * payloadBytes) / 1e6,
    rested: ratePerSecond === 0 ? 0 : restedOf(publications),
    upstream,
  };
}

/** Forever iframes that begin anew, a second. */
const pagesOf = ({ bytes }: Pick<TransportModel, 'bytes'>, load: Load): number =>
  bytes?.recycles === true ? load.clients * (bytesPerSecond(bytes, load)?.requests ?? 0) : 0;

/** Moments of a period at which silent streams are given a sign of life: `servers/heartbeat.ts`. */
const BEATINGS = 60;

/** Times a second at which some are due: of many clients several at once, so that no more of them wake the process more often. */
const beatingsOf = ({ clients, heartbeatMs }: Load, { beats }: Traffic): number =>
  beats === 0 ? 0 : Math.min(clients * beats, 1e3 / Math.max(1, heartbeatMs / BEATINGS));

/**
 * Requests, or bursts of them, that come a second: a publication makes one in each process. Who waits for a message is answered
 * with all others, and so all come back at once: after a publication to 400 clients 400 polls keep a server busy, and do not wake it 400 times. With each as an arrival
 * of its own nine of ten held-out loads of long polls were within 26.7 %, with bursts within 13.3 %.
 */
function arrivalsOf(asks: Asks, { clients }: Load, { requests, empty, first }: Traffic, bursts: number): number {
  return asks === 'and-waits' ? clients * empty + Math.min(bursts, clients * first) : clients * requests;
}

/**
 * What comes while a process is still at what came before it wakes nobody: so it is as if each look took this long, s.
 *
 * Chosen on four runs of one machine with warm servers and cores kept awake, looks from 0.25 to 25 ms: of streams 1 to 10 ms
 * predicted held-out loads about as well, better than 0.5; of short polls 4 ms best; of long polls 0.5 and 0.7. A fifth run, kept
 * out of that, is off by 6.8 % (root mean square over streams) and 6.4 (short polls), with 0.5 and 3 ms by 7.4 and 7.1.
 */
const LOOK_S: Readonly<Record<Asks, number>> = { once: 4e-3, 'each-interval': 4e-3, 'and-waits': 0.5e-3 };

/** What a client left in the caches is gone after about as long, s: of 40 and 50 ms both predicted held-out loads about as well, better than 20 and 100. */
const COLD_S = 0.04;

/**
 * How often clients are written to that were not for a while, a second. A delivery to one of a thousand clients that have four
 * a second costs more than to one of a hundred that have sixty: its socket has left the caches meanwhile.
 *
 * @param perClient writes to each, a second
 */
export const coldOf = (clients: number, perClient: number): number => clients * apartOf(perClient, COLD_S);

/** What a process kept in its core's caches is gone when it has had nothing to do for about as long, s. */
export const PAUSE_S = 0.01;
/** About as many deliveries bring it back. */
export const ONSET = 50;

/**
 * Deliveries a second with which a process begins after a pause: of a publication to four hundred clients the first cost more
 * than the last, and of four publications to a hundred those that come soon after another one cost less. With 100 clients a
 * delivery over sse took 10.7 µs at 30 publications a second, 9.0 at 60 and 6.0 at 240.
 *
 * Short polls of four runs are off by 6.5 % (root mean square of held-out loads, looks of 5 ms) with it, and by 8.0 without.
 *
 * Tried were pauses of 5 to 25 ms and 20 to 200 deliveries, over streams together and on two runs: they differ little below 15 ms
 * and a hundred deliveries. Nine of ten held out of a run of six repetitions, with and without this part: forever iframe 15.4
 * and 25.6 %, sse 9.5 and 13.9, WebSocket 11.9 and 15.9; long polling, alone and chosen by this very run, 12.5 and 15.1.
 *
 * @param publications a second, of one process
 * @param fanOut its clients that each goes to
 */
export const onsetOf = (publications: number, fanOut: number): number =>
  apartOf(publications, PAUSE_S) * apartOf(fanOut, 1 / ONSET);

/**
 * Share of publications that come after a pause, of those that come at random. Of streams such a one takes about a millisecond
 * more, at both ends: five clients with five messages a second over a link were late by that. Loads beside the link predicted
 * their mean within 3.8 % in a run after those that this was found in, and without this part within 5.9 %.
 *
 * @param publications a second, of one process
 */
export const restedOf = (publications: number): number => Math.exp(-publications * PAUSE_S);

/**
 * How often processes that had nothing to do have something to do, a second, of events that come at random: a system call,
 * a switch of threads and cold caches each time, which is most of what a message to one client costs a server with little to
 * do. At most one in each look.
 *
 * @param publications all processes have each of them
 */
export function wakeupsOf(asks: Asks, publications: number, others: number, processes: number): number {
  return processes * apartOf(publications + others / processes, LOOK_S[asks]);
}

export const inOrder = (parts: readonly Part[], of: Record<Part, number>): number[] => parts.map((part) => of[part]);

function bandOf(fit: Fit, parts: Record<Part, number>): Band {
  return banded(sumOf(fit.coefficients, inOrder(fit.parts, parts)), fit.heldOut?.most ?? null);
}

const NO_LATENCY = { meanMs: null, p99Ms: null } as const;

/**
 * Whether a message goes to more clients than any did that was measured, and nothing tells what each of them takes: of one
 * number of clients a latency would be the same for a million. A poll is as late as its interval, whoever else polls.
 */
export function isUnfounded({ asks, serviceMs, range }: TransportModel, { fanOut, processes }: Load): boolean {
  const isTold = serviceMs?.parts.includes('fanOut') === true;
  return asks !== 'each-interval' && !isTold && fanOut / processes > range.clients;
}

/** By law, and by what a delivery takes beyond it. */
export function latenciesOf(
  { asks, bytes, serviceMs, serviceP99Ms, range }: TransportModel,
  load: Load,
  parts: Record<Part, number> = partsOf({ asks, bytes }, load),
): Pick<Prediction, 'meanMs' | 'p99Ms'> {
  const beyond = (fit: Fit | null, lawMs: number | undefined): Band | null =>
    fit === null || lawMs === undefined
      ? null
      : late(lawMs, sumOf(fit.coefficients, inOrder(fit.parts, parts)), fit.heldOut, load.fanOut / range.clients);
  const meanMs = beyond(serviceMs, lawOf(asks, load).meanMs);
  const p99Ms = beyond(serviceP99Ms, lawP99Ms(asks, load));
  return { meanMs, p99Ms: p99Ms === null || meanMs === null ? p99Ms : noLessThan(meanMs, p99Ms) };
}

/** Fitted apart they may lie the other way round far from what was measured. */
function noLessThan(floor: Band, { value, low, high, ...rest }: Band): Band {
  const { max } = Math;
  return { value: max(value, floor.value), low: max(low, floor.low), high: max(high, floor.value), ...rest };
}

/**
 * The law is exact: only what comes on top is off, and nothing is earlier than its law. By so many milliseconds as on loads
 * held out, or by their share where that is more: a fan-out that is ten times as long is not known to the same millisecond.
 *
 * @param farther how many times as many clients a message goes to as any did that was measured: of whose error nobody knows, it
 *   may take so many times as long
 */
export function late(lawMs: number, serviceMs: number, heldOut: HeldOut | null, farther = 1): Band {
  const value = lawMs + serviceMs;
  if (heldOut === null)
    return plus(exactly(lawMs), { ...guessed(serviceMs), high: serviceMs * Math.max(GUESS, farther) });
  const offByMs = Math.max(heldOut.mostBy, heldOut.most * serviceMs);
  return { value, low: lawMs + Math.max(0, serviceMs - offByMs), high: value + offByMs };
}

/** A process that is busy for longer is late for what comes in clusters: of the laws only those of an idle one hold. */
export const BUSY = 0.7;

/** As many server processes as keep each of them below 70 % of a core; one where nothing is known of its cores. */
export function processesFor(model: TransportModel, load: Load): number {
  if (model.cores === null) return 1;
  return Math.max(1, Math.ceil(bandOf(model.cores, partsOf(model, load)).value / BUSY));
}

function memoryOf(model: TransportModel, load: Load): Band | null {
  const { memory, kernelMemory, processBytes } = model;
  if (memory === null) return null;
  const connected = connectedOf(model, load);
  const own = plus(memoryBand(memory, connected), exactly(load.processes * (processBytes ?? 0)));
  return kernelMemory === null ? own : plus(own, memoryBand(kernelMemory, connected));
}

/** Clients that are connected at a time: next to none of those that open a connection for each short poll. */
const connectedOf = ({ asks }: Pick<TransportModel, 'asks'>, { clients, connection }: Load): number =>
  asks === 'each-interval' && connection === 'close' ? 0 : clients;

const memoryBand = ({ bytes, low, high }: PerClient, clients: number): Band =>
  times(low === null || high === null ? guessed(bytes) : { value: bytes, low, high }, clients);

/** Whether what clients send is in the server's processor time. */
export const knowsUpstream = ({ cores }: TransportModel): boolean => cores?.parts.includes('upstream') === true;

/** Whether what a poll's own connection takes is in the server's processor time, and in the packets. */
export const knowsConnections = ({ cores, packets }: TransportModel): boolean =>
  [cores, packets].every((fit) => (fit?.coefficients[fit.parts.indexOf('connections')] ?? 0) > 0);

function beyondOf(model: TransportModel, load: Load, parts: Record<Part, number>): string[] {
  const { range, memory } = model;
  const { payloadBytes } = load;
  const beyond: [string, boolean][] = [
    ['clients', load.clients > range.clients],
    // Nobody measured what connections leave behind that come and go.
    ['memory', memory !== null && (connectedOf(model, load) === 0 || load.clients > memory.clients)],
    ['deliveries', parts.deliveries > range.deliveriesPerSecond],
    ['requests', parts.requests > range.requestsPerSecond],
    ['payload', payloadBytes > range.payloadBytes.most || payloadBytes < range.payloadBytes.least],
    ['upstream', knowsUpstream(model) && parts.upstream > range.upstreamPerSecond],
  ];
  return beyond.flatMap(([name, is]) => (is ? [name] : []));
}
