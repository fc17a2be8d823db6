/** Exact byte counts of a checkout by its own code: its `anatomy --json` in a process of its own, which every build since there is one prints in the same shape. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Compile } from 'typebox/compile';
import { ExactSchema, type Exact } from '../../results/exact.ts';
import { fromAnywhere } from '../header-profiles.ts';
import { EXACT_SETTINGS, SETTINGS, type Config } from '../settings.ts';

const run = promisify(execFile);
const validator = Compile(ExactSchema);

/** It takes one or two seconds; what hangs must not hang the comparison, ms. */
const PATIENCE_MS = 60_000;
const LARGEST_OUTPUT = 64 * 2 ** 20;

/** @param main the checkout's command line. Rejects with a sentence, and with the signal's reason when that aborts. */
export async function anatomyOf(main: string, config: Config, signal: AbortSignal): Promise<Exact> {
  const flags = EXACT_SETTINGS.flatMap((name) => [SETTINGS[name].flag.split(' ')[0]!, show(name, config)]);
  // A folder without a configuration file, and no variables: the build must not find settings that it does not know.
  const cwd = mkdtempSync(join(tmpdir(), 'pushbench-ab-'));
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PUSHBENCH_')));
  const limits = { signal, timeout: PATIENCE_MS, maxBuffer: LARGEST_OUTPUT };
  try {
    const { stdout } = await run(process.execPath, [main, 'anatomy', '--json', ...flags], { cwd, env, ...limits });
    const value: unknown = JSON.parse(stdout);
    if (!validator.Check(value)) throw new Error('its anatomy has a shape that this pushbench does not know');
    return value;
  } catch (error) {
    signal.throwIfAborted();
    throw new Error(sentenceOf(error), { cause: error });
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

const show = <K extends keyof Config>(name: K, config: Config): string =>
  fromAnywhere(SETTINGS[name].show(config[name]));

/** The last line that it wrote, which is its sentence; else what went wrong with the process. */
function sentenceOf(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message: string };
  const said = (stderr ?? '').trim().split('\n').at(-1) ?? '';
  return (said === '' ? message : said).slice(0, 300);
}
