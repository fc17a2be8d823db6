/** A synthetic run as a gate is given it: repetitions enough for an interval, and an A/A pair in one scenario. */
import type { Measurement, RunFile } from '../results/schema.ts';
import { fixtureRun } from './run.fixture.ts';

export interface GatedOptions {
  readonly seed?: number;
  readonly repetitions?: number;
  /** The transport that is measured twice; null for none. */
  readonly twin?: string | null;
  /** Of every latency and of the server's CPU, on all transports. */
  readonly slower?: number;
}

const SCENARIOS = ['broadcast', 'idle'];

export function gatedRun({ seed = 7, repetitions = 8, twin = 'sse', slower = 1 }: GatedOptions = {}): RunFile {
  const run = fixtureRun({ seed, repetitions, clients: 10 });
  run.measurements = run.measurements.filter(({ scenario }) => SCENARIOS.includes(scenario));
  for (const m of run.measurements) slow(m, slower);
  const twins = run.measurements.filter((m) => m.transport === twin && m.scenario === SCENARIOS[0]).map(twinOf);
  run.measurements.push(...twins);
  run.run.planned = run.measurements.length;
  return run;
}

function slow({ deliveryLatencyNs, server }: Measurement, factor: number): void {
  for (const at of ['mean', 'p50', 'p90', 'p99', 'p999', 'max'] as const) {
    if (deliveryLatencyNs[at] !== null) deliveryLatencyNs[at] *= factor;
  }
  if (server.cpuNs !== null) server.cpuNs *= factor;
}

/** Off by one percent to and fro: a quiet machine. */
function twinOf(m: Measurement): Measurement {
  const twin = structuredClone({ ...m, twin: true as const, order: m.order + 1_000 });
  const factor = m.repetition % 2 === 0 ? 1.01 : 1 / 1.01;
  slow(twin, factor);
  if (twin.server.rssBytes !== null) twin.server.rssBytes = Math.round(twin.server.rssBytes * factor);
  return twin;
}
