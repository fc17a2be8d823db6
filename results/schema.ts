/**
 * The result file, schema version 1: one JSON document that every command reads or writes.
 *
 * The TypeBox schemas below are both the TypeScript types and the published JSON Schema (`results/schema.json`, kept
 * equal by a test). Raw numbers carry their unit in the name. Adding an optional field keeps the version; changing a
 * meaning or a unit raises it.
 */
import { Type, type Static } from 'typebox';
import { EvidenceSchema, WarningSchema, type Evidence, type Warning } from './certificate.ts';
import { CodecsSchema } from './codecs.ts';
import { ExactSchema } from './exact.ts';
import { MemorySchema } from './memory.ts';
import { ParametersSchema } from './parameters.ts';
import { Amount, closed, Count, EnvironmentSchema, Nullable, ToolSchema } from './schema-types.ts';

export { WARNING_CODES, type Evidence, type Warning, type WarningCode } from './certificate.ts';
export type { MeasurementParameters } from './parameters.ts';

export const SCHEMA_VERSION = 1;

/** Nanoseconds; a percentile that the sample count cannot support is null (see `percentileSupported`). */
export const LatencySchema = Type.Object(
  {
    count: Count,
    min: Nullable(Amount),
    mean: Nullable(Amount),
    p50: Nullable(Amount),
    p90: Nullable(Amount),
    p99: Nullable(Amount),
    p999: Nullable(Amount),
    max: Nullable(Amount),
    hdr: Type.String({
      description:
        'HdrHistogram V2, compressed, base64; values in ns, 3 significant digits (2 in a run that was packed)',
    }),
  },
  closed,
);
export type Latency = Static<typeof LatencySchema>;

/** Bytes of one direction by layer. The five layers, `partial` and, where it is there, `tls` sum to `total`; `total` is what the sockets counted. */
export const LayersSchema = Type.Object(
  {
    payload: Count,
    framing: Count,
    header: Count,
    control: Count,
    handshake: Count,
    partial: Type.Integer({
      description:
        'Bytes that had no name at an edge of the window: of a message cut in two, or of a poll that was not answered yet. Those at the end minus those at the start, so it may be negative; small against the total.',
    }),
    tls: Type.Optional(
      Type.Integer({
        description:
          'What the sockets carried beyond the bytes given to TLS: records, handshake, alerts. Missing: no TLS. At an edge of the window bytes may wait to be encrypted.',
      }),
    ),
    total: Count,
  },
  closed,
);
export type Layers = Static<typeof LayersSchema>;

/** What carried the bytes of the window, both directions together. */
export const NetworkSchema = Type.Object(
  {
    basis: Type.Union([Type.Literal('measured'), Type.Literal('modelled')], {
      description:
        'measured: read from the interface of a private network namespace, 1,500 bytes a packet at most, at edges that lie within milliseconds of those of `bytes`. modelled: from the writes and reads of the clients, by the rules of TCP.',
    }),
    packets: Type.Integer({ minimum: 0, description: 'Pure acknowledgements and those that open and close included' }),
    ipBytes: Type.Integer({ minimum: 0, description: 'From the IP header up: headers of IP and TCP, and `bytes`' }),
  },
  closed,
);
export type Network = Static<typeof NetworkSchema>;

export const ProcessCostSchema = Type.Object(
  {
    cpuNs: Nullable(Amount),
    rssBytes: Nullable(Amount),
    eventLoopDelayNs: Type.Object({ p50: Nullable(Amount), p99: Nullable(Amount), max: Nullable(Amount) }, closed),
  },
  closed,
);
export type ProcessCost = Static<typeof ProcessCostSchema>;

/** What only some scenarios look at. */
export const FindingsSchema = Type.Object(
  {
    stalenessNs: Type.Optional(LatencySchema),
    slow: Type.Optional(
      Type.Object(
        {
          clients: Type.Integer({
            minimum: 0,
            description: 'Clients that stopped reading; `counts` are of all clients',
          }),
          deliveryLatencyNs: LatencySchema,
          toldLost: Type.Integer({
            minimum: 0,
            description: 'Messages that they were told are gone; not in `counts.lost`',
          }),
          disconnected: Type.Integer({ minimum: 0, description: 'How often they lost their connection' }),
        },
        {
          ...closed,
          description: 'Clients that read slowly. `deliveryLatencyNs` and `transitTimeNs` are then of the others.',
        },
      ),
    ),
    storm: Type.Optional(
      Type.Object(
        {
          clients: Type.Integer({
            minimum: 0,
            description: 'Connections cut, each of a client: one that was served again may be cut anew',
          }),
          recoveryNs: LatencySchema,
          connections: Type.Integer({
            minimum: 0,
            description: 'Opened from the cut until the last client was served',
          }),
          lostAgain: Type.Integer({ minimum: 0, description: 'Connections lost after the cut' }),
        },
        { ...closed, description: '`recoveryNs`: from the cut until a client has a message that was due after it' },
      ),
    ),
    unknownUpgrades: Type.Optional(
      Type.Integer({
        minimum: 0,
        description:
          'Requests, before the window, for an Upgrade to a protocol that nobody knows: all were answered as plain HTTP',
      }),
    ),
    stall: Type.Optional(
      Type.Object(
        {
          afterNs: Type.Number({ description: 'When the server was stopped, from the start of the window' }),
          stalledNs: Amount,
          predictedMeanGrowthNs: Nullable(Amount),
          predictedP99Ns: Nullable(Amount),
        },
        { ...closed, description: 'The server process stood still, and what results/stall-law.ts says of that' },
      ),
    ),
  },
  closed,
);
export type Findings = Static<typeof FindingsSchema>;

