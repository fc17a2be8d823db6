/** A transport as it would be run for a load, and whether it keeps the staleness. Pure, and the same in Node.js and in the page. */
import { isGuessed, type Band } from './band.ts';
import type { Load } from './load.ts';
import type { TransportModel } from './model.ts';
import { isUnfounded, knowsConnections, latenciesOf, predict, processesFor, type Prediction } from './predict.ts';

/** A load, and how old the newest value that a client holds may be. */
export interface Situation {
  readonly load: Load;
  readonly stalenessMs: number;
  /** A connection that is silent for so long is cut by its path; absent: never. */
  readonly cutMs?: number;
}

/** A silence must end well before the path cuts it: a sign of life, or a poll, may itself be late. */
export const SHARE_OF_TIMEOUT = 0.5;

/** Shorter ones are no polling any more. */
const LEAST_INTERVAL_MS = 50;

export interface Option {
  readonly transport: string;
  /** As the option would be run: short polls as rarely as the staleness allows. */
  readonly load: Load;
  readonly prediction: Prediction;
  /** Whether it keeps the staleness: by its 99th percentile, else by its mean; null where neither is known. */
  readonly meets: boolean | null;
  /** Whether it keeps it with all of its band: where not, and it meets, nobody can tell. */
  readonly surely: boolean;
}

/**
 * Short polling has its interval chosen: the longest after which nothing is older than is accepted, by the bound of its law,
 * T + d at a fixed rate and T + 3d with a pause. The others are as fast as they are, over as many server processes as they
 * need: to have time for the load, and to have it written to so many clients at once.
 */
export function optionOf(model: TransportModel, { load, stalenessMs, cutMs = Infinity }: Situation): Option {
  const { transport } = model;
  if (model.asks === 'each-interval') {
    const away = (load.pollPacing === 'fixed-delay' ? 1.5 : 0.5) * load.rttMs + pollServiceMs(model, load);
    const pollIntervalMs = Math.max(LEAST_INTERVAL_MS, stalenessMs - away);
    const chosen = connected(model, { ...load, pollIntervalMs }, cutMs);
    const meets = chosen.pollIntervalMs + away <= stalenessMs * (1 + 1e-9);
    return { transport, load: chosen, prediction: predict(model, chosen), meets, surely: meets };
  }
  const fewest = spread(model, load);
  const of = (chosen: Load): Option => {
    const late = lateOf(model, chosen);
    const [meets, surely] = [
      late === null ? null : late.value <= stalenessMs,
      late !== null && !isUnfounded(model, chosen) && late.high <= stalenessMs,
    ];
    return { transport, load: chosen, prediction: predict(model, chosen), meets, surely };
  };
  const alone = of(fewest);
  if (alone.meets === null || alone.surely) return alone;
  const surely = inTime(model, fewest, (late) => !isGuessed(late) && late.high <= stalenessMs);
  if (surely !== null) return of(surely);
  return alone.meets ? alone : of(inTime(model, fewest, ({ value }) => value <= stalenessMs) ?? fewest);
}

/**
 * Between polls as rare as these the path may cut the connection: they open one each, or come more often than they must. The
 * one that takes fewer bytes with TCP/IP; the latter where nothing tells what a connection takes.
 */
function connected(model: TransportModel, load: Load, cutMs: number): Load {
  const sooner = spread(model, { ...load, pollIntervalMs: Math.max(LEAST_INTERVAL_MS, SHARE_OF_TIMEOUT * cutMs) });
  if (sooner.pollIntervalMs >= load.pollIntervalMs) return spread(model, load);
  if (!knowsConnections(model)) return sooner;
  // The opening takes a round trip of the pause.
  const openingMs = load.pollPacing === 'fixed-delay' ? load.rttMs : 0;
  const pollIntervalMs = Math.max(LEAST_INTERVAL_MS, load.pollIntervalMs - openingMs);
  const anew = spread(model, { ...load, pollIntervalMs, connection: 'close' });
  const wire = (of: Load): number => predict(model, of).wire?.value ?? Infinity;
  return wire(anew) < wire(sooner) ? anew : sooner;
}

const spread = (model: TransportModel, load: Load): Load => ({ ...load, processes: processesFor(model, load) });

function lateOf(model: TransportModel, load: Load): Band | null {
  const { p99Ms, meanMs } = latenciesOf(model, load);
  return p99Ms ?? meanMs;
}

/** What a poll takes beyond its law, ms. */
function pollServiceMs(model: TransportModel, load: Load): number {
  const atOnce = { ...load, pollIntervalMs: LEAST_INTERVAL_MS, pollPacing: 'fixed-rate' as const };
  const { meanMs } = latenciesOf(model, atOnce);
  return meanMs === null ? 0 : Math.max(0, meanMs.value - LEAST_INTERVAL_MS / 2 - load.rttMs / 2);
}

/**
 * The fewest processes with which a fan-out is in time; null where no number of them is enough, or where nobody knows how far
 * off its latency is: a guess is nothing to start processes for.
 */
function inTime(model: TransportModel, load: Load, isIn: (late: Band) => boolean): Load | null {
  const keeps = (processes: number): boolean => {
    const late = lateOf(model, { ...load, processes });
    return late !== null && isIn(late);
  };
  let [late, enough] = [load.processes, Math.ceil(load.fanOut)];
  if (enough <= late || !keeps(enough)) return null;
  while (enough - late > 1) {
    const middle = (late + enough) >> 1;
    if (keeps(middle)) enough = middle;
    else late = middle;
  }
  return { ...load, processes: enough };
}
