/**
 * What it costs to encode and to decode one message of each transport, apart from sockets. Part of the result file.
 *
 * CPU in isolation: one process, one message again and again, code that has long been compiled. A server spends more on
 * the system calls under it; this tells how much of its cost is the transport's own doing.
 */
import { Type, type Static } from 'typebox';

const Amount = Type.Number({ exclusiveMinimum: 0 });
const closed = { additionalProperties: false } as const;

const ClockSchema = Type.Union([Type.Literal('cpu'), Type.Literal('wall')], {
  description: 'cpu: what the process used. wall: what passed, where the system does not tell the other finely.',
});
export type CodecClock = Static<typeof ClockSchema>;

const CodecFigureSchema = Type.Object(
  {
    transport: Type.String(),
    direction: Type.Union([Type.Literal('encode'), Type.Literal('decode')]),
    payloadBytes: Type.Integer({ minimum: 1 }),
    encodedBytes: Type.Integer({
      minimum: 1,
      description: 'One message as the transport writes it, without what carries it: HTTP heads, chunk coding, TLS',
    }),
    nsPerMessage: Type.Object(
      {
        value: Type.Number({ exclusiveMinimum: 0, description: 'Median over the rounds; garbage collection included' }),
        low: Amount,
        high: Amount,
      },
      { ...closed, description: 'The interval covers the true median with 95 % from six rounds on' },
    ),
    messagesPerSecond: Amount,
    payloadBytesPerSecond: Amount,
  },
  closed,
);
export type CodecFigure = Static<typeof CodecFigureSchema>;

export const CodecsSchema = Type.Object(
  {
    rounds: Type.Integer({ minimum: 1, description: 'Each in a random order of its own' }),
    durationMs: Type.Number({ exclusiveMinimum: 0, description: 'How long each figure was timed, over all rounds' }),
    clock: ClockSchema,
    figures: Type.Array(CodecFigureSchema),
  },
  closed,
);
export type Codecs = Static<typeof CodecsSchema>;
