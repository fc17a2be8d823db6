/** Exact counts of this build or of a target, under the settings of a baseline or of the command line. */
import { plain } from '../report/format.ts';
import type { Baseline, BaselineSettings, Counted } from '../results/gate/baseline.ts';
import { RunFileError } from '../results/store.ts';
import { ConfigError, resolveConfig, type Inputs, type Resolved } from '../scenarios/config.ts';
import { cannotRide } from '../scenarios/limits.ts';
import { countTwice } from '../scenarios/runner/counted.ts';
import { exactOfTarget } from '../scenarios/runner/exact-target.ts';
import { exactFigures } from '../scenarios/runner/exact.ts';
import { loadTarget } from '../scenarios/target/load.ts';
import { settingsForTarget } from '../scenarios/target/plan.ts';
import { lacking, type Target } from '../scenarios/target/target.ts';
import { TRANSPORTS, type TransportName } from '../scenarios/transports.ts';
import { formatSize } from '../scenarios/units.ts';
import { exactOptions } from './exact.ts';
import { UsageError } from './failure.ts';

export const TARGET_OPTION = [
  '--target <FILE>',
  'count a server of your own; the file, or a folder with pushbench.target.json',
] as const;

/** Longest message: a server refuses more. */
const LARGEST_PAYLOAD = 4 * 2 ** 20;

/**
 * What is counted is named on stderr where it is not exact.
 *
 * @param path a target file; undefined for this build
 * @throws UsageError or TargetError for what cannot be counted
 */
export async function countNow(asked: Resolved, path: string | undefined): Promise<Counted> {
  const { payload } = asked.config;
  if (payload < 1 || payload > LARGEST_PAYLOAD) {
    throw new UsageError(`--payload must be from 1B to ${formatSize(LARGEST_PAYLOAD)}; got ${payload}B.`);
  }
  const counted = path === undefined ? await countOwn(asked) : await countTarget(asked, loadTarget(path));
  for (const { transport, metric, counts } of counted.unsteady) {
    const [first, second] = counts.map((count) => count ?? 'none');
    process.stderr.write(
      `pushbench: ${transport} ${metric} is not exact (${first}, then ${second}), so it is left out.\n`,
    );
  }
  return counted;
}

function countOwn(asked: Resolved): Promise<Counted> {
  const transports = transportsOf(asked);
  return countTwice(() => exactFigures(transports, exactOptions(asked.config)), true);
}

async function countTarget(asked: Resolved, target: Target): Promise<Counted> {
  const { config } = settingsForTarget(asked, target).resolved;
  const { transports } = config;
  for (const each of transports) {
    const reason = lacking(target, each, 'publish');
    if (reason !== null) throw new UsageError(`${target.file}, ${each}: ${reason}.`);
  }
  const counted = await countTwice(() => exactOfTarget(target, exactOptions(config), transports), false);
  return { ...counted, baseline: { ...counted.baseline, target: target.name } };
}

/** Those named, or all that can ride the carrier: the profile's choice is of what to measure under load. */
function transportsOf({ config: { carrier, transports }, sources }: Resolved): TransportName[] {
  const named = sources.transports !== 'default' && sources.transports !== 'profile';
  if (!named) return TRANSPORTS.filter((name) => cannotRide(name, carrier) === null);
  for (const each of transports) {
    const stranded = cannotRide(each, carrier);
    if (stranded !== null) throw new UsageError(stranded);
  }
  return transports;
}

/**
 * The counts of one server say nothing of another.
 *
 * @throws UsageError where the baseline is of another server than what is counted
 */
export function refuseOther({ target: known }: Baseline, file: string, path: string | undefined): void {
  const name = path === undefined ? undefined : loadTarget(path).name;
  if (name === known) return;
  const of = (target: string | undefined): string => (target === undefined ? 'this build' : `the target "${target}"`);
  throw new UsageError(
    `${file} holds counts of ${plain(of(known))}, and not of ${of(name)}. Give ${known === undefined ? 'another file' : 'its --target'}.`,
  );
}

/** The settings of a baseline, to be read by the same rules as flags: a file may hold anything. */
export function flagsOf(settings: BaselineSettings): Inputs['flags'] {
  const { payloadBytes, deflate, contextTakeover, gzip, ...names } = settings;
  return {
    ...names,
    deflate: String(deflate),
    contextTakeover: String(contextTakeover),
    gzip: String(gzip),
    payload: `${payloadBytes}B`,
  };
}

/** @throws RunFileError naming the file whose settings this build does not know */
export function resolvedOf({ settings }: Baseline, path: string): Resolved {
  try {
    return resolveConfig({ flags: flagsOf(settings), env: {}, file: undefined });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new RunFileError(`${path} holds settings that this pushbench does not know: ${error.message}`);
  }
}
