/**
 * The break-even map as a picture: which transport is the cheapest over two quantities of a load, striped where it cannot be
 * told apart from another, with the load itself as a dot. A pure function of its figures, for a file and for the page.
 */
import type { Cell } from '../../results/model/break-even.ts';
import { plain } from '../format.ts';
import type { MapAxis, Tick } from './map-axes.ts';
import { inkOf } from './palette.ts';
import { at, boldWidthOf, fitting, FONT, Pen, sheet, textAt, widthOf, type SvgStyle } from './svg.ts';

export interface MapMark {
  readonly x: number;
  readonly y: number;
  readonly label: string;
}

export interface BreakEvenMap {
  readonly title: string;
  /** For whoever does not see it: what the map says, in a sentence or two. */
  readonly description: string;
  readonly x: MapAxis;
  readonly y: MapAxis;
  /** Row by row, the lowest `y` first, as `mapOf` gives them. */
  readonly cells: readonly Cell[];
  readonly marks: readonly MapMark[];
  /** See `looksOf` in report/transports.ts. */
  readonly looks: ReadonlyMap<string, number>;
  /** What a cell means in which there is no winner. */
  readonly nobody: string;
}

const WIDTH = 700;
const PLOT = { left: 84, width: 580, height: 330 } as const;
const LINE = 22;
/** Of the box of a name, and what lies between two. */
const [HIGH, GAP] = [22, 2];
/** From the middle of a dot to its label. */
const BESIDE = 12;

/** Where the plot lies, and how large a cell is. */
interface Frame {
  readonly top: number;
  readonly columns: number;
  readonly rows: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
}

/** @throws RangeError where the cells are not those of the axes */
export function breakEvenMap(map: BreakEvenMap, style: SvgStyle): string {
  const { x, y, cells, title, description } = map;
  const [columns, rows] = [x.values.length, y.values.length];
  if (columns === 0 || rows === 0 || cells.length !== columns * rows) {
    throw new RangeError(`A map of ${columns} × ${rows} has ${cells.length} cells.`);
  }
  const pen = new Pen(style);
  const fills = new Fills(map, pen, style.id);
  const legend = legendOf(map, fills, pen);
  const frame: Frame = {
    ...{ top: 40 + legend.height, columns, rows },
    ...{ cellWidth: PLOT.width / columns, cellHeight: PLOT.height / rows },
  };
  const marks = map.marks.flatMap((mark) => placed(mark, map, frame));
  const body = [
    textAt(16, 26, fitting(plain(title), WIDTH - 32, boldWidthOf), { anchor: 'start', ink: 'text', bold: true }, pen),
    legend.svg,
    areas(map, frame, fills),
    hatched(map, frame, fills),
    boundaries(map, frame, pen),
    names(map, frame, marks, pen),
    axes(map, frame, pen),
    ...marks.map((mark) => dot(mark, pen)),
  ];
  const height = frame.top + PLOT.height + 62;
  const definitions = fills.definitions;
  return sheet({ width: WIDTH, height, title, description, definitions, body: `${body.join('\n')}\n` }, pen, style);
}

/** Cells of one answer have one key; between them it is the same area. */
const keyOf = ({ winners }: Cell): string => JSON.stringify(winners);

/** A colour for one winner, stripes for several, and dots where there is none. */
class Fills {
  readonly #ids = new Map<string, string>();
  readonly #map: BreakEvenMap;
  readonly #pen: Pen;
  readonly #id: string;
  definitions = '';

  constructor(map: BreakEvenMap, pen: Pen, id: string) {
    [this.#map, this.#pen, this.#id] = [map, pen, id];
  }

  of(winners: readonly string[]): string {
    const [only] = winners;
    if (winners.length === 1) return this.#pen.paint({ fill: inkOf(this.#map.looks.get(only!) ?? 7) });
    const key = JSON.stringify(winners);
    const id = this.#ids.get(key) ?? `${this.#id}-fill-${this.#ids.size}`;
    if (!this.#ids.has(key)) this.definitions += only === undefined ? this.#dots(id) : this.#stripes(id, winners);
    this.#ids.set(key, id);
    return ` fill="url(#${id})"`;
  }

  /** What was never measured, over whatever the answer is there. */
  hatch(): string {
    const id = `${this.#id}-beyond`;
    if (!this.definitions.includes(id)) {
      const line = `<path d="M0 0v9"${this.#pen.paint({ fill: 'none', stroke: 'surface' })} stroke-width="2"/>`;
      this.definitions += `<pattern id="${id}" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(-30)">${line}</pattern>`;
    }
    return ` fill="url(#${id})"`;
  }

  #stripes(id: string, winners: readonly string[]): string {
    const wide = 6;
    const size = wide * winners.length;
    const stripes = winners.map((name, place) => {
      const paint = this.#pen.paint({ fill: inkOf(this.#map.looks.get(name) ?? 7) });
      return `<rect x="${place * wide}" width="${wide}" height="${size}"${paint}/>`;
    });
    return `<pattern id="${id}" width="${size}" height="${size}" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">${stripes.join('')}</pattern>`;
  }

  #dots(id: string): string {
    const dot = `<circle cx="5" cy="5" r="1.2"${this.#pen.paint({ fill: 'muted' })}/>`;
    return `<pattern id="${id}" width="10" height="10" patternUnits="userSpaceOnUse">${dot}</pattern>`;
  }
}

