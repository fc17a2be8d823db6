/** `pushbench export RESULT --format NAME`: a stored result for another tool. */
import type { Command } from 'commander';
import { ExportError, isPartial, type Exported, type ResultFile } from '../report/export-format.ts';
import { EXPORT_NAMES, EXPORTS } from '../report/exports.ts';
import { plain } from '../report/format.ts';
import { readAnyResult } from '../results/any-result.ts';
import { writeWhole } from '../results/store.ts';
import { oneOf } from '../scenarios/settings.ts';
import { UsageError } from './failure.ts';
import { writeFirst } from './run.ts';
import { flagValue } from './settings-options.ts';

interface ExportOptions {
  readonly format: string;
  readonly out?: string;
}

/** As many as a reader looks through; each has the same shape. */
const MOST_NOTES = 12;

export function addExport(program: Command): void {
  const formats = EXPORT_NAMES.map((name) => `  ${name.padEnd(16)}${EXPORTS[name].what}`).join('\n');
  program
    .command('export')
    .description('a stored result for another tool: Bencher, github-action-benchmark, CSV, Markdown')
    .argument('<result>', 'a result file of pushbench run (.json or .json.gz) or of pushbench capacity')
    .requiredOption('--format <NAME>', `one of ${EXPORT_NAMES.join(', ')}`)
    .option('--out <FILE>', 'where to write it (default: stdout)')
    .addHelpText('after', `\nFormats:\n${formats}`)
    .action((path: string, options: ExportOptions) => exportResult(path, options));
}

function exportResult(path: string, { format, out }: ExportOptions): void {
  const name = flagValue('--format', format, oneOf('format', EXPORT_NAMES));
  const file = readResult(path);
  if (isPartial(file) && !EXPORTS[name].marksPartial) {
    const marking = EXPORT_NAMES.filter((each) => EXPORTS[each].marksPartial).join(' or ');
    throw new UsageError(
      `${path} is partial: it was interrupted before all was measured, and ${name} cannot say so, so it would be read as a whole run. Run again, or export ${marking}, which mark it.`,
    );
  }
  const { text, leftOut } = rendered(path, name, file);
  for (const line of leftOut.slice(0, MOST_NOTES)) process.stderr.write(`Left out  ${plain(line)}\n`);
  if (leftOut.length > MOST_NOTES) process.stderr.write(`Left out  ${leftOut.length - MOST_NOTES} more\n`);
  if (out === undefined) {
    process.stdout.write(text);
    return;
  }
  writeFirst(out, () => writeWhole(out, text), 'Give --out another file');
  process.stderr.write(`Export  ${out}\n`);
}

function readResult(path: string): ResultFile {
  const result = readAnyResult(path);
  if (result.kind === 'run' || result.kind === 'capacity') return result;
  throw new UsageError(
    `${path} holds a verdict, which other tools read as Markdown or JUnit: pushbench report ${path} --markdown. Exported are results of pushbench run and of pushbench capacity.`,
  );
}

function rendered(path: string, name: keyof typeof EXPORTS, file: ResultFile): Exported {
  try {
    return EXPORTS[name].render(file);
  } catch (error) {
    if (error instanceof ExportError) throw new UsageError(`${path} ${error.message}`);
    throw error;
  }
}
