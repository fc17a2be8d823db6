/** That every protocol held where plain HTTP and sockets shared a port, as far as the measurements have counted it. */
import type { Measurement } from '../results/schema.ts';

/** Sums over the repetitions. */
export interface PortProof {
  readonly messages: number;
  readonly requests: number;
  /** Upgrades to what nobody knows that were answered as plain HTTP; none in files from before they were counted. */
  readonly unknownUpgrades: number;
}

/** Null unless all kept reading their own protocol: each message came once and in order, and beside them plain answers. */
export function portProof(measurements: readonly Measurement[]): PortProof | null {
  const sum = (of: (m: Measurement) => number): number => measurements.reduce((total, m) => total + of(m), 0);
  const messages = sum(({ counts }) => counts.delivered);
  const requests = sum(({ requestLatencyNs }) => requestLatencyNs?.count ?? 0);
  const amiss = sum(
    ({ counts, validity }) => counts.lost + counts.duplicated + counts.reordered + (validity.valid ? 0 : 1),
  );
  if (messages === 0 || requests === 0 || amiss > 0 || messages !== sum(({ counts }) => counts.offered)) return null;
  return { messages, requests, unknownUpgrades: sum(({ unknownUpgrades = 0 }) => unknownUpgrades) };
}