/** One rectangle for each run of equal cells in a row; they overlap by half a pixel, so that no seam shows. */
function areas({ cells }: BreakEvenMap, frame: Frame, fills: Fills): string {
  const { columns, rows, cellWidth, cellHeight, top } = frame;
  const found: string[] = [];
  for (let row = 0; row < rows; row++) {
    const own = cells.slice(row * columns, (row + 1) * columns);
    for (let from = 0, to = 0; from < columns; from = to) {
      while (to < columns && keyOf(own[to]!) === keyOf(own[from]!)) to++;
      const y = top + PLOT.height - (row + 1) * cellHeight;
      found.push(
        `<rect x="${at(PLOT.left + from * cellWidth)}" y="${at(y)}" width="${at((to - from) * cellWidth + (to < columns ? 0.5 : 0))}" height="${at(cellHeight + (row > 0 ? 0.5 : 0))}"${fills.of(own[from]!.winners)}/>`,
      );
    }
  }
  return found.join('\n');
}

/** Over the areas, whatever they are; where all of the map is beyond, the legend alone says so, and nothing is covered. */
function hatched(map: BreakEvenMap, { columns, rows, cellWidth, cellHeight, top }: Frame, fills: Fills): string {
  if (!isPartlyBeyond(map)) return '';
  const found: string[] = [];
  for (let row = 0; row < rows; row++) {
    const own = map.cells.slice(row * columns, (row + 1) * columns);
    for (let from = 0, to = 0; from < columns; from = to) {
      while (to < columns && own[to]!.beyond === own[from]!.beyond) to++;
      if (!own[from]!.beyond) continue;
      const y = top + PLOT.height - (row + 1) * cellHeight;
      found.push(
        `<rect x="${at(PLOT.left + from * cellWidth)}" y="${at(y)}" width="${at((to - from) * cellWidth)}" height="${at(cellHeight)}"${fills.hatch()}/>`,
      );
    }
  }
  return found.join('\n');
}

const isPartlyBeyond = ({ cells }: BreakEvenMap): boolean => {
  const beyond = cells.filter((cell) => cell.beyond).length;
  return beyond > 0 && beyond < cells.length;
};

/** Where the cheapest changes, whether or not it can be told apart there. */
function boundaries({ cells }: BreakEvenMap, frame: Frame, pen: Pen): string {
  const { columns, rows, cellWidth, cellHeight, top } = frame;
  const best = (column: number, row: number): string | undefined => cells[row * columns + column]!.winners[0];
  const left = (column: number): string => at(PLOT.left + column * cellWidth);
  const upper = (row: number): string => at(top + PLOT.height - row * cellHeight);
  let path = '';
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const own = best(column, row);
      if (column + 1 < columns && best(column + 1, row) !== own)
        path += `M${left(column + 1)} ${upper(row)}V${upper(row + 1)}`;
      if (row + 1 < rows && best(column, row + 1) !== own)
        path += `M${left(column)} ${upper(row + 1)}H${left(column + 1)}`;
    }
  }
  return path === '' ? '' : `<path d="${path}" stroke-width="1.5"${pen.paint({ fill: 'none', stroke: 'text' })}/>`;
}

const nameOf = (winners: readonly string[], nobody: string): string =>
  winners.length === 0 ? nobody : winners.map(plain).join(' ~ ');

