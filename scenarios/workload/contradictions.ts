/** What no field says by itself: fields that cannot all be true, or that ask for what nothing can give. Pure. */
import type { InfrastructureName } from '../../results/workload.ts';
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
  found.push(...otherVersion(workload));
  return found;
}

/** What the path says of HTTP's version, and the carrier otherwise: by what may be written instead. */
function otherVersion({ carrier, infrastructure }: Partial<WorkloadFile>): string[] {
  if (carrier === undefined || infrastructure === undefined) return [];
  const isHttp2 = carrier === 'h2' || carrier === 'h2c';
  const named = (name: InfrastructureName): boolean => infrastructure.some((one) => one.name === name);
  if (isHttp2 && named('http1-browsers')) {
    return [
      `carrier and infrastructure: over carrier ${carrier} browsers speak HTTP/2, and http1-browsers says HTTP/1.1; write carrier h1 or tls, or leave http1-browsers out`,
    ];
  }
  if (!isHttp2 && named('http2')) {
    return [
      `carrier and infrastructure: http2 says that it goes over HTTP/2, and carrier ${carrier} is HTTP/1.1; write carrier h2 or h2c, or leave http2 out`,
    ];
  }
  return [];
}

/** A message takes half of a round trip down, over whatever it goes; what a user sent counts from where the server passes it on. */
function tooFast(rttMs: number, { latencyP99Ms, stalenessMs }: Partial<WorkloadFile>): string[] {
  const leastMs = rttMs / 2;
  const [round, least] = [rttMs, leastMs].map(formatDuration);
  const check = (field: string, ms: number | null | undefined, example: string): string[] =>
    ms === null || ms === undefined || ms > leastMs
      ? []
      : [
          `${field} and roundTrip: nobody can meet ${formatDuration(ms)}, because with a round trip of ${round} a message takes ${least} down at the least; write ${example} above ${least}, or a server that is nearer`,
        ];
  return [...check('latency', latencyP99Ms, 'a target'), ...check('staleness', stalenessMs, 'a time')];
}
