/** `pushbench compare BASE [HEAD]`: two files judged, or this build against a baseline. */
import type { Command } from 'commander';
import { compareSides, COMPARED_METRICS, sideOf, type Side } from '../results/gate/compare.ts';
import type { Judgement } from '../results/gate/judgement.ts';
import { EXACT_METRICS, NOISY_METRICS } from '../results/gate/metrics.ts';
import { readStored, type Stored } from '../results/gate/stored.ts';
import { DEFAULT_METRICS } from '../scenarios/ab/plan.ts';
import { oneOf } from '../scenarios/settings.ts';
import { countNow, refuseOther, resolvedOf, TARGET_OPTION } from './counted.ts';
import { UsageError } from './failure.ts';
import { addFormats, deliver, type FormatOptions } from './judgement.ts';
import { flagValue } from './settings-options.ts';

interface CompareOptions extends FormatOptions {
  readonly metrics: string;
  readonly target?: string;
}

/** Words for many metrics at once. */
const GROUPS: Readonly<Record<string, readonly { readonly slug: string }[]>> = {
  exact: EXACT_METRICS,
  noisy: NOISY_METRICS,
};

/** The noisy ones that "pushbench ab" judges: those that repeat. */
const USUAL_METRICS = ['exact', ...DEFAULT_METRICS].join(',');

export function addCompare(program: Command, finish: (code: number) => void): void {
  const command = program
    .command('compare')
    .description('judge a stored run or this build against a baseline or another run; exit 1 when it got worse')
    .argument('<base>', 'a baseline, or a result file of pushbench run')
    .argument('[head]', 'the same; without it, this build is counted against the baseline')
    .option(...TARGET_OPTION)
    .option('--metrics <A,B>', 'which to judge: exact, noisy, or their names', USUAL_METRICS);
  addFormats(command)
    .addHelpText(
      'after',
      `\nMetrics\n  exact  ${slugs('exact')}\n  noisy  ${slugs('noisy')}\n\nExit codes: 0 good, 1 worse, 2 bad input, 3 could not tell.`,
    )
    .action(async (base: string, head: string | undefined, options: CompareOptions) =>
      finish(await compare(base, head, options)),
    );
}

const slugs = (group: string): string => GROUPS[group]!.map(({ slug }) => slug).join(', ');

async function compare(basePath: string, headPath: string | undefined, options: CompareOptions): Promise<number> {
  const metrics = flagValue('--metrics', options.metrics, metricsFrom);
  const [startedAt, started] = [new Date().toISOString(), performance.now()];
  if (headPath !== undefined && options.target !== undefined) {
    throw new UsageError('--target is counted where there is no HEAD. Leave one of them out.');
  }
  const stored = readStored(basePath);
  const base = sideOf(stored);
  const head = headPath === undefined ? await countedNow(stored, options.target) : sideOf(readStored(headPath));
  const comparison = compareSides(base, head, metrics);
  const judgement: Judgement = {
    ...{ schemaVersion: 1, kind: 'judgement', command: 'compare', startedAt },
    wallTimeMs: performance.now() - started,
    base: { label: base.label, fingerprint: base.fingerprint },
    head: { label: head.label, fingerprint: head.fingerprint },
    ...comparison,
  };
  return deliver(judgement, options);
}

function metricsFrom(text: string): ReadonlySet<string> {
  const one = oneOf('metric', [...Object.keys(GROUPS), ...COMPARED_METRICS]);
  const names = text.split(',').map((name) => one(name.trim()));
  return new Set(names.flatMap((name) => GROUPS[name]?.map(({ slug }) => slug) ?? [name]));
}

/** What the baseline was counted with, counted again. */
async function countedNow(base: Stored, target: string | undefined): Promise<Side> {
  if (base.kind !== 'baseline') {
    throw new UsageError(
      `HEAD is missing: only a baseline is counted anew, and ${base.path} is a run. Give a second result file.`,
    );
  }
  refuseOther(base.baseline, base.path, target);
  const counted = await countNow(resolvedOf(base.baseline, base.path), target);
  return { label: target ?? 'this build', fingerprint: null, counted, run: null };
}
