/**
 * What a gate found, metric by metric: the one document that `ab`, `compare` and `check` make, and that every format
 * (terminal, Markdown, JUnit) is rendered from.
 */
import { Type, type Static } from 'typebox';
import { Amount, closed, Count, Nullable } from '../schema-types.ts';

/** From best to worst, so that the worst of several is the last. */
export const OUTCOMES = ['pass', 'warn', 'inconclusive', 'fail'] as const;
export type Outcome = (typeof OUTCOMES)[number];

const OutcomeSchema = Type.Union([
  Type.Literal('pass'),
  Type.Literal('warn'),
  Type.Literal('inconclusive'),
  Type.Literal('fail'),
]);

/** A relative change: 0.05 is 5 % more. */
const ChangeSchema = Type.Object(
  {
    ratio: Type.Number(),
    low: Nullable(Type.Number()),
    high: Nullable(Type.Number()),
    pairs: Count,
  },
  {
    ...closed,
    description: 'head / base − 1 with its 95 % interval over pairs of processes; no interval for exact counts',
  },
);
export type Change = Static<typeof ChangeSchema>;

export const JudgedSchema = Type.Object(
  {
    transport: Type.String(),
    scenario: Nullable(Type.String({ description: 'Null for exact counts, which belong to no scenario' })),
    metric: Type.String({ description: 'Its slug, of results/gate/metrics.ts' }),
    kind: Type.Union([Type.Literal('exact'), Type.Literal('noisy'), Type.Literal('budget')]),
    unit: Type.String(),
    base: Nullable(Type.Number({ description: 'Median of the base, or a budget’s limit' })),
    head: Nullable(Type.Number()),
    change: Nullable(ChangeSchema),
    floor: Nullable(
      Type.Number({ minimum: 0, description: 'The smallest relative change that this run could have told from noise' }),
    ),
    outcome: OutcomeSchema,
    reason: Type.String({ description: 'One sentence' }),
  },
  closed,
);
export type Judged = Static<typeof JudgedSchema>;

const SideSchema = Type.Object({ label: Type.String(), fingerprint: Nullable(Type.String()) }, closed);

export const JudgementSchema = Type.Object(
  {
    schemaVersion: Type.Literal(1),
    kind: Type.Literal('judgement'),
    command: Type.Union([Type.Literal('ab'), Type.Literal('compare'), Type.Literal('check')]),
    startedAt: Type.String(),
    wallTimeMs: Amount,
    base: SideSchema,
    head: SideSchema,
    outcome: OutcomeSchema,
    judged: Type.Array(JudgedSchema),
    notes: Type.Array(Type.String()),
  },
  { ...closed, $id: 'https://pushbench.dev/schema/judgement-1.json', title: 'pushbench judgement, version 1' },
);
export type Judgement = Static<typeof JudgementSchema>;

/** The worst of several; nothing judged is nothing shown. */
export function worstOutcome(outcomes: readonly Outcome[]): Outcome {
  if (outcomes.length === 0) return 'inconclusive';
  return OUTCOMES[Math.max(...outcomes.map((outcome) => OUTCOMES.indexOf(outcome)))]!;
}
