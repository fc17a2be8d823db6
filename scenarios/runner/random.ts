/** Seeded randomness: every phase, gap and order of a run comes from its one seed, each use from a stream of its own. */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A function that draws uniformly from [0, 1). The same seed and purpose give the same draws. */
export function uniform(seed: number, purpose = ''): () => number {
  const generator = xoroshiro128plus(mix(seed, purpose));
  return () => uniformFloat64(generator);
}

/**
 * A 32-bit seed of its own for each purpose (FNV-1a over its name), so that adding one use moves no other. MurmurHash3's
 * finalizer spreads it over all bits: the generator's first draw is a linear function of its seed, and the phases of
 * neighbouring seeds would be neighbours too.
 */
function mix(seed: number, purpose: string): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let i = 0; i < purpose.length; i++) hash = Math.imul(hash ^ purpose.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** The items in a random order (Fisher–Yates); the argument stays as it is. */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [result[i], result[j]] = [result[j]!, result[i]!];
  }
  return result;
}
