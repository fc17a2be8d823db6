/** `pushbench adr`: from a workload and measured results to a decision record with its pictures; and the workload to begin with. */
import { existsSync } from 'node:fs';
import { Option, type Command } from 'commander';
import { decide, type Decision } from '../report/adr/decision.ts';
import { plain } from '../report/format.ts';
import { loadWorkload } from '../scenarios/workload/read.ts';
import { initWorkload } from './adr-init.ts';
import { countedFor, firstOver } from './adr-count.ts';
import { measureFor, MEASURING_SETTINGS } from './adr-measure.ts';
import { storedOf, writeRecord } from './adr-record.ts';
import { EXIT, UsageError } from './failure.ts';
import { addSettings } from './settings-options.ts';
import { print } from './terminal.ts';

interface AdrOptions extends Record<string, unknown> {
  readonly workload?: string;
  readonly init?: string | true;
  readonly record?: string;
  readonly date?: string;
  readonly force?: boolean;
}

export function addAdr(program: Command, finish: (code: number) => void): void {
  const command = program
    .command('adr')
    .description(
      'a decision record (MADR) for a workload, from measured results; measures them first where none are given',
    )
    .argument(
      '[results...]',
      'files of pushbench run and pushbench capacity; none: what is needed is measured, in about seventeen minutes',
    )
    .option('--workload <FILE>', 'what the system asks of its transport: YAML or JSON')
    .option('--init [NAME]', 'write a commented workload file to begin with, as NAME.yaml')
    .option('--record <FILE>', 'where to write the record (default: beside the workload, as NAME.adr.md)')
    .addOption(new Option('--date <DAY>', 'date of the record, as YYYY-MM-DD (default: today)'))
    .option('--force', 'write over a file that is there');
  addSettings(command, MEASURING_SETTINGS)
    .addHelpText(
      'after',
      '\nThe settings are for measuring, where no results are given: --duration and --repetitions say how well costs are known; what takes seconds is measured six times at least, and no longer than it needs. Of results over another carrier than the workload’s the bytes are counted anew, in a second; all else is as it was measured, and the record says so. Exit codes: 0 good, 2 bad input, 4 failed, 130 interrupted.',
    )
    .action(async (files: string[], options: AdrOptions) => finish(await adr(files, options)));
}

async function adr(files: readonly string[], options: AdrOptions): Promise<number> {
  if (options.init !== undefined) {
    await print(await initWorkload(options.init === true ? null : options.init, options.force === true));
    return EXIT.good;
  }
  if (options.workload === undefined) {
    throw new UsageError('adr needs --workload FILE. Write one to begin with: pushbench adr --init chat');
  }
  const workload = loadWorkload(options.workload);
  const date = dayOf(options.date);
  const record = options.record ?? `${options.workload.replace(/\.(ya?ml|json)$/i, '')}.adr.md`;
  // Before minutes are measured for it.
  refuseExisting(record, options.force === true);
  const results = files.length > 0 ? files : await measureFor(workload, options);
  if (results === null) {
    process.stderr.write('pushbench: interrupted; what was measured is kept, and no record is written.\n');
    return EXIT.interrupted;
  }
  const command = [
    'pushbench',
    'adr',
    '--workload',
    options.workload,
    ...results,
    '--record',
    record,
    '--date',
    date,
    '--force',
  ];
  const { runs, capacities } = storedOf(results);
  const own = firstOver(workload.carrier, runs);
  const counted = await countedFor(workload.carrier, own);
  const decision = decide({ workload, date, command, capacities, runs: own, ...counted });
  writeRecord(record, decision);
  await print(summary(decision, record));
  return EXIT.good;
}

function dayOf(given: string | undefined): string {
  const day = given ?? new Date().toISOString().slice(0, 10);
  const time = Date.parse(`${day}T00:00:00Z`);
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(time) || !new Date(time).toISOString().startsWith(day)) {
    throw new UsageError(`--date "${day}" must be a day such as 2026-11-21.`);
  }
  return day;
}

/** People edit a record, and accept it: it is not to be lost. */
function refuseExisting(record: string, force: boolean): void {
  if (existsSync(record) && !force)
    throw new UsageError(`${record} is there already. Choose another with --record, or give --force.`);
}

function summary({ leaders, options }: Decision, record: string): string {
  const [first, ...rest] = leaders.map(({ option }) => plain(option.transport));
  const out = options.filter(({ knockOuts }) => knockOuts.length > 0).map(({ transport }) => plain(transport));
  const answer =
    first === undefined
      ? 'No option is left: each of them is knocked out.'
      : `Proposed: ${first}${rest.length === 0 ? '' : `, in a tie with ${rest.join(', ')}`}.`;
  const without = out.length === 0 || first === undefined ? '' : ` Knocked out: ${out.join(', ')}.`;
  return `${answer}${without}\nRecord  ${record}`;
}
