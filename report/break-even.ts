/** Where the answer changes, in words and as what the maps are drawn of: by the cost model of a run. Pure. */
import { plus, type Band } from '../results/model/band.ts';
import {
  along,
  breakEvens,
  cheapestOf,
  logSpaced,
  optionOf,
  rankedIn,
  type Axis,
  type BreakEven,
  type Cost,
  type Situation,
} from '../results/model/break-even.ts';
import type { TransportModel } from '../results/model/model.ts';
import { formatMs, plain } from './format.ts';

/** What may be the least; `does` completes "sse …". */
export interface CostKind {
  readonly id: 'bytes' | 'cores';
  readonly title: string;
  readonly does: string;
  readonly cost: Cost;
}

const both = ({ up, down }: { up: Band | null; down: Band | null }): Band | null =>
  up === null || down === null ? null : plus(up, down);

export const COST_KINDS: readonly CostKind[] = [
  { id: 'bytes', title: 'bytes on the sockets', does: 'moves the fewest bytes', cost: both },
  {
    id: 'cores',
    title: 'processor time of the server',
    does: 'takes the least processor time',
    cost: ({ cores }) => cores,
  },
];

export const RATES: Axis = { name: 'rate', values: logSpaced(1 / 3_600, 100, 26) };
export const STALENESS: Axis = { name: 'staleness', values: logSpaced(50, 600_000, 17) };
export const CLIENTS: Axis = { name: 'clients', values: logSpaced(10, 1_000_000, 16) };

/** `one message per 40 s`, `2.5 messages/s`: of one client. */
export function rateText(perSecond: number): string {
  const rounded = Number(perSecond.toPrecision(3));
  if (perSecond >= 0.995) return rounded === 1 ? '1 message/s' : `${rounded} messages/s`;
  const seconds = 1 / perSecond;
  if (seconds < 99.5) return `one message per ${Number(seconds.toPrecision(2))} s`;
  if (seconds < 3_570) return `one message per ${Number((seconds / 60).toPrecision(2))} min`;
  return `one message per ${Number((seconds / 3_600).toPrecision(2))} h`;
}

/** As sentences name an option: a poll with the interval that it would have. */
export function optionText(transport: string, models: readonly TransportModel[], situation: Situation): string {
  const model = models.find((one) => one.transport === transport);
  if (model?.asks !== 'each-interval') return plain(transport);
  const { pollIntervalMs } = optionOf(model, situation).load;
  return `${plain(transport)} (a poll each ${formatMs(Number(pollIntervalMs.toPrecision(2)))})`;
}

/**
 * What a reader may hold on to, such as: "With 10 s of staleness accepted, sse moves the fewest bytes below 1.6 messages/s;
 * above, short-polling (a poll each 10 s) does." One sentence for a staleness.
 */
export function sentenceOf(
  models: readonly TransportModel[],
  situation: Situation,
  axis: Axis,
  { cost, does }: CostKind,
): string {
  const accepted = `With ${formatMs(situation.stalenessMs)} of staleness accepted`;
  const alike = alikeAlong(models, situation, axis, cost);
  if (alike.length > 0) return `${accepted}, the model cannot tell which ${does}: ${alike.map(plain).join(', ')}.`;
  const points = breakEvens(models, situation, axis, cost);
  const name = (transport: string | null): string =>
    transport === null ? 'no transport' : optionText(transport, models, situation);
  const [first] = points;
  if (first === undefined) {
    const [only] = rankedIn(models, situation, cost);
    return only === undefined
      ? `${accepted}, no transport is known to be in time.`
      : `${accepted}, ${name(only.option.transport)} ${does} at every rate from ${rateText(axis.values[0]!)} to ${rateText(axis.values.at(-1)!)}.`;
  }
  const rest = points.map(({ above }, i) => {
    const next = points[i + 1];
    return next === undefined ? `above, ${name(above)} does` : `then ${name(above)} up to ${pointText(next)}`;
  });
  return `${accepted}, ${name(first.below)} ${does} below ${pointText(first)}; ${rest.join('; ')}.`;
}

/** Those of which none can be told from the cheapest anywhere on the axis; empty where there are no two of them. */
function alikeAlong(models: readonly TransportModel[], situation: Situation, axis: Axis, cost: Cost): string[] {
  const steps = axis.values.map((value) =>
    cheapestOf(rankedIn(models, along(axis.name, value, situation), cost)).map(({ option }) => option.transport),
  );
  const [first = []] = steps;
  const always = first.filter((name) => steps.every((winners) => winners.includes(name)));
  return always.length < 2 ? [] : always;
}

/** The point and how sure it is; two significant digits are more than any of it knows. */
function pointText({ at, low, high }: BreakEven): string {
  const text = rateText(at);
  const [from, to] = [low === null ? null : rateText(low), high === null ? null : rateText(high)];
  if (from === text && to === text) return text;
  if (from === null && to === null) return `${text} (the model cannot tell where)`;
  return `${text} (between ${from ?? 'any rarer'} and ${to ?? 'any more frequent'})`;
}

/** Accepted staleness that people think in, ms. */
export const STALENESSES_MS = [1_000, 10_000, 60_000] as const;
