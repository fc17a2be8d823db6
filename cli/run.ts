/** `pushbench run`: measures, writes the run and its report, prints the table. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Command } from 'commander';
import { loadLiveAssets, loadPageAssets } from '../report/assets.ts';
import { plain } from '../report/format.ts';
import { renderHtml } from '../report/html.ts';
import { renderTerminal } from '../report/terminal.ts';
import { fingerprint } from '../results/fingerprint.ts';
import { SCHEMA_VERSION, type RunFile } from '../results/schema.ts';
import { writeRun, writeWhole } from '../results/store.ts';
import { scenarioConfig, type Resolved } from '../scenarios/config.ts';
import { scenario } from '../scenarios/index.ts';
import { impossible } from '../scenarios/limits.ts';
import { clockResolutionNs } from '../scenarios/runner/clock.ts';
import { describeMachine, machineLimits } from '../scenarios/runner/machine.ts';
import { measure } from '../scenarios/runner/measure.ts';
import { makePlan, type Plan } from '../scenarios/runner/plan.ts';
import { targetServer } from '../scenarios/runner/measured-target.ts';
import { executeRun } from '../scenarios/runner/run.ts';
import { SETTING_NAMES, SETTINGS, type Config } from '../scenarios/settings.ts';
import { loadTarget } from '../scenarios/target/load.ts';
import { planForTarget, settingsForTarget } from '../scenarios/target/plan.ts';
import type { Target } from '../scenarios/target/target.ts';
import { FLOORS } from '../scenarios/transports.ts';
import { exactOptions } from './exact.ts';
import { EXIT, UsageError } from './failure.ts';
import { Live } from './live.ts';
import { prepare, prepareTarget } from './prepare.ts';
import { both, makeProgress } from './progress.ts';
import { addSettings, flagValue, resolveFrom } from './settings-options.ts';
import { print, terminal } from './terminal.ts';
import { VERSION } from './version.ts';

interface RunOptions extends Record<string, unknown> {
  readonly json?: boolean;
  readonly live?: string | true;
  readonly printConfig?: boolean;
  readonly target?: string;
}

export function addRun(program: Command, finish: (code: number) => void): void {
  const command = program
    .command('run')
    .description('measure the transports in the scenarios, write the run and an HTML report')
    .option('--target <FILE>', 'measure a server of your own; the file, or a folder with pushbench.target.json')
    .option('--json', 'print the result document on stdout and nothing else')
    .option(
      '--live [PORT]',
      'watch the run in a browser on this machine, at the link that is printed (default: a free port)',
    )
    .option('--print-config', 'show every setting and where its value comes from, and stop');
  addSettings(command).action(async (options: RunOptions) => {
    const resolved = resolveFrom(options);
    if (options.printConfig === true) return print(configTable(resolved));
    const target = options.target === undefined ? undefined : loadTarget(options.target);
    finish(await run(resolved, target, { json: options.json === true, livePort: livePortOf(options.live) }));
  });
}

/** Undefined: nobody watches. */
function livePortOf(flag: string | true | undefined): number | undefined {
  if (flag === undefined) return undefined;
  return flag === true ? 0 : flagValue('--live', flag, (text) => SETTINGS.port.parse(text));
}

interface Shown {
  readonly json: boolean;
  readonly livePort: number | undefined;
}

async function run(asked: Resolved, target: Target | undefined, { json, livePort }: Shown): Promise<number> {
  // Read here already: a header file that cannot be sent must not cost a run.
  const options = exactOptions(asked.config);
  const { resolved, plan } = checkedPlan(asked, target);
  const header = newRun(resolved, plan, target);
  const path = join(resolved.config.out, `${header.run.id}.json`);
  const live = livePort === undefined ? null : await openLive(livePort, header, path);
  const progress = makeProgress(process.stderr);
  try {
    writeFirst(path, () => writeRun(path, header));
    const { signal } = onInterrupt();
    if (target !== undefined) await prepareTarget(target, header, plan, options, progress, signal);
    else await prepare(header, plan, resolved, options, progress, signal);
    const served = target === undefined ? {} : { server: targetServer(target) };
    const result = await executeRun(plan, header, {
      measure: (planned) => measure(planned, { port: resolved.config.port, signal, ...served }),
      write: (document) => {
        writeRun(path, document);
        live?.show(document);
      },
      progress: live === null ? progress : both(progress, live),
      quiet: async () => live?.drawn(),
      // Of this process: what the user waits for begins with loading it.
      now: () => performance.now(),
      signal,
    });
    progress.stop();
    await tell(result, path, json, live);
    if (signal.aborted) return EXIT.interrupted;
    return result.run.failures.length > 0 ? EXIT.failed : EXIT.good;
  } finally {
    progress.stop();
    live?.close();
  }
}

/** Before anything is written: a port that cannot be had must leave nothing behind. */
async function openLive(port: number, header: RunFile, resultPath: string): Promise<Live> {
  const options = { port, resultPath, assets: loadLiveAssets(), now: () => performance.now() };
  const live = await Live.open(header, options);
  process.stderr.write(`Live  ${live.url}\n`);
  return live;
}

