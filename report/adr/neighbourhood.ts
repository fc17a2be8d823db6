/** Where the answer changes around a workload: its stretches along each axis, and maps over two of them. Pure. */
import { anyBeyond, isBeyond, type Ground } from '../../results/model/beyond.ts';
import {
  along,
  breakEvens,
  cheapestOf,
  lastWhere,
  logSpaced,
  mapOf,
  rankedIn,
  type Axis,
  type AxisName,
  type BreakEven,
  type Cell,
  type Cost,
} from '../../results/model/break-even.ts';
import { type Option, type Situation } from '../../results/model/option.ts';
import type { TransportModel } from '../../results/model/model.ts';
import type { Costing } from './cost.ts';
import { groundsOf } from './topics.ts';

/** Steps at which a change is looked for; each change is then found to a fraction of any interval. */
const STEPS = 61;
const MAP_COLUMNS = 29;
const MAP_ROWS = 22;

/** Where the cheapest are the same, or cannot be told apart. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  /** Everywhere on it among the cheapest, the first by the middle of its cost at its low end first; none where nobody keeps the staleness. */
  readonly core: readonly string[];
  /** Among them on a part of it. */
  readonly further: readonly string[];
  /** Whether a figure of any of them is extrapolated at its high end. */
  readonly beyondAtEnd: boolean;
  /** Where the first by the middle of their costs changes on it. */
  readonly points: readonly BreakEven[];
}

export interface AlongAxis {
  readonly axis: Axis;
  readonly stretches: readonly Stretch[];
  readonly beyond: readonly Part[];
}

/** Who is the cheapest of the workload itself. */
export interface Here {
  readonly winners: readonly string[];
  readonly beyond: boolean;
}

export interface AreaMap {
  readonly x: Axis;
  readonly y: Axis;
  readonly cells: readonly Cell[];
}

export interface Neighbourhood {
  readonly here: Here;
  readonly axes: readonly AlongAxis[];
  readonly maps: readonly AreaMap[];
}

/** What is compared, and among whom. */
interface Compared {
  readonly models: readonly TransportModel[];
  readonly situation: Situation;
  readonly cost: Cost;
  readonly grounds: readonly Ground[];
}

/** @param models of the options that the path lets through */
export function neighbourhoodOf(
  models: readonly TransportModel[],
  situation: Situation,
  { of: cost, rests }: Costing,
): Neighbourhood {
  const grounds = groundsOf(rests);
  const compared: Compared = { models, situation, cost, grounds };
  const names: readonly AxisName[] = ['rate', 'staleness', 'clients', 'payload'];
  const axes = names.map((name): AlongAxis => {
    const axis = { name, values: logSpaced(...endsOf(name, situation), STEPS) };
    return { axis, stretches: stretchesOf(axis, compared), beyond: beyondAlong(axis, compared) };
  });
  const extrapolates = (model: TransportModel, option: Option): boolean => isBeyond(model, option, grounds);
  const map = (x: AxisName, y: AxisName): AreaMap => {
    const across = { name: x, values: logSpaced(...endsOf(x, situation), MAP_COLUMNS) };
    const up = { name: y, values: logSpaced(...endsOf(y, situation), MAP_ROWS) };
    return {
      ...{ x: across, y: up },
      cells: mapOf(models, situation, { x: across, y: up, cost, isBeyond: extrapolates }),
    };
  };
  const winners = winnersIn(situation, compared);
  return {
    here: { winners, beyond: anyBeyond(models, winners, situation, grounds) },
    axes,
    maps: [map('rate', 'staleness'), map('clients', 'rate')],
  };
}

const winnersIn = (there: Situation, { models, cost }: Compared): string[] =>
  cheapestOf(rankedIn(models, there, cost)).map(({ option }) => option.transport);

type Run = Pick<Stretch, 'from' | 'to' | 'core' | 'further'>;

function stretchesOf(axis: Axis, compared: Compared): Stretch[] {
  const { models, situation, cost, grounds } = compared;
  const points = breakEvens(models, situation, axis, cost);
  return merged(runsOf(axis, compared)).map((run): Stretch => {
    const names = [...run.core, ...run.further];
    return {
      ...run,
      beyondAtEnd: anyBeyond(models, names, along(axis.name, run.to, situation), grounds),
      points: points.filter((point) => point.at > run.from && point.at < run.to && names.includes(point.above ?? '')),
    };
  });
}

