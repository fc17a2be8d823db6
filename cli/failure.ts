/** Exit codes, and how an error becomes one sentence: what happened, where, what to try. Never a stack trace. */
import { CommanderError } from 'commander';
import { NothingToDecide } from '../report/adr/decision.ts';
import { plain } from '../report/format.ts';
import { RunFileError } from '../results/store.ts';
import { ConfigError } from '../scenarios/config.ts';
import { TargetError } from '../scenarios/target/load.ts';
import { WorkloadError } from '../scenarios/workload/read.ts';

export const EXIT = { good: 0, regression: 1, usage: 2, inconclusive: 3, failed: 4, interrupted: 130 } as const;

/** The user asked for what cannot be: exit 2. */
export class UsageError extends Error {}

/** What a sentence quotes of files and of other programs must not reach the terminal as it is. */
const harmless = (message: string): string => message.split('\n').map(plain).join('\n');

/** Prints the sentence to stderr and returns the exit code. */
export function explain(error: unknown): number {
  if (error instanceof CommanderError) {
    // Commander has printed its own sentence; help and version are no errors.
    return error.exitCode === 0 ? EXIT.good : EXIT.usage;
  }
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`pushbench: ${harmless(message)}\n`);
  const usage = [UsageError, ConfigError, RunFileError, TargetError, WorkloadError, NothingToDecide].some(
    (kind) => error instanceof kind,
  );
  return usage ? EXIT.usage : EXIT.failed;
}
