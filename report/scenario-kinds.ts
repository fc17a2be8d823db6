/** What kind of question a scenario asks, and so which figures of it are worth showing, and in which order. */
import type { Measurement } from '../results/schema.ts';

/** `delivery`: messages reach clients, and nothing disturbs them. The others have columns of their own. */
export type ScenarioKind =
  'delivery' | 'idle' | 'connect' | 'shared-port' | 'stall' | 'storm' | 'slow' | 'staleness' | 'memory';

/** The usual order, whatever order a run measured them in; others follow by name. */
const ORDER = ['broadcast', 'echo', 'idle', 'connect', 'shared-port'];

/** By name where it is known; else by what was measured, so that a new scenario needs no edit here. */
export function kindOf(name: string, measurements: readonly Measurement[]): ScenarioKind {
  if (name === 'idle' || name === 'connect' || name === 'shared-port') return name;
  if (measurements.some((m) => m.requestLatencyNs !== undefined && m.requestLatencyNs.count > 0)) return 'shared-port';
  if (measurements.some((m) => m.parameters.stallMs !== undefined)) return 'stall';
  if (measurements.some((m) => m.parameters.slowShare !== undefined)) return 'slow';
  if (measurements.some((m) => m.storm !== undefined)) return 'storm';
  if (measurements.some((m) => m.memory !== undefined)) return 'memory';
  if (measurements.some((m) => m.stalenessNs !== undefined)) return 'staleness';
  return 'delivery';
}

export function scenarioOrder(a: string, b: string): number {
  const rank = (name: string) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  return rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0);
}
