/** A judgement as a pull-request comment: the outcome first, what did not pass, and everything else folded away. */
import type { Judged, Judgement, Outcome } from '../results/gate/judgement.ts';
import { NOTHING } from './format.ts';
import {
  changeText,
  cut,
  floorText,
  headline,
  intervalText,
  isUnchanged,
  metricOf,
  nameOf,
  OUTCOME_WORDS,
  saidOf,
  sidesText,
  unchangedText,
  valueText,
  withOutcome,
  worstFirst,
} from './judgement-figures.ts';
import { escapeMarkdown } from './markdown.ts';

/** GitHub refuses a comment of 65,536 characters; with room for what a workflow puts around it. */
const LARGEST_COMMENT = 60_000;

/** A longer table hides the conversation around it. */
const MOST_UNFOLDED = 30;

const SIGNS: Readonly<Record<Outcome, string>> = { pass: '✅', warn: '⚠️', inconclusive: '❔', fail: '❌' };

export function judgementMarkdown(judgement: Judgement): string {
  const budget = new Budget(LARGEST_COMMENT);
  const unpassed = worstFirst(judgement).filter((each) => each.outcome !== 'pass');
  const rest = withOutcome(judgement, 'pass').filter((each) => !isUnchanged(each));
  const unchanged = unchangedText(judgement);
  const blocks = [
    `### ${SIGNS[judgement.outcome]} ${escapeMarkdown(headline(judgement))}`,
    budget.lines(
      saidOf(judgement, true).map(
        ({ subject, reason }) => `- **${escapeMarkdown(subject)}**: ${escapeMarkdown(reason)}`,
      ),
    ),
    unpassed.length > MOST_UNFOLDED
      ? folded('What did not pass, in figures', table(judgement, unpassed, budget))
      : table(judgement, unpassed, budget),
    folded('What passed, in figures', table(judgement, rest, budget)),
    unchanged === null ? '' : escapeMarkdown(unchanged),
    budget.lines(judgement.notes.map((note) => `- ${escapeMarkdown(cut(note))}`)),
    `<sub>pushbench ${judgement.command} · ${escapeMarkdown(sidesText(judgement))} · ${escapeMarkdown(cut(judgement.startedAt, 40))}</sub>`,
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

/** Bytes that may still be written; lines beyond them are counted and not written. */
class Budget {
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  lines(lines: readonly string[]): string {
    const kept: string[] = [];
    for (const line of lines) {
      this.#left -= Buffer.byteLength(line) + 1;
      if (this.#left < 0) break;
      kept.push(line);
    }
    const missing = lines.length - kept.length;
    return [
      ...kept,
      ...(missing === 0 ? [] : ['', `_${missing} more are not shown; the JSON document has all._`]),
    ].join('\n');
  }
}

function table(judgement: Judgement, rows: readonly Judged[], budget: Budget): string {
  if (rows.length === 0) return '';
  const columns = columnsOf(judgement).filter(({ cell }) => rows.some((row) => cell(row) !== NOTHING));
  return [
    row(columns.map((column) => column.title)),
    row(columns.map(({ left }) => (left ? ':--' : '--:'))),
    budget.lines(rows.map((judged) => row(columns.map(({ cell }) => escapeMarkdown(cell(judged)))))),
  ].join('\n');
}

const folded = (title: string, content: string): string =>
  content === '' ? '' : `<details><summary>${title}</summary>\n\n${content}\n\n</details>`;

interface Column {
  readonly title: string;
  readonly left: boolean;
  readonly cell: (judged: Judged) => string;
}

function columnsOf({ command }: Judgement): Column[] {
  const check = command === 'check';
  return [
    { title: 'transport', left: true, cell: ({ transport }) => nameOf(transport) },
    { title: 'scenario', left: true, cell: ({ scenario }) => (scenario === null ? NOTHING : nameOf(scenario)) },
    { title: 'metric', left: true, cell: metricOf },
    { title: check ? 'limit' : 'base', left: false, cell: (judged) => valueText(judged.base, judged) },
    { title: check ? 'measured' : 'head', left: false, cell: (judged) => valueText(judged.head, judged) },
    { title: 'change', left: false, cell: changeText },
    { title: '95 % interval', left: false, cell: intervalText },
    { title: 'floor', left: false, cell: floorText },
    { title: 'verdict', left: true, cell: ({ outcome }) => OUTCOME_WORDS[outcome] },
  ];
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
