/**
 * Small pieces of SVG that need no style: a picture beside a Markdown file brings its own colours for light and dark; the
 * same picture inside of the report's page, whose policy forbids style in the text, takes the page's.
 */
import { escapeHtml } from '../html-text.ts';
import { INKS, type Ink } from './palette.ts';

export interface SvgStyle {
  /** Inside of an HTML page: no style element, colours by the page's custom properties. */
  readonly inline: boolean;
  /** Begins each id inside of the picture; its own for every picture of a page. Letters, digits and `-`. */
  readonly id: string;
}

interface Paint {
  readonly fill?: Ink | 'none';
  readonly stroke?: Ink;
}

/** Gives each shape its colours, and remembers which there are. */
export class Pen {
  readonly #used = new Set<string>();
  readonly #inline: boolean;

  constructor({ inline }: SvgStyle) {
    this.#inline = inline;
  }

  /** As attributes. Where no style sheet is applied the colours are those for light. */
  paint({ fill, stroke }: Paint): string {
    const classes: string[] = [];
    const attribute = (name: 'fill' | 'stroke', ink: Ink | 'none' | undefined): string => {
      if (ink === undefined) return '';
      if (ink === 'none') return ` ${name}="none"`;
      const { light, dark } = INKS[ink];
      if (this.#inline) return ` ${name}="var(--${ink}, ${light})"`;
      classes.push(`${name}-${ink}`);
      this.#used.add(`.${name}-${ink}{${name}:${dark}}`);
      return ` ${name}="${light}"`;
    };
    const attributes = attribute('fill', fill) + attribute('stroke', stroke);
    return `${classes.length === 0 ? '' : ` class="${classes.join(' ')}"`}${attributes}`;
  }

  /** What the picture needs to be told where it is dark; nothing where a page says it. */
  get style(): string {
    if (this.#inline || this.#used.size === 0) return '';
    return `<style>@media (prefers-color-scheme:dark){${[...this.#used].sort().join('')}}</style>`;
  }
}

export interface Sheet {
  readonly width: number;
  readonly height: number;
  /** For whoever does not see it. */
  readonly title: string;
  readonly description: string;
  readonly definitions: string;
  readonly body: string;
}

/** The whole picture, on a surface of its own. */
export function sheet(
  { width, height, title, description, definitions, body }: Sheet,
  pen: Pen,
  style: SvgStyle,
): string {
  const { id } = style;
  const ground = `<rect width="${width}" height="${height}"${pen.paint({ fill: 'surface' })}/>`;
  const defs = definitions === '' ? '' : `<defs>${definitions}</defs>`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" ` +
    `aria-labelledby="${id}-title ${id}-desc" font-family="system-ui, 'Segoe UI', Roboto, 'Noto Sans', sans-serif" font-size="${FONT}">` +
    `<title id="${id}-title">${escapeHtml(title)}</title><desc id="${id}-desc">${escapeHtml(description)}</desc>` +
    `${pen.style}${defs}${ground}\n${body}</svg>\n`
  );
}

/** Of all text. */
export const FONT = 14;

/** What text takes, roughly: nothing measures it before it is drawn. */
export const widthOf = (text: string): number => text.length * FONT * 0.55;

/** Of bold characters in DejaVu Sans, the widest of the usual fonts, in em: the most of each kind. */
const BOLD: readonly (readonly [RegExp, number])[] = [
  [/[iIjJltfr\-_.,:;'|/ ()]/, 0.5],
  [/[mwMW@%…\u1100-\uFFFF]/, 1.1],
  [/[A-Z~]/, 0.86],
  [/[^]/, 0.73],
];

/** What bold text takes at most, so that it overflows no box. */
export function boldWidthOf(text: string): number {
  const em = (character: string): number => BOLD.find(([kind]) => kind.test(character))![1];
  return FONT * Array.from(text, em).reduce((sum, width) => sum + width, 0);
}

/**
 * As much of a text as fits.
 *
 * @param measure by what it is written in: `widthOf`, or `boldWidthOf`
 */
export function fitting(text: string, width: number, measure: (text: string) => number): string {
  if (measure(text) <= width) return text;
  let most = text.length - 1;
  while (most > 0 && measure(`${text.slice(0, most)}…`) > width) most--;
  return `${text.slice(0, most)}…`;
}

/** A coordinate: a tenth of a pixel is enough. */
export const at = (value: number): string => String(Math.round(value * 10) / 10);

export interface TextStyle {
  readonly anchor: 'start' | 'middle' | 'end';
  readonly ink: 'text' | 'muted';
  readonly bold?: true;
  /** As attributes: a transformation. */
  readonly more?: string;
}

export function textAt(x: number, y: number, text: string, { anchor, ink, bold, more }: TextStyle, pen: Pen): string {
  const weight = bold === true ? ' font-weight="600"' : '';
  const where = anchor === 'start' ? '' : ` text-anchor="${anchor}"`;
  return `<text x="${at(x)}" y="${at(y)}"${where}${weight}${more ?? ''}${pen.paint({ fill: ink })}>${escapeHtml(text)}</text>`;
}
