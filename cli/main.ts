#!/usr/bin/env node
/** Parses the command line and dispatches; errors become one sentence and an exit code. */
import { Command } from 'commander';
import { addAb } from './ab.ts';
import { addAdr } from './adr.ts';
import { addAnatomy } from './anatomy.ts';
import { addBaseline } from './baseline.ts';
import { addCapacity } from './capacity.ts';
import { addCheck } from './check.ts';
import { addCodecs } from './codecs.ts';
import { addCompare } from './compare.ts';
import { addDoctor } from './doctor.ts';
import { addExport } from './export.ts';
import { EXIT, explain } from './failure.ts';
import { addHistory } from './history.ts';
import { addList } from './list.ts';
import { addPublished } from './published.ts';
import { addReport } from './report.ts';
import { addRun } from './run.ts';
import { addServe } from './serve.ts';
import { addVerify } from './verify.ts';
import { VERSION } from './version.ts';

function makeProgram(finish: (code: number) => void): Command {
  const program = new Command('pushbench')
    .description('Poll or push, and how? Measures five ways of getting messages to clients, side by side.')
    .version(VERSION)
    .showSuggestionAfterError()
    .showHelpAfterError('(--help shows what there is)')
    .exitOverride();
  // Added before the commands, which inherit it: a usage error must reach `explain`, not end the process.
  addRun(program, finish);
  addReport(program);
  addAnatomy(program);
  addCodecs(program);
  addPublished(program);
  addCapacity(program, finish);
  addAb(program, finish);
  addAdr(program, finish);
  addBaseline(program);
  addCompare(program, finish);
  addCheck(program, finish);
  addExport(program);
  addHistory(program);
  addList(program);
  addServe(program, finish);
  addVerify(program, finish);
  addDoctor(program);
  return program;
}

// `pushbench … | head` closes the pipe early; that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? EXIT.good : EXIT.failed),
);

try {
  await makeProgram((code) => process.exit(code)).parseAsync();
} catch (error) {
  process.exitCode = explain(error);
}
