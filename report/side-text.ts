/** Several runs side by side for a terminal and as GitHub Markdown. */
import Table from 'cli-table3';
import picocolors from 'picocolors';
import { escapeMarkdown } from './markdown.ts';
import type { RunDigest } from './run-digest.ts';
import { runsTable, SIDE_LEGEND, sideTables, type SideCell, type SideTable } from './side-tables.ts';
import { sideSentences, sideWarnings } from './side-words.ts';
import { bullet, NO_LINES, wrap, type TerminalOptions } from './terminal.ts';

type Colors = ReturnType<typeof picocolors.createColors>;

/** Narrower than this no table is legible; lines then wrap at it. */
const NARROWEST = 24;

/** @param labels a file name for each run */
export function sideTerminal(runs: readonly RunDigest[], labels: readonly string[], options: TerminalOptions): string {
  const colors = picocolors.createColors(options.color);
  const width = Math.max(NARROWEST, options.width);
  const blocks = [
    runsTable(runs, labels).rows.flatMap(({ cells }) => wrap(cells.map(({ text }) => text).join('  '), width)),
    sideWarnings(runs).flatMap((line) => bullet('!', line, width).map(colors.yellow)),
    sideSentences(runs).flatMap((line) => wrap(line, width).map(colors.bold)),
    ...sideTables(runs).map((table) => [
      colors.bold(table.title),
      draw(table, colors, width),
      ...table.notes.flatMap((note) => wrap(note, width)).map(colors.dim),
    ]),
    wrap(SIDE_LEGEND, width).map(colors.dim),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** With intervals where the terminal is wide enough for them; lines of a narrower one are left to its own wrapping. */
function draw(table: SideTable, colors: Colors, width: number): string {
  const full = drawWith(table, colors, true);
  return full.split('\n').every((line) => visible(line) <= width) ? full : drawWith(table, colors, false);
}

function drawWith({ head, rows }: SideTable, colors: Colors, intervals: boolean): string {
  const out = new Table({
    head: head.map(({ title }) => colors.dim(title)),
    chars: NO_LINES,
    colAligns: head.map(({ number }) => (number ? 'right' : 'left')),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  for (const { cells } of rows) out.push(cells.map((cell) => cellText(cell, colors, intervals)));
  return out
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

function cellText({ text, small, mark, greyed }: SideCell, colors: Colors, intervals: boolean): string {
  const range = small === '' || !intervals ? '' : ` (${small})`;
  const paint = { best: colors.green, tie: colors.dim, invalid: colors.yellow };
  const said = mark === null ? '' : ` ${paint[mark.kind](mark.text)}`;
  return `${greyed ? colors.dim(text + range) : text + range}${said}`;
}

const visible = (line: string): number => line.replace(/\u001B\[[0-9;]*m/g, '').length;

/** @param labels a file name for each run */
export function sideMarkdown(runs: readonly RunDigest[], labels: readonly string[]): string {
  const warnings = sideWarnings(runs).map((line) => `> - ${escapeMarkdown(line)}`);
  const blocks = [
    `# pushbench: ${runs.length} runs side by side`,
    ...(warnings.length === 0 ? [] : [`> [!WARNING]\n${warnings.join('\n')}`]),
    sideSentences(runs)
      .map((line) => `- **${escapeMarkdown(line)}**`)
      .join('\n'),
    markdownTable(runsTable(runs, labels)),
    ...sideTables(runs).map((table) =>
      [
        `## ${escapeMarkdown(table.title)}\n\n${markdownTable(table)}`,
        ...table.notes.map((note) => `<sub>${escapeMarkdown(note)}</sub>`),
      ].join('\n\n'),
    ),
    `<sub>${escapeMarkdown(SIDE_LEGEND)}</sub>`,
  ];
  return `${blocks.join('\n\n')}\n`;
}

function markdownTable({ head, rows }: SideTable): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(head.map(({ title }) => escapeMarkdown(title))),
    line(head.map(({ number }) => (number ? '--:' : ':--'))),
    ...rows.map(({ cells }) => line(cells.map(markdownCell))),
  ].join('\n');
}

function markdownCell({ text, small, mark, greyed }: SideCell): string {
  const value = greyed ? `~~${escapeMarkdown(text)}~~` : escapeMarkdown(text);
  const said =
    mark === null ? '' : mark.kind === 'tie' ? ` ${escapeMarkdown(mark.text)}` : ` **${escapeMarkdown(mark.text)}**`;
  return `${value}${said}${small === '' ? '' : ` <sub>${escapeMarkdown(small)}</sub>`}`;
}
