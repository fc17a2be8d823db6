/** Where the answer changes, in words and as what the maps are drawn of: by the cost model of a run. Pure. */
import { plus, type Band } from '../results/model/band.ts';
import {
  along,
  breakEvens,
  cheapestOf,
  logSpaced,
  rankedIn,
  type Axis,
  type AxisName,
  type BreakEven,
  type Cost,
} from '../results/model/break-even.ts';
import { optionOf, type Situation } from '../results/model/option.ts';
import { anyBeyond, type Ground } from '../results/model/beyond.ts';
import type { TransportModel } from '../results/model/model.ts';
import { format, formatMs, plain, plural } from './format.ts';

/** What may be the least; `does` completes "sse …". */
export interface CostKind {
  readonly id: 'bytes' | 'cores' | 'latency';
  readonly title: string;
  readonly does: string;
  readonly cost: Cost;
  /** What it rests on. */
  readonly grounds: readonly Ground[];
}

const both = ({ up, down }: { up: Band | null; down: Band | null }): Band | null =>
  up === null || down === null ? null : plus(up, down);

/** As egress is billed, and as the planner and a record count: acknowledgements of small messages change who is first. */
const ON_WIRE: CostKind = {
  id: 'bytes',
  title: 'bytes, with TCP/IP',
  does: 'moves the fewest bytes with TCP/IP',
  cost: ({ wire }) => wire,
  grounds: ['counts', 'fits'],
};
const ON_SOCKETS: CostKind = {
  id: 'bytes',
  title: 'bytes on the sockets, without TCP/IP',
  does: 'moves the fewest bytes on the sockets, without TCP/IP',
  cost: both,
  grounds: ['counts'],
};

/** With TCP/IP where it is known of each transport how many packets it takes, and how far off that may be: else exact counts say more. */
export const bytesOf = (models: readonly TransportModel[]): CostKind =>
  models.every(({ packets }) => (packets?.heldOut ?? null) !== null) ? ON_WIRE : ON_SOCKETS;

export const costKinds = (models: readonly TransportModel[]): readonly CostKind[] => [bytesOf(models), ...OTHERS];

const OTHERS: readonly [cores: CostKind, latency: CostKind] = [
  {
    id: 'cores',
    title: 'processor time of the server',
    does: 'takes the least processor time',
    cost: ({ cores }) => cores,
    grounds: ['fits'],
  },
  {
    id: 'latency',
    title: '99th percentile of the latency',
    does: 'has the lowest 99th percentile',
    cost: ({ p99Ms }) => p99Ms,
    grounds: ['fits'],
  },
];

export const RATES: Axis = { name: 'rate', values: logSpaced(1 / 3_600, 100, 26) };
export const STALENESS: Axis = { name: 'staleness', values: logSpaced(50, 600_000, 17) };
export const CLIENTS: Axis = { name: 'clients', values: logSpaced(10, 1_000_000, 16) };
export const PAYLOADS: Axis = { name: 'payload', values: logSpaced(16, 65_536, 13) };

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
  const { pollIntervalMs, connection } = optionOf(model, situation).load;
  const anew = connection === 'close' ? ', on a connection of its own' : '';
  return `${plain(transport)} (a poll each ${formatMs(Number(pollIntervalMs.toPrecision(2)))}${anew})`;
}

/** A value of an axis, and all of the axis, as a sentence says them. */
interface Saying {
  readonly value: (value: number) => string;
  readonly every: string;
}

const SAYINGS: Readonly<Record<AxisName, Saying>> = {
  rate: { value: rateText, every: 'at every rate' },
  staleness: { value: msText, every: 'at every age' },
  clients: {
    value: (count) => plural(Number(count.toPrecision(2)), 'client'),
    every: 'with any number of clients',
  },
  payload: { value: (bytes) => format(bytes, 'bytes'), every: 'at every size' },
};

function msText(ms: number): string {
  return formatMs(Number(ms.toPrecision(2)));
}

const MARK = ' (extrapolated)';

/**
 * What a reader may hold on to, such as: "With 10 s of staleness accepted, sse moves the fewest bytes below 1.6 messages/s;
 * above, short-polling (a poll each 10 s) does." One sentence for a staleness and an axis.
 */
