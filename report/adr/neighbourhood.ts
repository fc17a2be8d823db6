/** Where the answer changes around a workload: its break-even points along each axis, and maps over two of them. Pure. */
import {
  along,
  breakEvens,
  cheapestOf,
  logSpaced,
  mapOf,
  rankedIn,
  type Axis,
  type AxisName,
  type BreakEven,
  type Cell,
  type Cost,
  type Situation,
} from '../../results/model/break-even.ts';
import type { TransportModel } from '../../results/model/model.ts';
import type { Costing } from './cost.ts';

/** Steps at which a change is looked for; each change is then found to a fraction of any interval. */
const STEPS = 61;
const MAP_COLUMNS = 29;
const MAP_ROWS = 22;

export interface AlongAxis {
  readonly axis: Axis;
  readonly found: readonly BreakEven[];
  /** Who is the cheapest at the low end; null where nobody keeps the staleness. */
  readonly first: string | null;
  readonly ties: Ties;
}

/** Where the cheapest cannot be told from others: shares of the steps at which somebody keeps the staleness, 0…1. */
export interface Ties {
  readonly share: number;
  /** Of each that is among several somewhere, in the order in which they come. */
  readonly of: ReadonlyMap<string, number>;
}

export interface AreaMap {
  readonly x: Axis;
  readonly y: Axis;
  readonly cells: readonly Cell[];
}

export interface Neighbourhood {
  readonly axes: readonly AlongAxis[];
  readonly maps: readonly AreaMap[];
}

/** @param models of the options that the path lets through */
export function neighbourhoodOf(
  models: readonly TransportModel[],
  situation: Situation,
  { of: cost }: Costing,
): Neighbourhood {
  const names: readonly AxisName[] = ['rate', 'staleness', 'clients', 'payload'];
  const axes = names.map((name): AlongAxis => {
    const axis = { name, values: logSpaced(...endsOf(name, situation), STEPS) };
    const [least] = axis.values;
    const found = breakEvens(models, situation, axis, cost);
    const first =
      found[0]?.below ?? rankedIn(models, along(name, least!, situation), cost)[0]?.option.transport ?? null;
    return { axis, found, first, ties: tiesAlong(axis, models, situation, cost) };
  });
  const map = (x: AxisName, y: AxisName): AreaMap => {
    const across = { name: x, values: logSpaced(...endsOf(x, situation), MAP_COLUMNS) };
    const up = { name: y, values: logSpaced(...endsOf(y, situation), MAP_ROWS) };
    return { x: across, y: up, cells: mapOf(models, situation, { x: across, y: up, cost }) };
  };
  return { axes, maps: [map('rate', 'staleness'), map('clients', 'rate')] };
}

function tiesAlong(axis: Axis, models: readonly TransportModel[], situation: Situation, cost: Cost): Ties {
  const steps = axis.values
    .map((value) => cheapestOf(rankedIn(models, along(axis.name, value, situation), cost)))
    .filter((winners) => winners.length > 0);
  const tied = steps.filter((winners) => winners.length > 1);
  const of = new Map<string, number>();
  for (const { option } of tied.flat()) {
    of.set(option.transport, (of.get(option.transport) ?? 0) + 1 / steps.length);
  }
  return { share: steps.length === 0 ? 0 : tied.length / steps.length, of };
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
