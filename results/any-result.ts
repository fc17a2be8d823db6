/** Which of the documents that a user may hand over a file is, so that the right reader says what is wrong with it. */
import { readFileSync } from 'node:fs';

/** What cannot be read or is no JSON counts as a run: the reader of runs has a sentence for it. */
export function kindOf(path: string): 'run' | 'capacity' {
  try {
    const value = JSON.parse(readFileSync(path, 'utf8')) as { kind?: unknown } | null;
    return value?.kind === 'capacity' ? 'capacity' : 'run';
  } catch {
    return 'run';
  }
}
