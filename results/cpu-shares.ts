/** How full the processes of a measurement were: one figure for the judgement of a capacity and for its curve. */
import type { Measurement } from './schema.ts';

/** CPU time over the window and over the processes that shared it: 1 is a core used up. Null where not measured. */
export interface CpuShares {
  readonly server: number | null;
  readonly generator: number | null;
}

type Parameters = Pick<Measurement['parameters'], 'workers' | 'serverWorkers' | 'clients'>;
type Measured = Pick<Measurement, 'server' | 'generator' | 'window'> & { readonly parameters: Parameters };

export function cpuSharesOf({ server, generator, window, parameters }: Measured): CpuShares {
  const { workers = 1, serverWorkers = 1, clients } = parameters;
  const share = (cpuNs: number | null, processes: number): number | null =>
    cpuNs === null || window.durationNs === 0 ? null : cpuNs / window.durationNs / processes;
  // There are no more generators than clients.
  return { server: share(server.cpuNs, serverWorkers), generator: share(generator.cpuNs, Math.min(workers, clients)) };
}
