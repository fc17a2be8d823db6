/** The files of a decision record: the results that it is made from, with their hashes, and the record with its pictures. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import type { Decision } from '../report/adr/decision.ts';
import type { StoredCapacity, StoredRun } from '../report/adr/input.ts';
import { renderRecord } from '../report/adr/record.ts';
import { readAnyResult } from '../results/any-result.ts';
import { writeWhole } from '../results/store.ts';
import { UsageError } from './failure.ts';
import { writeFirst } from './run.ts';

/** @throws UsageError where there is no run among them */
export function storedOf(files: readonly string[]): {
  runs: readonly [StoredRun, ...StoredRun[]];
  capacities: readonly StoredCapacity[];
} {
  const runs: StoredRun[] = [];
  const capacities: StoredCapacity[] = [];
  for (const file of files) {
    // Read first: its reader has the sentence for a file that is not there.
    const result = readAnyResult(file);
    const stored = { file, sha256: hashOf(file) };
    if (result.kind === 'run') runs.push({ ...stored, run: result.run });
    else if (result.kind === 'capacity') capacities.push({ ...stored, capacity: result.capacity });
    else
      throw new UsageError(`${file} compares two builds: a decision rests on runs and capacities. Give one of those.`);
  }
  const [first, ...rest] = runs;
  if (first === undefined)
    throw new UsageError('A capacity alone is no ground for a decision. Give the file of a run, too.');
  return { runs: [first, ...rest], capacities };
}

const hashOf = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

/** Seen from the record; null where one of the two lies outside of this folder, and may be anywhere for whoever reads it. */
export function hrefFrom(record: string, file: string): string | null {
  const isInside = (path: string): boolean => {
    const seen = relative(process.cwd(), path);
    return !isAbsolute(seen) && seen.split(sep)[0] !== '..';
  };
  if (!isInside(record) || !isInside(file)) return null;
  return relative(dirname(record), file).split(sep).join('/');
}

/** The Markdown, and its pictures in a folder beside it. */
export function writeRecord(record: string, decision: Decision): void {
  const assets = `${basename(record).replace(/\.md$/i, '')}.assets`;
  const { markdown, pictures } = renderRecord(decision, assets, (file) => hrefFrom(record, file));
  const folder = join(dirname(record), assets);
  writeFirst(
    record,
    () => {
      for (const { name, svg } of pictures) writeWhole(join(folder, `${name}.svg`), svg);
      writeWhole(record, markdown);
    },
    'Choose another with --record',
  );
}
