/**
 * The break-even map as a picture: which transport is the cheapest over two quantities of a load, striped where it cannot be
 * told apart from another, with the load itself as a dot. A pure function of its figures, for a file and for the page.
 */
import { plain } from '../format.ts';
import type { Tick } from './map-axes.ts';
import { keyOf, placeOf, PLOT, WIDTH, type BreakEvenMap, type Frame } from './map-frame.ts';
import { dot, names, placed } from './map-labels.ts';
import { inkOf } from './palette.ts';
import { at, boldWidthOf, fitting, FONT, Pen, sheet, textAt, widthOf, type SvgStyle } from './svg.ts';

const LINE = 22;

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
