/** Blocks of invocations as tests of what is judged from them need them: with figures that are told and not measured. */
import type { Block, Invocation, Pattern, Role } from '../ab.ts';

export type Figure = (role: Role, place: number, round: number) => Partial<Invocation> | number;

export interface Told {
  readonly transport?: string;
  readonly metric?: string;
  readonly confirmation?: boolean;
  readonly patterns?: readonly Pattern[];
}

/** Blocks of one transport, of which each invocation has what `figure` says of one metric. */
export function blocksOf(rounds: number, figure: Figure, told: Told = {}): Block[] {
  const { transport = 'sse', metric = 'latency-p50', confirmation = false, patterns = ['ABBA', 'BAAB'] } = told;
  return Array.from({ length: rounds }, (_, round) => {
    const pattern = patterns[round % patterns.length]!;
    const invocations = [...pattern].map((letter, place): Invocation => {
      const role = letter === 'A' ? 'base' : 'head';
      const found = figure(role, 4 * round + place, round);
      const own = typeof found === 'number' ? { values: { [metric]: found } } : found;
      return {
        role,
        order: 4 * round + place,
        seed: round,
        tookMs: 1,
        samples: 1_000,
        values: {},
        invalid: [],
        failure: null,
        ...own,
      };
    });
    return { transport, round, confirmation, pattern, invocations };
  });
}
