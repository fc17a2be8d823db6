/**
 * How often the suite names equal things different: one transport measured three times in every repetition, as a rival, its
 * A/A twin, and a second rival that is the same. Every difference found between the rivals is a false alarm.
 */
import { noiseFloor, distinguishable, type Pair } from '../../results/noise-floor.ts';
import type { Measurement } from '../../results/schema.ts';
import { estimate } from '../../results/statistics.ts';
import { resolveConfig, scenarioConfig } from '../config.ts';
import { measure } from '../runner/measure.ts';
import { makePlan, type Planned } from '../runner/plan.ts';
import { shuffled, uniform } from '../runner/random.ts';
import type { TransportName } from '../transports.ts';

/** The metrics of the scoreboard that `broadcast` has; null where a measurement cannot say. */
const METRICS: Readonly<Record<string, (m: Measurement) => number | null>> = {
  'latency p50': (m) => m.deliveryLatencyNs.p50,
  'latency p99': (m) => m.deliveryLatencyNs.p99,
  'bytes per delivery': (m) => perDelivery(m, m.bytes.up.total + m.bytes.down.total),
  'server CPU per delivery': (m) => perDelivery(m, m.server.cpuNs),
};

function perDelivery({ window }: Measurement, amount: number | null): number | null {
  return amount === null || window.deliveries === 0 ? null : amount / window.deliveries;
}

export interface AaRun {
  /** By metric: whether the rivals came out different, and the smallest difference that the run could have seen. */
  readonly found: Readonly<Record<string, { different: boolean; differentByIntervals: boolean; floor: number }>>;
  readonly invalid: number;
}

const ARMS = ['rival', 'twin', 'other'] as const;
type Arm = (typeof ARMS)[number];

/** One run of quick `broadcast`, with three arms of the same transport. */
export async function aaRun(transport: TransportName, seed: number): Promise<AaRun> {
  const arms: Record<Arm, Measurement[]> = { rival: [], twin: [], other: [] };
  let invalid = 0;
  for (const { planned, arm } of planOf(transport, seed)) {
    const measurement = await measure(planned, { port: 0, signal: new AbortController().signal });
    if (!measurement.validity.valid) invalid++;
    arms[arm].push(measurement);
  }
  const found = Object.entries(METRICS).flatMap(([name, of]) => {
    const compared = compare(arms, of);
    return compared === null ? [] : [[name, compared] as const];
  });
  return { found: Object.fromEntries(found), invalid };
}

function planOf(transport: TransportName, seed: number): { planned: Planned; arm: Arm }[] {
  const flags = { transports: transport, scenarios: 'broadcast', seed: String(seed) };
  const resolved = resolveConfig({ flags, env: {}, file: undefined });
  const { planned } = makePlan(resolved);
  const random = uniform(seed, 'aa');
  const { repetitions } = scenarioConfig(resolved, 'broadcast');
  return Array.from({ length: repetitions }, (_, repetition) => {
    const one = planned.find((item) => item.repetition === repetition)!;
    return shuffled(
      ARMS.map((arm) => ({ planned: one, arm })),
      random,
    );
  }).flat();
}

function compare(
  { rival, twin, other }: Record<Arm, Measurement[]>,
  of: (m: Measurement) => number | null,
): AaRun['found'][string] | null {
  const [a, paired, b] = [rival, twin, other].map((arm) => arm.map(of).filter((value) => value !== null));
  if (a!.length !== rival.length || paired!.length !== twin.length || b!.length !== other.length) return null;
  const floor = noiseFloor(a!.map((value, index): Pair => [value, paired![index]!]));
  if (floor === null) return null;
  const [low, high] = [estimate(a!)!, estimate(b!)!].sort((x, y) => x.value - y.value);
  const differentByIntervals = low!.high < high!.low;
  return {
    different: differentByIntervals && distinguishable(low!.value, high!.value, floor),
    differentByIntervals,
    floor: floor.ratio,
  };
}
