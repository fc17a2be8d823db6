/** What a decision record is made from: a workload, and the results with the hash that tells them from all others. */
import type { CapacityFile } from '../../results/capacity.ts';
import type { Exact } from '../../results/exact.ts';
import type { RunFile } from '../../results/schema.ts';
import type { Workload } from '../../results/workload.ts';

interface Stored {
  /** As it is named in the record. */
  readonly file: string;
  readonly sha256: string;
}

export interface StoredRun extends Stored {
  readonly run: RunFile;
}

export interface StoredCapacity extends Stored {
  readonly capacity: CapacityFile;
}

export interface DecisionInput {
  readonly workload: Workload;
  readonly runs: readonly [StoredRun, ...StoredRun[]];
  readonly capacities: readonly StoredCapacity[];
  /** Bytes over the workload's carrier, counted for this record; absent where those of the runs are, or where nobody can. */
  readonly counted?: Exact;
  /** Of the record: YYYY-MM-DD. */
  readonly date: string;
  /** What makes this record again, as one types it, word by word. */
  readonly command: readonly string[];
}
