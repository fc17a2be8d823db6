/** Text for a spreadsheet: RFC 4180, and no cell that a spreadsheet would run. Pure, without Node: the page writes it too. */
import { plain } from './format.ts';

export type Scalar = string | number | boolean | null | undefined;

/** RFC 4180: lines end in CRLF, quotes around what needs them. */
export const csvText = (rows: readonly (readonly Scalar[])[]): string =>
  rows.map((cells) => `${cells.map(cell).join(',')}\r\n`).join('');

/** Nothing is no value and not 0. A number is written as it is: only a text can be a formula. */
export function cell(value: Scalar): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? quoted(harmless(plain(value))) : String(value);
}

/**
 * A spreadsheet runs a cell that begins with one of these, also behind white space, and wherever its own separator (a
 * semicolon in half of Europe) begins a cell; an apostrophe makes it text. Source: OWASP, "CSV Injection".
 */
const harmless = (text: string): string =>
  text.replace(/(^|[;,\t|"'])(\s*)(?=[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/g, "$1$2'");

const quoted = (text: string): string => (/[",;\r\n\t]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
