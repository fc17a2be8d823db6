/** A header profile by its setting: a name, or a file of the user's own. */
import { readFileSync } from 'node:fs';
import { HeaderFileError, parseHeaderFile } from '../clients/header-file.ts';
import { HEADER_PROFILES, headerProfile, type HeaderProfile } from '../clients/headers.ts';

export { HeaderFileError };

const FILE = /^(chrome\+)?file:(.+)$/;

export const isHeaderFile = (setting: string): boolean => FILE.test(setting);

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
    return parseHeaderFile(readFileSync(path), setting, base !== undefined);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== undefined) throw new HeaderFileError(`The header file ${path} cannot be read (${code}).`);
    if (error instanceof HeaderFileError) throw new HeaderFileError(`The header file ${path}: ${message}.`);
    throw error;
  }
}
