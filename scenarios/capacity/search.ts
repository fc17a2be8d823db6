/**
 * Finds the largest load that meets a target from probes that may be wrong: ramp, bisection, confirmation. Pure but for
 * the probe that is handed in, so it is tested by simulation with known answers.
 *
 * One probe says something, two that agree decide: a point is decided when two of at most three probes there say the same.
 * A load that meets the target says so of every smaller one too, so a capacity is confirmed by two probes at it or above.
 * During the ramp and the bisection the first probe is believed for the time being; three places are worth a second
 * opinion. The first failure, because all that follows is sought below it, unless it saw a process without any room. The
 * largest point that met the target, because it will be called the capacity. The smallest that failed, because it ends
 * the interval. Every opinion that changes sends the search on from there. (Three probes everywhere would take three
 * times as long for the same answer; one everywhere would make a hiccup of the machine the capacity.)
 */
import type { ProbeVerdict } from '../../results/capacity.ts';

/** Load grows at least by this factor in the ramp… */
const SLOWEST_RAMP = 2;
/** …and at most by this, however idle the machine is: what lies between has to be bisected. */
const FASTEST_RAMP = 8;
/** Of the room that a probe saw: the last part of it is never usable. */
const USABLE_ROOM = 0.9;
const AGREEING = 2;
/** Less room than this and a failure is no hiccup: the point lies at most so much above the capacity. */
const NO_ROOM = 1.15;

export interface SearchProbe {
  readonly at: number;
  readonly verdict: ProbeVerdict;
  /** How many times as much the busiest process might carry, by its CPU; null where unknown. Only a hint for the ramp. */
  readonly room: number | null;
}

type Opinion = Pick<SearchProbe, 'at' | 'verdict'>;

export interface SearchOptions {
  readonly start: number;
  /** Whole numbers from `least` to `most`. */
  readonly least: number;
  readonly most: number;
  /** The interval is narrow enough when its ends differ by this share. */
  readonly width: number;
  /** How many more probes at about this point there is time for. */
  readonly affordable: (at: number) => number;
}

/** What the probes so far say. */
export interface Finding {
  /** The largest point that met the target by two probes, there or above, and below every one that two probes failed. */
  readonly met: number | null;
  /** The smallest above it that did not meet the target. */
  readonly failed: number | null;
  readonly failedConfirmed: boolean;
}

export interface Search extends Finding {
  /** Whether the interval is narrow and both ends are confirmed, or the range ended. */
  readonly settled: boolean;
}

interface Tally {
  met: number;
  not: number;
}

/**
 * Probes until the answer is settled or nothing more is affordable.
 *
 * @param probe measures one point; null ends the search there (interrupted, or out of time)
 */
export async function search(
  probe: (at: number) => Promise<SearchProbe | null>,
  options: SearchOptions,
): Promise<Search> {
  const probes: SearchProbe[] = [];
  for (;;) {
    const at = nextPoint(probes, options);
    if (at === null) return { ...findingOf(probes), settled: true };
    const result = options.affordable(at) >= 1 ? await probe(at) : null;
    if (result === null) return { ...findingOf(probes), settled: false };
    probes.push(result);
  }
}

/** Where to probe next; null when there is nothing left to find out. */
export function nextPoint(probes: readonly SearchProbe[], options: SearchOptions): number | null {
  const { start, least, most, width, affordable } = options;
  if (probes.length === 0) return Math.min(most, Math.max(least, start));
  const tallies = tally(probes);
  const tied = [...tallies].find(([, { met, not }]) => met === not);
  if (tied !== undefined) return tied[0];
  const { low, high } = bounds(tallies);
  const unsure = low !== null && !isMet(probes, low);
  // The last probe that there is time for confirms.
  if (unsure && affordable(low) <= 1) return low;
  if (high === null) {
    if (low! < most) return Math.min(most, ramp(low!, probes));
    return unsure ? low : null;
  }
  const credible = [...tallies.keys()].some((at) => isFailed(tallies, at)) || sawNoRoom(probes, high);
  if (!credible) return high;
  if (low === null && high > least) return Math.max(least, Math.floor(high / FASTEST_RAMP));
  const middle = low === null ? null : between(low, high, width);
  if (middle !== null) return middle;
  if (unsure) return low;
  return isFailed(tallies, high) ? null : high;
}

function tally(probes: readonly Opinion[]): Map<number, Tally> {
  const tallies = new Map<number, Tally>();
  for (const { at, verdict } of probes) {
    const counts = tallies.get(at) ?? { met: 0, not: 0 };
    counts[verdict === 'met' ? 'met' : 'not']++;
    tallies.set(at, counts);
  }
  return tallies;
}

/** Whether two probes failed there. */
const isFailed = (tallies: ReadonlyMap<number, Tally>, at: number): boolean => (tallies.get(at)?.not ?? 0) >= AGREEING;

/** Whether two probes met the target there or above. */
const isMet = (probes: readonly Opinion[], at: number): boolean =>
  probes.filter((probe) => probe.verdict === 'met' && probe.at >= at).length >= AGREEING;

const sawNoRoom = (probes: readonly SearchProbe[], point: number): boolean =>
  probes.some(({ at, verdict, room }) => at === point && verdict === 'failed' && room !== null && room < NO_ROOM);

/** The smallest point where most probes did not meet the target, and the largest below it where most did. */
function bounds(tallies: ReadonlyMap<number, Tally>): { low: number | null; high: number | null } {
  const not = [...tallies].filter(([, counts]) => counts.not > counts.met).map(([at]) => at);
  const high = not.length === 0 ? null : Math.min(...not);
  const met = [...tallies].filter(([at, counts]) => counts.met > counts.not && (high === null || at < high));
  return { low: met.length === 0 ? null : Math.max(...met.map(([at]) => at)), high };
}

/** The next step up, by the room that the probes at this point saw. */
function ramp(low: number, probes: readonly SearchProbe[]): number {
  const rooms = probes.flatMap(({ at, room }) => (at === low && room !== null ? [room] : []));
  const factor = rooms.length === 0 ? SLOWEST_RAMP : Math.min(...rooms) * USABLE_ROOM;
  return legible(low * Math.min(FASTEST_RAMP, Math.max(SLOWEST_RAMP, factor)), low, Infinity) ?? low + 1;
}

/** The geometric middle; null where the interval is narrow enough or holds nothing more. */
function between(low: number, high: number, width: number): number | null {
  if (high <= low * (1 + width)) return null;
  return legible(Math.sqrt(low * high), low, high);
}

/** Rounded to two digits where that stays strictly inside, else to the whole; null where nothing is inside. */
function legible(value: number, low: number, high: number): number | null {
  const rounded = [Number(value.toPrecision(2)), Math.round(value), low + 1];
  return rounded.find((candidate) => Number.isInteger(candidate) && candidate > low && candidate < high) ?? null;
}

/** What the probes made so far amount to. */
export function findingOf(probes: readonly Opinion[]): Finding {
  const tallies = tally(probes);
  const points = [...tallies].sort(([a], [b]) => a - b);
  const wall = points.find(([at]) => isFailed(tallies, at))?.[0] ?? Infinity;
  const met = points.findLast(([at, counts]) => at < wall && counts.met > counts.not && isMet(probes, at))?.[0] ?? null;
  const failed = points.find(([at, counts]) => (met === null || at > met) && counts.not > counts.met)?.[0] ?? null;
  return { met, failed, failedConfirmed: failed !== null && isFailed(tallies, failed) };
}
