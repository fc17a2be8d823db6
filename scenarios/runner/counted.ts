/** Exact counts made twice: what does not repeat here would not repeat anywhere, and is named instead of kept. */
import { agreeing, baselineOf, type Counted } from '../../results/gate/baseline.ts';
import type { TransportName } from '../transports.ts';
import { exactFigures, type ExactOptions } from './exact.ts';

export async function countTwice(transports: readonly TransportName[], options: ExactOptions): Promise<Counted> {
  // Side by side: no clock has a say in them, and what would disturb one of two at once is what must be found.
  const [first, second] = await Promise.all([exactFigures(transports, options), exactFigures(transports, options)]);
  return agreeing(baselineOf(first), baselineOf(second));
}
