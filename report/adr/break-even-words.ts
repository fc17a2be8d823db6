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
import { amount, messagesText, spanText, usersText } from './words.ts';
import type { AlongAxis } from './neighbourhood.ts';

/** A value of an axis as one says it. */
const SAY: Readonly<Record<AxisName, (value: number) => string>> = {
  rate: messagesText,
  staleness: spanText,
  clients: (value) => usersText(value),
  payload: (value) => amount(value, 'bytes'),
};

/** Where a value is below or above the point. */
const SIDES: Readonly<Record<AxisName, readonly [below: string, above: string]>> = {
  rate: ['Below', 'above'],
  staleness: ['While no value may be older than', 'where more is accepted'],
  clients: ['Up to', 'with more'],
  payload: ['For messages up to', 'for larger ones'],
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
  readonly sentences: readonly string[];
}

export function breakEvenTexts(
  axes: readonly AlongAxis[],
  models: readonly TransportModel[],
  situation: Situation,
  cost: Cost,
): BreakEvenText[] {
  return axes.map(({ axis, found, first }) => {
    const [least, most] = [axis.values[0]!, axis.values.at(-1)!].map(SAY[axis.name]);
    const given = beside(axis.name, situation);
    if (found.length > 0) {
      return { axis: axis.name, sentences: found.map((one) => sentence(one, models, situation, { given, cost })) };
    }
    const always =
      first === null
        ? `From ${least} to ${most}, with ${given}, no option keeps what was asked for, or the results do not say what it costs.`
        : `From ${least} to ${most}, with ${given}, ${first} costs the least throughout.`;
    return { axis: axis.name, sentences: [always] };
  });
}

function sentence(
  one: BreakEven,
  models: readonly TransportModel[],
  situation: Situation,
  { given, cost }: { readonly given: string; readonly cost: Cost },
): string {
  const { axis, at, below, above } = one;
  const there = along(axis, at, situation);
  const [under, over] = SIDES[axis];
  const name = (transport: string | null): string => {
    if (transport === null) return 'no option keeps what was asked for';
    return `${optionText(transport, models, there)} costs the least`;
  };
  return `${under} ${SAY[axis](at)}${isSure(one, rankedIn(models, there, cost)) ? lies(one) : ' (how sure that is was not measured)'}, with ${given}, ${name(below)}; ${over}, ${name(above)}.`;
}

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
