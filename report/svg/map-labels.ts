/** What is written into a break-even map: its marks, and the names of its areas beside them. Pure. */
import type { Cell } from '../../results/model/break-even.ts';
import { plain } from '../format.ts';
import { keyOf, placeOf, PLOT, type BreakEvenMap, type Frame, type MapMark } from './map-frame.ts';
import { at, boldWidthOf, fitting, type Pen, textAt, widthOf } from './svg.ts';

/** Of the box of a name, and what lies between two. */
const [HIGH, GAP] = [22, 2];
/** From the middle of a dot to its label. */
const BESIDE = 12;

const nameOf = (winners: readonly string[], nobody: string): string =>
  winners.length === 0 ? nobody : winners.map(plain).join(' ~ ');

/** The name of each area in it, where there is room beside the marks: eyes that see fewer colours need no legend then. */
export function names({ cells, nobody }: BreakEvenMap, frame: Frame, marks: readonly Placed[], pen: Pen): string {
  const found = new Map(cells.map((cell) => [keyOf(cell), cell.winners]));
  return [...found]
    .map(([key, winners]) => {
      const text = nameOf(winners, nobody);
      const room = roomFor({ key, width: widthOf(text) + 12, marks }, cells, frame);
      if (room === null) return '';
      const [x, y] = room;
      const wide = widthOf(text) + 10;
      const box = `<rect x="${at(x - wide / 2)}" y="${at(y - HIGH / 2)}" width="${at(wide)}" height="${HIGH}" rx="3" fill-opacity="0.88"${pen.paint({ fill: 'surface' })}/>`;
      return box + textAt(x, y + 5, text, { anchor: 'middle', ink: 'text' }, pen);
    })
    .join('');
}

type Spot = readonly [x: number, y: number];

interface Wanted {
  /** Of the area. */
  readonly key: string;
  readonly width: number;
  /** What it may not cover. */
  readonly marks: readonly Placed[];
}

/** The middle of a box of this width that lies in the area: of all such boxes the one nearest to their own middle. */
function roomFor({ key, width, marks }: Wanted, cells: readonly Cell[], frame: Frame): Spot | null {
  const { columns, rows, cellWidth, cellHeight, top } = frame;
  const [wide, high] = [Math.ceil(width / cellWidth), Math.ceil(26 / cellHeight)];
  const own = cells.map((cell) => keyOf(cell) === key);
  const fits = (column: number, row: number): boolean => {
    for (let r = row; r < row + high; r++) {
      for (let c = column; c < column + wide; c++) if (own[r * columns + c] !== true) return false;
    }
    return true;
  };
  const middleOf = ([x, y]: Spot): Spot => [PLOT.left + x * cellWidth, top + PLOT.height - y * cellHeight];
  const isFree = (spot: Spot): boolean => {
    const [x, y] = middleOf(spot);
    return marks.every(
      ({ left, right, py }) => x + width / 2 < left || x - width / 2 > right || Math.abs(y - py) > HIGH + GAP,
    );
  };
  const spots: Spot[] = [];
  for (let row = 0; row + high <= rows; row++) {
    for (let column = 0; column + wide <= columns; column++) {
      const spot: Spot = [column + wide / 2, row + high / 2];
      if (fits(column, row) && isFree(spot)) spots.push(spot);
    }
  }
  if (spots.length === 0) return null;
  const mean = (of: 0 | 1): number => spots.reduce((sum, spot) => sum + spot[of], 0) / spots.length;
  const [midX, midY] = [mean(0), mean(1)];
  const off = ([x, y]: Spot): number => (x - midX) ** 2 + (y - midY) ** 2;
  return middleOf(spots.reduce((best, spot) => (off(spot) < off(best) ? spot : best)));
}

/** A mark with the place of its dot, and of the box of its label. */
export interface Placed {
  readonly px: number;
  readonly py: number;
  readonly shown: string;
  /** Of the box alone. */
  readonly from: number;
  readonly wide: number;
  /** Of both together. */
  readonly left: number;
  readonly right: number;
}

/** Nothing where the map does not reach it. */
export function placed({ x, y, label }: MapMark, map: BreakEvenMap, { top }: Frame): Placed[] {
  const [right, up] = [placeOf(x, map.x.values), placeOf(y, map.y.values)];
  if (right === null || up === null) return [];
  const [px, py] = [PLOT.left + right * PLOT.width, top + PLOT.height * (1 - up)];
  const shown = fitting(plain(label), PLOT.width / 2 - 2 * BESIDE, boldWidthOf);
  const wide = boldWidthOf(shown) + 10;
  const toLeft = px + BESIDE + wide > PLOT.left + PLOT.width;
  const from = toLeft ? px - BESIDE - wide : px + BESIDE;
  return [
    { ...{ px, py, shown, from, wide }, left: Math.min(from, px - BESIDE), right: Math.max(from + wide, px + BESIDE) },
  ];
}

export function dot({ px, py, shown, from, wide }: Placed, pen: Pen): string {
  return (
    `<circle cx="${at(px)}" cy="${at(py)}" r="6.5" stroke-width="3"${pen.paint({ fill: 'text', stroke: 'surface' })}/>` +
    `<rect x="${at(from)}" y="${at(py - HIGH / 2)}" width="${at(wide)}" height="${HIGH}" rx="3"${pen.paint({ fill: 'surface', stroke: 'text' })}/>` +
    textAt(from + wide / 2, py + 5, shown, { anchor: 'middle', ink: 'text', bold: true }, pen)
  );
}