/** The relay that stood for a link between clients and server, in a window of its own that is milliseconds off that of `bytes`. */
export const LinkSchema = Type.Object(
  {
    delayMs: Type.Number({ minimum: 0, description: 'One way' }),
    jitterMs: Amount,
    downBitsPerSecond: Nullable(Amount),
    upBitsPerSecond: Nullable(Amount),
    cutEveryMs: Nullable(Type.Number({ minimum: 0, description: 'Mean of an exponential distribution' })),
    lateNs: Type.Object(
      { p50: Nullable(Amount), p99: Nullable(Amount), max: Nullable(Amount) },
      { ...closed, description: 'How long after it was due each piece of data left the relay' },
    ),
    cuts: Type.Integer({ minimum: 0, description: 'Connections cut' }),
    bytes: Type.Object({ up: Count, down: Count }, { ...closed, description: 'Passed on' }),
    cpuNs: Amount,
  },
  closed,
);

export const MeasurementSchema = Type.Object(
  {
    transport: Type.String(),
    scenario: Type.String(),
    parameters: ParametersSchema,
    repetition: Count,
    order: Type.Integer({ minimum: 0, description: 'Place in the interleaved order in which the run measured' }),
    counts: Type.Object(
      {
        publications: Count,
        offered: Type.Integer({
          minimum: 0,
          description: 'Deliveries owed: the schedule, whatever the server managed',
        }),
        delivered: Count,
        lost: Count,
        duplicated: Count,
        reordered: Count,
      },
      closed,
    ),
    deliveryLatencyNs: LatencySchema,
    transitTimeNs: LatencySchema,
    readinessNs: LatencySchema,
    requestLatencyNs: Type.Optional(LatencySchema),
    ...FindingsSchema.properties,
    memory: Type.Optional(MemorySchema),
    bytes: Type.Object({ up: LayersSchema, down: LayersSchema }, closed),
    network: Type.Optional(NetworkSchema),
    link: Type.Optional(LinkSchema),
    window: Type.Object(
      {
        durationNs: Amount,
        deliveries: Type.Integer({ minimum: 0, description: 'Deliveries that arrived inside the window of `bytes`' }),
        emptyPolls: Count,
        connections: Type.Integer({ minimum: 0, description: 'TCP connections opened inside the window' }),
      },
      closed,
    ),
    requests: Count,
    handshakePerClient: Type.Object(
      { upBytes: Nullable(Amount), downBytes: Nullable(Amount) },
      { ...closed, description: 'Mean handshake bytes of one client until ready, measured before the window' },
    ),
    server: Type.Object({ ...ProcessCostSchema.properties, rssPerClientBytes: Nullable(Type.Number()) }, closed),
    generator: Type.Object(
      {
        ...ProcessCostSchema.properties,
        scheduleSlipNs: Type.Object({ p50: Nullable(Amount), p99: Nullable(Amount), max: Nullable(Amount) }, closed),
      },
      closed,
    ),
    awakeCores: Type.Optional(
      Type.Integer({
        minimum: 0,
        description:
          'Cores that were kept from falling asleep between messages, so that processor time is not that of waking up; server and generator then have cores of their own where there are as many, and without a link the generator never waits, so that nobody has to wake it: its `cpuNs` is of what it did. 0: it could not be done here. Missing: it was not asked for.',
      }),
    ),
    twin: Type.Optional(
      Type.Literal(true, {
        description:
          'The second of an A/A pair: the same as the measurement without it in every other way. It shows what differences this run makes out of nothing, and stands in no row of its own.',
      }),
    ),
    validity: Type.Object(
      { valid: Type.Boolean(), warnings: Type.Array(WarningSchema), evidence: Type.Optional(EvidenceSchema) },
      closed,
    ),
  },
  closed,
);
export type Measurement = Omit<Static<typeof MeasurementSchema>, 'validity'> & {
  validity: { valid: boolean; warnings: Warning[]; evidence?: Evidence };
};

/** A measurement that the plan held and the run could not finish: which, and why. */
export const FailureSchema = Type.Object(
  { transport: Type.String(), scenario: Type.String(), repetition: Count, message: Type.String() },
  closed,
);
export type Failure = Static<typeof FailureSchema>;

export const RunFileSchema = Type.Object(
  {
    schemaVersion: Type.Literal(SCHEMA_VERSION),
    partial: Type.Boolean(),
    run: Type.Object(
      {
        id: Type.String(),
        startedAt: Type.String({ description: 'ISO 8601, UTC' }),
        wallTimeMs: Amount,
        tool: ToolSchema,
        argv: Type.Array(Type.String()),
        config: Type.Record(Type.String(), Type.Unknown()),
        seed: Type.Integer({ minimum: 0 }),
        planned: Type.Integer({ minimum: 0, description: 'Measurements in the plan' }),
        floors: Type.Optional(
          Type.Array(Type.String(), {
            description: 'Transports that are the limit for the others and no choice themselves: shown, never ranked',
          }),
        ),
        questions: Type.Record(Type.String(), Type.String(), { description: 'The question of each scenario measured' }),
        notes: Type.Array(Type.String()),
        failures: Type.Array(FailureSchema),
      },
      closed,
    ),
    environment: EnvironmentSchema,
    exact: Type.Optional(ExactSchema),
    codecs: Type.Optional(CodecsSchema),
    measurements: Type.Array(MeasurementSchema),
  },
  { ...closed, $id: 'https://pushbench.dev/schema/run-1.json', title: 'pushbench run, schema version 1' },
);
export type RunFile = Omit<Static<typeof RunFileSchema>, 'measurements'> & { measurements: Measurement[] };
