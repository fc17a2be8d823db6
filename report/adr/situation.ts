/** A workload as the cost model takes it: what follows from it for every transport. Pure. */
import type { Load } from '../../results/model/load.ts';
import type { Situation } from '../../results/model/break-even.ts';
import type { Workload } from '../../results/workload.ts';

/** What transports do unless the path asks for less: RFC 6202 §5.5 for a hold, WHATWG HTML §9.2.7 for a sign of life. */
export const USUAL = { holdMs: 25_000, heartbeatMs: 15_000, recycleBytes: 131_072, pollIntervalMs: 1_000 } as const;
/** A silence must end well before the path cuts it: a sign of life may itself be late. */
const SHARE_OF_TIMEOUT = 0.5;

export function situationOf(workload: Workload): Situation {
  const { users, messagesPerSecond, fanOut, payloadBytes, headerBytes, arrivals, rttMs } = workload;
  const cutMs = workload.infrastructure.find(({ name }) => name === 'idle-timeout')?.afterMs ?? Infinity;
  const load: Load = {
    clients: users,
    ratePerSecond: messagesPerSecond,
    ...{ arrivals, fanOut, payloadBytes, headerBytes, rttMs },
    pollIntervalMs: USUAL.pollIntervalMs,
    pollPacing: 'fixed-rate',
    holdMs: Math.min(USUAL.holdMs, SHARE_OF_TIMEOUT * cutMs),
    heartbeatMs: Math.min(USUAL.heartbeatMs, SHARE_OF_TIMEOUT * cutMs),
    recycleBytes: USUAL.recycleBytes,
    // An option has as many as it needs.
    processes: 1,
  };
  return { load, stalenessMs: limitOf(workload) };
}

/** The stricter of what was asked for; the file has at least one. */
const limitOf = ({ latencyP99Ms, stalenessMs }: Workload): number =>
  Math.min(latencyP99Ms ?? Infinity, stalenessMs ?? Infinity);
