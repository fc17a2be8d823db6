/** Small pieces of HTML: escaped text, tables, figures and the key that tells a transport by colour, dash and marker. */
import type { Estimate } from '../results/statistics.ts';
import { format, formatRange, NOTHING, plain, type Unit } from './format.ts';
import { METRICS, type MetricName } from './metrics.ts';
import { markOf } from './ranking.ts';
import type { Row } from './summary.ts';
import { boxClass } from './table-width.ts';
import { dashOf, markerOf, type Marker } from './transports.ts';

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text for an element or a quoted attribute. Everything from a result file goes through here. */
export function escapeHtml(text: string): string {
  return plain(text).replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}

/**
 * An attribute that the script reads back and compares with the data: escaped, but not cleaned as `escapeHtml` does,
 * because a cleaned name would no longer be equal. Line ends survive as references.
 */
export function attribute(text: string): string {
  return text.replace(/[&<>"'\r\n\t]/g, (character) => ESCAPES[character] ?? `&#${character.charCodeAt(0)};`);
}

/**
 * JSON for a script element of a data type. `<` would let a name close the element or open a comment; the two
 * separators end a line in older JavaScript.
 */
export function jsonForScript(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

export interface Cell {
  html: string;
  kind: 'text' | 'number' | 'row-head';
  rowspan?: number;
}

export interface TableRow {
  cells: Cell[];
  /** The page's filter hides rows by it. */
  transport?: string;
  greyed?: boolean;
}

export const text = (value: string): Cell => ({ html: escapeHtml(value), kind: 'text' });
export const number = (value: string): Cell => ({ html: escapeHtml(value), kind: 'number' });

/** A column's title: bare for text, `number` for figures; `of` names the scenario that they are from. */
export type Head = string | { number: string; of?: string };

function headCell(head: Head): string {
  if (typeof head === 'string') return `<th scope="col">${escapeHtml(head)}</th>`;
  const of = head.of === undefined ? '' : `<span class="of">${escapeHtml(head.of)}</span> `;
  return `<th scope="col" class="n">${of}${escapeHtml(head.number)}</th>`;
}

/** A table in a box of its own, so that a wide one scrolls without the page. */
export function table(caption: string, head: readonly Head[], rows: readonly TableRow[]): string {
  const name = escapeHtml(caption);
  return (
    `<div class="${boxClass(head.length)}" role="region" aria-label="${name}" tabindex="0"><table class="figures"><caption><span>${name}</span></caption>` +
    `<thead><tr>${head.map(headCell).join('')}</tr></thead><tbody>\n${rows.map(tableRow).join('\n')}\n</tbody></table></div>`
  );
}

function tableRow({ cells, transport, greyed }: TableRow): string {
  const filter = transport === undefined ? '' : ` data-transport="${attribute(transport)}"`;
  return `<tr${filter}${greyed === true ? ' class="greyed"' : ''}>${cells.map(tableCell).join('')}</tr>`;
}

/** Most cells are figures, so that it is the others that bear a class: thousands of them are a twentieth of a page. */
function tableCell({ html, kind, rowspan }: Cell): string {
  const span = rowspan === undefined ? '' : ` rowspan="${rowspan}"`;
  if (kind === 'row-head') return `<th scope="row"${span}>${html}</th>`;
  return `<td${kind === 'text' ? ' class="t"' : ''}${span}>${html}</td>`;
}

/** The row's name with its key; an invalid row says so in words, for readers without style. */
export function rowHead(row: Row, look: number, rowspan?: number): Cell {
  const invalid = row.trusted ? '' : ' <span class="mark invalid">invalid</span>';
  const html = `${key(look, row.ordinal)} ${escapeHtml(row.label)}${invalid}`;
  return { html, kind: 'row-head', ...(rowspan === undefined ? {} : { rowspan }) };
}

/** Median, interval below, and `best` or `~ tie` where it is ranked. */
export function figure(row: Row, metric: MetricName, ranked: readonly Row[] | null): Cell {
  const { estimate, missing } = row.figures[metric];
  if (estimate === null) return { html: missingText(missing), kind: 'number' };
  const { unit } = METRICS[metric];
  const middle = format(estimate.value, unit);
  const mark = ranked === null ? null : markOf(row, ranked, metric);
  const value = mark === 'best' ? `<strong>${middle}</strong> <span class="mark best">best</span>` : middle;
  const tie = mark === 'tie' ? ' <span class="mark tie">~ tie</span>' : '';
  const range = estimate.n > 1 ? spread(estimate, unit) : 'one repetition';
  return { html: `${value}${tie}${range === '' ? '' : ` <small>${range}</small>`}`, kind: 'number' };
}

/** An interval that reads like its median is not repeated. */
function spread({ value, low, high }: Estimate, unit: Unit): string {
  const range = formatRange(low, high, unit);
  return range === format(value, unit) ? '' : range;
}

function missingText(missing: string): string {
  return missing === 'no deliveries' ? NOTHING : `<span class="missing">${escapeHtml(missing)}</span>`;
}

const SHAPES: Record<Marker, string> = {
  circle: '<circle cx="16" cy="6" r="3.6"/>',
  rect: '<rect x="12.6" y="2.6" width="6.8" height="6.8"/>',
  triangle: '<path d="M16 1.6 20.4 9.4H11.6Z"/>',
  rectRot: '<path d="M16 1 21 6 16 11 11 6Z"/>',
  cross: '<path class="open" d="M16 1.5V10.5M11.5 6H20.5"/>',
  star: '<path class="open" d="M16 1.5V10.5M11.5 6H20.5M12.8 2.8 19.2 9.2M19.2 2.8 12.8 9.2"/>',
  crossRot: '<path class="open" d="M12.5 2.5 19.5 9.5M19.5 2.5 12.5 9.5"/>',
  dash: '<path class="open" d="M10 6H22"/>',
  rectRounded: '<rect x="12.4" y="2.4" width="7.2" height="7.2" rx="2.6"/>',
};

/** The same colour, dash and marker as in the charts. */
export function key(look: number, ordinal = 0): string {
  const dash = dashOf(look, ordinal).join(' ');
  const line = `<path class="open" d="M1 6H31"${dash === '' ? '' : ` stroke-dasharray="${dash}"`}/>`;
  return `<svg class="key t${look}${ordinal > 0 ? ' hollow' : ''}" width="32" height="12" viewBox="0 0 32 12" aria-hidden="true">${line}${SHAPES[markerOf(look, ordinal)]}</svg>`;
}
