/** A run as terminal text: the answer, one compact table a scenario, and footnotes for whatever is not valid. */
import Table from 'cli-table3';
import picocolors from 'picocolors';
import type { RunFile } from '../results/schema.ts';
import type { Estimate } from '../results/statistics.ts';
import { answerOf, textOf, type Sentence } from './answer.ts';
import { wideColumns, type Column } from './columns.ts';
import { footnotesOf, type Footnotes } from './footnotes.ts';
import { format, formatRange, NOTHING, plain, type Unit } from './format.ts';
import { failureText, missingOf } from './method.ts';
import { METRICS } from './metrics.ts';
import { LAWS_TITLE, lawReport } from './laws.ts';
import { noiseSentences } from './noise-text.ts';
import { markOf } from './ranking.ts';
import { summarise, type ReportView, type Row, type ScenarioView } from './summary.ts';
import { verdictsOf } from './verdicts.ts';
import { noteSentence } from './warnings.ts';

export interface TerminalOptions {
  color: boolean;
  /** Columns of the terminal; lines are kept within it. */
  width: number;
}

type Colors = ReturnType<typeof picocolors.createColors>;

/** Narrower than this no table is legible; lines then wrap at it. */
const NARROWEST = 24;
/** What a label may take: all that it wants where that fits, then less on more lines, before a column leaves for it. */
const LABEL_WIDTHS: readonly number[] = [Infinity, 32];
/** Less still for the columns up to this priority: the others are not worth a name in two parts. */
const NARROW_LABEL = { width: 20, priority: 4 };
const LABEL_LINES = 3;

export function renderTerminal(run: RunFile, options: TerminalOptions): string {
  const view = summarise(run);
  const colors = picocolors.createColors(options.color);
  const width = Math.max(NARROWEST, options.width);
  const blocks = [
    heading(view, colors, width),
    ...missingBlock(view, colors, width),
    answerBlock(view, colors, width),
    ...view.scenarios.map((scenario) => scenarioBlock(scenario, colors, width)),
    ...lawsBlock(run, colors, width),
    ...validityBlock(view, colors, width),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function heading({ run }: ReportView, colors: Colors, width: number): string {
  const { tool, id, startedAt } = run.run;
  const text = `${plain(tool.name)} ${plain(tool.version)} · run ${plain(id)} · ${plain(startedAt)}`;
  return wrap(text, width).map(colors.dim).join('\n');
}

function missingBlock(view: ReportView, colors: Colors, width: number): string[] {
  const lines = [
    ...missingOf(view),
    ...view.run.run.failures.map((failure) => `failed: ${failureText(failure)}`),
    ...view.run.run.notes.map((note) => `note: ${plain(note)}`),
  ];
  if (lines.length === 0) return [];
  return [
    lines
      .flatMap((line) => bullet('!', line, width))
      .map(colors.yellow)
      .join('\n'),
  ];
}

function answerBlock(view: ReportView, colors: Colors, width: number): string {
  const answer = answerOf(view);
  const sentences = answer.sentences.flatMap((sentence) => wrapSentence(sentence, width, colors));
  const caveats = answer.caveats.flatMap((caveat) => wrap(caveat, width)).map(colors.dim);
  return [...sentences, ...caveats].join('\n');
}

function scenarioBlock(scenario: ScenarioView, colors: Colors, width: number): string {
  const title = wrap(`${plain(scenario.name)}: ${scenario.question}`, width).map(colors.bold);
  const notes = footnotesOf(scenario.rows);
  const cells = scenario.rows.map((row) => bodyOf(row, scenario, notes));
  const figures = draw(scenario, cells, colors, width);
  const footnotes = notes.texts.flatMap((note, index) => bullet(`${index + 1})`, note, width)).map(colors.dim);
  const verdicts = verdictsOf(scenario).flatMap((line) => wrap(line, width));
  return [...title, figures, ...verdicts, ...footnotes].join('\n');
}

function lawsBlock(run: RunFile, colors: Colors, width: number): string[] {
  const report = lawReport(run);
  if (report === null) return [];
  const cells = report.lines.map((line) => [
    line.point,
    line.quantity,
    line.predicted,
    line.measured,
    line.divergence,
    line.verdict,
  ]);
  const head = ['', 'figure', 'predicted', 'measured', 'divergence', ''];
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((cell) => cell[column]!.length)));
  const line = (cell: readonly string[]): string =>
    cell.map((text, column) => (column < 2 ? text.padEnd(widths[column]!) : text.padStart(widths[column]!))).join('  ');
  let group = '';
  const rows = report.lines.flatMap(({ transport, law, outside }, index) => {
    const title = `${transport} · ${law}`;
    const isNew = title !== group;
    group = title;
    const text = clip(`  ${line(cells[index]!)}`, width);
    return [...(isNew ? [clip(title, width)] : []), outside ? colors.red(text) : text];
  });
  return [
    [
      ...wrap(`${LAWS_TITLE}: ${report.lead}`, width).map(colors.bold),
      colors.dim(clip(`  ${line(head)}`, width)),
      ...rows,
      ...report.notes.flatMap((note) => wrap(note, width)).map(colors.dim),
    ].join('\n'),
  ];
}

