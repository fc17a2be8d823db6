/** One bar an option with its interval, and its value in words: a pure function of its figures. */
import { plain } from '../format.ts';
import { inkOf } from './palette.ts';
import { at, boldWidthOf, fitting, Pen, sheet, textAt, widthOf, type SvgStyle } from './svg.ts';

export interface Bar {
  readonly label: string;
  /** See `looksOf` in report/transports.ts. */
  readonly look: number;
  /** Null: there is no figure, and `text` says why. */
  readonly value: number | null;
  /** Null: not known. */
  readonly low: number | null;
  readonly high: number | null;
  /** The value as people read it. */
  readonly text: string;
}

export interface IntervalBars {
  readonly title: string;
  /** For whoever does not see it. */
  readonly description: string;
  readonly bars: readonly Bar[];
}

const WIDTH = 700;
const LEFT = 130;
const ROW = 44;
/** What the longest bar or interval may take. */
const LENGTH = WIDTH - LEFT - 24;

/** Bars begin at nothing, on a linear scale: their lengths may be compared. */
export function intervalBars({ title, description, bars }: IntervalBars, style: SvgStyle): string {
  const pen = new Pen(style);
  const most = Math.max(...bars.map(({ value, high }) => Math.max(value ?? 0, high ?? 0)), Number.MIN_VALUE);
  const body = [
    textAt(16, 26, fitting(plain(title), WIDTH - 32, boldWidthOf), { anchor: 'start', ink: 'text', bold: true }, pen),
    ...bars.map((bar, row) => barOf(bar, 44 + row * ROW, most, pen)),
  ];
  const height = 44 + bars.length * ROW + 8;
  return sheet({ width: WIDTH, height, title, description, definitions: '', body: `${body.join('\n')}\n` }, pen, style);
}

function barOf({ label, look, value, low, high, text }: Bar, top: number, most: number, pen: Pen): string {
  const name = textAt(
    LEFT - 10,
    top + 17,
    fitting(plain(label), LEFT - 14, widthOf),
    { anchor: 'end', ink: 'text' },
    pen,
  );
  const words = textAt(LEFT, top + 38, plain(text), { anchor: 'start', ink: 'muted' }, pen);
  if (value === null) return name + textAt(LEFT, top + 17, plain(text), { anchor: 'start', ink: 'muted' }, pen);
  const long = (amount: number): number => (amount / most) * LENGTH;
  const bar = `<rect x="${LEFT}" y="${top + 4}" width="${at(Math.max(1, long(value)))}" height="18"${pen.paint({ fill: inkOf(look) })}/>`;
  if (low === null || high === null || low === high) return name + bar + words;
  const [from, to] = [LEFT + long(low), LEFT + long(high)];
  const middle = top + 13;
  const path = `M${at(from)} ${middle}H${at(to)}M${at(from)} ${middle - 5}v10M${at(to)} ${middle - 5}v10`;
  // On a ground of its own, so that it is seen on the bar and beside it.
  const whisker = `<path d="${path}" stroke-width="4"${pen.paint({ fill: 'none', stroke: 'surface' })}/><path d="${path}" stroke-width="1.5"${pen.paint({ fill: 'none', stroke: 'text' })}/>`;
  return name + bar + whisker + words;
}
