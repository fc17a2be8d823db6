/**
 * How often the suite names equal things different: one transport measured three times in every repetition, as a rival, its
 * A/A twin, and a second rival that is the same. Every difference found between the rivals is a false alarm.
 */
import { noiseFloor, distinguishable, type Pair } from '../../results/noise-floor.ts';
import type { Measurement } from '../../results/schema.ts';
import { estimate } from '../../results/statistics.ts';
import { resolveConfig, scenarioConfig } from '../config.ts';
import { scenario, type ScenarioName } from '../index.ts';
import { measure } from '../runner/measure.ts';
import { makePlan, type Planned } from '../runner/plan.ts';
import { shuffled, uniform } from '../runner/random.ts';
import type { TransportName } from '../transports.ts';

interface Scored {
  readonly scenario: ScenarioName;
  /** Null where a measurement cannot say. */
  readonly of: (m: Measurement) => number | null;
  /** Fixed by the code: hardly ever different, so that many of them would hide false alarms among the others. */
  readonly exact: boolean;
}

const totalBytes = ({ bytes }: Measurement): number => bytes.up.total + bytes.down.total;

/** The metrics of the scoreboard, by what each is read from. */
export const SCORED: Readonly<Record<string, Scored>> = {
  'latency p50': { scenario: 'broadcast', of: (m) => m.deliveryLatencyNs.p50, exact: false },
  'latency p99': { scenario: 'broadcast', of: (m) => m.deliveryLatencyNs.p99, exact: false },
  'bytes per delivery': { scenario: 'broadcast', of: (m) => perDelivery(m, totalBytes(m)), exact: true },
  'round trip p50': { scenario: 'echo', of: (m) => m.deliveryLatencyNs.p50, exact: false },
  'bytes while idle': { scenario: 'idle', of: totalBytes, exact: true },
  'ready p50': { scenario: 'connect', of: (m) => m.readinessNs.p50, exact: false },
  'server CPU per delivery': { scenario: 'broadcast', of: (m) => perDelivery(m, m.server.cpuNs), exact: false },
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

/** One run of the scenarios that the scoreboard reads, with three arms of the same transport. */
export async function aaRun(transport: TransportName, seed: number): Promise<AaRun> {
  const measured: { scenario: ScenarioName; arm: Arm; m: Measurement }[] = [];
  for (const { planned, arm } of planOf(transport, seed)) {
    const m = await measure(planned, { port: 0, signal: new AbortController().signal });
    measured.push({ scenario: planned.scenario, arm, m });
  }
  const found = Object.entries(SCORED).flatMap(([name, { scenario, of }]) => {
    const arm = (wanted: Arm): Measurement[] =>
      measured.filter((one) => one.scenario === scenario && one.arm === wanted).map(({ m }) => m);
    const compared = compare({ rival: arm('rival'), twin: arm('twin'), other: arm('other') }, of);
    return compared === null ? [] : [[name, compared] as const];
  });
  return { found: Object.fromEntries(found), invalid: measured.filter(({ m }) => !m.validity.valid).length };
}

/**
 * The quick profile's scenarios, each repeated as often as `broadcast` is: what quick measures once it compares with nothing.
 * Of a scenario with variants the first, which the scoreboard shows.
 */
function planOf(transport: TransportName, seed: number): { planned: Planned; arm: Arm }[] {
  const scenarios = [...new Set(Object.values(SCORED).map(({ scenario }) => scenario))];
  const flags = { transports: transport, scenarios: scenarios.join(','), seed: String(seed) };
  const { repetitions } = scenarioConfig(resolveConfig({ flags, env: {}, file: undefined }), 'broadcast');
  const repeated = { ...flags, repetitions: String(repetitions) };
  const { planned } = makePlan(resolveConfig({ flags: repeated, env: {}, file: undefined }));
  const random = uniform(seed, 'aa');
  return Array.from({ length: repetitions }, (_, repetition) => {
    const ones = scenarios.map((name) => {
      const [first] = scenario(name).variants(transport, { rttMs: 0 });
      return planned.find(
        (item) =>
          item.transport === transport &&
          item.scenario === name &&
          item.repetition === repetition &&
          item.parameters.variant === (first?.name ?? null),
      )!;
    });
    return shuffled(
      ones.flatMap((one) => ARMS.map((arm) => ({ planned: one, arm }))),
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
