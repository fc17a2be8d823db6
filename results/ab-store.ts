/** Reads and writes comparison files: validated, and written atomically. */
import { Compile } from 'typebox/compile';
import { AB_VERSION, AbFileSchema, type AbFile } from './ab.ts';
import { refuseMisfit, whereWrong, writeDocument, type DocumentKind } from './store.ts';

const AB: DocumentKind = {
  kind: 'ab',
  title: 'a pushbench comparison',
  writer: 'pushbench ab',
  version: ['comparison version', AB_VERSION],
  schema: Compile(AbFileSchema),
};

/** Where a value first departs from the schema; null when it fits. */
export const abError = (value: unknown): string | null => whereWrong(AB.schema, value);

export function writeAb(path: string, file: AbFile): void {
  writeDocument(path, file, AB);
}

/** @throws RunFileError with one sentence for people */
export function checkedAb(value: unknown, path: string): AbFile {
  refuseMisfit(value, path, AB);
  return value as AbFile;
}
