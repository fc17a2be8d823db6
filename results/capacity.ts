/**
 * The capacity file: how much a transport carries within a target, what stopped it, and every probe behind that.
 *
 * A document of its own and no run: its measurements were chosen one after the other, each by what the one before showed,
 * so they are no repetitions and nothing may be averaged over them.
 */
import { Type, type Static } from 'typebox';
import { Amount, closed, Count, EnvironmentSchema, Nullable, ToolSchema } from './schema-types.ts';
import { MeasurementSchema, type Measurement } from './schema.ts';

export const CAPACITY_VERSION = 1;

const oneOf = <const T extends readonly string[]>(names: T) =>
  Type.Union(names.map((name) => Type.Literal(name as T[number])));

export const DIMENSIONS = ['clients', 'rate'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

export const SLO_VERDICTS = ['met', 'failed', 'unknown'] as const;
export type SloVerdict = (typeof SLO_VERDICTS)[number];

/** How one clause of the target came out. */
export const ClauseResultSchema = Type.Object(
  {
    clause: Type.String({ description: 'As one writes it: p99<100ms' }),
    verdict: oneOf(SLO_VERDICTS),
    ratio: Nullable(Type.Number({ minimum: 0, description: 'Measured over allowed; null where not measured' })),
  },
  closed,
);
export interface ClauseResult {
  clause: string;
  verdict: SloVerdict;
  ratio: number | null;
}

/** `invalid`: the target was not met, and that was not the server. */
export const PROBE_VERDICTS = ['met', 'failed', 'invalid'] as const;
export type ProbeVerdict = (typeof PROBE_VERDICTS)[number];

/** What can limit a capacity; the rules are in `scenarios/capacity/judge.ts`. */
export const LIMIT_CODES = [
  'server-cpu',
  'generator',
  'link',
  'machine-busy',
  'descriptors',
  'ports',
  'memory',
  'law',
  'latency',
  'lost',
  'samples',
  'budget',
  'failure',
] as const;
export type LimitCode = (typeof LIMIT_CODES)[number];

export const LimitSchema = Type.Object(
  {
    code: oneOf(LIMIT_CODES),
    lowerBound: Type.Boolean({ description: 'Not the server was the limit: it carries at least this, perhaps more' }),
    message: Type.String(),
    advice: Nullable(Type.String()),
  },
  closed,
);
export interface Limit {
  code: LimitCode;
  lowerBound: boolean;
  message: string;
  advice: string | null;
}

export const ProbeSchema = Type.Object(
  {
    at: Type.Integer({ minimum: 1, description: 'Clients, or publications per second' }),
    verdict: oneOf(PROBE_VERDICTS),
    clauses: Type.Array(ClauseResultSchema),
    limit: Nullable(LimitSchema),
    tookMs: Amount,
    measurement: Nullable(MeasurementSchema),
  },
  closed,
);
export interface Probe {
  at: number;
  verdict: ProbeVerdict;
  clauses: ClauseResult[];
  /** What kept it from the target; null where that was met. */
  limit: Limit | null;
  tookMs: number;
  /** Null where it could not be finished: the limit says why. */
  measurement: Measurement | null;
}

export const CapacitySchema = Type.Object(
  {
    transport: Type.String(),
    dimension: oneOf(DIMENSIONS),
    fixed: Type.Object(
      { clients: Nullable(Count), ratePerSecond: Nullable(Amount) },
      { ...closed, description: 'The other one, which stood still' },
    ),
    met: Nullable(
      Type.Integer({ minimum: 1, description: 'The largest that met the target in two probes; null: none did' }),
    ),
    failed: Nullable(Type.Integer({ minimum: 1, description: 'The smallest above it that did not; null: none seen' })),
    failedConfirmed: Type.Boolean({ description: 'Whether two probes at `failed` agree' }),
    lowerBound: Type.Boolean({ description: 'At least `met`: something other than the server was the limit' }),
    limitedBy: Nullable(LimitSchema),
    ended: oneOf(['settled', 'budget', 'interrupted']),
    probes: Type.Array(ProbeSchema),
  },
  closed,
);
export interface Capacity {
  transport: string;
  dimension: Dimension;
  fixed: { clients: number | null; ratePerSecond: number | null };
  met: number | null;
  failed: number | null;
  failedConfirmed: boolean;
  lowerBound: boolean;
  limitedBy: Limit | null;
  /** `budget`: the time was over before the interval was as narrow as it should be. */
  ended: 'settled' | 'budget' | 'interrupted';
  /** In the order in which they were made: the curve. */
  probes: Probe[];
}

/** Requests that answer at once, as many as autocannon gets through: the ceiling of polling without any waiting. */
export const SaturationSchema = Type.Object(
  {
    transport: Type.String(),
    answer: Type.Union([Type.Literal('empty'), Type.Literal('message')], { description: 'What each poll brought' }),
    connections: Count,
    durationMs: Amount,
    requests: Count,
    perSecond: Amount,
    errors: Type.Integer({ minimum: 0, description: 'Refused, timed out, or answered with another status' }),
    latencyNs: Type.Object(
      { p50: Nullable(Amount), p90: Nullable(Amount), p99: Nullable(Amount), max: Nullable(Amount) },
      closed,
    ),
    serverCpuShare: Nullable(Amount),
    generatorCpuShare: Nullable(Amount),
    saturated: Type.Union([Type.Boolean(), Type.Null()], {
      description: 'Whether the server was the limit; null where its CPU cannot be read',
    }),
  },
  closed,
);
export type Saturation = Static<typeof SaturationSchema>;

export const CapacityFileSchema = Type.Object(
  {
    schemaVersion: Type.Literal(CAPACITY_VERSION),
    kind: Type.Literal('capacity'),
    partial: Type.Boolean(),
    run: Type.Object(
      {
        id: Type.String(),
        startedAt: Type.String({ description: 'ISO 8601, UTC' }),
        wallTimeMs: Amount,
        tool: ToolSchema,
        argv: Type.Array(Type.String()),
        config: Type.Record(Type.String(), Type.Unknown()),
        seed: Count,
        slo: Type.String(),
        budgetMs: Amount,
        notes: Type.Array(Type.String()),
      },
      closed,
    ),
    environment: EnvironmentSchema,
    capacities: Type.Array(CapacitySchema),
    saturations: Type.Array(SaturationSchema),
  },
  { ...closed, $id: 'https://pushbench.dev/schema/capacity-1.json', title: 'pushbench capacity, schema version 1' },
);
export type CapacityFile = Omit<Static<typeof CapacityFileSchema>, 'capacities'> & { capacities: Capacity[] };
