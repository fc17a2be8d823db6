/** What every gate does with its judgement: print it, write the formats asked for, and turn it into an exit code. */
import type { Command } from 'commander';
import { judgementJunit } from '../report/judgement-junit.ts';
import { judgementMarkdown } from '../report/judgement-markdown.ts';
import { judgementText } from '../report/judgement-text.ts';
import type { Judgement, Outcome } from '../results/gate/judgement.ts';
import { writeWhole } from '../results/store.ts';
import { EXIT } from './failure.ts';
import { announce } from './github.ts';
import { writeFirst } from './run.ts';
import { print, terminal } from './terminal.ts';

export interface FormatOptions {
  readonly json?: boolean;
  readonly markdown?: string;
  readonly junit?: string;
}

export function addFormats(command: Command): Command {
  return command
    .option('--json', 'print the judgement as one JSON document on stdout and nothing else')
    .option('--markdown <FILE>', 'write it as a pull-request comment')
    .option('--junit <FILE>', 'write it as JUnit XML, a test case each metric');
}

export const OUTCOME_CODES: Readonly<Record<Outcome, number>> = {
  pass: EXIT.good,
  warn: EXIT.good,
  inconclusive: EXIT.inconclusive,
  fail: EXIT.regression,
};

/** @returns the exit code */
export async function deliver(judgement: Judgement, options: FormatOptions): Promise<number> {
  writeFormats(judgement, options);
  await print(options.json === true ? JSON.stringify(judgement) : judgementText(judgement, terminal()).trimEnd());
  announce(judgement, process.env);
  return OUTCOME_CODES[judgement.outcome];
}

/** The files asked for. */
export function writeFormats(judgement: Judgement, { markdown, junit }: FormatOptions): void {
  if (markdown !== undefined) write(markdown, judgementMarkdown(judgement), '--markdown');
  if (junit !== undefined) write(junit, judgementJunit(judgement), '--junit');
}

function write(path: string, text: string, flag: string): void {
  writeFirst(path, () => writeWhole(path, text), `Give ${flag} another file`);
}
