/**
 * `npm run examples`: the five records of report/examples, made again from the run that is stored beside them; with the file of
 * a run that one is packed and stored there, once every record can be made of it.
 */
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decide } from '../report/adr/decision.ts';
import { packed } from '../results/packed.ts';
import { readRun } from '../results/store.ts';
import { loadWorkload } from '../scenarios/workload/read.ts';
import { workloadNames } from './adr-init.ts';
import { storedOf, writeRecord } from './adr-record.ts';
import { explain, UsageError } from './failure.ts';

/** Paths as they stand in the records: seen from the root of the project, where this is run. */
const FOLDER = join('report', 'examples');
const RUN = join(FOLDER, 'run.json.gz');
/** Bytes of a file under version control. */
const LARGEST = 1_000_000;

function packInto(file: string, run: string): void {
  const whole = readRun(run);
  if (whole.partial) throw new UsageError(`${run} is of a run that was cut short. Records rest on a whole one.`);
  const bytes = packed(whole);
  if (bytes.length >= LARGEST)
    throw new UsageError(
      `${run} takes ${bytes.length} B packed, and may take less than ${LARGEST}. Measure fewer repetitions.`,
    );
  writeFileSync(file, bytes);
}

/** @param run where it is read from; the records name it as the stored one */
function recordsOf(run: string): (() => void)[] {
  const { runs, capacities } = storedOf([run]);
  const [first] = runs;
  // Of the run, so that the same record is made on every day.
  const date = first.run.run.startedAt.slice(0, 10);
  return workloadNames().map((name) => {
    const file = join('examples', 'workloads', `${name}.yaml`);
    const record = join(FOLDER, `${name}.md`);
    const command = ['pushbench', 'adr', '--workload', file, RUN, '--record', record, '--date', date, '--force'];
    const decision = decide({
      ...{ workload: loadWorkload(file), date, command, capacities },
      runs: [{ ...first, file: RUN }],
    });
    return () => {
      writeRecord(record, decision);
      process.stdout.write(`${record}\n`);
    };
  });
}

function makeAll(newer: string | undefined): void {
  if (newer === undefined) return recordsOf(RUN).forEach((write) => write());
  const folder = mkdtempSync(join(tmpdir(), 'pushbench-examples-'));
  try {
    const file = join(folder, 'run.json.gz');
    packInto(file, newer);
    const records = recordsOf(file);
    copyFileSync(file, RUN);
    records.forEach((write) => write());
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

try {
  makeAll(process.argv[2]);
} catch (error) {
  process.exitCode = explain(error);
}
