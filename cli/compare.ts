/** `pushbench compare BASE [HEAD]`: two files judged, or this build against a baseline. */
import type { Command } from 'commander';
import { compareSides, sideOf, type Side } from '../results/gate/compare.ts';
import type { Judgement } from '../results/gate/judgement.ts';
import { readStored, type Stored } from '../results/gate/stored.ts';
import { countNow, refuseOther, resolvedOf, TARGET_OPTION } from './counted.ts';
import { UsageError } from './failure.ts';
import { addFormats, deliver, type FormatOptions } from './judgement.ts';
import { METRICS_HELP, METRICS_OPTION, metricsFrom } from './metrics.ts';

interface CompareOptions extends FormatOptions {
  readonly metrics: string;
  readonly target?: string;
}

export function addCompare(program: Command, finish: (code: number) => void): void {
  const command = program
    .command('compare')
    .description('judge a stored run or this build against a baseline or another run; exit 1 when it got worse')
    .argument('<base>', 'a baseline, or a result file of pushbench run')
    .argument('[head]', 'the same; without it, this build is counted against the baseline')
    .option(...TARGET_OPTION)
    .option(...METRICS_OPTION);
  addFormats(command)
    .addHelpText('after', `${METRICS_HELP}\n\nExit codes: 0 good, 1 worse, 2 bad input, 3 could not tell.`)
    .action(async (base: string, head: string | undefined, options: CompareOptions) =>
      finish(await compare(base, head, options)),
    );
}

async function compare(basePath: string, headPath: string | undefined, options: CompareOptions): Promise<number> {
  const { exact, noisy } = metricsFrom(options.metrics);
  const [startedAt, started] = [new Date().toISOString(), performance.now()];
  if (headPath !== undefined && options.target !== undefined) {
    throw new UsageError('--target is counted where there is no HEAD. Leave one of them out.');
  }
  const stored = readStored(basePath);
  const base = sideOf(stored);
  const head = headPath === undefined ? await countedNow(stored, options.target) : sideOf(readStored(headPath));
  const comparison = compareSides(base, head, new Set([...exact, ...noisy].map(({ slug }) => slug)));
  const judgement: Judgement = {
    ...{ schemaVersion: 1, kind: 'judgement', command: 'compare', startedAt },
    wallTimeMs: performance.now() - started,
    base: { label: base.label, fingerprint: base.fingerprint },
    head: { label: head.label, fingerprint: head.fingerprint },
    ...comparison,
  };
  return deliver(judgement, options);
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
