/** A workload as the cost model takes it: what follows from it for every transport. Pure. */
import { USUAL, type Load } from '../../results/model/load.ts';
import { SHARE_OF_TIMEOUT, type Situation } from '../../results/model/option.ts';
import type { Workload } from '../../results/workload.ts';

export function situationOf(workload: Workload): Situation {
  const { users, messagesPerSecond, upstreamPerSecond, fanOut, payloadBytes, headerBytes, arrivals, rttMs } = workload;
  const cutMs = workload.infrastructure.find(({ name }) => name === 'idle-timeout')?.afterMs ?? Infinity;
  const load: Load = {
    ...USUAL,
    clients: users,
    ratePerSecond: messagesPerSecond,
    upstreamPerSecond,
    ...{ arrivals, fanOut, payloadBytes, headerBytes, rttMs },
    holdMs: silentMs(cutMs),
    heartbeatMs: silentMs(cutMs),
    // An option has as many as it needs.
    processes: 1,
  };
  return { load, stalenessMs: limitOf(workload), ...(Number.isFinite(cutMs) ? { cutMs } : {}) };
}

/**
 * How long a hold or a stream is silent, ms: for half of what the path lets it be, as polls on kept connections are, so that no
 * option is charged for what another is spared. No longer than is safe where the path is not known: a poll finds out by
 * itself that nobody answers, and who only listens does not.
 */
const silentMs = (cutMs: number): number => Math.min(SAFE_SILENCE_MS, SHARE_OF_TIMEOUT * cutMs);

/** RFC 6202 §5.5, of holds. */
export const SAFE_SILENCE_MS = 30_000;

/** The stricter of what was asked for; the file has at least one. */
const limitOf = ({ latencyP99Ms, stalenessMs }: Workload): number =>
  Math.min(latencyP99Ms ?? Infinity, stalenessMs ?? Infinity);
