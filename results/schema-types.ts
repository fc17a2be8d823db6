/** What the schemas of the result file are built of. */
import { Type, type TSchema } from 'typebox';

export const Count = Type.Integer({ minimum: 0 });
export const Amount = Type.Number({ minimum: 0 });
export const Nullable = <T extends TSchema>(type: T) => Type.Union([type, Type.Null()]);
/** Closed objects: what a writer of another version adds is refused by name and not ignored. */
export const closed = { additionalProperties: false } as const;

/** What wrote a file. */
export const ToolSchema = Type.Object({ name: Type.String(), version: Type.String() }, closed);

/** The machine that a file's figures are of. */
export const EnvironmentSchema = Type.Object(
  {
    fingerprint: Type.String({ description: 'Hash of `comparable`: figures compare only where it is equal' }),
    comparable: Type.Record(Type.String(), Type.Unknown()),
    provenance: Type.Record(Type.String(), Type.Unknown()),
  },
  closed,
);
