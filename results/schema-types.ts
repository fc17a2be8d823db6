/** What the schemas of the result file are built of. */
import { Type, type TSchema } from 'typebox';

export const Count = Type.Integer({ minimum: 0 });
export const Amount = Type.Number({ minimum: 0 });
export const Nullable = <T extends TSchema>(type: T) => Type.Union([type, Type.Null()]);
/** Closed objects: what a writer of another version adds is refused by name and not ignored. */
export const closed = { additionalProperties: false } as const;
