/** Runs whose loads cost what is known, for tests of what a model makes of them. */
import { fixtureRun } from '../../report/run.fixture.ts';
import type { Measurement, RunFile } from '../schema.ts';
import { fitModel } from './fit.ts';
import { wakeupsOf } from './predict.ts';

/** A load, and what it cost: 15 µs a delivery, 200 µs a publication, 10 µs a client and second. */
export interface Load {
  readonly clients: number;
  readonly rate: number;
  readonly warmupMs?: number;
}

export const LOADS: readonly Load[] = [
  { clients: 100, rate: 60 },
  { clients: 600, rate: 10 },
  { clients: 1_000, rate: 4 },
  { clients: 100, rate: 120 },
  { clients: 200, rate: 30 },
  { clients: 400, rate: 25 },
];

/** By deliveries, wake-ups and a WebSocket's pings, which come whatever else does: 10 µs a client and second. */
export const coresOf = (clients: number, rate: number, heartbeatMs: number): number =>
  15e-6 * clients * rate +
  200e-6 * wakeupsOf('once', rate, Math.min(clients, 60) * (1e3 / heartbeatMs), 1) +
  10e-6 * clients;

export const SECONDS_TO_A_PING = 15;

export function measured(template: Measurement, { clients, rate, warmupMs = 4_000 }: Load): Measurement {
  const publications = rate * 2;
  const cores = coresOf(clients, rate, template.parameters.heartbeatMs);
  return {
    ...template,
    scenario: 'cost',
    parameters: {
      ...template.parameters,
      ...{ variant: `${clients} at ${rate}`, clients, ratePerSecond: rate, durationMs: 2_000, warmupMs },
    },
    counts: { ...template.counts, publications, offered: publications * clients },
    window: { ...template.window, durationNs: 2e9 },
    server: { ...template.server, cpuNs: cores * 2e9 },
    bytes: { ...template.bytes, up: { ...template.bytes.up, payload: 0 } },
  };
}

export const latencyOf = (m: Measurement, meanMs: number): Measurement => ({
  ...m,
  deliveryLatencyNs: { ...m.deliveryLatencyNs, mean: meanMs * 1e6 },
});

export const LINK: NonNullable<Measurement['link']> = {
  ...{ delayMs: 20, jitterMs: 0, downBitsPerSecond: null, upBitsPerSecond: null, cutEveryMs: null },
  ...{ lateNs: { p50: 0, p99: 0, max: 0 }, cuts: 0, bytes: { up: 0, down: 0 }, cpuNs: 0 },
};

/** The same, and each client sends so many messages a second, of 30 µs each. */
export function sentUp(m: Measurement, perClient: number): Measurement {
  const { clients, payloadBytes, variant } = m.parameters;
  const seconds = m.window.durationNs / 1e9;
  const messages = clients * perClient * seconds;
  return {
    ...m,
    parameters: { ...m.parameters, variant: `sends ${variant}` },
    server: { ...m.server, cpuNs: m.server.cpuNs! + messages * 30e3 },
    bytes: { ...m.bytes, up: { ...m.bytes.up, payload: messages * payloadBytes } },
  };
}

export function runOf(loads: readonly Load[]): RunFile {
  const run = fixtureRun({ repetitions: 1 });
  const template = run.measurements.find((m) => m.transport === 'websocket' && m.scenario === 'broadcast')!;
  return { ...run, measurements: loads.map((load) => measured(template, load)) };
}

export const socketOf = (run: RunFile) =>
  fitModel([run]).transports.find(({ transport }) => transport === 'websocket')!;
