/** Reads and writes run files: validated both ways, written atomically, newer versions refused by name. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Compile } from 'typebox/compile';
import { RunFileSchema, SCHEMA_VERSION, type RunFile } from './schema.ts';

const validator = Compile(RunFileSchema);

/** Largest result file that is read, bytes; a full run is under 5 MB. */
const LARGEST_FILE = 256 * 2 ** 20;

const RUN_WRITER = 'pushbench run';

/** A file that is no run: says which file and what is wrong with it. */
export class RunFileError extends Error {}

interface Validator {
  Check(value: unknown): boolean;
  Errors(value: unknown): readonly { keyword: string; instancePath: string; message: string }[];
}

/** Where a value first departs from a schema, as `path: what`; null when it fits. */
export function whereWrong(schema: Validator, value: unknown): string | null {
  if (schema.Check(value)) return null;
  const error = schema.Errors(value)[0];
  if (error === undefined) return 'does not fit the schema';
  // A closed object says of a property that it does not know: "schema is false".
  const what = error.keyword === 'boolean' ? 'is no property that this pushbench knows' : error.message;
  // Names in a file may hold anything, also what a terminal would obey.
  const where = error.instancePath.replace(/[\u0000-\u001F\u007F-\u009F\u2028\u2029]/g, '\uFFFD');
  return `${where || 'the document'}: ${what}`;
}

export const schemaError = (value: unknown): string | null => whereWrong(validator, value);

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
  return checkedRun(readJson(path), path);
}

/**
 * Any JSON file of ours, plain or gzipped.
 *
 * @param writer the command that writes such files
 * @throws RunFileError with one sentence for people
 */
export function readJson(path: string, writer = RUN_WRITER): unknown {
  let text: string;
  try {
    if (statSync(path).size > LARGEST_FILE) throw Object.assign(new Error(), { code: 'larger than any result' });
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
  return parseJson(text, path, writer);
}

function parseJson(text: string, path: string, writer: string): unknown {
  if (text.trim() === '') throw new RunFileError(`${path} is empty. Give a file that "${writer}" wrote.`);
  try {
    return JSON.parse(text);
  } catch {
    throw new RunFileError(`${path} is not JSON. Give a file that "${writer}" wrote.`);
  }
}

/** What `kind` names in a file of ours; a run has none. */
export function kindOf(value: unknown): string | null {
  const kind = (value as { kind?: unknown } | null)?.kind;
  return typeof kind === 'string' ? kind : null;
}

/** @throws RunFileError naming both versions */
export function refuseNewer(value: unknown, known: number, what: string, path: string): void {
  const version = (value as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (typeof version !== 'number' || version <= known) return;
  throw new RunFileError(`${path} has ${what} ${version}; this pushbench reads up to ${known}. Update pushbench.`);
}

/** What else a file of ours may be, so that a mix-up is named as one. */
const OTHER_KINDS: ReadonlyMap<string, string> = new Map([
  ['ab', 'a comparison of "pushbench ab"'],
  ['baseline', 'a baseline'],
  ['capacity', 'a capacity'],
  ['judgement', 'a judgement'],
]);

export function parseRun(text: string, path: string): RunFile {
  return checkedRun(parseJson(text, path, RUN_WRITER), path);
}

/** @throws RunFileError with one sentence for people */
export function checkedRun(value: unknown, path: string): RunFile {
  const other = OTHER_KINDS.get(kindOf(value) ?? '');
  if (other !== undefined) throw new RunFileError(`${path} is not a pushbench run: it is ${other}.`);
  refuseNewer(value, SCHEMA_VERSION, 'schema version', path);
  const error = schemaError(value);
  if (error !== null) throw new RunFileError(`${path} is not a pushbench run: ${error}.`);
  return value as RunFile;
}
