/** Reads and writes run files: validated both ways, written atomically, newer versions refused by name. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Compile } from 'typebox/compile';
import { RunFileSchema, SCHEMA_VERSION, type RunFile } from './schema.ts';

const validator = Compile(RunFileSchema);

/** Largest result file that is read, bytes; a full run is under 5 MB. */
const LARGEST_FILE = 256 * 2 ** 20;

/** A file that is no run: says which file and what is wrong with it. */
export class RunFileError extends Error {}

/** Where a value first departs from the schema, as `path: what`; null when it fits. */
export function schemaError(value: unknown): string | null {
  if (validator.Check(value)) return null;
  const error = validator.Errors(value)[0];
  if (error === undefined) return 'does not fit the schema';
  // A closed object says of a property that it does not know: "schema is false".
  const what = error.keyword === 'boolean' ? 'is no property that this pushbench knows' : error.message;
  return `${error.instancePath || 'the document'}: ${what}`;
}

/** Writes a run whole or not at all: into a file beside it, then renamed over it. */
export function writeRun(path: string, run: RunFile): void {
  const error = schemaError(run);
  if (error !== null) throw new RunFileError(`This run does not fit its own schema, which is a defect: ${error}.`);
  writeWhole(path, `${JSON.stringify(run, null, 1)}\n`);
}

/** Any file, atomically. Makes the folder. */
export function writeWhole(path: string, text: string): void {
  makeFolder(dirname(path));
  const beside = join(dirname(path), `.${process.pid}.tmp`);
  try {
    writeFileSync(beside, text);
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

/** Level by level: Node.js's own recursion never ends where a folder can be neither made nor found, as under /proc. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent);
  mkdirSync(path);
}

/** Reads a run file, plain or gzipped. Throws a RunFileError with one sentence for people. */
export function readRun(path: string): RunFile {
  let text: string;
  try {
    const bytes = readFileSync(path);
    text =
      bytes[0] === 0x1f && bytes[1] === 0x8b
        ? gunzipSync(bytes, { maxOutputLength: LARGEST_FILE }).toString()
        : bytes.toString();
  } catch (error) {
    throw new RunFileError(
      `${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unreadable'}). Check the path.`,
    );
  }
  return parseRun(text, path);
}

export function parseRun(text: string, path: string): RunFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new RunFileError(`${path} is not JSON. Give a file that "pushbench run" wrote.`);
  }
  const version = (value as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (typeof version === 'number' && version > SCHEMA_VERSION) {
    throw new RunFileError(
      `${path} has schema version ${version}; this pushbench reads up to ${SCHEMA_VERSION}. Update pushbench.`,
    );
  }
  const error = schemaError(value);
  if (error !== null) throw new RunFileError(`${path} is not a pushbench run: ${error}.`);
  return value as RunFile;
}
