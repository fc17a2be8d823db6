/** A judgement as terminal text: the outcome, a table of what was judged, and a sentence for each that did not pass. */
import Table from 'cli-table3';
import picocolors from 'picocolors';
import type { Judged, Judgement, Outcome } from '../results/gate/judgement.ts';
import {
  changeText,
  cut,
  floorText,
  headline,
  intervalText,
  isUnchanged,
  metricOf,
  nameOf,
  onlyScenario,
  OUTCOME_WORDS,
  saidOf,
  sidesText,
  unchangedText,
  valueText,
  worstFirst,
} from './judgement-figures.ts';
import { NOTHING } from './format.ts';
import { bullet, NO_LINES, wrap } from './terminal.ts';

type Colors = ReturnType<typeof picocolors.createColors>;

export interface JudgementTextOptions {
  readonly color: boolean;
  /** Columns of the terminal; lines are kept within it. */
  readonly width: number;
}

/** Narrower than this no line is legible; lines then wrap at it. */
const NARROWEST = 24;
/** Rows in a terminal: more than this nobody reads, and `--json` has all. */
const MOST_ROWS = 200;

export function judgementText(judgement: Judgement, options: JudgementTextOptions): string {
  const colors = picocolors.createColors(options.color);
  const width = Math.max(NARROWEST, options.width);
  const shown = worstFirst(judgement).filter((each) => !isUnchanged(each));
  const paint = painter(judgement.outcome, colors);
  const figures = table(judgement, shown.slice(0, MOST_ROWS), colors, width);
  const blocks = [
    wrap([`pushbench ${judgement.command}`, sidesText(judgement), ...scenarioOf(judgement)].join(' · '), width)
      .map(colors.dim)
      .join('\n'),
    wrap(headline(judgement), width)
      .map((line) => colors.bold(paint(line)))
      .join('\n'),
    figures,
    reasons(judgement, figures !== '', colors, width),
    closing(judgement, shown.length, width).map(colors.dim).join('\n'),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

const scenarioOf = (judgement: Judgement): string[] => {
  const only = onlyScenario(judgement);
  return only === null ? [] : [`scenario ${only}`];
};

function painter(outcome: Outcome, colors: Colors): (text: string) => string {
  const paints = { pass: colors.green, warn: colors.yellow, inconclusive: colors.yellow, fail: colors.red };
  return paints[outcome];
}

function reasons(judgement: Judgement, tabled: boolean, colors: Colors, width: number): string {
  return saidOf(judgement, tabled)
    .slice(0, MOST_ROWS)
    .flatMap(({ outcome, subject, reason }) =>
      bullet('·', `${subject}: ${reason}`, width).map(painter(outcome, colors)),
    )
    .join('\n');
}

function closing(judgement: Judgement, rows: number, width: number): string[] {
  const unchanged = unchangedText(judgement);
  return [
    ...(rows > MOST_ROWS ? [`${rows - MOST_ROWS} more are not shown; --json has all.`] : []),
    ...(unchanged === null ? [] : [unchanged]),
    ...judgement.notes.slice(0, MOST_ROWS).map((note) => cut(note)),
  ].flatMap((line) => wrap(line, width));
}

interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
  readonly cell: (judged: Judged) => string;
  /** The last to leave when space is short is the lowest number; 0 stays. */
  readonly priority: number;
}

function columnsOf(judgement: Judgement): Column[] {
  const check = judgement.command === 'check';
  const several = onlyScenario(judgement) === null;
  const left = { align: 'left', priority: 0 } as const;
  const right = { align: 'right' } as const;
  return [
    { ...left, title: 'transport', cell: ({ transport }) => nameOf(transport) },
    {
      ...left,
      title: 'scenario',
      cell: ({ scenario }) => (scenario === null || !several ? NOTHING : nameOf(scenario)),
      priority: 1,
    },
    { ...left, title: 'metric', cell: metricOf },
    { ...right, title: check ? 'limit' : 'base', cell: (judged) => valueText(judged.base, judged), priority: 3 },
    { ...right, title: check ? 'measured' : 'head', cell: (judged) => valueText(judged.head, judged), priority: 2 },
    { ...right, title: 'change', cell: changeText, priority: 0 },
    { ...right, title: '95 % interval', cell: intervalText, priority: 1 },
    { ...right, title: 'floor', cell: floorText, priority: 4 },
    { ...left, title: 'verdict', cell: ({ outcome }) => OUTCOME_WORDS[outcome] },
  ];
}

/** The widest table that fits: columns without a figure are left out, then others leave in order of priority. */
function table(judgement: Judgement, rows: readonly Judged[], colors: Colors, width: number): string {
  if (rows.length === 0) return '';
  let columns = columnsOf(judgement).filter(({ cell }) => rows.some((row) => cell(row) !== NOTHING));
  for (;;) {
    const text = draw(columns, rows, colors);
    if (text.split('\n').every((line) => visible(line) <= width)) return text;
    const weakest = Math.max(...columns.map(({ priority }) => priority));
    // No table fits: the sentences below it name every metric that did not pass.
    if (weakest === 0) return '';
    columns = columns.filter(({ priority }) => priority !== weakest);
  }
}

function draw(columns: readonly Column[], rows: readonly Judged[], colors: Colors): string {
  const out = new Table({
    head: columns.map(({ title }) => colors.dim(title)),
    chars: NO_LINES,
    colAligns: columns.map(({ align }) => align),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  for (const row of rows) {
    const cells = columns.map(({ cell }) => cell(row));
    cells.push(painter(row.outcome, colors)(cells.pop()!));
    out.push(cells);
  }
  return out
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

const visible = (line: string): number => line.replace(/\u001B\[[0-9;]*m/g, '').length;
