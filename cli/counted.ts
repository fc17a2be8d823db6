/** Exact counts of this build under the settings of a baseline or of the command line, with what could not be counted. */
import type { BaselineSettings, Counted, Unsteady } from '../results/gate/baseline.ts';
import { RunFileError } from '../results/store.ts';
import { ConfigError, resolveConfig, type Inputs } from '../scenarios/config.ts';
import { cannotRide } from '../scenarios/limits.ts';
import { countTwice } from '../scenarios/runner/counted.ts';
import type { Config } from '../scenarios/settings.ts';
import { TRANSPORTS, type TransportName } from '../scenarios/transports.ts';
import { formatSize } from '../scenarios/units.ts';
import { exactOptions } from './exact.ts';
import { UsageError } from './failure.ts';

/** Settings that bear on exact counts. */
export const COUNTED_SETTINGS = [
  'carrier',
  'headers',
  'responseHeaders',
  'deflate',
  'contextTakeover',
  'gzip',
  'payload',
] as const satisfies readonly (keyof Config)[];

/** Longest message: a server refuses more. */
const LARGEST_PAYLOAD = 4 * 2 ** 20;

/** @throws UsageError for a payload that no server takes */
export async function countNow(transports: readonly TransportName[], config: Config): Promise<Counted> {
  if (config.payload < 1 || config.payload > LARGEST_PAYLOAD) {
    throw new UsageError(`--payload must be from 1B to ${formatSize(LARGEST_PAYLOAD)}; got ${config.payload}B.`);
  }
  return countTwice(transports, exactOptions(config));
}

/** The settings of a baseline, read by the same rules as flags: a file may hold anything. */
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
export function configOf(settings: BaselineSettings, path: string): Config {
  try {
    return resolveConfig({ flags: flagsOf(settings), env: {}, file: undefined }).config;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new RunFileError(`${path} holds settings that this pushbench does not know: ${error.message}`);
  }
}

/** All that can ride the carrier: the profile's choice is of what to measure under load. */
export function ridersOf({ carrier }: Config): TransportName[] {
  return TRANSPORTS.filter((name) => cannotRide(name, carrier) === null);
}

export const unsteadyText = ({ transport, metric, counts: [first, second] }: Unsteady): string =>
  `${transport} ${metric} is not exact (${first ?? 'none'}, then ${second ?? 'none'}), so it is left out.`;
