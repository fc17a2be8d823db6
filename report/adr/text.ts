/** Pieces of Markdown: tables, lists and blocks in which whatever a file says stays text. */
import { plain } from '../format.ts';
import { escapeMarkdown } from '../markdown.ts';

/** Everything from a file goes through here. */
export const md = escapeMarkdown;

export const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(head), row(head.map(() => ':--')), ...rows.map(row)].join('\n');
}

export const list = (items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n');

/** Longer than any backticks within, and at least so long. */
const fenceOf = (text: string, least: number): string =>
  '`'.repeat(Math.max(least, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length + 1)));

/** Lines that are shown as they are. */
export function block(language: string, lines: readonly string[]): string {
  const text = lines.map(plain).join('\n');
  const fence = fenceOf(text, 3);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** Part of a line that is shown as it is; in no table. */
export function code(words: string): string {
  const text = plain(words);
  const fence = fenceOf(text, 1);
  // One space on either side is taken off again (CommonMark §6.1).
  const pad = /^`|`$|^ .* $/.test(text) ? ' ' : '';
  return `${fence}${pad}${text}${pad}${fence}`;
}

/** A word of a command as a POSIX shell reads it back. */
export function quoted(word: string): string {
  const safe = plain(word);
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(safe) ? safe : `'${safe.replaceAll("'", `'\\''`)}'`;
}

/** A string of YAML's double-quoted style, which JSON's is; without brackets, for readers that take front matter for text. */
export const yamlText = (text: string): string =>
  JSON.stringify(plain(text)).replace(/[<>&[\]]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`);
