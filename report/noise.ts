/** Which differences a run could have seen: the noise floor of each metric by its A/A pairs. */
import { noiseFloor, type NoiseFloor, type Pair } from '../results/noise-floor.ts';
import type { Measurement } from '../results/schema.ts';
import { METRIC_NAMES, METRICS, type MetricName } from './metrics.ts';

/** Metrics without a floor are missing: what cannot be told must not be taken for 0. */
export type Floors = Partial<Record<MetricName, NoiseFloor>>;

export interface ScenarioNoise {
  /** The transport that was measured twice, and the load that it ran under: the floor holds for rows of the same. */
  transport: string;
  load: string;
  floors: Floors;
  /** Valid pairs. */
  pairs: number;
}

const keyOf = (m: Measurement): string =>
  JSON.stringify([m.transport, Object.entries(m.parameters).sort(), m.repetition]);

/** Null where a scenario holds no twin. @param loadOf what must be equal of two rows that are compared */
export function noiseOf(
  measurements: readonly Measurement[],
  loadOf: (m: Measurement) => string,
): ScenarioNoise | null {
  const twins = measurements.filter((m) => m.twin === true);
  const [first] = twins;
  if (first === undefined) return null;
  const partners = new Map(measurements.filter((m) => m.twin !== true).map((m) => [keyOf(m), m]));
  const pairs = twins.flatMap((twin): [Measurement, Measurement][] => {
    const partner = partners.get(keyOf(twin));
    const valid = partner?.validity.valid === true && twin.validity.valid && loadOf(twin) === loadOf(first);
    return valid ? [[partner, twin]] : [];
  });
  const floors: Floors = {};
  for (const name of METRIC_NAMES) {
    const values = pairs.map(([a, b]) => [METRICS[name].of(a), METRICS[name].of(b)]);
    // A percentile that some repetition cannot support has no floor, as it has no estimate to be told apart.
    if (!values.every((pair): pair is [number, number] => pair.every((value) => typeof value === 'number'))) continue;
    const floor = noiseFloor(values satisfies Pair[]);
    if (floor !== null) floors[name] = floor;
  }
  return { transport: first.transport, load: loadOf(first), floors, pairs: pairs.length };
}
