/** Weighted scores of the options that nothing knocks out, each beside the raw figure that it is made of. Pure. */
import { exactly, isGuessed, type Band } from '../../results/model/band.ts';
import { DRIVERS, type Driver } from '../../results/workload.ts';
import { AFTER_WARNING, maintainabilityOf } from './known.ts';
import { usersOf } from './largest.ts';
import { isFar } from './measured.ts';
import type { Considered } from './options.ts';
import { bandOf } from './words.ts';

export type Basis = 'evidence' | 'judgement';

interface Criterion {
  readonly basis: Basis;
  /** For people: what is scored. */
  readonly raw: string;
  readonly better: 'less' | 'more';
  /** Null where it is not known. */
  readonly of: (option: Considered) => Band | null;
  /** Why it may count for none. */
  readonly otherwise?: string;
}

const known = (value: number | null | undefined): Band | null =>
  value === null || value === undefined ? null : exactly(value);

export const CRITERIA: Readonly<Record<Driver, Criterion>> = {
  'time-behaviour': {
    ...{ basis: 'evidence', raw: '99th percentile of the delivery latency', better: 'less' },
    of: ({ prediction: { p99Ms, meanMs } }) => p99Ms ?? meanMs,
  },
  'resource-utilisation': { basis: 'evidence', raw: 'cost', better: 'less', of: ({ cost }) => cost },
  capacity: {
    ...{ basis: 'evidence', raw: 'largest number of users of one server process within the target', better: 'more' },
    // Modelled it would be the processor time once more, which is in the cost already.
    of: ({ largest }) => (largest?.basis === 'measured' ? usersOf(largest) : null),
    otherwise: 'modelled, and not measured of every option: counts for none',
  },
  interoperability: {
    ...{ basis: 'judgement', raw: 'what the path makes harder', better: 'more' },
    of: ({ warnings }) => exactly(AFTER_WARNING ** warnings.length),
  },
  reliability: {
    ...{ basis: 'evidence', raw: 'time until half of the clients are served again after a cut', better: 'less' },
    // How long twenty take says nothing of ten thousand.
    of: ({ recovery: { repeated }, option: { load } }) =>
      repeated === null || isFar(repeated, load.clients) ? null : bandOf(repeated),
    otherwise: 'not measured of every option with a tenth of the users at least: counts for none',
  },
  maintainability: {
    ...{ basis: 'judgement', raw: 'how little of it is the application’s own', better: 'more' },
    of: ({ transport }) => known(maintainabilityOf(transport)?.score),
  },
};

export interface DriverScore {
  readonly driver: Driver;
  readonly weight: number;
  /** 0…1: 1 is the best of the options. Null: not scored, for any of them. */
  readonly score: Band | null;
  readonly raw: Band | null;
}

export interface Scored {
  readonly option: Considered;
  readonly scores: readonly DriverScore[];
  /** 0…1. */
  readonly total: Band;
}

export type Weights = Readonly<Record<Driver, number>>;

/** The drivers that count: with a weight, and known of every option. A figure that one lacks would rank what was measured. */
export function scoredDrivers(options: readonly Considered[], weights: Weights): Driver[] {
  return DRIVERS.filter((driver) => weights[driver] > 0 && options.every((one) => CRITERIA[driver].of(one) !== null));
}

/** The best first; by name where they score the same, so that the order in which they came has no say. */
export function ranked(options: readonly Considered[], weights: Weights): Scored[] {
  const drivers = scoredDrivers(options, weights);
  return options
    .map((option) => {
      const scores = DRIVERS.map((driver): DriverScore => {
        const { of, better } = CRITERIA[driver];
        const raw = of(option);
        const counts = drivers.includes(driver) && raw !== null;
        const best = counts ? bestOf(options, driver) : 0;
        return { driver, weight: weights[driver], raw, score: counts ? scoreOf(raw, best, better) : null };
      });
      return { option, scores, total: totalOf(scores) };
    })
    .sort((a, b) => b.total.value - a.total.value || (a.option.transport < b.option.transport ? -1 : 1));
}

function bestOf(options: readonly Considered[], driver: Driver): number {
  const { of, better } = CRITERIA[driver];
  const values = options.flatMap((option) => of(option)?.value ?? []);
  return better === 'less' ? Math.min(...values) : Math.max(...values);
}

