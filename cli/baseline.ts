/** `pushbench baseline update | show`: the exact counts that a project keeps under version control. */
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { baselineTable, changesText } from '../report/baseline-text.ts';
import type { Baseline } from '../results/gate/baseline.ts';
import { readBaseline, writeBaseline } from '../results/gate/stored.ts';
import type { Resolved } from '../scenarios/config.ts';
import { EXACT_SETTINGS } from '../scenarios/settings.ts';
import { countNow, flagsOf, refuseOther, TARGET_OPTION } from './counted.ts';
import { writeFirst } from './run.ts';
import { addSettings, resolveFrom } from './settings-options.ts';
import { print, terminal } from './terminal.ts';

const USUAL_FILE = 'results/baselines/exact.json';

interface BaselineOptions extends Record<string, unknown> {
  readonly file: string;
  readonly target?: string;
  readonly json?: boolean;
}

export function addBaseline(program: Command): void {
  const baseline = program
    .command('baseline')
    .description('exact byte counts to keep under version control, for pushbench compare');
  const update = baseline
    .command('update')
    .description('count anew and write the file; the settings that it was counted with hold unless flags say otherwise')
    .option('--file <FILE>', 'the baseline', USUAL_FILE)
    .option(...TARGET_OPTION)
    .option('--json', 'print the baseline on stdout and nothing else');
  addSettings(update, ['transports', ...EXACT_SETTINGS]).action((options: BaselineOptions) => updated(options));
  baseline
    .command('show')
    .description('the counts of a baseline as a table')
    .argument('[file]', 'the baseline', USUAL_FILE)
    .option('--json', 'print the baseline on stdout and nothing else')
    .action((file: string, { json }: { json?: boolean }) => {
      const found = readBaseline(file);
      return print(json === true ? JSON.stringify(found) : baselineTable(found, terminal()));
    });
}

async function updated(options: BaselineOptions): Promise<void> {
  const { file, json, target } = options;
  const before = existsSync(file) ? readBaseline(file) : null;
  if (before !== null) refuseOther(before, file, target);
  const { baseline } = await countNow(resolvedFor(options, before), target);
  writeFirst(file, () => writeBaseline(file, baseline), 'Give --file another path');
  await print(json === true ? JSON.stringify(baseline) : changesText(before, baseline, file, terminal()));
}

/** Whoever updates a baseline of HTTP/2 without saying so again means HTTP/2: what was typed holds, then what the file has. */
function resolvedFor(options: BaselineOptions, before: Baseline | null): Resolved {
  const typed = resolveFrom(options);
  if (before === null) return typed;
  const kept = flagsOf(before.settings);
  const flags: Record<string, unknown> = { ...options };
  for (const name of EXACT_SETTINGS) {
    if (typed.sources[name] === 'default' || typed.sources[name] === 'profile') flags[name] = kept[name];
  }
  return resolveFrom(flags);
}
