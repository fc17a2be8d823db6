/**
 * The history: one line a run in an append-only file (JSON Lines), which can live on a branch or as an artifact. Pure:
 * texts in and out. A line that is broken, cut short or of another version costs that line and never the others.
 */
import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { closed, ToolSchema } from './schema-types.ts';
import type { RunFile } from './schema.ts';
import { SeriesSchema, type Series, type SeriesFigure } from './series.ts';

export const HISTORY_VERSION = 1;

/** A commit by its hash, whole or cut: nothing else can be linked to, and nothing else stays what it was. */
export const COMMIT = /^[0-9a-f]{7,64}$/;

export const EntrySchema = Type.Object(
  {
    kind: Type.Literal('history'),
    schemaVersion: Type.Literal(HISTORY_VERSION),
    commit: Type.String({ pattern: COMMIT.source }),
    runId: Type.String(),
    startedAt: Type.String({ description: 'ISO 8601, UTC' }),
    fingerprint: Type.String({ description: 'Figures compare only where it is equal' }),
    tool: ToolSchema,
    series: Type.Array(SeriesSchema),
  },
  { ...closed, $id: 'https://pushbench.dev/schema/history-1.json', title: 'A line of a pushbench history, version 1' },
);
export type Entry = Static<typeof EntrySchema>;

export interface SkippedLine {
  /** From 1, as editors count. */
  readonly line: number;
  readonly why: string;
}

export interface History {
  /** In the order of the file. */
  readonly entries: readonly Entry[];
  readonly skipped: readonly SkippedLine[];
}

const validator = Compile(EntrySchema);

/** Every line begins with it, also one of which nothing more was written. */
const BEGINNING = '{"kind":"history"';

/** Six digits: more than any interval leaves, and half of the file. */
const rounded = (value: number): number => (Number.isInteger(value) ? value : Number(value.toPrecision(6)));
const roundedOrNull = (value: number | null): number | null => (value === null ? null : rounded(value));

export function entryOf({ run, environment }: RunFile, series: readonly Series[], commit: string): Entry {
  const smaller = (figure: SeriesFigure): SeriesFigure => ({
    ...figure,
    value: rounded(figure.value),
    low: roundedOrNull(figure.low),
    high: roundedOrNull(figure.high),
  });
  return {
    kind: 'history',
    schemaVersion: HISTORY_VERSION,
    commit,
    runId: run.id,
    startedAt: run.startedAt,
    fingerprint: environment.fingerprint,
    tool: { name: run.tool.name, version: run.tool.version },
    series: series.map((each) => ({
      ...each,
      figures: Object.fromEntries(Object.entries(each.figures).map(([slug, figure]) => [slug, smaller(figure)])),
    })),
  };
}

/** What to append to a file that holds `before`: a line of its own, also after one that was cut short. */
export function appendix(entry: Entry, before: string): string {
  const newline = before === '' || before.endsWith('\n') ? '' : '\n';
  return `${newline}${JSON.stringify(entry)}\n`;
}

/** Whether a file was written as a history, however broken: nothing may be appended to any other. */
export const isHistory = (text: string): boolean =>
  text.trim() === '' || text.split('\n').some((line) => line.startsWith(BEGINNING));

export function parseHistory(text: string): History {
  const entries: Entry[] = [];
  const skipped: SkippedLine[] = [];
  text.split('\n').forEach((line, index) => {
    if (line.trim() === '') return;
    const read = parseLine(line);
    if (typeof read === 'string') skipped.push({ line: index + 1, why: read });
    else entries.push(read);
  });
  return { entries, skipped };
}

/** The entry, or what is wrong with the line. */
function parseLine(line: string): Entry | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return line.startsWith(BEGINNING) ? 'is cut short' : 'is no JSON';
  }
  const version = (value as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (typeof version === 'number' && version > HISTORY_VERSION) {
    return `has version ${version}, and this pushbench reads up to ${HISTORY_VERSION}: update pushbench`;
  }
  if (validator.Check(value)) return value;
  const error = validator.Errors(value)[0];
  return `is no run of a history (${error === undefined ? '' : `${error.instancePath || 'the line'}: ${error.message}`})`;
}
