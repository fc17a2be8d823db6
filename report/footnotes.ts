/** Footnotes of a scenario's table: why repetitions are invalid, then what is noted of valid ones; equal ones once. */
import type { Row } from './summary.ts';
import { firstOf, warningText } from './warnings.ts';

export interface Footnotes {
  /** Numbered from 1 in this order. */
  texts: string[];
  /** `1) 3)`, or '' for a row without. */
  marksOf: (row: Row) => string;
}

export function footnotesOf(rows: readonly Row[]): Footnotes {
  const texts: string[] = [];
  const marks = new Map<Row, number[]>();
  const add = (text: string, marked: readonly Row[]) => {
    const number = texts.push(text);
    for (const row of marked) marks.set(row, [...(marks.get(row) ?? []), number]);
  };
  for (const reason of new Set(rows.flatMap((row) => row.reasons))) {
    const marked = rows.filter((row) => row.reasons.includes(reason));
    add(`invalid, ${reason}`, marked);
  }
  // By code and not by message: the messages hold figures, and a busy machine would fill the screen with its own.
  for (const code of new Set(rows.flatMap((row) => row.notes.map((note) => note.code)))) {
    const marked = rows.filter((row) => row.notes.some((note) => note.code === code));
    const alike = marked.flatMap((row) => row.notes.filter((note) => note.code === code));
    add(`note${firstOf([...new Set(alike.map(warningText))])}`, marked);
  }
  return { texts, marksOf: (row) => (marks.get(row) ?? []).map((number) => `${number})`).join(' ') };
}
