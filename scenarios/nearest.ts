/** The name that somebody most likely meant; only where it is near enough to be a slip of the fingers. Pure. */
import { closest, distance } from 'fastest-levenshtein';

/** Share of a name's letters that may be wrong, and at least this many. */
const SLIPS_SHARE = 0.4;
const FEWEST_SLIPS = 2;

/** As the end of a sentence: `; did you mean "sse"?`, or nothing. */
export function didYouMean(text: string, valid: readonly string[]): string {
  const small = valid.find((name) => name.toLowerCase() === text.toLowerCase());
  if (small !== undefined) return `; did you mean "${small}"?`;
  const name = closest(text, [...valid]);
  const allowed = Math.max(FEWEST_SLIPS, Math.floor(name.length * SLIPS_SHARE));
  // Of two letters both can be wrong in anything.
  return distance(text, name) <= Math.min(allowed, name.length - 1) ? `; did you mean "${name}"?` : '';
}
