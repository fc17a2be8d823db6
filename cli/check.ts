/** `pushbench check --budget FILE [RESULTS]`: absolute limits, held against a stored run. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { BudgetError, GRAMMAR, parseBudgets, type Budget } from '../results/gate/budget.ts';
import { checkBudgets } from '../results/gate/check.ts';
import { sideOf } from '../results/gate/compare.ts';
import { worstOutcome } from '../results/gate/judgement.ts';
import { readStored } from '../results/gate/stored.ts';
import { UsageError } from './failure.ts';
import { addFormats, deliver, type FormatOptions } from './judgement.ts';

interface CheckOptions extends FormatOptions {
  readonly budget: string;
}

/** Where runs are, unless --out said otherwise. */
const RUNS = 'results/runs';

export function addCheck(program: Command, finish: (code: number) => void): void {
  const command = program
    .command('check')
    .description('hold a stored run against budgets; exit 1 when one is exceeded')
    .argument('[results]', `a result file or a baseline (default: the newest run of ${RUNS})`)
    .requiredOption('--budget <FILE>', 'budgets, one a line');
  addFormats(command)
    .addHelpText('after', `\nA budget\n  ${GRAMMAR}\n\nExit codes: 0 kept, 1 exceeded, 2 bad input, 3 not measured.`)
    .action(async (results: string | undefined, options: CheckOptions) => finish(await check(results, options)));
}

async function check(results: string | undefined, options: CheckOptions): Promise<number> {
  const [startedAt, started] = [new Date().toISOString(), performance.now()];
  const budgets = readBudgets(options.budget);
  const side = sideOf(readStored(results ?? newestRun()));
  const judged = checkBudgets(budgets, side);
  const partial = side.run?.partial === true;
  return deliver(
    {
      ...{ schemaVersion: 1, kind: 'judgement', command: 'check', startedAt },
      wallTimeMs: performance.now() - started,
      base: { label: options.budget, fingerprint: null },
      head: { label: side.label, fingerprint: side.fingerprint },
      outcome: worstOutcome(judged.map(({ outcome }) => outcome)),
      judged,
      notes: partial ? [`${side.label} is partial: only its exact counts are held against budgets.`] : [],
    },
    options,
  );
}

function readBudgets(path: string): Budget[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`${path} cannot be read (${(error as NodeJS.ErrnoException).code}). Give --budget a file.`);
  }
  try {
    return parseBudgets(text);
  } catch (error) {
    if (error instanceof BudgetError) throw new UsageError(`${path} ${error.message}`);
    throw error;
  }
}

/** Names of runs sort by time. */
function newestRun(): string {
  const files = existsSync(RUNS) ? readdirSync(RUNS) : [];
  const newest = files
    .filter((name) => /^\d{4}-\d\d-\d\dT[\d-]+-[0-9a-f]{4}\.json$/.test(name))
    .sort()
    .at(-1);
  if (newest === undefined) throw new UsageError(`There is no run in ${RUNS}. Name a result file.`);
  return join(RUNS, newest);
}
