/** What every rendering of a capacity says, as words: pure, and the same in the terminal, in Markdown and in the page. */
import type { Capacity, CapacityFile, Limit, LimitCode, Probe, Saturation } from '../results/capacity.ts';
import { cpuSharesOf } from '../results/cpu-shares.ts';
import type { Latency } from '../results/schema.ts';
import { format, NOTHING, plain } from './format.ts';

const LIMIT_NAMES: Readonly<Record<LimitCode, string>> = {
  'server-cpu': 'server CPU',
  generator: 'the generator',
  link: 'the relay of the link',
  'machine-busy': 'other work on the machine',
  descriptors: 'open files of one process',
  ports: 'ephemeral ports',
  memory: 'memory',
  law: 'its law, not load',
  latency: 'latency, with CPU to spare',
  lost: 'lost deliveries',
  samples: 'too few samples',
  budget: 'the time given',
  failure: 'a failure',
};

export const limitName = ({ code }: Limit): string => LIMIT_NAMES[code];

export const COUNTED = { clients: 'clients', rate: 'publications/s' } as const;

const count = (value: number): string => format(value, 'count');

/** `clients at 20/s`, `publications/s at 100 clients`. */
export function questionOf({ dimension, fixed }: Pick<Capacity, 'dimension' | 'fixed'>): string {
  const beside =
    dimension === 'clients' ? format(fixed.ratePerSecond, 'perSecond') : `${count(fixed.clients!)} clients`;
  return `${COUNTED[dimension]} at ${beside}`;
}

/** `4,200–4,600`, `at least 4,200`, `none`: what can be stood by. */
export function intervalOf(capacity: Capacity): string {
  const { met, failed, lowerBound, failedConfirmed } = capacity;
  if (met === null) return capacity.ended === 'settled' ? `none (${count(failed!)} failed)` : 'not found in time';
  if (lowerBound || failed === null) return `at least ${count(met)}`;
  return `${count(met)}–${count(failed)}${failedConfirmed ? '' : '?'}`;
}

/** One sentence: what was found, what limited it, and how sure that is. */
export function sentencesOf(capacity: Capacity): string[] {
  const { met, failed, failedConfirmed, limitedBy, ended, lowerBound } = capacity;
  const name = `${plain(capacity.transport)}, ${questionOf(capacity)}`;
  const found =
    met === null
      ? `${name}: no load was found that meets the target.`
      : lowerBound || failed === null
        ? `${name}: at least ${count(met)}.`
        : `${name}: ${count(met)} meet the target, ${count(failed)} do not.`;
  const why = limitedBy === null ? [] : [`Limited by ${limitName(limitedBy)}: ${plain(limitedBy.message)}`];
  const advice = limitedBy?.advice == null ? [] : [plain(limitedBy.advice)];
  const early = {
    settled: [],
    // What says it as the limit says it once.
    budget:
      limitedBy?.code === 'budget'
        ? []
        : ['The time was over before the interval was narrow; a longer --budget narrows it.'],
    interrupted: ['Interrupted before the interval was narrow.'],
  }[ended];
  const unsure = failed !== null && !failedConfirmed ? [`Only one probe failed at ${count(failed)}.`] : [];
  return [[found, ...why, ...unsure, ...early, ...advice].join(' ')];
}

export type LatencyColumn = Exclude<keyof Latency, 'count' | 'hdr' | 'min'>;

/** The latency that the target asks for first; the 99th percentile where it asks for none. */
export function latencyColumn(slo: string): LatencyColumn {
  const found = /\b(p50|p90|p99|p999|mean|max)(?=[<=])/.exec(slo);
  return (found?.[1] as LatencyColumn | undefined) ?? 'p99';
}

export interface CurvePoint {
  readonly at: number;
  readonly latencyNs: number | null;
  readonly serverShare: number | null;
  readonly generatorShare: number | null;
  readonly probe: Probe;
}

/** All probes by load, those at one load in the order in which they were made. */
export function curveOf({ probes }: Pick<Capacity, 'probes'>, column: LatencyColumn): CurvePoint[] {
  return [...probes]
    .sort((a, b) => a.at - b.at)
    .map((probe) => {
      const { measurement } = probe;
      if (measurement === null) {
        return { at: probe.at, latencyNs: null, serverShare: null, generatorShare: null, probe };
      }
      const { server, generator } = cpuSharesOf(measurement);
      return {
        at: probe.at,
        latencyNs: measurement.deliveryLatencyNs[column],
        serverShare: server,
        generatorShare: generator,
        probe,
      };
    });
}

/** `met`, or what was in the way. */
export const verdictOf = ({ verdict, limit }: Probe): string =>
  limit === null ? verdict : `${verdict}: ${limitName(limit)}`;

const ANSWERS = { empty: 'that find nothing', message: 'that find a message' } as const;

/** `saturation: 21,300 polls/s that find a message (autocannon, 64 connections)…`. */
export function saturationSentence(saturation: Saturation): string {
  const { transport, answer, connections, perSecond, errors, latencyNs, saturated } = saturation;
  const { serverCpuShare, generatorCpuShare } = saturation;
  const limit =
    saturated === null
      ? 'the CPU of the server cannot be read here'
      : saturated
        ? 'the server was the limit'
        : 'the server was not full, so it answers at least as many';
  const failed = errors === 0 ? '' : ` ${count(errors)} were not answered as they should be.`;
  return `${plain(transport)}, saturation: ${count(perSecond)} polls/s ${ANSWERS[answer]} (autocannon, ${connections} connections), p50 ${format(latencyNs.p50, 'ns')}, p99 ${format(latencyNs.p99, 'ns')} in their queue; server ${format(serverCpuShare, 'share')} of a core, autocannon ${format(generatorCpuShare, 'share')}: ${limit}.${failed}`;
}

/** What is missing from the document, for people. */
export function missingFrom({ partial, run: { notes } }: CapacityFile): string[] {
  return [...(partial ? ['Interrupted: not everything that was asked for was sought.'] : []), ...notes.map(plain)];
}

export const NONE = NOTHING;
