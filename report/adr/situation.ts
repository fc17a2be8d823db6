/** A workload as the cost model takes it: what follows from it for every transport. Pure. */
import { USUAL, type Load } from '../../results/model/load.ts';
import { SHARE_OF_TIMEOUT, type Situation } from '../../results/model/break-even.ts';
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
    holdMs: Math.min(USUAL.holdMs, SHARE_OF_TIMEOUT * cutMs),
    heartbeatMs: Math.min(USUAL.heartbeatMs, SHARE_OF_TIMEOUT * cutMs),
    // An option has as many as it needs.
    processes: 1,
  };
  return { load, stalenessMs: limitOf(workload), ...(Number.isFinite(cutMs) ? { cutMs } : {}) };
}

/** The stricter of what was asked for; the file has at least one. */
const limitOf = ({ latencyP99Ms, stalenessMs }: Workload): number =>
  Math.min(latencyP99Ms ?? Infinity, stalenessMs ?? Infinity);
