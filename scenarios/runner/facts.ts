/** From what a measurement's processes report to the facts that its certificate is judged by. Pure. */
import type { LoadFlag } from '../../results/advice.ts';
import type { Latency, Measurement } from '../../results/schema.ts';
import type { Facts } from '../../results/validity.ts';
import { scenario } from '../index.ts';
import { linkOf } from '../link.ts';
import type { Parameters } from '../scenario.ts';
import { transport as transportOf } from '../transports.ts';
import { clockFacts, type Exchange } from './clock-check.ts';
import type { LinkEvidence } from './link-relay.ts';
import { generatorsRan, generatorsWaited, machineBetween, type LoadEdge } from './machine-load.ts';
import type { Planned } from './plan.ts';
import type { GeneratorReport, Quantiles } from './protocol.ts';

const UNKNOWN: Quantiles = { p50: null, p90: null, p99: null, max: null };

export interface Observed {
  readonly counts: Measurement['counts'];
  /** Of each generator process, and of all together. */
  readonly reports: readonly GeneratorReport[];
  readonly report: GeneratorReport;
  readonly serverSlipNs: Quantiles;
  readonly clocks: { readonly server: Exchange; readonly generators: readonly Exchange[] };
  readonly edges: readonly [LoadEdge, LoadEdge];
  readonly link: LinkEvidence | undefined;
}

export function factsOf(planned: Planned, observed: Observed): Facts {
  const { transport, parameters } = planned;
  const { counts, reports, report, serverSlipNs, clocks, edges, link } = observed;
  const [start, end] = edges;
  const { clients, ratePerSecond, pollIntervalMs, durationMs } = parameters;
  const polls = transportOf(transport).client.asks === 'each-interval';
  const stay = !report.visits && report.ready > 0;
  return {
    counts,
    settings: {
      clients: stay ? clients : null,
      ratePerSecond,
      pollIntervalMs: polls && stay ? pollIntervalMs : null,
      durationMs,
      workers: parameters.workers ?? 1,
      fixed: fixedIn(planned),
    },
    latencyNs: mainLatency(report, counts.offered),
    generator: {
      ...busiest(reports, generatorsRan(start, end), generatorsWaited(start, end)),
      loopDelayNs: report.eventLoopDelayNs,
      slipNs: report.slipNs,
    },
    // Stopped on purpose, it publishes late: that is the question and no news.
    serverSlipNs: (parameters.stallMs ?? 0) > 0 ? UNKNOWN : serverSlipNs,
    ledgerDifference: report.ledgerDifference,
    errors: link?.errors ?? report.errors,
    ...(link === undefined ? {} : { link: link.facts }),
    clock: { ...clockFacts(clocks.server, clocks.generators), early: report.early },
    machine: machineBetween(start, end),
    serverCpuMeasured: end.server.cpuNs !== null && end.server.rssBytes !== null,
  };
}

const FLAG_OF: Partial<Record<keyof Parameters, LoadFlag>> = {
  clients: '--clients',
  ratePerSecond: '--rate',
  pollIntervalMs: '--poll-interval',
};

/** What of the load the variant sets, whatever the flags say. What a scenario `needs` is at least so much: more can be asked. */
export function fixedIn({ transport, scenario: name, parameters }: Planned): LoadFlag[] {
  const distance = { rttMs: 2 * (linkOf(parameters)?.delayMs ?? 0) };
  const own = scenario(name)
    .variants(transport, distance)
    .find((variant) => variant.name === parameters.variant);
  return Object.keys(own?.parameters ?? {}).flatMap((key) => FLAG_OF[key as keyof Parameters] ?? []);
}

/** The generator with the least room left: one that is at its limit spoils what the others measure well. */
function busiest(
  reports: readonly GeneratorReport[],
  ran: readonly (number | null)[],
  waited: readonly (number | null)[],
): Pick<Facts['generator'], 'cpuShare' | 'waitedShare'> {
  const all = reports.map(({ cpuNs, windowNs, restless }, index) => {
    // Between the same edges as the waiting: a generator without a core comes late to edges of its own. One that never waits
    // alone knows when it had something to do.
    const waitedShare = waited[index] ?? null;
    // What it waited for a core meanwhile was in the turns that it took for work.
    const worked = Math.max(0, cpuNs / windowNs - (waitedShare ?? 0));
    return { cpuShare: restless ? worked : (ran[index] ?? cpuNs / windowNs), waitedShare };
  });
  const load = ({ cpuShare, waitedShare }: (typeof all)[number]): number => cpuShare + (waitedShare ?? 0);
  return all.reduce((most, each) => (load(each) > load(most) ? each : most));
}

/** What the scenario is about: requests, deliveries or sessions. Null when it measures no latency. */
function mainLatency(report: GeneratorReport, offered: number): Latency | null {
  if (report.requestLatencyNs.count > 0) return report.requestLatencyNs;
  if (offered > 0) return report.deliveryLatencyNs;
  return report.visits ? report.readinessNs : null;
}
