/** Reads and writes run files: validated both ways, written atomically, newer versions refused by name. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Compile } from 'typebox/compile';
import { BadInput } from './bad-input.ts';
import { RunFileSchema, SCHEMA_VERSION, type RunFile } from './schema.ts';

const validator = Compile(RunFileSchema);

/** Largest result file that is read, bytes; a full run is under 5 MB. */
const LARGEST_FILE = 256 * 2 ** 20;

/** A file that is no run: says which file and what is wrong with it. */
export class RunFileError extends BadInput {}

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

/** One of the documents that pushbench writes. */
export interface DocumentKind {
  /** What `kind` names in the file; null: a run names nothing. */
  readonly kind: string | null;
  /** As in "is not a pushbench run". */
  readonly title: string;
  /** The command that writes such files. */
  readonly writer: string;
  /** What its version is called, and the newest that is known. */
  readonly version: readonly [name: string, known: number];
  readonly schema: Validator;
}

const RUN: DocumentKind = {
  kind: null,
  title: 'a pushbench run',
  writer: 'pushbench run',
  version: ['schema version', SCHEMA_VERSION],
  schema: validator,
};

/** Writes a run whole or not at all: into a file beside it, then renamed over it. */
export function writeRun(path: string, run: RunFile): void {
  writeDocument(path, run, RUN);
}

/** @throws RunFileError for a document that does not fit the schema of its kind */
export function writeDocument(path: string, value: unknown, { title, schema }: DocumentKind): void {
  const error = whereWrong(schema, value);
  if (error !== null) {
    const what = title.replace(/^a pushbench /, '');
    throw new RunFileError(`This ${what} does not fit its own schema, which is a defect: ${error}.`);
  }
  writeWhole(path, `${JSON.stringify(value, null, 1)}\n`);
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
export function readJson(path: string, writer = RUN.writer): unknown {
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
function refuseNewer(value: unknown, [name, known]: DocumentKind['version'], path: string): void {
  const version = (value as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (typeof version !== 'number' || version <= known) return;
  throw new RunFileError(`${path} has ${name} ${version}; this pushbench reads up to ${known}. Update pushbench.`);
}

/** What else a file of ours may be, so that a mix-up is named as one, with the command that is for it. */
const OTHER_KINDS: ReadonlyMap<string, string> = new Map([
  ['ab', 'a comparison of two builds, which "pushbench report" shows'],
  ['baseline', 'a baseline, which "pushbench baseline show" shows'],
  ['capacity', 'a capacity, which "pushbench report" shows'],
  ['history', 'a line of a history, which "pushbench history show" shows'],
  ['judgement', 'a judgement, which "pushbench report" shows'],
  ['verification', 'what "pushbench verify" found, which holds no figure'],
]);

export function parseRun(text: string, path: string): RunFile {
  return checkedRun(parseJson(text, path, RUN.writer), path);
}

/** @throws RunFileError with one sentence for people */
export function checkedRun(value: unknown, path: string): RunFile {
  refuseMisfit(value, path, RUN);
  return value as RunFile;
}

/** @throws RunFileError for what is no such document: what is wrong with it, and what to give instead */
export function refuseMisfit(value: unknown, path: string, wanted: DocumentKind): void {
  const { kind, title, writer, version, schema } = wanted;
  const found = kindOf(value);
  const other = found === kind ? undefined : OTHER_KINDS.get(found ?? '');
  if (other !== undefined) throw new RunFileError(`${path} is not ${title}: it is ${other}.`);
  refuseNewer(value, version, path);
  const error = isVersioned(value)
    ? whereWrong(schema, value)
    : 'it has no schemaVersion, which all files of ours have';
  if (error === null) return;
  throw new RunFileError(`${path} is not ${title}: ${error}. Give a file that "${writer}" wrote.`);
}

const isVersioned = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'schemaVersion' in value;
