/** Where the results of `pushbench adr` are of another carrier than the workload: their bytes over that one, which takes a second. */
import type { Exact } from '../results/exact.ts';
import { baselineOf } from '../results/gate/baseline.ts';
import { countsOf } from '../results/model/fit.ts';
import type { RunFile } from '../results/schema.ts';
import { serverOf } from '../results/series.ts';
import type { StoredRun } from '../report/adr/input.ts';
import { carrierText } from '../report/adr/words.ts';
import { plain } from '../report/format.ts';
import { resolveConfig } from '../scenarios/config.ts';
import { cannotRide } from '../scenarios/limits.ts';
import { exactFigures } from '../scenarios/runner/exact.ts';
import { TRANSPORTS } from '../scenarios/transports.ts';
import { flagsOf } from './counted.ts';
import { exactOptions } from './exact.ts';

type Runs = readonly [StoredRun, ...StoredRun[]];

/** What the first run is of the others must be of, too: it is of the workload's carrier where any is. */
export function firstOver(carrier: string, runs: Runs): Runs {
  const at = runs.findIndex(({ run }) => run.exact?.carrier === carrier);
  return at <= 0 ? runs : [runs[at]!, ...runs.slice(0, at), ...runs.slice(at + 1)];
}

/** With all that the runs were counted with but the carrier; nothing where theirs are of it, or where it cannot be. Said on stderr. */
export async function countedFor(carrier: string, runs: Runs): Promise<{ counted?: Exact }> {
  const files = runs.map(({ run }) => run) as [RunFile, ...RunFile[]];
  const own = countsOf(files);
  if (own === undefined || own.carrier === carrier) return {};
  const lead = `pushbench: the results are over ${plain(carrierText(own.carrier))}, the workload over ${carrierText(carrier)}`;
  try {
    const counted = await countOver(carrier, own, files[0]);
    const all = 'bytes are counted anew, all else is as it was measured';
    process.stderr.write(`${lead}: ${all}. To measure it, too, leave the results out.\n`);
    return { counted };
  } catch (error) {
    const why = plain((error as Error).message).replace(/\.$/, '');
    process.stderr.write(
      `${lead}: bytes are not measured over it, because ${why}. Leave the results out to measure it.\n`,
    );
    return {};
  }
}

/** @throws Error with a clause or a sentence why it cannot be */
function countOver(carrier: string, own: Exact, first: RunFile): Promise<Exact> {
  const [server] = serverOf(first.run);
  if (server !== undefined) throw new Error(`the results are of a server of your own (${server})`);
  const flags = flagsOf({ ...baselineOf(own).settings, carrier });
  const { config } = resolveConfig({ flags, env: {}, file: undefined });
  const transports = TRANSPORTS.filter(
    (name) =>
      own.transports.some(({ transport, floor }) => transport === name && !floor) &&
      cannotRide(name, config.carrier) === null,
  );
  return exactFigures(transports, exactOptions(config));
}
