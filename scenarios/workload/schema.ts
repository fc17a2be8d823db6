/**
 * The workload file as JSON Schema, published as `workload-schema.json` beside this file so that an editor completes and
 * checks it. Reading is `read.ts`'s, which has a sentence for each wrong field and knows what contradicts what.
 */
import { Type } from 'typebox';
import { CARRIERS } from '../../clients/connection.ts';
import { closed } from '../../results/schema-types.ts';
import { DRIVERS, INFRASTRUCTURE } from '../../results/workload.ts';

const NUMBER = '\\d+(\\.\\d+)?';
const DURATION = `^${NUMBER}\\s*(ms|s|m|min|h)$`;
const RATE = `^${NUMBER}\\s*(/|per )\\s*(s|second|min|minute|h|hour|day)$`;

const text = (description: string) => Type.String({ minLength: 1, maxLength: 100, description });
const duration = (description: string) => Type.String({ pattern: DURATION, description });
const rate = (description: string) => Type.String({ pattern: RATE, description });
const size = (description: string) =>
  Type.Union([Type.Integer({ minimum: 0 }), Type.String({ pattern: `^${NUMBER}\\s*(B|KB|kB|MB|KiB|MiB)?$` })], {
    description,
  });
const price = (description: string) => Type.Optional(Type.Number({ minimum: 0, description }));

const TIMED = 'idle-timeout';

export const WorkloadSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    name: text('What the system is called'),
    users: Type.Integer({ minimum: 1, description: 'Connected at once' }),
    messages: rate('That each user receives, such as 3/min'),
    fanOut: Type.Union([Type.Number({ minimum: 1 }), Type.Literal('all')], {
      description: 'Users that one message reaches',
    }),
    payload: size('Bytes of a message, such as 200B'),
    upstream: Type.Union([rate('That each user sends'), Type.Literal('none')], {
      description: 'That each user sends, or none',
    }),
    latency: Type.Optional(
      Type.String({
        pattern: `^p99\\s*<=?\\s*${DURATION.slice(1)}`,
        description:
          'One way, from when a message is due at the server until it is received: such as p99 < 500ms; this or staleness',
      }),
    ),
    staleness: Type.Optional(duration('How old the newest value that a user holds may be; this or latency')),
    roundTrip: duration('Between user and server, as ping shows it'),
    cookie: Type.Optional(size('What a cookie or token adds to each request; 0B where it is missing')),
    carrier: Type.Optional(Type.Enum([...CARRIERS], { description: 'h1 where it is missing' })),
    arrivals: Type.Optional(Type.Enum(['poisson', 'constant'], { description: 'poisson where it is missing' })),
    infrastructure: Type.Optional(
      Type.Array(
        Type.Union([
          Type.Enum(INFRASTRUCTURE.filter((name) => name !== TIMED)),
          Type.String({ pattern: `^${TIMED}\\s+${DURATION.slice(1)}`, description: 'Such as idle-timeout 60s' }),
        ]),
        {
          description:
            'What lies between server and users; http1-browsers goes with carrier h1 or tls, http2 with h2c or h2',
        },
      ),
    ),
    weights: Type.Optional(
      Type.Object(
        Object.fromEntries(DRIVERS.map((driver) => [driver, Type.Optional(Type.Number({ minimum: 0, maximum: 10 }))])),
        { ...closed, description: '1 where one is missing' },
      ),
    ),
    prices: Type.Optional(
      Type.Object(
        {
          currency: Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217' }),
          source: Type.String({ minLength: 1, maxLength: 500, description: 'Where the prices are from' }),
          date: Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\d$', description: 'When they were read' }),
          egressPerGB: price('Out of the server, 10⁹ bytes'),
          corePerMonth: price('One core'),
          memoryPerGiBMonth: price('2³⁰ bytes'),
          perMillionRequests: price('HTTP requests'),
          perMillionMessages: price('Messages delivered'),
          perMillionConnectionMinutes: price('Of clients that have a connection all the time'),
        },
        closed,
      ),
    ),
    decisionMakers: Type.Optional(Type.Array(text('Who decides'), { maxItems: 50 })),
  },
  { ...closed, $id: 'https://pushbench.dev/schema/workload-1.json', title: 'pushbench workload file' },
);