interface Body {
  row: Row;
  figures: string[];
  validity: string;
}

function bodyOf(row: Row, scenario: ScenarioView, notes: Footnotes): Body {
  const figures = wideColumns(scenario.kind).map((column) => figureText(row, scenario, column));
  const validity = `${row.valid}/${row.repetitions} ${notes.marksOf(row)}`.trimEnd();
  return { row, figures, validity };
}

function figureText(row: Row, scenario: ScenarioView, column: Column): string {
  const figure = row.figures[column.metric];
  if (figure.estimate === null) return figure.missing === 'too few samples' ? 'few samples' : NOTHING;
  if (column.range === true) return rangeText(figure.estimate, METRICS[column.metric].unit);
  const mark = column.ranked ? markOf(row, scenario.rows, column.metric) : null;
  return `${format(figure.estimate.value, METRICS[column.metric].unit)}${mark === 'best' ? ' *' : mark === 'tie' ? ' ~' : ''}`;
}

/** One repetition has no interval. */
function rangeText(estimate: Estimate, unit: Unit): string {
  return estimate.n > 1 ? formatRange(estimate.low, estimate.high, unit) : NOTHING;
}

/** The widest table that fits: labels wrap, then columns leave in order of priority, and last the rows are stacked. */
function draw(scenario: ScenarioView, bodies: readonly Body[], colors: Colors, width: number): string {
  const columns = wideColumns(scenario.kind);
  const used = columns.filter((_, index) => bodies.some((body) => body.figures[index] !== NOTHING));
  let kept = [...used];
  while (kept.length > 0) {
    const weakest = Math.max(...kept.map((column) => column.priority));
    const narrow = weakest <= NARROW_LABEL.priority ? [NARROW_LABEL.width] : [];
    for (const labelWidth of [...LABEL_WIDTHS, ...narrow]) {
      const text = table(kept, columns, bodies, labelWidth, colors);
      if (text.split('\n').every((line) => visible(line) <= width)) return text;
    }
    kept = kept.filter((column) => column.priority !== weakest);
  }
  return stacked(used, columns, bodies, colors, width);
}

export const NO_LINES = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '' },
  ...{ 'bottom-right': '', left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' },
};

