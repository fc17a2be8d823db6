/** Refuses what cannot be measured before anything starts: with the limit, and how to lift it. Pure. */
import { isMultiplexed, type Carrier } from '../clients/connection.ts';
import { carrierOf } from './scenario.ts';
import { ENVELOPE_BYTES } from './runner/envelope.ts';
import type { Planned } from './runner/plan.ts';
import { transport as transportOf, type TransportName } from './transports.ts';
import { formatDuration } from './units.ts';

export interface MachineLimits {
  /** Most open files of one process; null where the system does not say. */
  readonly descriptors: number | null;
  /** Ephemeral ports of one address pair; null where the system does not say. */
  readonly ports: number | null;
}

/** Descriptors that a process needs beside its sockets. */
const OTHER_DESCRIPTORS = 100;

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
  const { clients, payloadBytes, pollIntervalMs, holdMs, durationMs, warmupMs, ratePerSecond } = parameters;
  const { asks, upstream } = transportOf(transport).client;
  const publications = (ratePerSecond * (durationMs + warmupMs)) / 1e3;
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
  if (publications > MOST_PUBLICATIONS) {
    return `${Math.round(publications)} publications in one measurement are more than the ${MOST_PUBLICATIONS} that a message can number. Lower --rate or --duration.`;
  }
  return tooManyClients(
    clients,
    scenario === 'echo' && upstream === 'own-connection' && !isMultiplexed(carrierOf(parameters)) ? 2 : 1,
    limits,
  );
}

function tooManyClients(clients: number, socketsEach: number, { descriptors, ports }: MachineLimits): string | null {
  const sockets = clients * socketsEach;
  const each = socketsEach === 1 ? '' : ` with ${socketsEach} sockets each`;
  if (descriptors !== null && sockets + OTHER_DESCRIPTORS > descriptors) {
    const most = Math.max(0, Math.floor((descriptors - OTHER_DESCRIPTORS) / socketsEach));
    return `--clients ${clients}${each} needs more than the ${descriptors} open files that one process may have here; at most ${most} clients fit. Raise the limit with "ulimit -n ${sockets + OTHER_DESCRIPTORS}" if the hard limit allows, or lower --clients.`;
  }
  if (ports !== null && sockets > ports) {
    return `--clients ${clients}${each} needs more than the ${ports} ephemeral ports of one address pair. Widen net.ipv4.ip_local_port_range, or lower --clients to ${Math.floor(ports / socketsEach)}.`;
  }
  return null;
}
