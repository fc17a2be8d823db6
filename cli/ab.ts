/** `pushbench ab`: two builds in one job on one machine, and a verdict. */
import { join } from 'node:path';
import type { Command } from 'commander';
import { judgementText } from '../report/judgement-text.ts';
import type { AbFile } from '../results/ab.ts';
import { writeAb } from '../results/ab-store.ts';
import { FEWEST_PAIRS } from '../results/gate/paired.ts';
import { RELATIVE_FLOOR } from '../results/gate/rule.ts';
import { BuildError, readBuild, transportsOf } from '../scenarios/ab/build.ts';
import { compareBuilds, type Question } from '../scenarios/ab/compare.ts';
import { gateConfig, PAIRS_A_BLOCK, planAb } from '../scenarios/ab/plan.ts';
import { withProcesses } from '../scenarios/ab/processes.ts';
import { impossible } from '../scenarios/limits.ts';
import { machineLimits } from '../scenarios/runner/machine.ts';
import { SETTING_NAMES } from '../scenarios/settings.ts';
import { InvalidValue, parsePercentage } from '../scenarios/units.ts';
import { makeAbProgress } from './ab-progress.ts';
import { exactOptions } from './exact.ts';
import { EXIT, UsageError } from './failure.ts';
import { announce } from './github.ts';
import { OUTCOME_CODES, writeFormats, type FormatOptions } from './judgement.ts';
import { METRICS_HELP, METRICS_OPTION, metricsFrom } from './metrics.ts';
import { environmentNow, onInterrupt, runId, writeFirst } from './run.ts';
import { addSettings, flagValue, resolveFrom } from './settings-options.ts';
import { print, terminal } from './terminal.ts';
import { VERSION } from './version.ts';

const USUAL_PAIRS = 10;
const MOST_PAIRS = 200;

/** Settings that a comparison has no use for: it is one scenario, and its pairs are its repetitions. */
const UNUSED: ReadonlySet<string> = new Set(['profile', 'scenarios', 'repetitions']);

interface AbOptions extends FormatOptions, Record<string, unknown> {
  readonly base: string;
  readonly head: string;
  readonly pairs: string;
  readonly metrics: string;
  readonly floor: string;
}

export function addAb(program: Command, finish: (code: number) => void): void {
  const command = program
    .command('ab')
    .description('compare two builds of a server in one job on one machine: slower, fatter, or could not tell')
    .requiredOption('--base <DIR>', 'a built checkout of pushbench, or a target file of your own server')
    .requiredOption('--head <DIR>', 'the same, with the change')
    .option('--pairs <N>', 'pairs of invocations of each transport, decided before the first', String(USUAL_PAIRS))
    .option(...METRICS_OPTION)
    .option('--floor <PERCENT>', 'a smaller change is none', `${RELATIVE_FLOOR * 100}%`)
    .option('--json', 'print the document on stdout and nothing else')
    .option('--markdown <FILE>', 'write the verdict for a pull request')
    .option('--junit <FILE>', 'write the verdict as JUnit XML')
    .addHelpText('after', METRICS_HELP);
  const names = SETTING_NAMES.filter((name) => !UNUSED.has(name));
  addSettings(command, names).action(async (options: AbOptions) => finish(await ab(options)));
}

async function ab(options: AbOptions): Promise<number> {
  const question = questionOf(options);
  const startedAt = new Date().toISOString();
  const header = {
    run: {
      id: runId(startedAt),
      startedAt,
      tool: { name: 'pushbench', version: VERSION },
      argv: process.argv.slice(2),
    },
    environment: environmentNow(),
  };
  const path = join(question.config.out, `${header.run.id}-ab.json`);
  const interrupt = onInterrupt();
  const progress = makeAbProgress(process.stderr, question.transports);
  let begun = false;
  const write = (file: AbFile): void => {
    writeFirst(path, () => writeAb(path, file));
    // Before anything is measured, too: what cannot be written must not cost a comparison.
    if (!begun || !file.partial) writeFormats(file.judgement, options);
    begun = true;
  };
  const file = await compareBuilds(question, header, {
    ...withProcesses(question),
    write,
    progress,
    now: () => performance.now(),
    signal: interrupt.signal,
  }).finally(() => progress.stop());
  await print(
    options.json === true
      ? JSON.stringify(file)
      : `${judgementText(file.judgement, terminal())}\n${closing(file, path)}`,
  );
  if (interrupt.signal.aborted) return EXIT.interrupted;
  if (!file.partial) announce(file.judgement, process.env);
  return codeOf(file);
}

/** A verdict is worth more than a failure beside it: one invocation of a hundred may die of the machine. */
function codeOf({ partial, judgement: { outcome } }: AbFile): number {
  if (partial) return EXIT.failed;
  return OUTCOME_CODES[outcome];
}

function closing({ run: { wallTimeMs, pairs }, blocks }: AbFile, path: string): string {
  const invocations = blocks.reduce((sum, block) => sum + block.invocations.length, 0);
  const what = pairs === 0 ? 'Exact counts alone' : `${pairs} pairs, ${invocations} invocations`;
  return `${what} in ${(wallTimeMs / 1e3).toFixed(0)} s\nResult  ${path}`;
}

function questionOf(options: AbOptions): Question {
  const { exact, noisy } = metricsFrom(options.metrics);
  const asked = flagValue('--pairs', options.pairs, parsePairs);
  // Bytes need no invocation under load: counting them takes seconds.
  const pairs = noisy.length === 0 ? 0 : asked;
  const relativeFloor = flagValue('--floor', options.floor, parsePercentage);
  const resolved = resolveFrom(options);
  const config = gateConfig(resolved);
  // Read here already: a header file that cannot be sent must not cost a comparison.
  exactOptions(config);
  try {
    const [base, head] = [readBuild(options.base, 'base'), readBuild(options.head, 'head')];
    const transports = transportsOf(resolved, base, head);
    const limits = machineLimits();
    const planned = planAb(config, { transports, pairs }).flatMap((block) => block.planned);
    const reason =
      base.refuses(resolved) ??
      head.refuses(resolved) ??
      first(planned, (one) => impossible(one, limits) ?? base.lacks(one) ?? head.lacks(one));
    if (reason !== null) throw new UsageError(reason);
    return { base, head, config, transports, pairs, exact, metrics: noisy, relativeFloor };
  } catch (error) {
    if (error instanceof BuildError) throw new UsageError(error.message);
    throw error;
  }
}

function first<T>(items: readonly T[], reasonOf: (item: T) => string | null): string | null {
  return items.map(reasonOf).find((reason) => reason !== null) ?? null;
}

function parsePairs(text: string): number {
  const pairs = Number(text);
  const fits = /^\d+$/.test(text) && pairs >= FEWEST_PAIRS && pairs <= MOST_PAIRS && pairs % PAIRS_A_BLOCK === 0;
  if (!fits) throw new InvalidValue(`must be an even number from ${FEWEST_PAIRS} to ${MOST_PAIRS}`);
  return pairs;
}
