/** What a comparison of two builds will measure, in which order: pure, and the same for the same settings and seed. */
import { PATTERNS, type Pattern, type Role } from '../../results/ab.ts';
import { parametersOf, type Resolved } from '../config.ts';
import { scenario, type ScenarioName } from '../index.ts';
import type { Planned } from '../runner/plan.ts';
import { shuffled, uniform } from '../runner/random.ts';
import { SETTING_NAMES, type Config } from '../settings.ts';
import type { TransportName } from '../transports.ts';

/** What a gate measures: one message to all clients has latency, CPU and memory of everything that a server does. */
export const AB_SCENARIO: ScenarioName = 'broadcast';

/**
 * Settings that a gate needs otherwise than a run, where the user has set none.
 *
 * Many short invocations and not few long ones: what two processes of one build differ by (where their code and memory
 * come to lie, what the machine does meanwhile) is not less in a longer window. Polls ten times a second, because a poll's
 * latency is half its interval, and a server's own delay has to show beside that.
 */
const GATE: Partial<Config> = { clients: 50, rate: 40, pollInterval: 100, warmup: 200, duration: 700 };

/** Slugs of what gates where nobody says otherwise. */
export const DEFAULT_METRICS = ['latency-p50', 'server-cpu', 'server-memory'] as const;

/** Two pairs a block. */
export const PAIRS_A_BLOCK = 2;

export interface PlannedBlock {
  readonly transport: TransportName;
  readonly round: number;
  readonly confirmation: boolean;
  readonly pattern: Pattern;
  readonly planned: readonly Planned[];
}

/** The settings of a comparison: the user's where there are any. */
export function gateConfig({ config, sources }: Resolved): Config {
  const free = SETTING_NAMES.filter((name) => ['profile', 'default'].includes(sources[name]) && name in GATE);
  return { ...config, ...(Object.fromEntries(free.map((name) => [name, GATE[name]])) as Partial<Config>) };
}

/** Who is measured at each place of a block. */
export const rolesOf = (pattern: Pattern): Role[] => [...pattern].map((letter) => (letter === 'A' ? 'base' : 'head'));

export interface AbPlanOptions {
  readonly transports: readonly TransportName[];
  /** A multiple of `PAIRS_A_BLOCK`. */
  readonly pairs: number;
  /** Undefined: the planned measurements. Else those of transports that have failed, from seeds of their own. */
  readonly confirmationFrom?: number;
}

/**
 * Blocks of four invocations, round by round, the transports of each round in a random order of their own.
 *
 * Half of a transport's blocks begin with the base and half with the head, in random order, so that neither is always the
 * one that comes after another transport. All four invocations of a block have one seed: the same gaps and phases.
 */
export function planAb(config: Config, { transports, pairs, confirmationFrom }: AbPlanOptions): PlannedBlock[] {
  const confirmation = confirmationFrom !== undefined;
  const random = uniform(config.seed, confirmation ? 'ab-confirmation' : 'ab');
  const rounds = pairs / PAIRS_A_BLOCK;
  const patterns = new Map(transports.map((transport) => [transport, balanced(rounds, random)]));
  const first = confirmation ? rounds : 0;
  const blocks = Array.from({ length: rounds }, (_, round) =>
    shuffled(transports, random).map((transport) => ({
      transport,
      round,
      confirmation,
      pattern: patterns.get(transport)![round]!,
      seed: (config.seed + (first + round) * 7_919) % 2 ** 31,
    })),
  ).flat();
  let order = confirmationFrom ?? 0;
  return blocks.map(({ seed, ...block }) => ({
    ...block,
    planned: rolesOf(block.pattern).map(() => ({
      order: order++,
      transport: block.transport,
      scenario: AB_SCENARIO,
      parameters: parametersFor(config, block.transport),
      repetition: block.round,
      seed,
    })),
  }));
}

/** As many of one pattern as of the other; of an odd number the one more is chosen at random. */
function balanced(count: number, random: () => number): Pattern[] {
  const [first, second] = shuffled(PATTERNS, random) as [Pattern, Pattern];
  return shuffled(
    Array.from({ length: count }, (_, index) => (index % 2 === 0 ? first : second)),
    random,
  );
}

function parametersFor(config: Config, transport: TransportName): Planned['parameters'] {
  const { variants, needs } = scenario(AB_SCENARIO);
  const set = parametersOf(config, variants(transport, { rttMs: 0 })[0]!);
  return { ...set, ...needs?.(set) };
}
