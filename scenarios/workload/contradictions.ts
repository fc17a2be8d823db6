/** What no field says by itself: fields that cannot all be true, or that ask for what nothing can give. Pure. */
import { formatDuration } from '../units.ts';
import type { WorkloadFile } from './fields.ts';

/** A line each, as `field and field: why; what to write`. Fields that could not be read are in none. */
export function contradictions(workload: Partial<WorkloadFile>): string[] {
  const { users, fanOut, messagesPerSecond, upstreamPerSecond, latencyP99Ms, stalenessMs, rttMs } = workload;
  const found: string[] = [];
  if (latencyP99Ms === null && stalenessMs === null) {
    found.push(
      'latency and staleness are both missing; write one of them, such as latency: p99 < 500ms or staleness: 5s',
    );
  }
  if (users !== undefined && typeof fanOut === 'number' && fanOut > users) {
    found.push(
      `fanOut and users: one message cannot reach ${fanOut} of ${users} users; write all, or at most ${users}`,
    );
  }
  if (messagesPerSecond === 0 && upstreamPerSecond === 0) {
    found.push('messages and upstream: nothing is sent in either direction; there is nothing to decide');
  }
  if (rttMs !== undefined) found.push(...tooFast(rttMs, workload));
  return found;
}

/** A message takes half of a round trip down, and the answer to one upstream a whole one, over whatever it goes. */
function tooFast(rttMs: number, { latencyP99Ms, stalenessMs, upstreamPerSecond }: Partial<WorkloadFile>): string[] {
  const round = formatDuration(rttMs);
  const answered = upstreamPerSecond !== undefined && upstreamPerSecond > 0;
  const least = formatDuration(answered ? rttMs : rttMs / 2);
  const why = answered
    ? `users send upstream, and what they send is answered after a round trip of ${round} at the earliest`
    : `with a round trip of ${round} a message takes ${least} down at the least`;
  const leastMs = answered ? rttMs : rttMs / 2;
  const check = (field: string, ms: number | null | undefined, example: string): string[] =>
    ms === null || ms === undefined || ms > leastMs
      ? []
      : [
          `${field} and roundTrip: nobody can meet ${formatDuration(ms)}, because ${why}; write ${example} above ${least}, or a server that is nearer`,
        ];
  return [...check('latency', latencyP99Ms, 'a target'), ...check('staleness', stalenessMs, 'a time')];
}