/** The share of the best, or the best as a share of it; where both are nothing they are as good. */
function scoreOf({ value, low, high, ...rest }: Band, best: number, better: 'less' | 'more'): Band {
  const share = (own: number): number => {
    const [part, whole] = better === 'less' ? [best, own] : [own, best];
    return whole === 0 ? 1 : part / whole;
  };
  const [least, most] = better === 'less' ? [high, low] : [low, high];
  return { value: share(value), low: share(least), high: Math.min(1, share(most)), ...rest };
}

/** Of the drivers that are scored. */
export const countedWeight = (scores: readonly DriverScore[]): number =>
  scores.reduce((sum, { score, weight }) => sum + (score === null ? 0 : weight), 0);

function totalOf(scores: readonly DriverScore[]): Band {
  const counted = scores.filter(({ score }) => score !== null);
  const weight = countedWeight(counted);
  const mean = (of: (band: Band) => number): number =>
    counted.reduce((sum, { score, weight: own }) => sum + (own / weight) * of(score!), 0);
  return { value: mean(({ value }) => value), low: mean(({ low }) => low), high: mean(({ high }) => high) };
}

/** Drivers that are scored without anybody knowing how far off the figure of some option is. */
export function unsureDrivers(ranking: readonly Scored[]): Driver[] {
  const unsure = ({ score }: DriverScore): boolean => score !== null && isGuessed(score);
  return DRIVERS.filter((driver) =>
    ranking.some(({ scores }) => scores.some((one) => one.driver === driver && unsure(one))),
  );
}

/** The first and all that cannot be told from it: one alone is a winner, several are a tie. */
export function leading(ranking: readonly Scored[]): readonly Scored[] {
  const [first] = ranking;
  if (first === undefined) return [];
  return ranking.filter((one) => one === first || one.total.high >= first.total.low);
}

export interface Flip {
  readonly driver: Driver;
  readonly from: number;
  readonly to: number;
  readonly winner: string;
}

export interface Sensitivity {
  /** Where one weight changes and another option comes first. */
  readonly flips: readonly Flip[];
  /** Of all combinations of weights that are half more or half less, those in which the same option comes first. */
  readonly kept: number;
  /** Of them those in which it is first alone, and not in a tie. */
  readonly alone: number;
  readonly combinations: number;
  /** Who leads where what is judged counts for nothing: one, or several in a tie; none where nothing else scores. */
  readonly byEvidence: readonly string[];
}

const FACTORS = [0.5, 1.5] as const;

export function sensitivityOf(options: readonly Considered[], weights: Weights): Sensitivity {
  const first = (changed: Weights): string | undefined => ranked(options, changed)[0]?.option.transport;
  const usual = first(weights);
  const drivers = scoredDrivers(options, weights);
  const flips = drivers.flatMap((driver) =>
    FACTORS.flatMap((factor): Flip[] => {
      const to = weights[driver] * factor;
      const winner = first({ ...weights, [driver]: to });
      return winner === undefined || winner === usual ? [] : [{ driver, from: weights[driver], to, winner }];
    }),
  );
  const combinations = 2 ** drivers.length;
  let [kept, alone] = [0, 0];
  for (let mask = 0; mask < combinations; mask++) {
    const changed = drivers.map((driver, bit) => [driver, weights[driver] * FACTORS[(mask >> bit) & 1]!] as const);
    const ranking = ranked(options, { ...weights, ...Object.fromEntries(changed) });
    if (ranking[0]?.option.transport !== usual) continue;
    kept++;
    if (leading(ranking).length === 1) alone++;
  }
  return { flips, kept, alone, combinations, byEvidence: leadingByEvidence(options, weights) };
}

function leadingByEvidence(options: readonly Considered[], weights: Weights): string[] {
  const judged = DRIVERS.filter((driver) => CRITERIA[driver].basis === 'judgement');
  const evident: Weights = { ...weights, ...Object.fromEntries(judged.map((driver) => [driver, 0])) };
  if (scoredDrivers(options, evident).length === 0) return [];
  return leading(ranked(options, evident)).map(({ option }) => option.transport);
}
