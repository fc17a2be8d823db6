/**
 * `npm run examples`: the five records of report/examples, made again from the run that is stored beside them; with the file of
 * a run that one is stored there first, packed.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decide } from '../report/adr/decision.ts';
import { packed } from '../results/packed.ts';
import { readRun } from '../results/store.ts';
import { loadWorkload } from '../scenarios/workload/read.ts';
import { workloadNames } from './adr-init.ts';
import { storedOf, writeRecord } from './adr-record.ts';

/** Paths as they stand in the records: seen from the root of the project, where this is run. */
const FOLDER = join('report', 'examples');
const RUN = join(FOLDER, 'run.json.gz');

const [newer] = process.argv.slice(2);
if (newer !== undefined) writeFileSync(RUN, packed(readRun(newer)));

for (const name of workloadNames()) {
  const file = join('examples', 'workloads', `${name}.yaml`);
  const record = join(FOLDER, `${name}.md`);
  const results = storedOf([RUN]);
  // Of the run, so that the same record is made on every day.
  const date = results.runs[0].run.run.startedAt.slice(0, 10);
  const command = ['pushbench', 'adr', '--workload', file, RUN, '--record', record, '--date', date, '--force'];
  writeRecord(record, decide({ workload: loadWorkload(file), date, command, ...results }));
  process.stdout.write(`${record}\n`);
}
