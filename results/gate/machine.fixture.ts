/** A simulated machine: how long invocations take on it, with known builds, so that the rule's verdicts can be counted. */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Pair } from './paired.ts';

export interface Machine {
  /** Standard deviation of the logarithm, from one invocation to the next. */
  readonly noise: number;
  /** The same, of the steps by which its speed wanders over time. */
  readonly drift: number;
  /** Probability that a burst of other work begins at an invocation. It lasts for two on average. */
  readonly bursts: number;
  /** Mean logarithm that a burst adds: 0.5 is 65 % more. */
  readonly burst: number;
}

/** Nothing else runs. */
export const QUIET: Machine = { noise: 0.02, drift: 0.005, bursts: 0, burst: 0 };
/** A shared runner: one invocation in eight beside other work. */
export const SHARED: Machine = { noise: 0.05, drift: 0.02, bursts: 0.07, burst: 0.3 };
/** Latency on a very noisy one: one invocation in four. */
export const VERY_NOISY: Machine = { noise: 0.12, drift: 0.03, bursts: 0.15, burst: 0.6 };

export function uniform(seed: number): () => number {
  const generator = xoroshiro128plus(seed);
  return () => uniformFloat64(generator);
}

/** Standard normal, by Box and Muller. */
export function normal(random: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** One factor on what an invocation takes, for each in order of time. */
function* factors({ noise, drift, bursts, burst }: Machine, random: () => number): Generator<number, never> {
  const gauss = normal(random);
  let speed = 0;
  let disturbed = false;
  for (;;) {
    speed += drift * gauss();
    disturbed = random() < (disturbed ? 0.5 : bursts);
    yield Math.exp(speed + noise * gauss() + (disturbed ? -burst * Math.log(1 - random()) : 0));
  }
}

/**
 * One comparison on a machine, of a head that takes `effect` more (0.2: 20 %) of 1 ms, in blocks of base, head, head, base
 * and the other way round. Neighbours are pairs; so are the outer two of a block and its inner two, of the same build.
 *
 * @param pairs an even number
 */
export function compareOn(
  machine: Machine,
  effect: number,
  pairs: number,
  random: () => number,
): { pairs: Pair[]; sameBuild: Pair[] } {
  const factor = factors(machine, random);
  const compared: { pairs: Pair[]; sameBuild: Pair[] } = { pairs: [], sameBuild: [] };
  for (let block = 0; block < pairs / 2; block++) {
    const baseOutside = block % 2 === 0;
    const took = (isOuter: boolean): number => 1e6 * factor.next().value * (isOuter === baseOutside ? 1 : 1 + effect);
    const [first, second, third, fourth] = [took(true), took(false), took(false), took(true)];
    for (const [outer, inner] of [[first, second] as const, [fourth, third] as const]) {
      compared.pairs.push(baseOutside ? [outer, inner] : [inner, outer]);
    }
    compared.sameBuild.push([first, fourth], [third, second]);
  }
  return compared;
}