function table(
  kept: readonly Column[],
  all: readonly Column[],
  bodies: readonly Body[],
  labelWidth: number,
  colors: Colors,
): string {
  const out = new Table({
    head: ['transport', ...kept.map((column) => column.title), 'valid'].map(colors.dim),
    chars: NO_LINES,
    colAligns: ['left', ...kept.map(() => 'right' as const), 'left'],
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  for (const body of bodies) {
    const [label = '', ...rest] = labelLines(body.row.label, labelWidth);
    const figures = kept.map((column) => body.figures[all.indexOf(column)] ?? NOTHING);
    out.push(paint([label, ...figures, body.validity], body, colors));
    // Rows of their own, because a colour that spans the lines of one cell would be carried into its neighbours.
    for (const line of rest) out.push(paint([line, ...kept.map(() => ''), ''], body, colors));
  }
  return out
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Whole where it fits; else broken before its variant and its brackets, later lines indented, and clipped at the last. */
function labelLines(label: string, width: number): string[] {
  if (label.length <= width) return [label];
  const lines = label
    .split(/(?<= ·) | (?=\()/)
    .flatMap((part) => wrap(part, width - 2))
    .map((line, index) => (index === 0 ? line : `  ${line}`));
  if (lines.length <= LABEL_LINES) return lines;
  return [...lines.slice(0, LABEL_LINES - 1), clip(lines.slice(LABEL_LINES - 1).join(''), width)];
}

/** Greyed where nothing of the row is valid; the leader's figure green. */
function paint(cells: string[], body: Body, colors: Colors): string[] {
  if (!body.row.trusted) return cells.map((cell) => colors.dim(cell));
  return cells.map((cell) =>
    cell.endsWith(' *') ? colors.green(cell) : cell.endsWith(' ~') ? colors.cyan(cell) : cell,
  );
}

function stacked(
  used: readonly Column[],
  all: readonly Column[],
  bodies: readonly Body[],
  colors: Colors,
  width: number,
): string {
  return bodies
    .flatMap((body) =>
      [
        ...wrap(body.row.label, width),
        ...used.map((column) => clip(`  ${column.title} ${body.figures[all.indexOf(column)] ?? NOTHING}`, width)),
        ...wrap(`valid ${body.validity}`, width - 2).map((line) => `  ${line}`),
      ].map((line) => (body.row.trusted ? line : colors.dim(line))),
    )
    .join('\n');
}

function validityBlock(view: ReportView, colors: Colors, width: number): string[] {
  if (view.measured === 0) return [];
  const legend = '* lowest, intervals apart · ~ tie, or too close to tell · figures are medians over valid repetitions';
  const advice = new Set(view.warnings.map((w) => `[${plain(w.code)}] ${plain(w.advice)}`));
  const summary = `${view.valid} of ${view.measured} measurements are valid.${noteSentence(view.warnings)}`;
  return [
    [
      ...wrap(summary, width),
      ...noiseSentences(view).flatMap((line) => wrap(line, width)),
      ...[...advice].flatMap((line) => bullet('→', line, width)),
      ...wrap(legend, width).map(colors.dim),
    ].join('\n'),
  ];
}

function wrapSentence(sentence: Sentence, width: number, colors: Colors): string[] {
  // Wrapped before it is coloured, so that no escape sequence counts as width; names are then found again line by line.
  const strong = sentence.flatMap((segment) => (typeof segment === 'string' ? [] : [segment.strong]));
  const emphasise = (line: string) => {
    const name = strong[0];
    return name !== undefined && line.includes(name) ? line.replace(name, () => colors.bold(name)) : line;
  };
  const [first, ...rest] = wrap(textOf(sentence), width);
  return first === undefined ? [] : [emphasise(first), ...rest];
}

export function bullet(mark: string, text: string, width: number): string[] {
  const indent = ' '.repeat(mark.length + 1);
  return wrap(text, width - indent.length).map((line, index) => (index === 0 ? `${mark} ${line}` : indent + line));
}

/** Lines of at most `width` characters, broken at spaces, and inside a word only where it is longer than a line. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
    while (line.length > width) {
      lines.push(line.slice(0, width));
      line = line.slice(width);
    }
  }
  return [...lines, line];
}

function clip(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

const visible = (line: string): number => line.replace(/\u001B\[[0-9;]*m/g, '').length;
