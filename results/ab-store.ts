/** Writes comparison files: validated and atomically. */
import { Compile } from 'typebox/compile';
import { AbFileSchema, type AbFile } from './ab.ts';
import { RunFileError, writeWhole } from './store.ts';

const validator = Compile(AbFileSchema);

/** Where a value first departs from the schema; null when it fits. */
export function abError(value: unknown): string | null {
  if (validator.Check(value)) return null;
  const error = validator.Errors(value)[0];
  return error === undefined ? 'does not fit the schema' : `${error.instancePath || 'the document'}: ${error.message}`;
}

export function writeAb(path: string, file: AbFile): void {
  const error = abError(file);
  if (error !== null)
    throw new RunFileError(`This comparison does not fit its own schema, which is a defect: ${error}.`);
  writeWhole(path, `${JSON.stringify(file, null, 1)}\n`);
}
