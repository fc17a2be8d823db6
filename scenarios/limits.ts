/** Refuses what cannot be measured before anything starts: with the limit, and how to lift it. Pure. */
import { isMultiplexed, type Carrier } from '../clients/connection.ts';
import { warmedMs } from '../results/parameters.ts';
import { carrierOf, type Parameters } from './scenario.ts';
import { linkOf } from './link.ts';
import { ENVELOPE_BYTES } from './runner/envelope.ts';
import type { Planned } from './runner/plan.ts';
import { transport as transportOf, type TransportName } from './transports.ts';
import { formatDuration } from './units.ts';

export interface MachineLimits {
  /** Most open files of one process; null where the system does not say. */
  readonly descriptors: number | null;
  /** Ephemeral ports of one address pair; null where the system does not say. */
  readonly ports: number | null;
  /** Memory that is free for use; null where the system does not say. */
  readonly memoryBytes: number | null;
}

/** What one connection takes in server, generator and kernel, generously: see `npm run bench:self -- scale`. */
const CLIENT_BYTES = 24 * 1024;

/** Descriptors that a process needs beside its sockets. */
export const OTHER_DESCRIPTORS = 100;

/** Sequence numbers that the envelope can hold. */
const MOST_PUBLICATIONS = 64 ** 4;

/** Why a transport cannot ride a carrier, naming those that it can; null when it can. */
export function cannotRide(transport: TransportName, carrier: Carrier): string | null {
  const { carriers } = transportOf(transport).client;
  if (carriers.includes(carrier)) return null;
  return `${transport} cannot ride --carrier ${carrier}; it can ride ${carriers.join(', ')}.`;
}

/** The first thing that makes a measurement impossible, as one sentence; null when there is none. */
export function impossible({ parameters, scenario, transport }: Planned, limits: MachineLimits): string | null {
  const { payloadBytes, pollIntervalMs, holdMs, durationMs, ratePerSecond, burst = 1 } = parameters;
  const { asks, upstream } = transportOf(transport).client;
  const publications = (ratePerSecond * (durationMs + warmedMs(parameters))) / 1e3;
  const stranded = cannotRide(transport, carrierOf(parameters));
  if (stranded !== null) return stranded;
  if (isMultiplexed(carrierOf(parameters)) && parameters.connection === 'close') {
    return `--connection close cannot ride --carrier ${parameters.carrier}: HTTP/2 has one connection for all requests. Take h1 or tls, or keep-alive.`;
  }
  if (durationMs <= 0) return '--duration must be above 0s.';
  if (payloadBytes < ENVELOPE_BYTES) {
    return `--payload must be at least ${ENVELOPE_BYTES}B: that is what sequence number and time stamps take.`;
  }
  if (payloadBytes > 4 * 2 ** 20) return '--payload must be at most 4MiB: servers refuse larger messages.';
  if (asks === 'each-interval' && pollIntervalMs > durationMs) {
    const [interval, window] = [formatDuration(pollIntervalMs), formatDuration(durationMs)];
    return `--poll-interval ${interval} is longer than the window of ${window} (${scenario}), so some clients would never poll in it. Raise --duration or lower --poll-interval.`;
  }
  if (asks === 'and-waits' && holdMs < 10)
    return '--hold must be at least 10ms: less is short polling without a pause.';
  if (asks === 'each-interval' && pollIntervalMs < 1) return '--poll-interval must be at least 1ms.';
  if (ratePerSecond > 0 && (ratePerSecond * durationMs) / 1e3 < 1) {
    return `--rate ${ratePerSecond} offers less than one publication in a window of ${formatDuration(durationMs)} (${scenario}). Raise --rate or --duration.`;
  }
  if (burst > 1 && (ratePerSecond * durationMs) / 1e3 < burst) {
    return `--rate ${ratePerSecond} offers less than one burst of ${burst} in a window of ${formatDuration(durationMs)} (${scenario}). Raise --rate or --duration.`;
  }
  if (publications > MOST_PUBLICATIONS) {
    return `${Math.round(publications)} publications in one measurement are more than the ${MOST_PUBLICATIONS} that a message can number. Lower --rate or --duration.`;
  }
  const own = scenario === 'echo' && upstream === 'own-connection' && !isMultiplexed(carrierOf(parameters)) ? 2 : 1;
  return tooManyClients(parameters, own, limits) ?? tooManyForLink(parameters, own, limits);
}

/** A link's relay is one process, and holds both ends of every connection. */
function tooManyForLink(parameters: Parameters, socketsEach: number, limits: MachineLimits): string | null {
  if (linkOf(parameters) === null) return null;
  const { clients, link } = parameters;
  const { sockets, why } = portsOrFiles(limits.descriptors, limits.ports, 2);
  const fit = Math.floor(sockets / socketsEach);
  if (clients <= fit) return null;
  return `--clients ${clients} is more than the relay of --link ${link} can hold both ends of here (${why}); at most ${fit} fit. Raise the limit, lower --clients, or leave --link out.`;
}

function tooManyClients(
  { clients, workers = 1, serverWorkers = 1 }: Parameters,
  socketsEach: number,
  { descriptors, ports, memoryBytes }: MachineLimits,
): string | null {
  const each = socketsEach === 1 ? '' : ` with ${socketsEach} sockets each`;
  const held = memoryBytes === null ? Infinity : Math.floor(memoryBytes / (CLIENT_BYTES * socketsEach));
  if (clients > held) {
    return `--clients ${clients}${each} needs about ${Math.ceil((clients * socketsEach * CLIENT_BYTES) / 2 ** 30)} GiB of memory for both ends, more than is free here; about ${held} fit. Lower --clients, or free memory.`;
  }
  const kinds = [
    { what: 'generator', flag: '--workers', processes: workers, limit: portsOrFiles(descriptors, ports) },
    { what: 'server', flag: '--server-workers', processes: serverWorkers, limit: filesOf(descriptors) },
  ];
  const over = kinds.filter(({ processes, limit }) => Math.ceil(clients / processes) * socketsEach > limit.sockets);
  const [first] = over;
  if (first === undefined) return null;
  const fit = Math.min(...over.map(({ processes, limit }) => Math.floor(limit.sockets / socketsEach) * processes));
  const flags = over
    .filter(({ limit }) => limit.sockets > 0)
    .map(({ flag, limit }) => `${flag} ${Math.ceil(clients / Math.floor(limit.sockets / socketsEach))}`);
  const spread = flags.length === 0 ? 'Raise the limit' : `Spread them with ${flags.join(' and ')}`;
  return `--clients ${clients}${each} is more than ${first.processes === 1 ? `one ${first.what} process` : `${first.processes} ${first.what} processes`} can hold here (${first.limit.why}); at most ${fit} clients fit. ${spread}, or lower --clients.`;
}

interface SocketLimit {
  readonly sockets: number;
  readonly why: string;
}

function filesOf(descriptors: number | null): SocketLimit {
  if (descriptors === null) return { sockets: Infinity, why: 'no limit' };
  return {
    sockets: Math.max(0, descriptors - OTHER_DESCRIPTORS),
    why: `${descriptors} open files a process, ulimit -n`,
  };
}

/** A generator's clients share an address, which has so many ports. */
function portsOrFiles(descriptors: number | null, ports: number | null, filesEach = 1): SocketLimit {
  const { sockets, why } = filesOf(descriptors);
  const files = { sockets: Math.floor(sockets / filesEach), why };
  if (ports === null || ports >= files.sockets) return files;
  return { sockets: ports, why: `${ports} ephemeral ports an address, net.ipv4.ip_local_port_range` };
}
