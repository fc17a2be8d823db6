/** Which capacities are sought, between which bounds, and how one point of each is measured: pure. */
import { percentileSupported } from '../../results/histogram.ts';
import type { Dimension, Limit } from '../../results/capacity.ts';
import { parametersOf, scenarioConfig, type Resolved } from '../config.ts';
import { scenario } from '../index.ts';
import { impossible, type MachineLimits } from '../limits.ts';
import { expectedMs, type Planned } from '../runner/plan.ts';
import type { Config } from '../settings.ts';
import { transport as transportOf, type TransportName } from '../transports.ts';
import { formatDuration } from '../units.ts';
import { brokenByLaw, highestQuantile, type Slo } from './slo.ts';

/** One message to all clients is what a capacity is about. */
const SCENARIO = 'broadcast';

/** Where the user has not said otherwise: windows short enough for ten probes a search, long enough for a 99th percentile. */
const DEFAULTS = { duration: 2_000, warmup: 300 } as const;

/** More than any machine could be asked for. */
const MOST: Readonly<Record<Dimension, number>> = { clients: 10_000_000, rate: 1_000_000 };

/** Random spacing may offer fewer samples than the mean. */
const SAMPLE_MARGIN = 1.1;

/** Probes below which a search says nothing: a ramp of two, and their confirmation. */
const FEWEST_PROBES = 4;

/** A capacity that cannot be sought as asked: one sentence, with what to try. */
export class CapacityError extends Error {}

export interface PlannedSearch {
  readonly transport: TransportName;
  readonly dimension: Dimension;
  readonly fixed: { clients: number | null; ratePerSecond: number | null };
  readonly start: number;
  readonly least: number;
  readonly most: number;
  /** What ends the range at `most`. */
  readonly beyond: Limit;
  /** The clause that this transport cannot meet at any load. */
  readonly law: string | null;
  /** The measurement of one point; `index` counts the probes of this search. */
  readonly planned: (at: number, index: number) => Planned;
}

export interface CapacityPlan {
  readonly config: Config;
  readonly searches: readonly PlannedSearch[];
  readonly notes: readonly string[];
}

export interface CapacityQuestion {
  readonly slo: Slo;
  readonly dimensions: readonly Dimension[];
  readonly budgetMs: number;
  /** Of the budget, what something other than the searches takes. */
  readonly reservedMs: number;
}

/** @throws CapacityError where it cannot be done, with the limit and what would raise it */
export function planCapacity(resolved: Resolved, question: CapacityQuestion, limits: MachineLimits): CapacityPlan {
  const config = probeConfig(resolved);
  const notes: string[] = [];
  const searches = config.transports.flatMap((transport) =>
    question.dimensions.map((dimension) => planSearch(transport, dimension, config, question.slo, limits, notes)),
  );
  const needsMs = searches.reduce(
    (sum, search) => sum + FEWEST_PROBES * expectedMs(search.planned(search.start, 0)),
    0,
  );
  if (question.budgetMs < needsMs) {
    const least = formatDuration(Math.ceil(needsMs / 1e3) * 1e3);
    throw new CapacityError(
      `--budget ${formatDuration(question.budgetMs)} is too short for ${searches.length} searches of ${FEWEST_PROBES} probes and more. Raise it to ${least} at least, or ask for fewer --transports or one --dimension.`,
    );
  }
  return { config, searches, notes };
}

function probeConfig(resolved: Resolved): Config {
  const config = scenarioConfig(resolved, SCENARIO);
  const free = (name: keyof typeof DEFAULTS): boolean => ['profile', 'default'].includes(resolved.sources[name]);
  const own = (name: keyof typeof DEFAULTS): number => (free(name) ? DEFAULTS[name] : config[name]);
  return { ...config, scenarios: [SCENARIO], duration: own('duration'), warmup: own('warmup'), repetitions: 1 };
}

function planSearch(
  transport: TransportName,
  dimension: Dimension,
  config: Config,
  slo: Slo,
  limits: MachineLimits,
  notes: string[],
): PlannedSearch {
  const variant = scenario(SCENARIO).variants(transport, { rttMs: 0 })[0]!;
  const planned = (at: number, index: number): Planned => ({
    order: index,
    transport,
    scenario: SCENARIO,
    parameters: parametersOf({ ...config, [dimension]: at }, variant),
    repetition: 0,
    // A schedule and phases of its own for each probe: a second opinion must not repeat the first one's luck.
    seed: (config.seed + index * 7_919) % 2 ** 31,
  });
  const asked = dimension === 'clients' ? config.clients : Math.ceil(config.rate);
  const reason = impossible(planned(asked, 0), limits);
  if (reason !== null) throw new CapacityError(reason);
  const most = largest(asked, MOST[dimension], (at) => impossible(planned(at, 0), limits) === null);
  const least = fewestFor(slo, dimension, config);
  if (least > most) throw new CapacityError(tooFewSamples(slo, config));
  const start = Math.max(asked, least);
  const name = dimension === 'clients' ? '--clients' : '--rate';
  if (start > asked)
    notes.push(`${transport}: ${name} starts at ${start}, because ${asked} gives too few samples for the target.`);
  const law = transportOf(transport).client.asks === 'each-interval' ? brokenByLaw(slo, config.pollInterval) : null;
  return {
    transport,
    dimension,
    fixed: {
      clients: dimension === 'clients' ? null : config.clients,
      ratePerSecond: dimension === 'rate' ? null : config.rate,
    },
    start,
    // No smaller load helps against a law: one point shows it.
    least: law === null ? least : start,
    most,
    beyond: beyond(planned(most + 1, 0), limits),
    law,
    planned,
  };
}

/** The largest number from `low`, which holds, to `high` for which `holds`, given that it holds up to some number. */
export function largest(low: number, high: number, holds: (at: number) => boolean): number {
  if (holds(high)) return high;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** What keeps the range from going on: the machine's limits, one after the other, or the end of what can be asked. */
function beyond(planned: Planned, limits: MachineLimits): Limit {
  const message = impossible(planned, limits);
  const code =
    impossible(planned, { ...limits, descriptors: null }) !== message
      ? 'descriptors'
      : impossible(planned, { ...limits, ports: null }) !== message
        ? 'ports'
        : impossible(planned, { ...limits, memoryBytes: null }) !== message
          ? 'memory'
          : 'generator';
  return { code, lowerBound: true, message: message ?? 'More is not tried.', advice: null };
}

/** The smallest load whose window holds samples enough for every percentile of the target. */
function fewestFor(slo: Slo, dimension: Dimension, { clients, rate, duration }: Config): number {
  const quantile = highestQuantile(slo);
  const samples = quantile === null ? 1 : samplesFor(quantile) * SAMPLE_MARGIN;
  const others = dimension === 'clients' ? rate : clients;
  return Math.max(1, Math.ceil(samples / (others * (duration / 1e3))));
}

function samplesFor(quantile: number): number {
  let samples = 1;
  while (!percentileSupported(samples, quantile)) samples *= 2;
  return largest(0, samples, (count) => count === 0 || !percentileSupported(count, quantile)) + 1;
}

function tooFewSamples(slo: Slo, { duration }: Config): string {
  const samples = samplesFor(highestQuantile(slo) ?? 0);
  return `The target needs ${samples} deliveries in a window of ${formatDuration(duration)}, more than this machine can be asked for. Raise --duration, --rate or --clients.`;
}
