/**
 * The comparison file: two builds measured side by side in one job, every invocation of a process with its figures, and
 * what was judged from them.
 *
 * It holds figures and not whole measurements: a hundred of those would be megabytes that nobody reads, and what a gate
 * has looked at is what a reader wants to check it by.
 */
import { Type, type Static } from 'typebox';
import { JudgementSchema, type Judgement } from './gate/judgement.ts';
import { Amount, closed, Count, EnvironmentSchema, Nullable, ToolSchema } from './schema-types.ts';

export const AB_VERSION = 1;

export const ROLES = ['base', 'head'] as const;
export type Role = (typeof ROLES)[number];

/** Orders of a block: A is the base, B the head. */
export const PATTERNS = ['ABBA', 'BAAB'] as const;
export type Pattern = (typeof PATTERNS)[number];

const oneOf = <const T extends readonly string[]>(names: T) =>
  Type.Union(names.map((name) => Type.Literal(name as T[number])));

export const InvocationSchema = Type.Object(
  {
    role: oneOf(ROLES),
    order: Type.Integer({ minimum: 0, description: 'Place in the order in which all invocations were made' }),
    seed: Count,
    tookMs: Amount,
    samples: Type.Integer({ minimum: 0, description: 'Deliveries whose latency was measured' }),
    values: Type.Record(Type.String(), Nullable(Type.Number()), {
      description: 'By metric; null: this measurement does not support it',
    }),
    invalid: Type.Array(Type.String(), {
      description: 'Codes of the warnings that invalidate it; figures that they spoil are in no pair',
    }),
    failure: Nullable(Type.String({ description: 'Why there is no measurement' })),
  },
  { ...closed, description: 'A server process and a generator process, both fresh, and one window' },
);
export interface Invocation {
  role: Role;
  order: number;
  seed: number;
  tookMs: number;
  samples: number;
  values: Record<string, number | null>;
  invalid: string[];
  failure: string | null;
}

export const BlockSchema = Type.Object(
  {
    transport: Type.String(),
    round: Count,
    confirmation: Type.Boolean({ description: 'Measured again because a metric of this transport looked worse' }),
    pattern: oneOf(PATTERNS),
    invocations: Type.Array(InvocationSchema, { maxItems: 4 }),
  },
  {
    ...closed,
    description: 'Four invocations in a row: two pairs of both builds, and one pair of each build with itself',
  },
);
export interface Block {
  transport: string;
  round: number;
  confirmation: boolean;
  pattern: Pattern;
  invocations: Invocation[];
}

const BuildSchema = Type.Object(
  {
    path: Type.String({ description: 'The folder of a checkout, or a target file' }),
    kind: Type.Union([Type.Literal('checkout'), Type.Literal('target')]),
    label: Type.String(),
    version: Nullable(Type.String()),
    commit: Nullable(Type.String()),
    changed: Type.Boolean({ description: 'The checkout differs from its commit' }),
  },
  closed,
);
export type BuildDescription = Static<typeof BuildSchema>;

export const AbFileSchema = Type.Object(
  {
    schemaVersion: Type.Literal(AB_VERSION),
    kind: Type.Literal('ab'),
    partial: Type.Boolean({ description: 'Ended before its plan: it judges nothing' }),
    run: Type.Object(
      {
        id: Type.String(),
        startedAt: Type.String({ description: 'ISO 8601, UTC' }),
        wallTimeMs: Amount,
        tool: ToolSchema,
        argv: Type.Array(Type.String()),
        config: Type.Record(Type.String(), Type.Unknown()),
        seed: Count,
        scenario: Type.String(),
        transports: Type.Array(Type.String()),
        pairs: Type.Integer({
          minimum: 0,
          description: 'Of each transport, decided before the first was measured; 0 where only exact counts are judged',
        }),
        metrics: Type.Array(Type.String()),
        floor: Type.Number({ minimum: 0, description: 'Relative: 0.05 is 5 %' }),
        notes: Type.Array(Type.String()),
        failures: Type.Array(Type.String()),
      },
      closed,
    ),
    environment: EnvironmentSchema,
    base: BuildSchema,
    head: BuildSchema,
    blocks: Type.Array(BlockSchema),
    judgement: JudgementSchema,
  },
  { ...closed, $id: 'https://pushbench.dev/schema/ab-1.json', title: 'pushbench comparison, schema version 1' },
);
export type AbFile = Omit<Static<typeof AbFileSchema>, 'blocks' | 'judgement'> & {
  blocks: Block[];
  judgement: Judgement;
};
