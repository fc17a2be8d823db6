#!/usr/bin/env node
/** Parses the command line and dispatches; errors become one sentence and an exit code. */
import { Command } from 'commander';
import { EXIT, explain } from './failure.ts';
import { VERSION } from './version.ts';

type Add = (program: Command, finish: (code: number) => void) => void;

/** In the order of --help. Each is loaded when it is asked for, so that nobody waits for the commands of others. */
const COMMANDS: Readonly<Record<string, () => Promise<Add>>> = {
  run: async () => (await import('./run.ts')).addRun,
  report: async () => (await import('./report.ts')).addReport,
  anatomy: async () => (await import('./anatomy.ts')).addAnatomy,
  codecs: async () => (await import('./codecs.ts')).addCodecs,
  published: async () => (await import('./published.ts')).addPublished,
  capacity: async () => (await import('./capacity.ts')).addCapacity,
  ab: async () => (await import('./ab.ts')).addAb,
  adr: async () => (await import('./adr.ts')).addAdr,
  baseline: async () => (await import('./baseline.ts')).addBaseline,
  compare: async () => (await import('./compare.ts')).addCompare,
  check: async () => (await import('./check.ts')).addCheck,
  export: async () => (await import('./export.ts')).addExport,
  history: async () => (await import('./history.ts')).addHistory,
  list: async () => (await import('./list.ts')).addList,
  serve: async () => (await import('./serve.ts')).addServe,
  verify: async () => (await import('./verify.ts')).addVerify,
  doctor: async () => (await import('./doctor.ts')).addDoctor,
};

/** Of the command that is named; of all where none is, for --help, or where its name has a slip. */
function commandsFor(args: readonly string[]): readonly (() => Promise<Add>)[] {
  if (args[0] === '--version' || args[0] === '-V') return [];
  const name = args.find((word) => !word.startsWith('-')) ?? '';
  const named = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  return named === undefined ? Object.values(COMMANDS) : [named];
}

async function makeProgram(args: readonly string[], finish: (code: number) => void): Promise<Command> {
  const program = new Command('pushbench')
    .description('Poll or push, and how? Measures five ways of getting messages to clients, side by side.')
    .version(VERSION)
    .showSuggestionAfterError()
    .showHelpAfterError('(--help shows what there is)')
    .exitOverride();
  // exitOverride before the commands, which inherit it: a usage error must reach `explain`, not end the process.
  for (const load of commandsFor(args)) (await load())(program, finish);
  return program;
}

// `pushbench … | head` closes the pipe early; that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? EXIT.good : EXIT.failed),
);

try {
  await (await makeProgram(process.argv.slice(2), (code) => process.exit(code))).parseAsync();
} catch (error) {
  process.exitCode = explain(error);
}
