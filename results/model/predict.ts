/**
 * What a load costs over a transport, by the model of a run. Pure, and the same in Node.js and in the report's page.
 *
 * A figure whose model was never held against a load that it had not seen has no band; one beyond what was measured says so.
 */
import { banded, exactly, plus, times, type Band } from './band.ts';
import { bytesPerSecond } from './bytes.ts';
import { lawOf, trafficOf, type Load } from './load.ts';
import { sumOf } from './linear.ts';
import type { Fit, Part, PerClient, TransportModel } from './model.ts';

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
  /** Which figures of the load no measurement reached: `clients`, `deliveries`, `requests`, `payload`. */
  readonly beyond: readonly string[];
}

/** IPv4 and TCP with timestamps: what Linux sends; see below the socket in the report. */
export const PACKET_HEADER_BYTES = 52;

/** What a packet of 1,500 B holds beside those headers. */
const SEGMENT_BYTES = 1_448;

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
  return {
    transport: model.transport,
    meanMs: meanOf(model, load),
    p99Ms: p99Of(model, load),
    up,
    down,
    wire:
      up === null || down === null || packets === null
        ? null
        : plus(plus(up, down), times(packets, PACKET_HEADER_BYTES)),
    requests: bytes === null ? null : bytes.requests * clients,
    cores: model.cores === null ? null : bandOf(model.cores, parts),
    memoryBytes: memoryOf(model, clients),
    beyond: beyondOf(model, load, parts),
  };
}

/** What all clients together do in a second, by what it costs. */
export function partsOf(model: Pick<TransportModel, 'asks' | 'bytes'>, load: Load): Record<Part, number> {
  const { clients, ratePerSecond, fanOut, payloadBytes } = load;
  const traffic = trafficOf(model.asks, load, model.bytes?.beatsAlways ?? false);
  const deliveries = clients * ratePerSecond;
  return {
    deliveries,
    requests: clients * traffic.requests,
    clients,
    publications: deliveries / fanOut,
    megabytes: (deliveries * payloadBytes) / 1e6,
    segments: deliveries * Math.floor(payloadBytes / SEGMENT_BYTES),
    process: 1,
    fanOut: ratePerSecond === 0 ? 0 : fanOut,
    burstMegabytes: ratePerSecond === 0 ? 0 : (fanOut * payloadBytes) / 1e6,
  };
}

export const inOrder = (parts: readonly Part[], of: Record<Part, number>): number[] => parts.map((part) => of[part]);

function bandOf(fit: Fit, parts: Record<Part, number>): Band {
  return banded(sumOf(fit.coefficients, inOrder(fit.parts, parts)), fit.heldOut?.most ?? null);
}

/** What a delivery takes beyond its law, ms; null where none was measured. */
export function serviceMsOf(model: TransportModel, load: Load): number | null {
  if (model.serviceMs === null) return null;
  return sumOf(model.serviceMs.coefficients, inOrder(model.serviceMs.parts, partsOf(model, load)));
}

function meanOf(model: TransportModel, load: Load): Band | null {
  const { meanMs } = lawOf(model.asks, load);
  const service = serviceMsOf(model, load);
  return service === null || meanMs === undefined ? null : banded(meanMs + service, errorOf(model));
}

/** Where a law says nothing of it, as of a stream, all that is beyond the mean is service. */
function p99Of(model: TransportModel, load: Load): Band | null {
  const service = serviceMsOf(model, load);
  if (service === null || model.serviceP99Ms === null) return null;
  const p99Ms = lawOf(model.asks, load).p99Ms ?? load.rttMs / 2;
  return banded(p99Ms + Math.max(service, model.serviceP99Ms), errorOf(model));
}

const errorOf = ({ serviceMs }: TransportModel): number | null => serviceMs?.heldOut?.most ?? null;

function memoryOf({ memory, kernelMemory }: TransportModel, clients: number): Band | null {
  if (memory === null) return null;
  const own = memoryBand(memory, clients);
  return kernelMemory === null ? own : plus(own, memoryBand(kernelMemory, clients));
}

const memoryBand = ({ bytes, low, high }: PerClient, clients: number): Band =>
  times({ value: bytes, low, high }, clients);

function beyondOf({ range, memory }: TransportModel, load: Load, parts: Record<Part, number>): string[] {
  const { payloadBytes } = load;
  const beyond: [string, boolean][] = [
    ['clients', load.clients > Math.max(range.clients, memory?.clients ?? 0)],
    ['deliveries', parts.deliveries > range.deliveriesPerSecond],
    ['requests', parts.requests > range.requestsPerSecond],
    ['payload', payloadBytes > range.payloadBytes.most || payloadBytes < range.payloadBytes.least],
  ];
  return beyond.flatMap(([name, is]) => (is ? [name] : []));
}
