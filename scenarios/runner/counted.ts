/** Exact counts made until two in a row agree; what still differs is named and left out, because no machine would repeat it. */
import type { Exact } from '../../results/exact.ts';
import { agreeing, baselineOf, type Counted } from '../../results/gate/baseline.ts';

/** Pairs of counts: a machine may disturb one of them; what is not exact by itself differs in each. */
const MOST_PAIRS = 3;

/** @param count of a target one after the other: each starts a process on the same port */
export async function countTwice(count: () => Promise<Exact>, together: boolean): Promise<Counted> {
  for (let pair = 1; ; pair++) {
    const first = count();
    if (!together) await first;
    const [a, b] = await Promise.all([first, count()]);
    const counted = agreeing(baselineOf(a), baselineOf(b));
    if (counted.unsteady.length === 0 || pair === MOST_PAIRS) return counted;
  }
}
