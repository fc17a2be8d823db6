/** The document that comes of a measurement: what processes reported and the runner read, as the result file has it. Pure. */
import { isEncrypted, type Carrier } from '../../clients/connection.ts';
import type { LayerBytes } from '../../clients/ledger.ts';
import type { Layers, Measurement } from '../../results/schema.ts';
import { certify } from '../../results/validity.ts';
import { carrierOf } from '../scenario.ts';
import type { Exchange } from './clock-check.ts';
import { factsOf } from './facts.ts';
import type { LinkEvidence } from './link-relay.ts';
import type { LoadEdge } from './machine-load.ts';
import { threeOf, worst } from './merge-reports.ts';
import type { WireCount } from './namespace.ts';
import type { Planned } from './plan.ts';
import type { GeneratorReport, Quantiles } from './protocol.ts';

/**
 * Fewer clients than this, and the server's memory moves more by itself than by them: 42 KiB each were read at 500 clients
 * where the slope up to 15,000 is 12 KB (`npm run bench:self -- scale`).
 */
const CLIENTS_FOR_MEMORY = 5_000;

export interface Reading extends LoadEdge {
  /** Null where the packets are not counted. */
  readonly wire: WireCount | null;
  /** CPU time of each process that keeps a core awake. */
  readonly awakeNs: readonly (number | null)[];
}

export interface Observed {
  readonly reports: readonly GeneratorReport[];
  readonly report: GeneratorReport;
  readonly readings: [Reading, Reading];
  readonly published: { slipNs: Quantiles; eventLoopDelayNs: Quantiles };
  readonly clocks: { server: Exchange; generators: Exchange[] };
  readonly rssBefore: number | null;
  readonly link: LinkEvidence | undefined;
  /** Undefined where they were let sleep. */
  readonly awakeCores: number | undefined;
}

export function documentOf(planned: Planned, observed: Observed): Measurement {
  const { reports, report, readings, published, clocks, rssBefore, link, awakeCores } = observed;
  const { transport, parameters, repetition, order, twin } = planned;
  const [start, end] = readings;
  const toldLost = report.findings.slow?.toldLost ?? 0;
  const { publications, offered, delivered, duplicated, reordered } = report;
  const counts = {
    publications,
    offered,
    delivered,
    lost: Math.max(0, offered - delivered - toldLost),
    duplicated,
    reordered,
  };
  const rss = end.server.rssBytes;
  const stayed = !report.visits && report.ready > 0;
  const perClient = rss !== null && rssBefore !== null && parameters.clients >= CLIENTS_FOR_MEMORY && stayed;
  const carrier = carrierOf(parameters);
  const usesRequests = report.requestLatencyNs.count > 0;
  return {
    transport,
    scenario: planned.scenario,
    parameters,
    repetition,
    order,
    counts,
    deliveryLatencyNs: report.deliveryLatencyNs,
    transitTimeNs: report.transitTimeNs,
    readinessNs: report.readinessNs,
    ...(usesRequests ? { requestLatencyNs: report.requestLatencyNs } : {}),
    ...report.findings,
    bytes: { up: layers(report.window.up, carrier), down: layers(report.window.down, carrier) },
    window: {
      durationNs: report.windowNs,
      deliveries: report.windowDeliveries,
      emptyPolls: report.window.emptyPolls,
      connections: report.window.connections,
    },
    ...networkOf(report, start.wire, end.wire),
    ...(link === undefined ? {} : { link: link.document }),
    requests: report.window.requests,
    handshakePerClient: report.handshakePerClient,
    server: {
      cpuNs: serverCpu(start, end, report.windowNs),
      rssBytes: rss,
      eventLoopDelayNs: threeOf(published.eventLoopDelayNs),
      rssPerClientBytes: perClient ? (rss - rssBefore) / parameters.clients : null,
    },
    generator: {
      cpuNs: report.cpuNs,
      rssBytes: report.rssBytes,
      eventLoopDelayNs: threeOf(report.eventLoopDelayNs),
      // Both the server and the generators kept a schedule.
      scheduleSlipNs: threeOf(worst([published.slipNs, report.slipNs])),
    },
    ...(awakeCores === undefined ? {} : { awakeCores }),
    ...(twin === true ? { twin } : {}),
    validity: certify(
      factsOf(planned, { counts, reports, report, serverSlipNs: published.slipNs, clocks, edges: readings, link }),
    ),
  };
}

/** Counted by the interface, or else modelled beside the ledger. */
function networkOf(
  { window, modelled }: GeneratorReport,
  start: WireCount | null,
  end: WireCount | null,
): Pick<Measurement, 'network'> {
  if (start !== null && end !== null) {
    const [packets, ipBytes] = [end.packets - start.packets, end.ipBytes - start.ipBytes];
    return { network: { basis: 'measured', packets, ipBytes } };
  }
  if (modelled === null) return {};
  const ipBytes = window.up.total + window.down.total + modelled.headerBytes;
  return { network: { basis: 'modelled', packets: modelled.packets, ipBytes } };
}

/** Read at edges of the runner's own, some milliseconds off the window's, so it is scaled to the window's length. */
function serverCpu(start: Reading, end: Reading, windowNs: number): number | null {
  const cpuNs = difference(start.server.cpuNs, end.server.cpuNs);
  return cpuNs === null ? null : (cpuNs * windowNs) / ((end.atMs - start.atMs) * 1e6);
}

function difference(before: number | null, after: number | null): number | null {
  return before === null || after === null ? null : after - before;
}

function layers({ tls, ...plain }: LayerBytes, carrier: Carrier): Layers {
  return isEncrypted(carrier) ? { ...plain, tls } : plain;
}
