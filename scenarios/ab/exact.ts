/**
 * Exact byte counts of a build, counted until two countings agree: what no clock decides must repeat, and what does not
 * is no exact count.
 */
import type { Exact } from '../../results/exact.ts';
import type { ExactCounts } from '../../results/gate/judge-ab.ts';
import { EXACT_METRICS } from '../../results/gate/metrics.ts';
import type { Config } from '../settings.ts';
import type { Build } from './build.ts';

const MOST_COUNTINGS = 4;

export interface Counted {
  /** Null: it could not be counted, and `note` says why. */
  readonly counts: ExactCounts | null;
  readonly note?: string;
}

/** Rejects for nothing but an interruption: what cannot be counted is said and not judged. */
export async function countExactly(
  { anatomy, label }: Pick<Build, 'anatomy' | 'label'>,
  config: Config,
  signal: AbortSignal,
): Promise<Counted> {
  const missing = (why: string): Counted => ({ counts: null, note: `Exact counts of ${label} are missing: ${why}` });
  const seen: string[] = [];
  try {
    while (seen.length < MOST_COUNTINGS) {
      const counts = countsOf(await anatomy(config, signal));
      const text = JSON.stringify(counts);
      if (seen.includes(text)) return { counts };
      seen.push(text);
    }
  } catch (error) {
    signal.throwIfAborted();
    return missing((error as Error).message);
  }
  return missing(`of ${MOST_COUNTINGS} countings no two agree.`);
}

/** By transport and metric, for the payload that the document was counted with. */
export function countsOf({ transports, payloadBytes }: Exact): ExactCounts {
  return Object.fromEntries(
    transports.map((exact) => [
      exact.transport,
      Object.fromEntries(EXACT_METRICS.map(({ slug, of }) => [slug, of(exact, payloadBytes)])),
    ]),
  );
}