export function sentenceOf(
  models: readonly TransportModel[],
  situation: Situation,
  axis: Axis,
  { cost, does, grounds }: CostKind,
): string {
  const accepted = `With ${formatMs(situation.stalenessMs)} of staleness accepted`;
  const { value: say, every } = SAYINGS[axis.name];
  const isBeyondAt = (names: readonly (string | null)[], value: number): boolean =>
    anyBeyond(models, names, along(axis.name, value, situation), grounds);
  const partly = (names: readonly string[]): string => beyondText(axis, (value) => isBeyondAt(names, value), say);
  const alike = alikeAlong(models, situation, axis, cost);
  if (alike.length > 0)
    return `${accepted}, the model cannot tell which ${does}: ${alike.map(plain).join(', ')}.${partly(alike)}`;
  const points = breakEvens(models, situation, axis, cost);
  const name = (transport: string | null, value: number): string =>
    transport === null ? 'no transport' : optionText(transport, models, along(axis.name, value, situation));
  const [first] = points;
  if (first === undefined) {
    const [only] = rankedIn(models, along(axis.name, axis.values[0]!, situation), cost);
    if (only === undefined) return `${accepted}, no transport is known to be in time.`;
    const { transport } = only.option;
    return `${accepted}, ${name(transport, axis.values[0]!)} ${does} ${every} from ${say(axis.values[0]!)} to ${say(axis.values.at(-1)!)}.${partly([transport])}`;
  }
  const point = (one: BreakEven): string =>
    pointText(one, SAYINGS[axis.name]) + (isBeyondAt([one.below, one.above], one.at) ? MARK : '');
  const [lowest, ...rest] = stretchesBetween(points).map(({ who, from, to }) => {
    const names = who.map((one) => name(one, from ?? to?.at ?? axis.values[0]!)).join(' or ');
    const several = who.length > 1 ? ', now one and now the other,' : '';
    return { to, text: `${names}${several}` };
  });
  if (lowest!.to === null)
    return `${accepted}, ${lowest!.text} ${does} ${every}.${partly(points.flatMap(({ below }) => below ?? []))}`;
  const then = rest.map(({ text, to }) => (to === null ? `above, ${text} does` : `then ${text} up to ${point(to)}`));
  return `${accepted}, ${lowest!.text} ${does} below ${point(lowest!.to)}; ${then.join('; ')}.`;
}

/** Where one is the least, or several by turns. */
export interface StretchBetween {
  readonly who: readonly (string | null)[];
  /** Null: the beginning of the axis. */
  readonly from: number | null;
  /** Null: its end. */
  readonly to: BreakEven | null;
}

/**
 * Whoever comes back after another has been least meanwhile is in a tie with it: each of the points between them would be told
 * for something that nobody can tell.
 */
export function stretchesBetween(points: readonly BreakEven[]): StretchBetween[] {
  const all: StretchBetween[] = [
    ...points.map((to, i) => ({ who: [to.below], from: points[i - 1]?.at ?? null, to })),
    { who: [points.at(-1)?.above ?? null], from: points.at(-1)?.at ?? null, to: null },
  ];
  return all.reduce<StretchBetween[]>((before, one) => {
    const since = before.findIndex(({ who }) => who.includes(one.who[0]!));
    if (since < 0) return [...before, one];
    const turns = before.slice(since);
    return [
      ...before.slice(0, since),
      { ...one, from: turns[0]!.from, who: [...new Set(turns.flatMap(({ who }) => who))] },
    ];
  }, []);
}

/** Of whoever wins throughout: from where on that was never measured. */
function beyondText({ values }: Axis, isBeyondAt: (value: number) => boolean, say: (value: number) => string): string {
  const beyond = values.map(isBeyondAt);
  if (beyond.every(Boolean)) return ' All of this is extrapolated.';
  const from = beyond.indexOf(true);
  if (from < 0) return '';
  return from === 0 ? ' A part of this is extrapolated.' : ` Above ${say(values[from - 1]!)} this is extrapolated.`;
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
function pointText({ at, low, high }: BreakEven, { value: say }: Saying): string {
  const text = say(at);
  const [from, to] = [low === null ? null : say(low), high === null ? null : say(high)];
  if (from === text && to === text) return text;
  if (from === null && to === null) return `about ${text} (the model cannot tell where)`;
  if (from === null || to === null)
    return `about ${text} (it may lie anywhere ${from === null ? `below ${to}` : `above ${from}`})`;
  return `${text} (between ${from} and ${to})`;
}

/** Accepted staleness that people think in, ms. */
export const STALENESSES_MS = [1_000, 10_000, 60_000] as const;
