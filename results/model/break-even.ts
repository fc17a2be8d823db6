/**
 * Where the answer changes: which transport costs least over a neighbourhood of a load, and at which rate, staleness or
 * number of clients another one takes over. Pure, and the same in Node.js and in the report's page.
 */
import { isGuessed, type Band } from './band.ts';
import type { TransportModel } from './model.ts';
import { optionOf, type Option, type Situation } from './option.ts';
import type { Prediction } from './predict.ts';

/** What is to be small; null where the model does not know it. */
export type Cost = (prediction: Prediction, situation: Situation) => Band | null;

export const AXES = ['rate', 'staleness', 'clients', 'payload'] as const;
export type AxisName = (typeof AXES)[number];

export interface Axis {
  readonly name: AxisName;
  /** Ascending. */
  readonly values: readonly number[];
}

/** From `least` to `most`, evenly on a logarithmic scale, both ends included. */
export function logSpaced(least: number, most: number, count: number): number[] {
  const step = Math.log(most / least) / (count - 1);
  return Array.from({ length: count }, (_, i) => (i === count - 1 ? most : least * Math.exp(i * step)));
}

export function along(axis: AxisName, value: number, situation: Situation): Situation {
  const { load } = situation;
  switch (axis) {
    case 'rate':
      return { ...situation, load: { ...load, ratePerSecond: value } };
    case 'staleness':
      return { ...situation, stalenessMs: value };
    case 'payload':
      return { ...situation, load: { ...load, payloadBytes: Math.round(value) } };
    case 'clients': {
      const clients = Math.round(value);
      // What goes to everybody goes on doing so.
      const fanOut = load.fanOut === load.clients ? clients : Math.min(load.fanOut, clients);
      return { ...situation, load: { ...load, clients, fanOut } };
    }
  }
}

export interface Ranked {
  readonly option: Option;
  readonly cost: Band;
}

/** Those that keep the staleness and whose cost is known, the cheapest first; by name where they cost the same. */
export function rankedIn(models: readonly TransportModel[], situation: Situation, cost: Cost): Ranked[] {
  return models
    .flatMap((model): Ranked[] => {
      const option = optionOf(model, situation);
      const found = option.meets === true ? cost(option.prediction, { ...situation, load: option.load }) : null;
      return found === null ? [] : [{ option, cost: found }];
    })
    .sort((a, b) => a.cost.value - b.cost.value || (a.option.transport < b.option.transport ? -1 : 1));
}

/** The cheapest and all that cannot be told from it: whose bands reach below the end of its own. */
export function cheapestOf(ranked: readonly Ranked[]): readonly Ranked[] {
  const [first] = ranked;
  if (first === undefined) return [];
  return ranked.filter((one) => one === first || one.cost.low <= first.cost.high);
}

export interface Cell {
  readonly x: number;
  readonly y: number;
  /** The cheapest; several where they cannot be told apart, the lowest first; none where nobody keeps the staleness. */
  readonly winners: readonly string[];
  /** Whether the figure of any of them is extrapolated there. */
  readonly beyond: boolean;
}

/** What a map is of. */
export interface MapOf {
  readonly x: Axis;
  readonly y: Axis;
  readonly cost: Cost;
  /** Whether what the cost rests on was never measured at a load as large: see `beyond.ts`. */
  readonly isBeyond: (model: TransportModel, option: Option) => boolean;
}

/** Row by row, the lowest `y` first. */
export function mapOf(
  models: readonly TransportModel[],
  situation: Situation,
  { x, y, cost, isBeyond }: MapOf,
): Cell[] {
  const byName = new Map(models.map((model) => [model.transport, model]));
  return y.values.flatMap((atY) =>
    x.values.map((atX): Cell => {
      const there = along(x.name, atX, along(y.name, atY, situation));
      const winners = cheapestOf(rankedIn(models, there, cost)).map(({ option }) => option);
      return {
        ...{ x: atX, y: atY },
        winners: winners.map(({ transport }) => transport),
        beyond: winners.some((option) => isBeyond(byName.get(option.transport)!, option)),
      };
    }),
  );
}

