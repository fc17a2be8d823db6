/** What commands that count exact bytes share: a transport's name as typed, and the settings that bear on bytes. */
import { HeaderFileError, headerProfileOf } from '../scenarios/header-profiles.ts';
import type { ExactOptions } from '../scenarios/runner/exact.ts';
import { oneOf, type Config } from '../scenarios/settings.ts';
import { TRANSPORTS, type TransportName } from '../scenarios/transports.ts';
import { InvalidValue } from '../scenarios/units.ts';
import { UsageError } from './failure.ts';

/** @throws UsageError naming the nearest transport */
export function transportFrom(name: string, command: string): TransportName {
  try {
    return oneOf('transport', TRANSPORTS)(name);
  } catch (error) {
    if (error instanceof InvalidValue) throw new UsageError(`${command} ${error.message}.`);
    throw error;
  }
}

/** @throws UsageError when a header file cannot be read or sent */
export function exactOptions(config: Config): ExactOptions {
  const { carrier, headers, responseHeaders, deflate, contextTakeover, gzip, payload } = config;
  try {
    const profile = headerProfileOf(headers);
    return { carrier, headers: profile, responseHeaders, deflate, contextTakeover, gzip, payloadBytes: payload };
  } catch (error) {
    if (error instanceof HeaderFileError) throw new UsageError(error.message);
    throw error;
  }
}
