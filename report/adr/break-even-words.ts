/** Where the answer changes, in words: at the workload itself, and stretch by stretch along each axis. Pure. */
import { along, type AxisName, type BreakEven } from '../../results/model/break-even.ts';
import { type Situation } from '../../results/model/option.ts';
import type { TransportModel } from '../../results/model/model.ts';
import { optionText } from '../break-even.ts';
import type { AlongAxis, Here, Neighbourhood, Part, Stretch } from './neighbourhood.ts';
import { amount, listed, messagesText, spanText, usersText } from './words.ts';

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
    ['clients', usersText(load.clients)],
    ['rate', `${messagesText(load.ratePerSecond)} to each user`],
    ['staleness', `${spanText(stalenessMs)} accepted`],
  ];
  return listed(given.flatMap(([name, text]) => (name === axis ? [] : [text])));
}

export interface BreakEvenText {
  /** Null: of the workload itself. */
  readonly axis: AxisName | null;
  readonly sentence: string;
  /** One after the other along the axis; none where there is one, which the sentence says. */
  readonly stretches: readonly string[];
  /** Whose costs it compares. */
  readonly transports: readonly string[];
}

/** The workload first, then each axis. */
export function breakEvenTexts(
  { here, axes }: Neighbourhood,
  models: readonly TransportModel[],
  situation: Situation,
): BreakEvenText[] {
  return [
    { axis: null, sentence: hereText(here), stretches: [], transports: here.winners },
    ...axes.map((one) => alongText(one, models, situation)),
  ];
}

function hereText({ winners, beyond }: Here): string {
  const [only, ...more] = winners;
  const who =
    only === undefined
      ? 'no option keeps what was asked for, or the results do not say what it costs'
      : more.length === 0
        ? `${only} costs the least`
        : `a tie of ${listed(winners)}: their costs cannot be told apart`;
  return `At your workload: ${who}${beyond ? ` ${MARK}` : ''}.`;
}

const MARK = '(extrapolated)';

function alongText(
  { axis, stretches, beyond }: AlongAxis,
  models: readonly TransportModel[],
  situation: Situation,
): BreakEvenText {
  const say = SAY[axis.name];
  const [least, most] = [axis.values[0]!, axis.values.at(-1)!].map(say);
  const name = (transport: string, { to }: Stretch): string =>
    optionText(transport, models, along(axis.name, to, situation));
  const isAllBeyond = beyond.some(({ from, to }) => from === null && to === null);
  const who = (stretch: Stretch): string =>
    `${whoText(stretch, (transport) => name(transport, stretch))}${pointsText(stretch, say)}`;
  const where = ({ to, beyondAtEnd }: Stretch): string =>
    `up to ${say(to)}${beyondAtEnd && !isAllBeyond ? ` ${MARK}` : ''}`;
  const lead = `${ALONG[axis.name]}, from ${least} to ${most}, with ${beside(axis.name, situation)}`;
  const after = [loadText(axis.name, stretches, models, situation), beyondText(beyond, say)].join('');
  const [only, ...more] = stretches;
  return {
    axis: axis.name,
    sentence: more.length === 0 ? `${lead}: throughout ${who(only!)}.${after}` : `${lead}.${after}`,
    stretches:
      more.length === 0
        ? []
        : stretches.map((one) => `${one === stretches.at(-1) ? 'to the end' : where(one)}: ${who(one)}`),
    transports: [...new Set(stretches.flatMap(({ core, further }) => [...core, ...further]))],
  };
}

function beyondText(parts: readonly Part[], say: (value: number) => string): string {
  if (parts.length === 0) return '';
  const where = parts.map(({ from, to }) => {
    if (from === null) return to === null ? null : `below ${say(to)}`;
    return to === null ? `above ${say(from)}` : `from ${say(from)} to ${say(to)}`;
  });
  return where.includes(null) ? ' All of this is extrapolated.' : ` Extrapolated ${listed(where as string[])}.`;
}

function whoText({ core, further }: Stretch, name: (transport: string) => string): string {
  const [only, ...more] = core;
  if (only === undefined) return 'no option keeps what was asked for';
  const others = listed(further.map(name));
  if (more.length === 0)
    return `${name(only)} costs the least${others === '' ? '' : `, or on parts of it as much as ${others}`}`;
  return `a tie of ${listed(core.map(name))}${others === '' ? '' : `, on parts of it also of ${others}`}`;
}

/** More of them is no help to anybody. */
const MOST_POINTS = 3;

/** Within a tie: who would be first if each cost lay in the middle of where it may lie. */
function pointsText({ points, core, to }: Stretch, say: (value: number) => string): string {
  // Behind one that is at the end as one says it there is nothing.
  const known = points.filter(({ at, below, above }) => below !== null && above !== null && say(at) !== say(to));
  const [first] = known;
  if (core.length < 2 || first === undefined) return '';
  if (known.length > MOST_POINTS) return ' (by the middle of their figures now one, now another is ahead)';
  const turns = known.map(
    ({ at, above }) => `then ${above!}${next(known, at) === null ? '' : ` up to about ${say(next(known, at)!)}`}`,
  );
  return ` (by the middle of their figures ${first.below!} up to about ${say(first.at)}, ${turns.join(', ')})`;
}

const next = (points: readonly BreakEven[], after: number): number | null =>
  points.find(({ at }) => at > after)?.at ?? null;

/** What a rate means for the server: the same rate to each of many users is a load that may be far beyond any that was measured. */
function loadText(
  axis: AxisName,
  stretches: readonly Stretch[],
  models: readonly TransportModel[],
  { load }: Situation,
): string {
  if (axis !== 'rate') return '';
  const measured = Math.max(...models.map(({ range }) => range.deliveriesPerSecond));
  const last = stretches.at(-1)!;
  const most = load.clients * last.to;
  if (most <= measured) return '';
  const from = measured / load.clients;
  return ` From ${messagesText(from)} on it is more than the ${amount(measured, 'perSecond')} deliveries that were measured at most, at the end ${amount(most, 'perSecond')}.`;
}