export interface BreakEven {
  readonly axis: AxisName;
  readonly at: number;
  /** Where it lies if the costs err as they did on loads held out; null: beyond the end of the axis, or not known. */
  readonly low: number | null;
  readonly high: number | null;
  /** Below and above it; null where nobody keeps the staleness. */
  readonly below: string | null;
  readonly above: string | null;
}

/** Halvings of a step on the axis: what is left of it is far below what any band tells. */
const HALVINGS = 18;

/** Of a step: more would be noise of a tie. */
const MOST_TURNS = 4;

/** Each point of the axis where another transport becomes the cheapest, ascending. */
export function breakEvens(
  models: readonly TransportModel[],
  situation: Situation,
  axis: Axis,
  cost: Cost,
): BreakEven[] {
  const winner = (value: number, tilt: Tilt | null = null, among = models): string | null =>
    lowest(rankedIn(among, along(axis.name, value, situation), cost), tilt);
  const isGuessedAt = (value: number, among: readonly TransportModel[]): boolean =>
    isGuessed(...rankedIn(among, along(axis.name, value, situation), cost).map((one) => one.cost));
  const { values } = axis;
  const found: BreakEven[] = [];
  for (let i = 1; i < values.length; i++) {
    const to = values[i]!;
    let from = values[i - 1]!;
    // Within a step several may take over one after the other.
    for (let turns = 0; turns < MOST_TURNS && winner(from) !== winner(to); turns++) {
      const below = winner(from);
      const [at, beyond] = changeBetween(from, to, (value) => winner(value) === below);
      from = beyond;
      const above = winner(beyond);
      // Between the two alone: how far off a third one may be does not move the point at which they change places.
      const pair = models.filter(({ transport }) => transport === below || transport === above);
      const edge = (by: Tilt['by']): number | null =>
        edgeFrom(values, by < 0 ? i - 1 : i, by, (value) => winner(value, { transport: below!, by }, pair) === below);
      const known = below !== null && above !== null && !isGuessedAt(at, pair);
      found.push({
        ...{ axis: axis.name, at, below, above },
        low: known ? edge(-1) : null,
        high: known ? edge(1) : null,
      });
    }
  }
  return found;
}

/** One transport's costs err to its harm (−1) or to its favour (1), and all others' the other way. */
interface Tilt {
  readonly transport: string;
  readonly by: -1 | 1;
}

function lowest(ranked: readonly Ranked[], tilt: Tilt | null): string | null {
  const of = ({ option, cost }: Ranked): number => {
    if (tilt === null) return cost.value;
    const favoured = (option.transport === tilt.transport) === tilt.by > 0;
    return favoured ? cost.low : cost.high;
  };
  const best = ranked.reduce<Ranked | null>(
    (least, one) => (least === null || of(one) < of(least) ? one : least),
    null,
  );
  return best?.option.transport ?? null;
}

/** Walks from a step of the axis to where what holds below ends: down until it holds, or up until it does not. */
function edgeFrom(
  values: readonly number[],
  start: number,
  by: -1 | 1,
  holds: (value: number) => boolean,
): number | null {
  let last = start;
  if (by < 0) while (last >= 0 && !holds(values[last]!)) last--;
  else while (last < values.length && holds(values[last]!)) last++;
  const from = by < 0 ? last : last - 1;
  if (from < 0 || from + 1 >= values.length) return null;
  return lastWhere(values[from]!, values[from + 1]!, holds);
}

/** Between `from`, where it holds, and `to`, where it does not: on a logarithmic axis. */
export const lastWhere = (from: number, to: number, holds: (value: number) => boolean): number =>
  changeBetween(from, to, holds)[0];

/** The last value found at which it holds, and the first beyond at which it does not. */
function changeBetween(from: number, to: number, holds: (value: number) => boolean): [last: number, beyond: number] {
  let [inside, outside] = [from, to];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = Math.sqrt(inside * outside);
    if (holds(middle)) inside = middle;
    else outside = middle;
  }
  return [inside, outside];
}
