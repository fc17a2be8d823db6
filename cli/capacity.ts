/** `pushbench capacity`: the most that a transport carries within a target, and what limited it. */
import { join } from 'node:path';
import { Option, type Command } from 'commander';
import { loadPageAssets } from '../report/assets.ts';
import { renderCapacityHtml } from '../report/capacity-html.ts';
import { renderCapacityMarkdown } from '../report/capacity-markdown.ts';
import { renderCapacity } from '../report/capacity-text.ts';
import { CAPACITY_VERSION, DIMENSIONS, type CapacityFile, type Dimension } from '../results/capacity.ts';
import { writeCapacity } from '../results/capacity-store.ts';
import { writeWhole } from '../results/store.ts';
import { executeCapacity, type PlannedSaturation } from '../scenarios/capacity/execute.ts';
import { CapacityError, planCapacity, type CapacityPlan, type CapacityQuestion } from '../scenarios/capacity/plan.ts';
import { GRAMMAR, parseSlo, showSlo, type Slo } from '../scenarios/capacity/slo.ts';
import type { Resolved } from '../scenarios/config.ts';
import { machineLimits } from '../scenarios/runner/machine.ts';
import { measure } from '../scenarios/runner/measure.ts';
import { answersOf, saturate, SATURATION_TAKES_MS } from '../scenarios/runner/saturate.ts';
import { oneOf, SETTING_NAMES } from '../scenarios/settings.ts';
import { parseDuration } from '../scenarios/units.ts';
import { makeCapacityProgress } from './capacity-progress.ts';
import { EXIT, UsageError } from './failure.ts';
import { environmentNow, onInterrupt, runId, writeFirst } from './run.ts';
import { addSettings, flagValue, resolveFrom } from './settings-options.ts';
import { print, terminal } from './terminal.ts';
import { VERSION } from './version.ts';

/** Of a search, where the user sets no budget: two transports in both dimensions then end in under three minutes. */
const SEARCH_MS = 38_000;

/** Settings that a capacity has no use for: it is one scenario, and each probe is its own repetition. */
const UNUSED: ReadonlySet<string> = new Set(['scenarios', 'repetitions']);

interface CapacityOptions extends Record<string, unknown> {
  readonly slo: string;
  readonly dimension: string;
  readonly budget?: string;
  readonly saturation: boolean;
  readonly json?: boolean;
}

export function addCapacity(program: Command, finish: (code: number) => void): void {
  const command = program
    .command('capacity')
    .description('the largest number of clients, and the largest rate, within a target, and what limited it')
    .addOption(new Option('--slo <TARGET>', 'what must hold, nothing lost beside it').default('p99<100ms'))
    .addOption(
      new Option('--dimension <NAME>', 'what grows: clients (at --rate), rate (with --clients), or both').default(
        'both',
      ),
    )
    .option('--budget <TIME>', `how long all of it may take; ${SEARCH_MS / 1e3}s for each search where it is not given`)
    .option('--no-saturation', 'without autocannon against the transports that poll')
    .option('--json', 'print the document on stdout and nothing else')
    .addHelpText('after', `\nTarget: ${GRAMMAR}`);
  const names = SETTING_NAMES.filter((name) => !UNUSED.has(name));
  addSettings(command, names).action(async (options: CapacityOptions) => finish(await capacity(options)));
}

async function capacity(options: CapacityOptions): Promise<number> {
  const slo = flagValue('--slo', options.slo, parseSlo);
  const dimensions = flagValue('--dimension', options.dimension, dimensionsOf);
  const resolved = resolveFrom(options);
  const saturations = options.saturation ? saturationsOf(resolved) : [];
  const searchesMs = SEARCH_MS * resolved.config.transports.length * dimensions.length;
  const saturationMs = saturations.length * SATURATION_TAKES_MS;
  const budgetMs =
    options.budget === undefined ? searchesMs + saturationMs : flagValue('--budget', options.budget, parseDuration);
  const plan = checked(resolved, { slo, dimensions, budgetMs, reservedMs: saturationMs });
  const header = newCapacity(plan, slo, budgetMs);
  const path = join(plan.config.out, `${header.run.id}-capacity.json`);
  writeFirst(path, () => writeCapacity(path, header));
  const interrupt = onInterrupt();
  const progress = makeCapacityProgress(process.stderr, budgetMs);
  const file = await executeCapacity(plan.searches, slo, header, {
    measure: (planned, signal) => measure(planned, { port: plan.config.port, signal }),
    saturations: saturations.map((each) => each(plan)),
    write: (document) => writeCapacity(path, document),
    progress,
    now: () => performance.now(),
    signal: interrupt.signal,
  });
  progress.stop();
  const beside = path.replace(/json$/, '');
  writeWhole(`${beside}html`, renderCapacityHtml(file, loadPageAssets()));
  writeWhole(`${beside}md`, renderCapacityMarkdown(file));
  const seconds = (file.run.wallTimeMs / 1e3).toFixed(0);
  await print(
    options.json === true
      ? JSON.stringify(file)
      : `${renderCapacity(file, terminal())}\n${seconds} s\nResult  ${path}\nReport  ${beside}html, ${beside}md`,
  );
  return codeOf(file, interrupt.signal.aborted);
}

/** A target that no load meets is an answer; probes of which not one could be measured are a failure. */
function codeOf({ capacities }: CapacityFile, interrupted: boolean): number {
  if (interrupted) return EXIT.interrupted;
  const measured = capacities.some(({ probes }) => probes.some(({ measurement }) => measurement !== null));
  return measured ? EXIT.good : EXIT.failed;
}

function dimensionsOf(text: string): readonly Dimension[] {
  const chosen = oneOf('dimension', [...DIMENSIONS, 'both'])(text);
  return chosen === 'both' ? DIMENSIONS : [chosen];
}

function checked(resolved: Resolved, question: CapacityQuestion): CapacityPlan {
  try {
    return planCapacity(resolved, question, machineLimits());
  } catch (error) {
    if (error instanceof CapacityError) throw new UsageError(error.message);
    throw error;
  }
}

/** What autocannon can drive to saturation. The plan is not known yet: it needs to know how long these take. */
function saturationsOf({ config }: Resolved): ((plan: CapacityPlan) => PlannedSaturation)[] {
  return config.transports.flatMap((transport) =>
    answersOf(transport, config).map((answer) => ({ searches }: CapacityPlan) => {
      const { parameters } = searches.find((search) => search.transport === transport)!.planned(1, 0);
      return {
        transport,
        takesMs: SATURATION_TAKES_MS,
        measure: (signal) => saturate({ transport, answer, parameters, signal }),
      } satisfies PlannedSaturation;
    }),
  );
}

function newCapacity({ config, notes }: CapacityPlan, slo: Slo, budgetMs: number): CapacityFile {
  const startedAt = new Date().toISOString();
  return {
    schemaVersion: CAPACITY_VERSION,
    kind: 'capacity',
    partial: true,
    run: {
      id: runId(startedAt),
      startedAt,
      wallTimeMs: 0,
      tool: { name: 'pushbench', version: VERSION },
      argv: process.argv.slice(2),
      config: { ...config },
      seed: config.seed,
      slo: showSlo(slo),
      budgetMs,
      notes: [...notes],
    },
    environment: environmentNow(),
    capacities: [],
    saturations: [],
  };
}
