/** Reads and writes capacity files: validated both ways, written atomically. */
import { Compile } from 'typebox/compile';
import { CAPACITY_VERSION, CapacityFileSchema, type CapacityFile } from './capacity.ts';
import { readJson, refuseMisfit, whereWrong, writeDocument, type DocumentKind } from './store.ts';

const CAPACITY: DocumentKind = {
  kind: 'capacity',
  title: 'a pushbench capacity',
  writer: 'pushbench capacity',
  version: ['capacity version', CAPACITY_VERSION],
  schema: Compile(CapacityFileSchema),
};

/** Where a value first departs from the schema; null when it fits. */
export const capacityError = (value: unknown): string | null => whereWrong(CAPACITY.schema, value);

export function writeCapacity(path: string, file: CapacityFile): void {
  writeDocument(path, file, CAPACITY);
}

/** @throws RunFileError with one sentence for people */
export function readCapacity(path: string): CapacityFile {
  return checkedCapacity(readJson(path, CAPACITY.writer), path);
}

/** @throws RunFileError with one sentence for people */
export function checkedCapacity(value: unknown, path: string): CapacityFile {
  refuseMisfit(value, path, CAPACITY);
  return value as CapacityFile;
}
