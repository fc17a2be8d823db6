/** Reads a workload file: YAML, of which JSON is a part; every field that is missing, wrong or in contradiction is told. */
import { readFileSync, statSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { BadInput } from '../../results/bad-input.ts';
import type { Workload } from '../../results/workload.ts';
import { contradictions } from './contradictions.ts';
import { Complaints, entriesOf } from './field.ts';
import { FIELDS, type WorkloadFile } from './fields.ts';

/** Largest workload file that is read, bytes. */
const LARGEST_FILE = 64 * 2 ** 10;

/** The file cannot be used: names it and every field that is wrong, a line each. */
export class WorkloadError extends BadInput {}

export function loadWorkload(file: string): Workload {
  let text: string;
  try {
    const { size } = statSync(file);
    if (size > LARGEST_FILE) throw new WorkloadError(`${file} is larger than a workload file may be (64 KiB).`);
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof WorkloadError) throw error;
    const { code = 'unreadable' } = error as NodeJS.ErrnoException;
    throw new WorkloadError(
      `${file} cannot be read (${code}). Check the path, or write one with pushbench adr --init.`,
    );
  }
  return parseWorkload(text, file);
}

/** @param file for people */
export function parseWorkload(text: string, file: string): Workload {
  const complaints = new Complaints();
  const read = readFields(parseYaml(text, file), complaints);
  const workload = completed(read);
  const wrong = [...complaints.lines, ...contradictions(read)];
  if (wrong.length > 0 || workload === null) {
    throw new WorkloadError(`${file} is no workload yet:\n${wrong.map((line) => `  ${line}`).join('\n')}`);
  }
  return workload;
}

/** No alias is followed: a few of them can stand for gigabytes. */
function parseYaml(text: string, file: string): object {
  const document = parseDocument(text, { prettyErrors: true, logLevel: 'silent', uniqueKeys: true });
  const [error] = document.errors;
  if (error !== undefined) throw new WorkloadError(`${file} is not YAML: ${error.message.split('\n')[0]}`);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 0 });
  } catch {
    throw new WorkloadError(
      `${file} has an alias (*name), which a workload file may not have. Write the value itself.`,
    );
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new WorkloadError(
      `${file} holds no fields. Write "name: …", "users: …" and so on; pushbench adr --init writes an example.`,
    );
  }
  return value;
}

function readFields(value: object, complaints: Complaints): Partial<WorkloadFile> {
  const given = new Map(entriesOf(value, ['$schema', ...Object.keys(FIELDS)], 'field', complaints));
  const found: Partial<Record<keyof WorkloadFile, unknown>> = {};
  for (const [name, [key, field]] of Object.entries(FIELDS)) {
    const own = given.get(name);
    if (own === undefined || own === null) {
      if (field.missing === undefined) complaints.add(name, `is missing; write ${field.advice}`);
      else found[key] = field.missing.value;
      continue;
    }
    const read = complaints.of<unknown>(name, own, field.read);
    if (read !== undefined) found[key] = read;
  }
  return found as Partial<WorkloadFile>;
}

/** Null while a field is missing. */
function completed(read: Partial<WorkloadFile>): Workload | null {
  if (Object.values(FIELDS).some(([key]) => !(key in read))) return null;
  const whole = read as WorkloadFile;
  return { ...whole, fanOut: whole.fanOut === 'all' ? whole.users : whole.fanOut };
}
