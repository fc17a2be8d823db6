/** Break-even points in words, with where they lie. Pure. */
import {
  along,
  rankedIn,
  type AxisName,
  type BreakEven,
  type Cost,
  type Ranked,
  type Situation,
} from '../../results/model/break-even.ts';
import type { TransportModel } from '../../results/model/model.ts';
import { optionText } from '../break-even.ts';
import type { AlongAxis, Ties } from './neighbourhood.ts';
import { amount, listed, messagesText, percent, spanText, usersText } from './words.ts';

/** A value of an axis as one says it. */
const SAY: Readonly<Record<AxisName, (value: number) => string>> = {
  rate: messagesText,
  staleness: spanText,
  clients: (value) => usersText(value),
  payload: (value) => amount(value, 'bytes'),
};

/** What the axis is, in a sentence about it. */
const ALONG: Readonly<Record<AxisName, string>> = {
  rate: 'Over the message rate',
  staleness: 'Over the age that is accepted',
  clients: 'Over the number of users',
  payload: 'Over the size of a message',
};

/** What holds beside the axis: the rest of the workload that a reader must have in mind. */
function beside(axis: AxisName, { load, stalenessMs }: Situation): string {
  const given: readonly (readonly [AxisName, string])[] = [
    ['rate', `${messagesText(load.ratePerSecond)} to each user`],
    ['staleness', `${spanText(stalenessMs)} accepted`],
  ];
  return given.flatMap(([name, text]) => (name === axis ? [] : [text])).join(' and ');
}

export interface BreakEvenText {
  readonly axis: AxisName;
  readonly sentence: string;
}

/** One sentence for an axis: who costs the least from its low end to its high end, and where that cannot be told. */
export function breakEvenTexts(
  axes: readonly AlongAxis[],
  models: readonly TransportModel[],
  situation: Situation,
  cost: Cost,
): BreakEvenText[] {
  return axes.map(({ axis, found, first, ties }) => {
    const say = SAY[axis.name];
    const [least, most] = [axis.values[0]!, axis.values.at(-1)!].map(say);
    const lead = `${ALONG[axis.name]}, from ${least} to ${most}, with ${beside(axis.name, situation)}`;
    const alike = alikeText(ties);
    if (alike !== null) return { axis: axis.name, sentence: `${lead}: ${alike}.` };
    const text = found.length === 0 ? throughout(first) : chained(found, { models, situation, cost });
    return { axis: axis.name, sentence: `${lead}: ${text}.${tiesText(ties, first, found)}` };
  });
}

const throughout = (first: string | null): string =>
  first === null
    ? 'no option keeps what was asked for, or the results do not say what it costs'
    : `${first} costs the least throughout`;

interface Ground {
  readonly models: readonly TransportModel[];
  readonly situation: Situation;
  readonly cost: Cost;
}

function chained(found: readonly BreakEven[], { models, situation, cost }: Ground): string {
  const name = ({ axis, at }: BreakEven, transport: string | null): string =>
    nameOf(transport, models, along(axis, at, situation));
  const parts = inTurns(found).map((turns, place) => {
    const [one, end] = [turns[0]!, turns.at(-1)!];
    const sure = isSure(one, rankedIn(models, along(one.axis, one.at, situation), cost));
    const at = `${SAY[one.axis](one.at)}${sure ? lies(one) : ' (how sure that is was not measured)'}`;
    const verb = place > 0 || one.below === null ? '' : ' costs the least';
    const turning = end === one ? '' : `, then in turns with ${name(one, one.above)} up to ${SAY[end.axis](end.at)}`;
    return `${name(one, one.below)}${verb} up to ${at}${turning}`;
  });
  const last = found.at(-1)!;
  return `${parts.join(', then ')}, then ${name(last, last.above)}`;
}

/** Points one after the other at which the same two change places, as at each further packet of a message, belong together. */
function inTurns(found: readonly BreakEven[]): BreakEven[][] {
  const groups: BreakEven[][] = [];
  for (const one of found) {
    const before = groups.at(-1)?.at(-1);
    if (before !== undefined && before.below === one.above && before.above === one.below) groups.at(-1)!.push(one);
    else groups.push([one]);
  }
  return groups;
}

const nameOf = (transport: string | null, models: readonly TransportModel[], there: Situation): string =>
  transport === null ? 'no option keeps what was asked for' : optionText(transport, models, there);

/** A tie that is not said would make a winner of whoever is ahead by the middle of the figures. */
function tiesText({ share, of }: Ties, first: string | null, found: readonly BreakEven[]): string {
  if (share === 0) return '';
  if (found.length > 0) {
    return ` The cheapest is one of several that cannot be told apart ${onTheWay(share)}: ${listed([...of.keys()])}.`;
  }
  const others = [...of].filter(([name]) => name !== first);
  return ` It cannot be told from ${listed(others.map(([name, part]) => `${name} ${onTheWay(part)}`))}.`;
}

/** Where several cannot be told apart anywhere, a point at which two change places would be a number of nothing. */
function alikeText({ of }: Ties): string | null {
  const all = [...of].filter(([, part]) => onAllOf(part)).map(([name]) => name);
  if (all.length < 2) return null;
  const others = [...of].filter(([, part]) => !onAllOf(part)).map(([name, part]) => `${name} ${onTheWay(part)}`);
  return `${listed(all)} cannot be told apart${others.length === 0 ? '' : `, nor can ${listed(others)}`}`;
}

const onAllOf = (share: number): boolean => share > 0.995;
const onTheWay = (share: number): string =>
  onAllOf(share) ? 'anywhere on the way' : `on ${percent(share)} of the way`;

/** Whether it is known how far off the costs on both sides may be; where nobody is on one of them there is nothing to be off. */
const isSure = ({ below, above }: BreakEven, ranked: readonly Ranked[]): boolean =>
  ranked
    .filter(({ option: { transport } }) => transport === below || transport === above)
    .every(({ cost: { low, high } }) => low !== null && high !== null);

/** An interval that is narrower is not worth a word. */
const SHARP = 1.03;

/** Where the point lies if the costs are as far off as they were on loads held out. */
function lies({ axis, low, high, below, above }: BreakEven): string {
  const say = SAY[axis];
  if (below === null || above === null) return '';
  if (low === null && high === null) return ' (anywhere on this axis: the two cannot be told apart)';
  if (low === null) return ` (or anywhere below ${say(high!)})`;
  if (high === null) return ` (or anywhere above ${say(low)})`;
  const [from, to] = [say(low), say(high)];
  return high / low < SHARP ? '' : ` (between ${from} and ${to})`;
}
