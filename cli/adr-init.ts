/** `pushbench adr --init`: a commented workload file to begin with, one of the examples; asked for on a terminal. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { writeWhole } from '../results/store.ts';
import { oneOf } from '../scenarios/settings.ts';
import { InvalidValue } from '../scenarios/units.ts';
import { UsageError } from './failure.ts';
import { writeFirst } from './run.ts';

/** At the root of the package: above `cli/`, and above `dist/cli/` once it is built. */
const EXAMPLES = ['..', '../..']
  .map((up) => join(import.meta.dirname, up, 'examples/workloads'))
  .find((folder) => existsSync(folder))!;

export const workloadNames = (): string[] =>
  readdirSync(EXAMPLES)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.replace(/\.yaml$/, ''))
    .sort();

/** Where somebody may be asked. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/** Results go to stdout: a question is none. */
const TERMINAL: Terminal = { input: process.stdin, output: process.stderr };

/**
 * @param name null: asked for on a terminal, and listed elsewhere
 * @returns what the terminal shows
 */
export async function initWorkload(name: string | null, force: boolean, terminal = TERMINAL): Promise<string> {
  const names = workloadNames();
  const chosen =
    name ?? (terminal.input.isTTY === true && terminal.output.isTTY === true ? await asked(names, terminal) : null);
  if (chosen === null)
    throw new UsageError(`--init needs a name where nobody can be asked. There are: ${names.join(', ')}.`);
  const known = checked(chosen, names);
  const file = `${known}.yaml`;
  if (existsSync(file) && !force) throw new UsageError(`${file} is there already. Give --force to write over it.`);
  writeFirst(file, () => writeWhole(file, readFileSync(join(EXAMPLES, file), 'utf8')), 'Go to a folder of your own');
  return `${file} is written. Make it yours, then: pushbench adr --workload ${file}`;
}

function checked(name: string, names: readonly string[]): string {
  try {
    return oneOf('workload', names)(name);
  } catch (error) {
    if (error instanceof InvalidValue) throw new UsageError(`--init ${error.message}.`);
    throw error;
  }
}

async function asked(names: readonly string[], { input, output }: Terminal): Promise<string> {
  const lines = names.map((name, place) => `  ${place + 1}  ${name}`);
  output.write(`Which comes nearest?\n${lines.join('\n')}\n`);
  const terminal = createInterface({ input, output });
  try {
    const answer = (await terminal.question('Number or name: ')).trim();
    return names[Number(answer) - 1] ?? answer;
  } finally {
    terminal.close();
  }
}
