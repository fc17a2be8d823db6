/**
 * A drawing surface that writes SVG: the part of CanvasRenderingContext2D that Chart.js uses for the charts of this page.
 *
 * Chart.js then draws a download by the code that draws the screen, scales, dashes, whiskers and all. Rejected: a library
 * that imitates the whole canvas (svgcanvas, canvas2svg): a thousand lines in every report for these hundred.
 */

interface State {
  fillStyle: string;
  strokeStyle: string;
  lineWidth: number;
  lineDash: readonly number[];
  lineDashOffset: number;
  font: string;
  textAlign: CanvasTextAlign;
  textBaseline: CanvasTextBaseline;
  globalAlpha: number;
  /** Maps the point (x, y) to (ax + cy + e, bx + dy + f). */
  matrix: readonly [a: number, b: number, c: number, d: number, e: number, f: number];
  /** The clip path that everything is inside of; null for none. */
  clip: string | null;
}

const INITIAL: State = {
  fillStyle: '#000',
  strokeStyle: '#000',
  lineWidth: 1,
  lineDash: [],
  lineDashOffset: 0,
  font: '12px sans-serif',
  textAlign: 'start',
  textBaseline: 'alphabetic',
  globalAlpha: 1,
  matrix: [1, 0, 0, 1, 0, 0],
  clip: null,
};

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** For an element or a quoted attribute; control characters are no XML at all. */
export const escapeXml = (text: string): string =>
  text
    .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '')
    .replace(/[&<>"]/g, (each) => ESCAPES[each]!);

/** A canvas' font as attributes and not as a style, which many places that show an SVG throw away. */
export function fontAttributes(font: string): string {
  const [, before = '', size = '12', family = 'sans-serif'] = /^(.*?)([\d.]+)px (.*)$/.exec(font) ?? [];
  const words = before.trim().split(' ');
  const weight = words.find((word) => /^(bold|\d+)$/.test(word));
  const slant = words.includes('italic') ? ' font-style="italic"' : '';
  const heavy = weight === undefined ? '' : ` font-weight="${weight}"`;
  return `font-family="${escapeXml(family)}" font-size="${size}"${heavy}${slant}`;
}

/** Two decimals of a pixel are more than any eye sees. */
const short = (value: number): string => String(Math.round(value * 100) / 100);

const ANCHORS: Partial<Record<CanvasTextAlign, string>> = { center: 'middle', right: 'end', end: 'end' };
/** Where the line of writing lies below the given height; `dominant-baseline` is not understood everywhere. */
const DROPS: Partial<Record<CanvasTextBaseline, string>> = {
  middle: '.35em',
  top: '.8em',
  hanging: '.8em',
  bottom: '-.2em',
};

export class SvgContext {
  readonly canvas: { width: number; height: number; style: object; getContext: () => SvgContext };
  #state: State = { ...INITIAL };
  readonly #saved: State[] = [];
  #path: string[] = [];
  readonly #parts: string[] = [];
  #clips = 0;
  readonly #measure: Pick<CanvasRenderingContext2D, 'font' | 'measureText'>;

  /** @param measure measures text as the browser will write it */
  constructor(width: number, height: number, measure: Pick<CanvasRenderingContext2D, 'font' | 'measureText'>) {
    this.canvas = { width, height, style: {}, getContext: () => this };
    this.#measure = measure;
  }

  /** All that was drawn, as elements. */
  get markup(): string {
    return this.#parts.join('\n');
  }

  get fillStyle(): string {
    return this.#state.fillStyle;
  }
  set fillStyle(value: string) {
    this.#state.fillStyle = value;
  }
  get strokeStyle(): string {
    return this.#state.strokeStyle;
  }
  set strokeStyle(value: string) {
    this.#state.strokeStyle = value;
  }
  get lineWidth(): number {
    return this.#state.lineWidth;
  }
  set lineWidth(value: number) {
    this.#state.lineWidth = value;
  }
  get lineDashOffset(): number {
    return this.#state.lineDashOffset;
  }
  set lineDashOffset(value: number) {
    this.#state.lineDashOffset = value;
  }
  get font(): string {
    return this.#state.font;
  }
  set font(value: string) {
    this.#state.font = value;
  }
  get textAlign(): CanvasTextAlign {
    return this.#state.textAlign;
  }
  set textAlign(value: CanvasTextAlign) {
    this.#state.textAlign = value;
  }
  get textBaseline(): CanvasTextBaseline {
    return this.#state.textBaseline;
  }
  set textBaseline(value: CanvasTextBaseline) {
    this.#state.textBaseline = value;
  }
  get globalAlpha(): number {
    return this.#state.globalAlpha;
  }
  set globalAlpha(value: number) {
    this.#state.globalAlpha = value;
  }
  setLineDash(lengths: readonly number[]): void {
    this.#state.lineDash = [...lengths];
  }

  save(): void {
    this.#saved.push({ ...this.#state });
  }
  restore(): void {
    this.#state = this.#saved.pop() ?? { ...INITIAL };
  }
  resetTransform(): void {
    this.setTransform(1, 0, 0, 1, 0, 0);
  }
  setTransform(a: number, b: number, c: number, d: number, e: number, f: number): void {
    this.#state.matrix = [a, b, c, d, e, f];
  }
  translate(x: number, y: number): void {
    const [a, b, c, d, e, f] = this.#state.matrix;
    this.#state.matrix = [a, b, c, d, a * x + c * y + e, b * x + d * y + f];
  }
  rotate(angle: number): void {
    const [a, b, c, d, e, f] = this.#state.matrix;
    const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
    this.#state.matrix = [a * cos + c * sin, b * cos + d * sin, c * cos - a * sin, d * cos - b * sin, e, f];
  }

  beginPath(): void {
    this.#path = [];
  }
  closePath(): void {
    this.#path.push('Z');
  }
  moveTo(x: number, y: number): void {
    this.#path.push(`M${short(x)} ${short(y)}`);
  }
  lineTo(x: number, y: number): void {
    this.#path.push(`${this.#path.length === 0 ? 'M' : 'L'}${short(x)} ${short(y)}`);
  }
  bezierCurveTo(...points: [number, number, number, number, number, number]): void {
    this.#path.push(`C${points.map(short).join(' ')}`);
  }
  quadraticCurveTo(...points: [number, number, number, number]): void {
    this.#path.push(`Q${points.map(short).join(' ')}`);
  }
  rect(x: number, y: number, width: number, height: number): void {
    this.#path.push(`M${short(x)} ${short(y)}h${short(width)}v${short(height)}h${short(-width)}Z`);
  }
  arc(x: number, y: number, radius: number, from: number, to: number, isBack = false): void {
    const at = (angle: number): [number, number] => [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
    this.lineTo(...at(from));
    const size = Math.abs(to - from);
    const sweep = isBack ? 0 : 1;
    const arcTo = (angle: number, isLarge: boolean): void => {
      const [endX, endY] = at(angle).map(short);
      this.#path.push(`A${short(radius)} ${short(radius)} 0 ${isLarge ? 1 : 0} ${sweep} ${endX} ${endY}`);
    };
    // One arc cannot end where it began.
    if (size >= 2 * Math.PI - 1e-6) arcTo(from + Math.PI, false);
    arcTo(to, size > Math.PI && size < 2 * Math.PI - 1e-6);
  }

  clip(): void {
    const id = `clip${++this.#clips}`;
    const inside = this.#state.clip === null ? '' : ` clip-path="url(#${this.#state.clip})"`;
    this.#parts.push(`<clipPath id="${id}"${inside}><path d="${this.#path.join('')}"/></clipPath>`);
    this.#state.clip = id;
  }
  fill(rule?: CanvasFillRule): void {
    const evenOdd = rule === 'evenodd' ? ' fill-rule="evenodd"' : '';
    this.#draw(this.#path.join(''), `${this.#filled()}${evenOdd}`);
  }
  stroke(): void {
    this.#draw(this.#path.join(''), `fill="none"${this.#stroked()}`);
  }
  fillRect(x: number, y: number, width: number, height: number): void {
    this.#draw(`M${short(x)} ${short(y)}h${short(width)}v${short(height)}h${short(-width)}Z`, this.#filled());
  }
  strokeRect(x: number, y: number, width: number, height: number): void {
    this.#draw(
      `M${short(x)} ${short(y)}h${short(width)}v${short(height)}h${short(-width)}Z`,
      `fill="none"${this.#stroked()}`,
    );
  }
  clearRect(): void {
    // Nothing was drawn yet: Chart.js clears before it draws.
  }
  fillText(text: string, x: number, y: number): void {
    const { font, textAlign, textBaseline } = this.#state;
    const anchor = ANCHORS[textAlign] === undefined ? '' : ` text-anchor="${ANCHORS[textAlign]}"`;
    const drop = DROPS[textBaseline] === undefined ? '' : ` dy="${DROPS[textBaseline]}"`;
    this.#put(
      `<text x="${short(x)}" y="${short(y)}"${drop}${anchor} ${fontAttributes(font)} ${this.#filled()}${this.#placed()}>${escapeXml(text)}</text>`,
    );
  }
  strokeText(): void {
    // No text of the page has an outline.
  }
  measureText(text: string): TextMetrics {
    this.#measure.font = this.#state.font;
    return this.#measure.measureText(text);
  }

  #draw(path: string, paint: string): void {
    if (path !== '') this.#put(`<path d="${path}" ${paint}${this.#placed()}/>`);
  }
  /** In a group where it is clipped: on the element itself the clip would move with its transform. */
  #put(element: string): void {
    const { clip } = this.#state;
    this.#parts.push(clip === null ? element : `<g clip-path="url(#${clip})">${element}</g>`);
  }
  #filled(): string {
    return `fill="${escapeXml(this.#state.fillStyle)}"`;
  }
  #stroked(): string {
    const { strokeStyle, lineWidth, lineDash, lineDashOffset } = this.#state;
    const dash = lineDash.length === 0 ? '' : ` stroke-dasharray="${lineDash.map(short).join(' ')}"`;
    const offset = lineDash.length === 0 || lineDashOffset === 0 ? '' : ` stroke-dashoffset="${short(lineDashOffset)}"`;
    return ` stroke="${escapeXml(strokeStyle)}" stroke-width="${short(lineWidth)}"${dash}${offset}`;
  }
  #placed(): string {
    const { matrix, globalAlpha } = this.#state;
    const isMoved = matrix.join() !== INITIAL.matrix.join();
    const transform = isMoved ? ` transform="matrix(${matrix.map((each) => Number(each.toFixed(5))).join(' ')})"` : '';
    return `${transform}${globalAlpha === 1 ? '' : ` opacity="${globalAlpha}"`}`;
  }
}
