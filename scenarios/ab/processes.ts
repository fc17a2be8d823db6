/** How a comparison measures and counts with real processes: the servers of the builds, and always this build's own clients. */
import type { Role } from '../../results/ab.ts';
import { measure } from '../runner/measure.ts';
import type { AbDependencies, Question } from './compare.ts';
import { countExactly } from './exact.ts';

/** With the same instrument on both sides only the servers differ; a change of the clients is none of the server's. */
export function withProcesses({ config, ...builds }: Question): Pick<AbDependencies, 'measure' | 'count'> {
  return {
    measure: (planned, role: Role, signal) =>
      measure(planned, { port: config.port, signal, server: builds[role].server }),
    count: (role, signal) => countExactly(builds[role], config, signal),
  };
}
