/** One short name for a machine: figures of two runs compare only where it is equal. */
import { createHash } from 'node:crypto';

/** SHA-256 over the sorted properties, 12 hex digits. The order of the properties does not matter. */
export function fingerprint(comparable: Readonly<Record<string, unknown>>): string {
  const sorted = Object.entries(comparable).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 12);
}
