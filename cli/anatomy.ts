/** `pushbench anatomy [TRANSPORT]`: the life of one connection, byte by byte. */
import type { Command } from 'commander';
import { renderAnatomy, renderAnatomyTable } from '../report/anatomy-text.ts';
import { cannotRide } from '../scenarios/limits.ts';
import { exactFigures } from '../scenarios/runner/exact.ts';
import { EXACT_SETTINGS, type Config } from '../scenarios/settings.ts';
import { TRANSPORTS, type TransportName } from '../scenarios/transports.ts';
import { UsageError } from './failure.ts';
import { exactOptions, transportFrom } from './exact.ts';
import { addSettings, resolveFrom } from './settings-options.ts';
import { print, terminal } from './terminal.ts';

interface AnatomyOptions extends Record<string, unknown> {
  readonly json?: boolean;
  readonly full?: boolean;
}

export function addAnatomy(program: Command): void {
  const command = program
    .command('anatomy')
    .description('the life of one connection, byte by byte: connect, messages, silence, close')
    .argument('[transport]', `${TRANSPORTS.join(', ')}; without one, a line for each`)
    .option('--json', 'print the document on stdout and nothing else')
    .option('--full', 'whole heads instead of their first lines');
  addSettings(command, EXACT_SETTINGS).action(async (name: string | undefined, options: AnatomyOptions) => {
    const { config, sources } = resolveFrom(options);
    const asked = sources.payload === 'flag' ? { anatomyBytes: checkedPayload(config.payload) } : {};
    const transports = transportsFor(name, config);
    const exact = await exactFigures(transports, { ...exactOptions(config), ...asked });
    if (options.json === true) return print(JSON.stringify(exact));
    const look = { ...terminal(), full: options.full === true };
    const [only] = exact.transports;
    // A pipe has no edge: a line for each transport is what one searches in.
    const room = process.stdout.isTTY ? look : { ...look, width: Infinity };
    if (name === undefined || only === undefined) return print(renderAnatomyTable(exact, room));
    return print(renderAnatomy(exact, only, look));
  });
}

/** A life is shown byte by byte, not a load: a megabyte is more than anybody reads. */
const LARGEST_PAYLOAD = 2 ** 20;

function checkedPayload(bytes: number): number {
  if (bytes >= 1 && bytes <= LARGEST_PAYLOAD) return bytes;
  throw new UsageError(`--payload must be from 1B to 1MiB for anatomy; got ${bytes}B.`);
}

/** The one asked for, or all that can ride the carrier. */
function transportsFor(name: string | undefined, { carrier }: Config): TransportName[] {
  if (name === undefined) return TRANSPORTS.filter((each) => cannotRide(each, carrier) === null);
  const transport = transportFrom(name, 'anatomy');
  const stranded = cannotRide(transport, carrier);
  if (stranded !== null) throw new UsageError(stranded);
  return [transport];
}
