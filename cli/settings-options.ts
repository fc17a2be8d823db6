/** The table of settings as commander options, and what was typed as the inputs of a configuration. */
import { existsSync, readFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { CONFIG_FILE, ConfigError, resolveConfig, type Inputs, type Resolved } from '../scenarios/config.ts';
import { SETTING_NAMES, SETTINGS, type Config } from '../scenarios/settings.ts';
import { InvalidValue } from '../scenarios/units.ts';

/** Adds the flags of these settings. Values stay text: one place reads and checks them for all sources alike. */
export function addSettings(command: Command, names: readonly (keyof Config)[] = SETTING_NAMES): Command {
  for (const name of names) command.addOption(new Option(SETTINGS[name].flag, SETTINGS[name].help));
  return command;
}

/** Reads a flag that is no setting; what is wrong with it names the flag and what was typed. */
export function flagValue<T>(name: string, text: string, parse: (text: string) => T): T {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof InvalidValue) throw new ConfigError(`${name} "${text}" ${error.message}`);
    throw error;
  }
}

export function resolveFrom(options: Readonly<Record<string, unknown>>): Resolved {
  const flags: Inputs['flags'] = {};
  for (const name of SETTING_NAMES) {
    if (typeof options[name] === 'string') flags[name] = options[name];
  }
  return resolveConfig({ flags, env: process.env, file: readConfigFile() });
}

function readConfigFile(): unknown {
  if (!existsSync(CONFIG_FILE)) return undefined;
  try {
    return JSON.parse(readFileSync(CONFIG_FILE, 'utf8'));
  } catch (error) {
    throw new ConfigError(`${CONFIG_FILE} is not valid JSON (${(error as Error).message}).`);
  }
}