/** Writes the page, prints the table or the document, and shows the end to whoever watches. */
async function tell(result: RunFile, path: string, json: boolean, live: Live | null): Promise<void> {
  const page = result.measurements.length === 0 ? null : path.replace(/\.json$/, '.html');
  if (page !== null) writeWhole(page, renderHtml(result, loadPageAssets()));
  const text = page === null ? nothingMeasured(result, path) : tableOf(result, path, page);
  await Promise.all([print(json ? JSON.stringify(result) : text), live?.finish(result, page)]);
  for (const { transport, scenario: name, repetition, message } of result.run.failures) {
    process.stderr.write(`pushbench: ${name} · ${transport}, repetition ${repetition + 1}: ${plain(message)}\n`);
  }
}

const tableOf = (result: RunFile, path: string, page: string): string =>
  `${renderTerminal(result, terminal())}\n${closing(result, path, page)}`;

/** A report of nothing would be an empty page and empty tables: the file alone says that the run was begun, and what failed. */
function nothingMeasured({ run }: RunFile, path: string): string {
  const why = run.failures.length > 0 ? 'what was tried has failed' : 'the run was stopped before its first result';
  return `Nothing was measured: ${why}. There is no report.\nResult  ${path}`;
}

export function checkedPlan(asked: Resolved, target: Target | undefined): { resolved: Resolved; plan: Plan } {
  const { resolved, notes } = target === undefined ? { resolved: asked, notes: [] } : settingsForTarget(asked, target);
  const made = makePlan(resolved);
  const all = { ...made, notes: [...notes, ...made.notes] };
  const plan = target === undefined ? all : planForTarget(all, target);
  const limits = machineLimits();
  for (const planned of plan.planned) {
    const reason = impossible(planned, limits);
    if (reason !== null) throw new UsageError(reason);
  }
  if (plan.planned.length === 0) throw new UsageError(`There is nothing to measure: ${plan.notes.join(' ')}`);
  return { resolved, plan };
}

/** Before anything is measured: an output folder that cannot be written must not cost a run, and from here on a file is there. */
export function writeFirst(path: string, write: () => void, advice = 'Choose another folder with --out'): void {
  try {
    write();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new UsageError(`${path} cannot be written (${code}). ${advice}.`);
  }
}

export function newRun({ config }: Resolved, plan: Plan, target: Target | undefined): RunFile {
  const startedAt = new Date().toISOString();
  return {
    schemaVersion: SCHEMA_VERSION,
    partial: true,
    run: {
      id: runId(startedAt),
      startedAt,
      wallTimeMs: 0,
      tool: { name: 'pushbench', version: VERSION },
      argv: process.argv.slice(2),
      config: { ...config, ...(target === undefined ? {} : { target: describeTarget(target) }) },
      seed: config.seed,
      planned: plan.planned.length,
      floors: [...FLOORS],
      questions: Object.fromEntries(config.scenarios.map((name) => [name, scenario(name).question])),
      notes: [...plan.notes],
      failures: [],
    },
    environment: environmentNow(),
    measurements: [],
  };
}

/** Not its environment, which may hold what is nobody's business. */
const describeTarget = ({ name, file, command, endpoints }: Target) => ({ name, file, command, endpoints });

/** Sorts by time, and is a file name everywhere. */
export function runId(startedAt: string): string {
  return `${startedAt.slice(0, 19).replaceAll(':', '-')}-${randomBytes(2).toString('hex')}`;
}

export function environmentNow(): RunFile['environment'] {
  const { comparable, provenance } = describeMachine();
  return {
    fingerprint: fingerprint(comparable),
    comparable,
    provenance: { ...provenance, clockResolutionNs: clockResolutionNs() },
  };
}

/** DECTCEM and DECAWM, of ECMA-48 terminals since the VT220. */
const CURSOR_AND_WRAPPING = '\x1b[?25h\x1b[?7h';

/** The first Ctrl-C ends the run in order; the second one ends it now. The children end when this process does. */
export function onInterrupt(): AbortController {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) {
      // A progress bar has put both away, and nothing else will bring them back.
      if (process.stderr.isTTY) process.stderr.write(CURSOR_AND_WRAPPING);
      process.exit(EXIT.interrupted);
    }
    process.stderr.write('\npushbench: stopping; what is measured is kept. Press Ctrl-C again to quit at once.\n');
    controller.abort(new Error('interrupted'));
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return controller;
}

function closing({ run: { planned }, measurements, partial }: RunFile, path: string, page: string): string {
  const noun = planned === 1 ? 'measurement' : 'measurements';
  const count = partial ? `${measurements.length} of ${planned} ${noun}` : `${planned} ${noun}`;
  // The whole command, the report that is written by now with it.
  return `${count} in ${(performance.now() / 1e3).toFixed(0)} s\nResult  ${path}\nReport  ${page}`;
}

/** Every setting, its value and its source; and where a scenario of the profile differs. */
function configTable(resolved: Resolved): string {
  const { config, sources } = resolved;
  const show = <K extends keyof Config>(name: K, from: Config): string => SETTINGS[name].show(from[name]);
  const lines = SETTING_NAMES.map((name) => {
    const source = sources[name] === 'profile' ? `profile ${config.profile}` : sources[name];
    return `${name.padEnd(13)} ${show(name, config).padEnd(24)}  ${source}`;
  });
  const special = config.scenarios.flatMap((name) => {
    const own = scenarioConfig(resolved, name);
    const changed = SETTING_NAMES.filter((key) => own[key] !== config[key]);
    return changed.length === 0 ? [] : [`${name}: ${changed.map((key) => `${key} ${show(key, own)}`).join(', ')}`];
  });
  const others =
    special.length === 0 ? '' : `\nIn profile ${config.profile}, some scenarios differ:\n${special.join('\n')}`;
  return lines.join('\n') + others;
}
