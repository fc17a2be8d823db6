/**
 * Seeks the planned capacities one after the other within the time given, written after every probe, and always ended
 * with a valid document.
 *
 * How a probe is measured is handed in, so that budget, checkpoints and interruption are tested without processes.
 */
import type { CapacityFile, Limit, Probe, Saturation } from '../../results/capacity.ts';
import type { Measurement } from '../../results/schema.ts';
import { expectedMs, type Planned } from '../runner/plan.ts';
import { judge, judgeFailure, outOfTime, roomOf } from './judge.ts';
import type { PlannedSearch } from './plan.ts';
import { findingOf, search, type Search } from './search.ts';
import type { Slo } from './slo.ts';

/** The ends of an interval this much apart are near enough: probes of two seconds tell no finer. */
const WIDTH = 0.1;

export interface CapacityProgress {
  begin(search: PlannedSearch, at: number): void;
  end(search: PlannedSearch, probe: Probe): void;
  saturating(transport: string): void;
}

export interface CapacityDependencies {
  readonly measure: (planned: Planned, signal: AbortSignal) => Promise<Measurement>;
  /** One after the search: requests that are answered at once. */
  readonly saturations: readonly PlannedSaturation[];
  /** Called after every probe and once more at the end. */
  readonly write: (file: CapacityFile) => void;
  readonly progress: CapacityProgress;
  readonly now: () => number;
  /** Aborts: what is measured is kept. */
  readonly signal: AbortSignal;
}

export interface PlannedSaturation {
  readonly transport: string;
  readonly takesMs: number;
  readonly measure: (signal: AbortSignal) => Promise<Saturation>;
}

/** @param header the document without its results; it is completed, not copied */
export async function executeCapacity(
  searches: readonly PlannedSearch[],
  slo: Slo,
  header: CapacityFile,
  dependencies: CapacityDependencies,
): Promise<CapacityFile> {
  const { saturations, write, now, signal } = dependencies;
  const start = now();
  const endMs = start + header.run.budgetMs;
  const file: CapacityFile = { ...header, partial: true, capacities: [], saturations: [] };
  const checkpoint = (): void => {
    file.run.wallTimeMs = Math.round(now() - start);
    write(file);
  };
  const reservedMs = saturations.reduce((sum, { takesMs }) => sum + takesMs, 0);
  for (const [index, planned] of searches.entries()) {
    if (signal.aborted) break;
    // What one search leaves over goes to those that follow.
    const shareMs = (endMs - reservedMs - now()) / (searches.length - index);
    await seek(planned, slo, now() + shareMs, file, checkpoint, dependencies);
  }
  for (const saturation of saturations) {
    if (signal.aborted) break;
    await saturate(saturation, file, dependencies);
    checkpoint();
  }
  file.partial = signal.aborted;
  checkpoint();
  return file;
}

async function saturate(
  planned: PlannedSaturation,
  file: CapacityFile,
  { progress, signal }: CapacityDependencies,
): Promise<void> {
  progress.saturating(planned.transport);
  try {
    file.saturations.push(await planned.measure(signal));
  } catch (error) {
    if (!signal.aborted) file.run.notes.push(`Saturation of ${planned.transport}: ${(error as Error).message}`);
  }
}

/** One search. Its entry stands in the document from the first probe on. */
async function seek(
  planned: PlannedSearch,
  slo: Slo,
  deadlineMs: number,
  file: CapacityFile,
  checkpoint: () => void,
  { measure, progress, now, signal }: CapacityDependencies,
): Promise<void> {
  const { transport, dimension, fixed, start, least, most } = planned;
  const probes: Probe[] = [];
  const place = file.capacities.length;
  const pace = new Pace();
  // Until it is over the document says what it would mean if nothing more came: interrupted.
  const record = (found: Search, over: boolean): void => {
    const ended = found.settled ? 'settled' : over && !signal.aborted ? 'budget' : 'interrupted';
    const limitedBy = limitedByOf(found, planned, probes) ?? (ended === 'budget' ? outOfTime() : null);
    file.capacities[place] = {
      ...{ transport, dimension, fixed, met: found.met, failed: found.failed, failedConfirmed: found.failedConfirmed },
      // With nothing above it that failed, nothing says that there is not more.
      lowerBound: limitedBy?.lowerBound ?? true,
      limitedBy,
      ended,
      probes,
    };
  };
  const found = await search(
    async (at) => {
      const next = planned.planned(at, probes.length);
      progress.begin(planned, at);
      const began = now();
      const probe = await attempt(next, at, slo, planned.law, { measure, signal });
      if (probe === null) return null;
      probe.tookMs = Math.round(now() - began);
      pace.learn(expectedMs(next), probe.tookMs);
      probes.push(probe);
      progress.end(planned, probe);
      record({ ...findingOf(probes), settled: false }, false);
      checkpoint();
      return { at, verdict: probe.verdict, room: roomOf(probe) };
    },
    {
      ...{ start, least, most, width: WIDTH },
      affordable: (at) => Math.floor((deadlineMs - now()) / pace.estimateMs(expectedMs(planned.planned(at, 0)))),
    },
  );
  record(found, true);
}

async function attempt(
  planned: Planned,
  at: number,
  slo: Slo,
  law: string | null,
  { measure, signal }: Pick<CapacityDependencies, 'measure' | 'signal'>,
): Promise<Probe | null> {
  try {
    const measurement = await measure(planned, signal);
    return { at, ...judge(slo, measurement, law), tookMs: 0, measurement };
  } catch (error) {
    if (signal.aborted) return null;
    return { at, ...judgeFailure((error as Error).message), tookMs: 0, measurement: null };
  }
}

/** Why the capacity is no larger: what the last probe above it ran into, or the end of the range. */
function limitedByOf({ met, failed }: Search, { most, beyond }: PlannedSearch, probes: readonly Probe[]): Limit | null {
  if (failed !== null) return probes.findLast(({ at, limit }) => at === failed && limit !== null)?.limit ?? null;
  return met === most ? beyond : null;
}

/** How long probes take against what was expected, learnt as they go. */
class Pace {
  #expectedMs = 0;
  #tookMs = 0;

  learn(expected: number, took: number): void {
    this.#expectedMs += expected;
    this.#tookMs += took;
  }

  estimateMs(expected: number): number {
    return this.#expectedMs === 0 ? expected : (expected * this.#tookMs) / this.#expectedMs;
  }
}
