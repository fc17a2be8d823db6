/** Puts a run's settings together: flags over environment over `pushbench.config.json` over profile over default. */
import { join } from 'node:path';
import { BadInput } from '../results/bad-input.ts';
import { scenario as scenarioOf, SCENARIOS, type ScenarioName } from './index.ts';
import { didYouMean } from './nearest.ts';
import { PROFILES } from './profiles.ts';
import type { Parameters, Variant } from './scenario.ts';
import { SETTING_NAMES, SETTINGS, type Config } from './settings.ts';
import { CHOICES } from './transports.ts';
import { InvalidValue } from './units.ts';

export const CONFIG_FILE = 'pushbench.config.json';

export type Source = 'flag' | 'environment' | 'file' | 'profile' | 'default';

export interface Resolved {
  readonly config: Config;
  readonly sources: Readonly<Record<keyof Config, Source>>;
}

/** A setting that cannot be used: says which, where it came from, and what would do. */
export class ConfigError extends BadInput {}

/** What a run measures that names no scenario. */
export const USUAL_SCENARIOS = SCENARIOS.filter((name) => scenarioOf(name).onRequest !== true);

const DEFAULTS: Config = {
  profile: 'quick',
  transports: CHOICES,
  scenarios: USUAL_SCENARIOS,
  clients: 100,
  rate: 20,
  arrivals: 'constant',
  payload: 128,
  pollInterval: 1_000,
  pollPacing: 'fixed-rate',
  hold: 25_000,
  batch: true,
  heartbeat: 15_000,
  recycle: 128 * 1024,
  connection: 'keep-alive',
  headers: 'chrome',
  responseHeaders: 'minimal',
  carrier: 'h1',
  link: 'none',
  deflate: false,
  contextTakeover: true,
  gzip: false,
  duration: 3_000,
  warmup: 1_000,
  repetitions: 1,
  workers: 1,
  serverWorkers: 1,
  seed: 1,
  port: 0,
  out: join('results', 'runs'),
};

export interface Inputs {
  /** By setting, as typed. */
  readonly flags: Partial<Record<keyof Config, string>>;
  readonly env: NodeJS.ProcessEnv;
  /** The parsed configuration file, or undefined when there is none. */
  readonly file: unknown;
}

export function resolveConfig({ flags, env, file }: Inputs): Resolved {
  refuseUnknownVariables(env);
  const fromFile = fileSettings(file);
  const given: Partial<Config> = {};
  const sources = Object.fromEntries(SETTING_NAMES.map((name) => [name, 'default'])) as Record<keyof Config, Source>;
  for (const name of SETTING_NAMES) {
    const { flag, env: variable } = SETTINGS[name];
    const found =
      flags[name] !== undefined
        ? { text: flags[name], source: 'flag' as const, where: flag.split(' ')[0]! }
        : env[variable] !== undefined
          ? { text: env[variable], source: 'environment' as const, where: variable }
          : fromFile[name] !== undefined
            ? { text: fromFile[name], source: 'file' as const, where: `"${name}" in ${CONFIG_FILE}` }
            : undefined;
    if (found === undefined) continue;
    assign(given, name, parsed(name, found.text, found.where));
    sources[name] = found.source;
  }
  const profile = PROFILES[given.profile ?? DEFAULTS.profile];
  for (const name of Object.keys(profile.settings) as (keyof Config)[]) {
    if (sources[name] === 'default') sources[name] = 'profile';
  }
  return { config: { ...DEFAULTS, ...profile.settings, ...given }, sources };
}

function assign<K extends keyof Config>(target: Partial<Config>, name: K, value: Config[K]): void {
  target[name] = value;
}

function parsed<K extends keyof Config>(name: K, text: string, where: string): Config[K] {
  try {
    return SETTINGS[name].parse(text);
  } catch (error) {
    if (error instanceof InvalidValue) {
      // A message that quotes the value need not say it twice.
      const got = error.message.includes(`"${text}"`) ? '' : `; got "${text}"`;
      throw new ConfigError(`${where} ${error.message}${got}.`);
    }
    throw error;
  }
}

const ENV_PREFIX = 'PUSHBENCH_';

/** A variable with a slip in its name would be ignored in silence, and the run would not be the one that was meant. */
function refuseUnknownVariables(env: NodeJS.ProcessEnv): void {
  const known = SETTING_NAMES.map((name) => SETTINGS[name].env);
  for (const variable of Object.keys(env)) {
    if (!variable.startsWith(ENV_PREFIX) || known.includes(variable)) continue;
    throw new ConfigError(
      `${variable} in the environment is no setting${didYouMean(variable, known) || '.'} Unset or rename it.`,
    );
  }
}

/** The file's values as text, so that they are read by the same rules as flags. */
function fileSettings(file: unknown): Partial<Record<keyof Config, string>> {
  if (file === undefined) return {};
  if (typeof file !== 'object' || file === null || Array.isArray(file)) {
    throw new ConfigError(`${CONFIG_FILE} must hold a JSON object, such as {"clients": 100, "duration": "5s"}.`);
  }
  const settings: Partial<Record<keyof Config, string>> = {};
  for (const [key, value] of Object.entries(file)) {
    if (key === '$schema') continue;
    const name = SETTING_NAMES.find((known) => known === key);
    if (name === undefined) {
      throw new ConfigError(`${CONFIG_FILE} has no setting "${key}"${didYouMean(key, SETTING_NAMES) || '.'}`);
    }
    if (!['string', 'number', 'boolean'].includes(typeof value) && !Array.isArray(value)) {
      throw new ConfigError(`"${key}" in ${CONFIG_FILE} must be a string, a number, true, false or a list.`);
    }
    settings[name] = Array.isArray(value) ? value.join(',') : String(value);
  }
  return settings;
}

/** Settings of one scenario: what the user gave holds; otherwise the profile may need something else here. */
export function scenarioConfig({ config, sources }: Resolved, scenario: ScenarioName): Config {
  const special = PROFILES[config.profile].scenarios[scenario] ?? {};
  const free = Object.entries(special).filter(
    ([name, value]) =>
      ['profile', 'default'].includes(sources[name as keyof Config]) &&
      // Whoever asks for longer poll intervals must not be refused for a window that the profile made short.
      !(name === 'duration' && Number(value) < config.pollInterval),
  );
  return { ...config, ...(Object.fromEntries(free) as Partial<Config>) };
}

/** What one measurement runs with. A variant's own parameters always apply: they are what it is. */
export function parametersOf(config: Config, variant: Variant): Parameters {
  return {
    variant: variant.name,
    clients: config.clients,
    ratePerSecond: config.rate,
    arrivals: config.arrivals,
    payloadBytes: config.payload,
    pollIntervalMs: config.pollInterval,
    pollPacing: config.pollPacing,
    holdMs: config.hold,
    batch: config.batch,
    heartbeatMs: config.heartbeat,
    recycleBytes: config.recycle,
    connection: config.connection,
    headers: config.headers,
    responseHeaders: config.responseHeaders,
    carrier: config.carrier,
    ...(config.link === 'none' ? {} : { link: config.link }),
    deflate: config.deflate,
    contextTakeover: config.contextTakeover,
    gzip: config.gzip,
    durationMs: config.duration,
    warmupMs: config.warmup,
    workers: config.workers,
    serverWorkers: config.serverWorkers,
    ...variant.parameters,
  };
}