/** From end to end, each with its own cheapest; where they change is found between the steps. */
function runsOf({ name, values }: Axis, compared: Compared): Run[] {
  const winnersAt = (value: number): string[] => winnersIn(along(name, value, compared.situation), compared);
  const keyOf = (winners: readonly string[]): string => JSON.stringify([...winners].sort());
  const runs: Run[] = [];
  let [from, winners] = [values[0]!, winnersAt(values[0]!)];
  for (let step = 1; step < values.length; step++) {
    const next = winnersAt(values[step]!);
    if (keyOf(next) === keyOf(winners)) continue;
    const own = keyOf(winners);
    const to = lastWhere(values[step - 1]!, values[step]!, (value) => keyOf(winnersAt(value)) === own);
    runs.push({ from, to, core: winners, further: [] });
    [from, winners] = [to, next];
  }
  return [...runs, { from, to: values.at(-1)!, core: winners, further: [] }];
}

/**
 * Ties side by side of which one has all of the other are one, and so is a tie between two stretches of one that is in it: who
 * joins on a part of it is said so. A packet more for each kilobyte would else be a stretch of its own.
 */
function merged(runs: readonly Run[]): Run[] {
  const found: Run[] = [];
  for (const run of runs) {
    const [before, last] = found.slice(-2).length === 2 ? (found.slice(-2) as [Run, Run]) : [undefined, found.at(-1)];
    const core = last?.core.filter((name) => run.core.includes(name)) ?? [];
    if (last !== undefined && core.length > 1 && isWithin(last, run)) {
      found[found.length - 1] = joined(last, run, core);
    } else if (last !== undefined && before !== undefined && isInterrupted(before, last, run)) {
      found.splice(-2, 2, joined(joined(before, last, before.core), run, before.core));
    } else found.push(run);
  }
  return found;
}

const allOf = ({ core, further }: Run): string[] => [...core, ...further];

function isWithin(a: Run, b: Run): boolean {
  const [wide, narrow] = [allOf(a), allOf(b)].sort((one, other) => other.length - one.length);
  return narrow!.every((name) => wide!.includes(name));
}

/** One alone, then in a tie with others, then alone again. */
const isInterrupted = (before: Run, tie: Run, after: Run): boolean =>
  before.core.length === 1 &&
  after.core.length === 1 &&
  before.core[0] === after.core[0] &&
  tie.core.includes(after.core[0]!);

const joined = (a: Run, b: Run, core: readonly string[]): Run => ({
  ...{ from: a.from, to: b.to, core },
  further: [...new Set([...allOf(a), ...allOf(b)])].filter((name) => !core.includes(name)),
});

/** Where, between its ends, what the cheapest cost is extrapolated; null: from the low end, or to the high end. */
export interface Part {
  readonly from: number | null;
  readonly to: number | null;
}

function beyondAlong({ name, values }: Axis, compared: Compared): Part[] {
  const { models, situation, grounds } = compared;
  const is = values.map((value) => {
    const there = along(name, value, situation);
    return anyBeyond(models, winnersIn(there, compared), there, grounds);
  });
  const parts: Part[] = [];
  for (let from = is.indexOf(true), to = from; from >= 0; from = is.indexOf(true, to)) {
    to = is.indexOf(false, from);
    parts.push({ from: from === 0 ? null : values[from - 1]!, to: to < 0 ? null : values[to]! });
    if (to < 0) break;
  }
  return parts;
}

/** From far below the workload to far above it, with the usual ones among them. */
function endsOf(name: AxisName, { load, stalenessMs }: Situation): [least: number, most: number] {
  switch (name) {
    case 'rate': {
      const rate = load.ratePerSecond === 0 ? 1 / 3_600 : load.ratePerSecond;
      return [Math.min(rate / 10, 1 / 3_600), Math.max(rate * 10, 20)];
    }
    case 'staleness':
      return [Math.max(20, Math.min(stalenessMs / 10, 100), 0.6 * load.rttMs), Math.max(stalenessMs * 10, 60e3)];
    case 'clients':
      return [Math.max(1, Math.min(load.clients / 100, 100)), Math.max(load.clients * 10, 10_000)];
    case 'payload':
      return [16, Math.max(load.payloadBytes * 4, 65_536)];
  }
}
