/** A header profile by its setting: a name, or a file of the user's own. */
import { closeSync, openSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import { HeaderFileError, LARGEST_HEADER_FILE, parseHeaderFile } from '../clients/header-file.ts';
import { HEADER_PROFILES, headerProfile, type HeaderProfile } from '../clients/headers.ts';

export { HeaderFileError };

const FILE = /^(chrome\+)?file:(.+)$/;

export const isHeaderFile = (setting: string): boolean => FILE.test(setting);

/** The same profile from any working folder. */
export const fromAnywhere = (setting: string): string =>
  setting.replace(FILE, (_, base: string | undefined, path: string) => `${base ?? ''}file:${resolve(path)}`);

/** Read once: all measurements of a run send the same headers, whatever happens to the file meanwhile. */
const read = new Map<string, HeaderProfile>();

/** @throws HeaderFileError when the file cannot be read or sent; the message names it and the line */
export function headerProfileOf(setting: string): HeaderProfile {
  const named = HEADER_PROFILES.find((name) => name === setting);
  if (named !== undefined) return headerProfile(named);
  const known = read.get(setting) ?? readProfile(setting);
  read.set(setting, known);
  return known;
}

function readProfile(setting: string): HeaderProfile {
  const [, base, path] = FILE.exec(setting) ?? [];
  if (path === undefined) throw new HeaderFileError(`There is no header profile "${setting}".`);
  try {
    return parseHeaderFile(readStart(path), setting, base !== undefined);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== undefined) throw new HeaderFileError(`The header file ${path} cannot be read (${code}).`);
    if (error instanceof HeaderFileError) throw new HeaderFileError(`The header file ${path}: ${message}.`);
    throw error;
  }
}

/** At most one byte more than may be there: a device or a pipe has no end. */
function readStart(path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(LARGEST_HEADER_FILE + 1);
    let length = 0;
    for (let read = 1; read > 0 && length < bytes.length; length += read)
      read = readSync(file, bytes, length, bytes.length - length, null);
    return bytes.subarray(0, length);
  } finally {
    closeSync(file);
  }
}
