/** Planned measurements, and their results, as tests of plan, limits and run need them. */
import { resolveConfig, type Resolved } from '../config.ts';
import type { Config } from '../settings.ts';
import { SCHEMA_VERSION, type Latency, type Measurement, type RunFile } from '../../results/schema.ts';
import { LatencyRecorder } from '../../results/histogram.ts';
import { makePlan, type Plan, type Planned } from './plan.ts';

export type Flags = Partial<Record<keyof Config, string>>;

export function resolved(flags: Flags = {}): Resolved {
  return resolveConfig({ flags, env: {}, file: undefined });
}

export function planOf(flags: Flags = {}): Plan {
  return makePlan(resolved(flags));
}

/** One measurement of a transport in a scenario, with some parameters changed. */
export function plannedOf(
  transport: Planned['transport'],
  scenario: Planned['scenario'],
  parameters: Partial<Planned['parameters']> = {},
): Planned {
  const { planned } = planOf({ transports: transport, scenarios: scenario });
  const first = planned.find((item) => item.transport === transport)!;
  return { ...first, parameters: { ...first.parameters, ...parameters } };
}

const none: Latency = new LatencyRecorder().summary();
const noLayers = { payload: 0, framing: 0, header: 0, control: 0, handshake: 0, partial: 0, total: 0 };
const noDelay = { p50: null, p99: null, max: null };

/** What a measurement without a single message looks like. */
export function measurementOf({ transport, scenario, parameters, repetition, order }: Planned): Measurement {
  return {
    transport,
    scenario,
    parameters,
    repetition,
    order,
    counts: { publications: 0, offered: 0, delivered: 0, lost: 0, duplicated: 0, reordered: 0 },
    deliveryLatencyNs: none,
    transitTimeNs: none,
    readinessNs: none,
    bytes: { up: noLayers, down: noLayers },
    window: { durationNs: 0, deliveries: 0, emptyPolls: 0, connections: 0 },
    requests: 0,
    handshakePerClient: { upBytes: null, downBytes: null },
    server: { cpuNs: null, rssBytes: null, eventLoopDelayNs: noDelay, rssPerClientBytes: null },
    generator: { cpuNs: null, rssBytes: null, eventLoopDelayNs: noDelay, scheduleSlipNs: noDelay },
    validity: { valid: true, warnings: [] },
  };
}

/** The document that a run of this plan starts from. */
export function headerOf(plan: Plan): RunFile {
  return {
    schemaVersion: SCHEMA_VERSION,
    partial: true,
    run: {
      id: 'test',
      startedAt: '2026-01-01T00:00:00.000Z',
      wallTimeMs: 0,
      tool: { name: 'pushbench', version: '0.0.0' },
      argv: [],
      config: {},
      seed: 1,
      planned: plan.planned.length,
      questions: {},
      notes: [],
      failures: [],
    },
    environment: { fingerprint: '', comparable: {}, provenance: {} },
    measurements: [],
  };
}
