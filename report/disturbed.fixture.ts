/** Runs with the scenarios that are measured when they are named, made of the fixture's broadcast. */
import { LatencyRecorder } from '../results/histogram.ts';
import type { Latency, Measurement, RunFile } from '../results/schema.ts';
import { fixtureRun } from './run.fixture.ts';

export function latencyOf(values: readonly number[]): Latency {
  const recorder = new LatencyRecorder();
  for (const value of values) recorder.record(value);
  return recorder.summary();
}

/** The fixture's broadcast as another scenario: each measurement becomes those that `variants` makes of it. */
export function runOf(scenario: string, variants: (m: Measurement) => Measurement[]): RunFile {
  const run = fixtureRun();
  const broadcast = run.measurements.filter((m) => m.scenario === 'broadcast');
  run.measurements = broadcast.flatMap((m) => variants(structuredClone({ ...m, scenario })));
  run.measurements.forEach((m, order) => (m.order = order));
  run.run.planned = run.measurements.length;
  run.run.questions = { [scenario]: 'What then?' };
  return run;
}

/** A variant of a measurement with other parameters. */
export const varied = (m: Measurement, parameters: Partial<Measurement['parameters']>): Measurement => ({
  ...structuredClone(m),
  parameters: { ...m.parameters, ...parameters },
});

/** Sizes that sort otherwise as text than as numbers. */
const SIZES = [1024, 16, 128];

export const payloadRun = (): RunFile =>
  runOf('payload', (m) =>
    SIZES.map((size) => {
      const sized = varied(m, { payloadBytes: size, variant: `${size} B` });
      // CPU grows with the size, and nothing else does.
      sized.server.cpuNs = size * m.window.deliveries * 1e3;
      return sized;
    }),
  );

/** Polls at three intervals, and the others once. */
export const intervalRun = (): RunFile =>
  runOf('poll-interval', (m) =>
    m.transport === 'short-polling'
      ? [100, 500, 5_000].map((ms) => varied(m, { pollIntervalMs: ms, variant: `${ms} ms` }))
      : [m],
  );

const STALLED_NS = 300e6;

export const stallRun = (): RunFile =>
  runOf('stall', (m) => [
    varied(m, { variant: 'undisturbed', stallMs: 0 }),
    {
      ...varied(m, { variant: 'stalled', stallMs: 300 }),
      stall: { afterNs: 1e9, stalledNs: STALLED_NS, predictedMeanGrowthNs: 15e6, predictedP99Ns: 270e6 },
    },
  ]);

export const stormRun = (): RunFile =>
  runOf('reconnect-storm', (m) => [
    { ...m, storm: { clients: 4, recoveryNs: latencyOf([10e6, 20e6, 30e6, 500e6]), connections: 50, lostAgain: 2 } },
  ]);

export const slowRun = (): RunFile =>
  runOf('slow-client', (m) => [
    varied(m, { variant: 'none slow', slowShare: 0 }),
    {
      ...varied(m, { variant: 'half slow', slowShare: 0.5 }),
      slow: { clients: 10, deliveryLatencyNs: latencyOf(Array<number>(40).fill(9e8)), toldLost: 17, disconnected: 0 },
    },
  ]);

export const stalenessRun = (): RunFile =>
  runOf('staleness', (m) => [{ ...m, stalenessNs: latencyOf(Array.from({ length: 2_000 }, (_, i) => i * 1e5)) }]);

/** 8 KB of each client in the server; 4 KB of each socket in the kernel, where that can be read. */
export const memoryRun = (kernel = true): RunFile =>
  runOf('memory', (m) => {
    const slope = (bytes: number) => ({ bytes, low: bytes, high: bytes });
    const steps = [1_000, 2_000, 3_000].map((clients) => ({ clients, rssBytes: clients * 8_000, kernelBytes: null }));
    return [{ ...m, memory: { steps, perClient: slope(8_000), kernelPerClient: kernel ? slope(4_000) : null } }];
  });
