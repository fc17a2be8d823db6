/** One report of what several generator processes saw: sums of what they counted, and the worst of what they suffered. Pure. */
import { LAYERS, type LayerBytes, type Snapshot } from '../../clients/ledger.ts';
import { mergeLatencies } from '../../results/histogram.ts';
import { mergeFindings } from './findings.ts';
import type { GeneratorReport, Quantiles } from './protocol.ts';

const LATENCIES = ['deliveryLatencyNs', 'transitTimeNs', 'readinessNs', 'requestLatencyNs'] as const;
const COUNTS = [
  'offered',
  'delivered',
  'duplicated',
  'reordered',
  'windowDeliveries',
  'ready',
  'cpuNs',
  'rssBytes',
  'losses',
] as const;

/** Examples of complaints kept in all. */
const EXAMPLES = 5;

/** @param sharedSchedule whether all saw the same publications, or each published its own part */
export function mergeReports(reports: readonly GeneratorReport[], sharedSchedule: boolean): GeneratorReport {
  const [first, ...others] = reports;
  if (first === undefined) throw new Error('there is no report to merge');
  if (others.length === 0) return first;
  const sum = (of: (report: GeneratorReport) => number): number =>
    reports.reduce((total, report) => total + of(report), 0);
  const each = <K extends string, V>(names: readonly K[], of: (name: K) => V): Record<K, V> =>
    Object.fromEntries(names.map((name) => [name, of(name)])) as Record<K, V>;
  const modelled = reports.every((report) => report.modelled !== null);
  return {
    ...each(LATENCIES, (name) => mergeLatencies(reports.map((report) => report[name]))),
    ...each(COUNTS, (name) => sum((report) => report[name])),
    publications: sharedSchedule ? first.publications : sum(({ publications }) => publications),
    findings: mergeFindings(reports.map(({ findings }) => findings)),
    window: windowOf(reports.map(({ window }) => window)),
    modelled: modelled
      ? {
          packets: sum((report) => report.modelled!.packets),
          headerBytes: sum((report) => report.modelled!.headerBytes),
        }
      : null,
    windowNs: Math.round(sum(({ windowNs }) => windowNs) / reports.length),
    handshakePerClient: {
      upBytes: meanOf(reports, ({ handshakePerClient }) => handshakePerClient.upBytes),
      downBytes: meanOf(reports, ({ handshakePerClient }) => handshakePerClient.downBytes),
    },
    visits: reports.some(({ visits }) => visits),
    restless: reports.some(({ restless }) => restless),
    ledgerDifference: {
      // Of each: differences of two processes must not cancel out.
      up: sum(({ ledgerDifference }) => Math.abs(ledgerDifference.up)),
      down: sum(({ ledgerDifference }) => Math.abs(ledgerDifference.down)),
    },
    eventLoopDelayNs: worst(reports.map(({ eventLoopDelayNs }) => eventLoopDelayNs)),
    slipNs: worst(reports.map(({ slipNs }) => slipNs)),
    early: {
      count: sum(({ early }) => early.count),
      worstNs: Math.max(...reports.map(({ early }) => early.worstNs)),
    },
    errors: {
      count: sum(({ errors }) => errors.count),
      examples: [...new Set(reports.flatMap(({ errors }) => errors.examples))].slice(0, EXAMPLES),
    },
  };
}

/** The largest, place by place; null where nobody has one. */
export function worst(all: readonly Quantiles[]): Quantiles {
  const largest = (of: (quantiles: Quantiles) => number | null): number | null => {
    const known = all.map(of).filter((value) => value !== null);
    return known.length === 0 ? null : Math.max(...known);
  };
  return {
    p50: largest(({ p50 }) => p50),
    p90: largest(({ p90 }) => p90),
    p99: largest(({ p99 }) => p99),
    max: largest(({ max }) => max),
  };
}

/** As the file has them. */
export const threeOf = ({ p50, p99, max }: Quantiles): Omit<Quantiles, 'p90'> => ({ p50, p99, max });

/** Over all clients, however they are spread. */
function meanOf(reports: readonly GeneratorReport[], of: (report: GeneratorReport) => number | null): number | null {
  const known = reports.filter((report) => of(report) !== null && report.ready > 0);
  const clients = known.reduce((total, { ready }) => total + ready, 0);
  return clients === 0 ? null : known.reduce((total, report) => total + of(report)! * report.ready, 0) / clients;
}

function windowOf(windows: readonly Snapshot[]): Snapshot {
  const sum = (of: (window: Snapshot) => number): number => windows.reduce((total, window) => total + of(window), 0);
  const layers = (direction: 'up' | 'down'): LayerBytes => {
    const names = [...LAYERS, 'partial', 'tls', 'total'] as const;
    return Object.fromEntries(
      names.map((name) => [name, sum((window) => window[direction][name])]),
    ) as unknown as LayerBytes;
  };
  return {
    up: layers('up'),
    down: layers('down'),
    requests: sum(({ requests }) => requests),
    emptyPolls: sum(({ emptyPolls }) => emptyPolls),
    connections: sum(({ connections }) => connections),
  };
}
