/**
 * Byte counts that repeat exactly: what one client's life costs in lock-step, for a fixed number of messages. Part of the
 * result file.
 *
 * No clock has a say in them, so they are the same in every repetition and on every machine, and a difference of one byte
 * between two builds is a change.
 */
import { Type, type Static } from 'typebox';
import { closed, Count } from './schema-types.ts';

/** Bytes of one direction by layer; they sum to `total`, which is what the sockets counted. */
const ExactLayersSchema = Type.Object(
  {
    payload: Type.Integer(),
    framing: Type.Integer(),
    header: Type.Integer(),
    control: Type.Integer(),
    handshake: Type.Integer(),
    tls: Type.Integer(),
    total: Count,
  },
  closed,
);
export type ExactLayers = Static<typeof ExactLayersSchema>;

const ExchangeSchema = Type.Object({ up: ExactLayersSchema, down: ExactLayersSchema, requests: Count }, closed);
/** What both directions carried in one step. */
export type Exchange = Static<typeof ExchangeSchema>;

/** A range of bytes of one connection, in the order in which it passed. */
const SpanSchema = Type.Object(
  {
    connection: Type.Integer({ minimum: 1 }),
    direction: Type.Union([Type.Literal('up'), Type.Literal('down')]),
    layer: Type.String(),
    what: Type.String(),
    bytes: Count,
    hex: Type.String({ description: 'The first bytes of the range' }),
    text: Type.String({ description: 'The range as text, or what it means; cut where long' }),
  },
  closed,
);
export type AnatomySpan = Static<typeof SpanSchema>;

const StepSchema = Type.Object(
  { name: Type.String(), exchange: ExchangeSchema, spans: Type.Array(SpanSchema) },
  closed,
);
export type AnatomyStep = Static<typeof StepSchema>;

const ByPayloadSchema = Type.Object({ payloadBytes: Count, exchange: ExchangeSchema }, closed);
const ByHeaderSchema = Type.Object(
  {
    headerBytes: Type.Integer({ minimum: 0, description: 'Header bytes that each request has beyond the profile' }),
    connect: ExchangeSchema,
    message: ExchangeSchema,
  },
  closed,
);

/** All that is exact of one transport; of a server that is not this project's own, what can be had of it. */
const ExactTransportSchema = Type.Object(
  {
    transport: Type.String(),
    asks: Type.Union([Type.Literal('once'), Type.Literal('each-interval'), Type.Literal('and-waits')]),
    floor: Type.Boolean(),
    steps: Type.Array(StepSchema, { description: 'One connection from connect to close, every byte named' }),
    connect: ExchangeSchema,
    idle: Type.Optional(
      Type.Object(
        { ...ExchangeSchema.properties },
        { ...closed, description: 'One empty poll, or one sign of life of a stream' },
      ),
    ),
    perMessage: Type.Array(ByPayloadSchema, { description: 'One message at a time' }),
    batch: Type.Object(
      { payloadBytes: Count, messages: Count, exchange: Type.Optional(ExchangeSchema) },
      { ...closed, description: 'Several messages that are there at once' },
    ),
    upstream: Type.Optional(ByPayloadSchema),
    perHeader: Type.Array(ByHeaderSchema),
  },
  closed,
);
export type ExactTransport = Static<typeof ExactTransportSchema>;

export const ExactSchema = Type.Object(
  {
    carrier: Type.String(),
    headers: Type.String(),
    responseHeaders: Type.String(),
    deflate: Type.Boolean(),
    contextTakeover: Type.Boolean(),
    gzip: Type.Boolean(),
    payloadBytes: Count,
    transports: Type.Array(ExactTransportSchema),
  },
  closed,
);
export type Exact = Static<typeof ExactSchema>;
