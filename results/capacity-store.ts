/** Reads and writes capacity files: validated both ways, written atomically. */
import { readFileSync } from 'node:fs';
import { Compile } from 'typebox/compile';
import { CAPACITY_VERSION, CapacityFileSchema, type CapacityFile } from './capacity.ts';
import { RunFileError, writeWhole } from './store.ts';

const validator = Compile(CapacityFileSchema);

/** Where a value first departs from the schema; null when it fits. */
export function capacityError(value: unknown): string | null {
  if (validator.Check(value)) return null;
  const error = validator.Errors(value)[0];
  return error === undefined ? 'does not fit the schema' : `${error.instancePath || 'the document'}: ${error.message}`;
}

export function writeCapacity(path: string, file: CapacityFile): void {
  const error = capacityError(file);
  if (error !== null) throw new RunFileError(`This capacity does not fit its own schema, which is a defect: ${error}.`);
  writeWhole(path, `${JSON.stringify(file, null, 1)}\n`);
}

/** Throws a RunFileError with one sentence for people. */
export function readCapacity(path: string): CapacityFile {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new RunFileError(
      code === undefined ? `${path} is not JSON.` : `${path} cannot be read (${code}). Check the path.`,
    );
  }
  const version = (value as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (typeof version === 'number' && version > CAPACITY_VERSION) {
    throw new RunFileError(
      `${path} has capacity version ${version}; this pushbench reads up to ${CAPACITY_VERSION}. Update pushbench.`,
    );
  }
  const error = capacityError(value);
  if (error !== null) throw new RunFileError(`${path} is not a capacity file: ${error}.`);
  return value as CapacityFile;
}
