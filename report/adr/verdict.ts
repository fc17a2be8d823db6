/** Good, bad or neutral: how an option's figure stands among those of the others, by intervals. Pure. */
import { isBelow, type Band } from '../../results/model/band.ts';
import type { Driver } from '../../results/workload.ts';
import type { Decision } from './decision.ts';
import type { Considered } from './options.ts';
import { CRITERIA } from './scores.ts';

export type Verdict = 'Good' | 'Neutral' | 'Bad';

/** A shorter time by less than this share of the target is no argument: nobody would choose by it. */
const ARGUES_FROM = 0.1;

const TIMES: readonly Driver[] = ['time-behaviour', 'reliability'];

/** Good where nothing is better, bad where nothing is worse, neutral between; null where the figure is not known. */
export function verdictOn(driver: Driver, option: Considered, { ranking, situation }: Decision): Verdict | null {
  const { of, better } = CRITERIA[driver];
  const own = of(option);
  if (own === null) return null;
  // What is out is no choice that another could be worse than.
  const others = ranking.flatMap((one) => (one.option === option ? [] : (of(one.option) ?? [])));
  const floor = TIMES.includes(driver) ? ARGUES_FROM * situation.stalenessMs : 0;
  const less = (a: Band, b: Band): boolean => isBelow(a, b) && b.value - a.value >= floor;
  const beats = (a: Band, b: Band): boolean => (better === 'less' ? less(a, b) : less(b, a));
  const isBeaten = others.some((other) => beats(other, own));
  const isAhead = others.some((other) => beats(own, other));
  if (isBeaten === isAhead) return 'Neutral';
  return isAhead ? 'Good' : 'Bad';
}
