/** The largest number of users that one server process serves within the target: measured where a capacity fits, else by the model. Pure. */
import { GUESS, guessed, isGuessed, type Band } from '../../results/model/band.ts';
import { along } from '../../results/model/break-even.ts';
import { optionOf, type Situation } from '../../results/model/option.ts';
import type { TransportModel } from '../../results/model/model.ts';
import { BUSY, predict } from '../../results/model/predict.ts';
import type { Fitting } from './capacities.ts';

export interface Largest {
  readonly users: number;
  /** Where it lies; null: not known. */
  readonly low: number | null;
  readonly high: number | null;
  readonly basis: 'measured' | 'modelled';
  /** What ends it. */
  readonly limit: string;
  /** More users than any measurement had. */
  readonly extrapolated: boolean;
}

/** Of what is at least so many nobody knows how many more. */
export const usersOf = ({ users, low, high }: Largest): Band =>
  low === null || high === null ? { ...guessed(users), low: low ?? users / GUESS } : { value: users, low, high };

const MOST_USERS = 1e9;
/** @param fitting capacities of this workload, and of no other question: see `capacitiesFor` */
export function largestOf(model: TransportModel, situation: Situation, fitting: readonly Fitting[]): Largest | null {
  return measured(fitting) ?? modelled(model, situation);
}

function measured(fitting: readonly Fitting[]): Largest | null {
  const found = fitting.find(({ capacity }) => capacity.met !== null)?.capacity;
  if (found === undefined) return null;
  return {
    users: found.met!,
    low: found.met,
    high: found.lowerBound ? null : found.failed,
    basis: 'measured',
    limit: found.limitedBy?.code ?? 'the end of the search',
    extrapolated: false,
  };
}

type End = 'value' | 'low' | 'high';

function modelled(model: TransportModel, situation: Situation): Largest | null {
  const serves = (users: number, end: End): boolean | null => servesOne(model, along('clients', users, situation), end);
  const users = mostThat((count) => serves(count, 'value'));
  if (users === null) return null;
  const full = (coresAt(model, along('clients', users + Math.ceil(users / 100), situation), 'value') ?? 0) > BUSY;
  return {
    users,
    // More cost is fewer users.
    low: mostThat((count) => serves(count, 'high')),
    high: mostThat((count) => serves(count, 'low')),
    basis: 'modelled',
    limit: full ? `a server process is busy for ${BUSY * 100} % of a core` : 'the target',
    extrapolated: users > model.range.clients,
  };
}

/** Null where it is not known. */
const endOf = (band: Band | null, end: End): number | null =>
  band === null || (end !== 'value' && isGuessed(band)) ? null : band[end];

/** Whether one server process keeps the target; null where the results do not say. */
function servesOne(model: TransportModel, there: Situation, end: End): boolean | null {
  const { load, meets } = optionOf(model, there);
  const { p99Ms, meanMs } = predict(model, { ...load, processes: 1 });
  const late = endOf(p99Ms ?? meanMs, end);
  const cores = coresAt(model, there, end);
  if (meets === null || late === null || cores === null) return null;
  // The interval of a poll is chosen so that it is in time.
  const inTime = model.asks === 'each-interval' ? meets : late <= there.stalenessMs;
  return inTime && cores <= BUSY;
}

function coresAt(model: TransportModel, there: Situation, end: End): number | null {
  const { load } = optionOf(model, there);
  return endOf(predict(model, { ...load, processes: 1 }).cores, end);
}

/**
 * To a thousandth; 0 where it never holds, null where it is not known. It need not hold for the first: a server of few users is
 * late from rest, where one of many is awake already.
 */
function mostThat(holds: (users: number) => boolean | null): number | null {
  if (holds(1) === null) return null;
  let least = 1;
  while (least < MOST_USERS && holds(least) !== true) least *= 2;
  if (least >= MOST_USERS) return 0;
  let beyond = least * 2;
  while (beyond < MOST_USERS && holds(beyond) === true) [least, beyond] = [beyond, beyond * 2];
  while (beyond - least > Math.max(1, least / 1e3)) {
    const middle = Math.floor((least + beyond) / 2);
    if (holds(middle) === true) least = middle;
    else beyond = middle;
  }
  return least;
}
