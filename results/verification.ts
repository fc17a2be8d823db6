/** What `pushbench verify` found of a server that is not this project's own: the document that `--json` prints. */
import { Type, type Static } from 'typebox';
import { closed, Count } from './schema-types.ts';

const OutcomeSchema = Type.Union([Type.Literal('kept'), Type.Literal('broken'), Type.Literal('untested')]);
export type VerificationOutcome = Static<typeof OutcomeSchema>;

const FoundSchema = Type.Object(
  {
    transport: Type.String(),
    sentence: Type.String({ description: 'Of the delivery contract' }),
    outcome: OutcomeSchema,
    detail: Type.String({ description: 'What was seen, or why nothing could be' }),
  },
  closed,
);

export const VerificationSchema = Type.Object(
  {
    schemaVersion: Type.Literal(1),
    kind: Type.Literal('verification'),
    target: Type.Object({ name: Type.String(), file: Type.String(), command: Type.Array(Type.String()) }, closed),
    kept: Count,
    broken: Count,
    untested: Count,
    findings: Type.Array(FoundSchema),
  },
  { ...closed, $id: 'https://pushbench.dev/schema/verification-1.json', title: 'pushbench verification' },
);
export type Verification = Static<typeof VerificationSchema>;
