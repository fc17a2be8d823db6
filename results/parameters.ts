/** The part of the result file that says what a measurement ran with. */
import { Type, type Static } from 'typebox';
import { Amount, closed, Nullable } from './schema-types.ts';

/** What one measurement ran with, after flags, environment, file, profile and scenario are merged. */
export const ParametersSchema = Type.Object(
  {
    variant: Nullable(Type.String({ description: 'What tells apart two measurements of one transport × scenario' })),
    clients: Type.Integer({ minimum: 1 }),
    ratePerSecond: Amount,
    arrivals: Type.Union([Type.Literal('constant'), Type.Literal('poisson')]),
    payloadBytes: Type.Integer({ minimum: 1 }),
    pollIntervalMs: Amount,
    pollPacing: Type.Optional(
      Type.Union([Type.Literal('fixed-rate'), Type.Literal('fixed-delay')], {
        description:
          'Whether a short poll comes each interval, or so long after each answer; fixed-rate where it is missing',
      }),
    ),
    holdMs: Amount,
    batch: Type.Optional(
      Type.Boolean({ description: 'Whether a long poll is answered with all that waits; true where it is missing' }),
    ),
    heartbeatMs: Amount,
    recycleBytes: Type.Integer({ minimum: 1 }),
    connection: Type.Union([Type.Literal('keep-alive'), Type.Literal('close')]),
    headers: Type.String(),
    link: Type.Optional(
      Type.String({
        description: 'What lies between clients and server, as --link takes it; none where it is missing',
      }),
    ),
    responseHeaders: Type.Optional(Type.String()),
    carrier: Type.Optional(Type.String({ description: 'h1, tls, h2c or h2; h1 where it is missing' })),
    deflate: Type.Boolean(),
    contextTakeover: Type.Optional(Type.Boolean()),
    gzip: Type.Optional(Type.Boolean()),
    durationMs: Amount,
    warmupMs: Amount,
    rush: Type.Optional(
      Type.Number({
        minimum: 1,
        description: 'How many times as fast the load comes in the first half of the warm-up; 1 where it is missing',
      }),
    ),
    workers: Type.Optional(Type.Integer({ minimum: 1, description: 'Generator processes; 1 where it is missing' })),
    serverWorkers: Type.Optional(
      Type.Integer({ minimum: 1, description: 'Server processes that share the port; 1 where it is missing' }),
    ),
    burst: Type.Optional(Type.Integer({ minimum: 1, description: 'Publications that are due at one moment' })),
    slowShare: Type.Optional(
      Type.Number({ minimum: 0, maximum: 1, description: 'Share of the clients that stop reading during the window' }),
    ),
    stallMs: Type.Optional(Type.Number({ minimum: 0, description: 'How long the server is stopped in the window' })),
  },
  closed,
);
export type MeasurementParameters = Static<typeof ParametersSchema>;

/** How long the load would take at its own rate to offer what it does before the window, ms. */
export const warmedMs = ({ warmupMs, rush = 1 }: Pick<MeasurementParameters, 'warmupMs' | 'rush'>): number =>
  (warmupMs * (1 + rush)) / 2;