/** The name of each area in it, where there is room beside the marks: eyes that see fewer colours need no legend then. */
function names({ cells, nobody }: BreakEvenMap, frame: Frame, marks: readonly Placed[], pen: Pen): string {
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

/** How far along the axis, 0…1 of the plot; the middles of the outermost cells lie half a cell inside. Outside: null. */
function placeOf(value: number, values: readonly number[]): number | null {
  const half = 0.5 / values.length;
  const [first, last] = [values[0]!, values.at(-1)!];
  if (last === first) return value === first ? 0.5 : null;
  const share = half + (1 - 2 * half) * (Math.log(value / first) / Math.log(last / first));
  return share >= -1e-9 && share <= 1 + 1e-9 ? share : null;
}

function axes({ x, y }: BreakEvenMap, { top }: Frame, pen: Pen): string {
  const bottom = top + PLOT.height;
  const muted = { ink: 'muted' } as const;
  const stroke = pen.paint({ fill: 'none', stroke: 'muted' });
  const marks: string[] = [
    `<rect x="${PLOT.left}" y="${at(top)}" width="${PLOT.width}" height="${PLOT.height}"${stroke}/>`,
  ];
  let free = -Infinity;
  for (const { at: value, text } of x.ticks) {
    const share = placeOf(value, x.values);
    const px = PLOT.left + (share ?? 0) * PLOT.width;
    if (share === null || px - widthOf(text) / 2 < free) continue;
    free = px + widthOf(text) / 2 + 8;
    marks.push(
      `<path d="M${at(px)} ${at(bottom)}v5"${stroke}/>`,
      textAt(px, bottom + 20, text, { anchor: 'middle', ...muted }, pen),
    );
  }
  free = Infinity;
  for (const { at: value, text } of ascending(y.ticks)) {
    const share = placeOf(value, y.values);
    const py = bottom - (share ?? 0) * PLOT.height;
    if (share === null || py + FONT / 2 > free) continue;
    free = py - FONT / 2 - 2;
    marks.push(
      `<path d="M${PLOT.left} ${at(py)}h-5"${stroke}/>`,
      textAt(PLOT.left - 9, py + 5, text, { anchor: 'end', ...muted }, pen),
    );
  }
  const middle = top + PLOT.height / 2;
  marks.push(
    textAt(PLOT.left + PLOT.width / 2, bottom + 46, `${x.label} →`, { anchor: 'middle', ...muted }, pen),
    textAt(
      18,
      middle,
      `${y.label} →`,
      { anchor: 'middle', ...muted, more: ` transform="rotate(-90 18 ${at(middle)})"` },
      pen,
    ),
  );
  return marks.join('');
}

const ascending = (ticks: readonly Tick[]): Tick[] => [...ticks].sort((a, b) => a.at - b.at);

/** A mark with the place of its dot, and of the box of its label. */
interface Placed {
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
function placed({ x, y, label }: MapMark, map: BreakEvenMap, { top }: Frame): Placed[] {
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

function dot({ px, py, shown, from, wide }: Placed, pen: Pen): string {
  return (
    `<circle cx="${at(px)}" cy="${at(py)}" r="6.5" stroke-width="3"${pen.paint({ fill: 'text', stroke: 'surface' })}/>` +
    `<rect x="${at(from)}" y="${at(py - HIGH / 2)}" width="${at(wide)}" height="${HIGH}" rx="3"${pen.paint({ fill: 'surface', stroke: 'text' })}/>` +
    textAt(from + wide / 2, py + 5, shown, { anchor: 'middle', ink: 'text', bold: true }, pen)
  );
}

/** What a box of the legend is filled with, one over the other. */
interface Entry {
  readonly fills: readonly string[];
  readonly text: string;
}

/** One entry for each transport on the map, and what stripes, dots and hatching mean where there are any. */
function legendOf(map: BreakEvenMap, fills: Fills, pen: Pen): { readonly svg: string; readonly height: number } {
  const alone = [...new Set(map.cells.flatMap(({ winners }) => winners))];
  const order = (name: string): number => [...map.looks.keys()].indexOf(name);
  const several = map.cells.find(({ winners }) => winners.length > 1);
  const nobody = map.cells.some(({ winners }) => winners.length === 0);
  const entries: Entry[] = [
    ...alone.sort((a, b) => order(a) - order(b)).map((name) => ({ fills: [fills.of([name])], text: plain(name) })),
    ...(several === undefined ? [] : [{ fills: [fills.of(several.winners)], text: 'striped: cannot be told apart' }]),
    ...(nobody ? [{ fills: [fills.of([])], text: map.nobody }] : []),
    ...beyondEntry(map, fills, pen),
  ];
  let [x, line] = [16, 0];
  const drawn = entries.map(({ fills: over, text }) => {
    const [indent, wide] = over.length === 0 ? [0, 16 + widthOf(text)] : [25, 26 + widthOf(text) + 16];
    if (x > 16 && x + wide > WIDTH) [x, line] = [16, line + 1];
    const y = 40 + line * LINE;
    const box = over.map((fill) => `<rect x="${at(x)}" y="${y}" width="18" height="14"${fill}/>`).join('');
    const entry = box + textAt(x + indent, y + 12, text, { anchor: 'start', ink: 'text' }, pen);
    x += wide;
    return entry;
  });
  return { svg: drawn.join(''), height: (line + 1) * LINE + 6 };
}

function beyondEntry(map: BreakEvenMap, fills: Fills, pen: Pen): Entry[] {
  if (isPartlyBeyond(map)) {
    return [{ fills: [pen.paint({ fill: 'muted' }), fills.hatch()], text: 'hatched: extrapolated' }];
  }
  return map.cells.some(({ beyond }) => beyond) ? [{ fills: [], text: 'All of it is extrapolated.' }] : [];
}
