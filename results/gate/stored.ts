/** Files that a gate is given: runs and baselines, told apart by what they hold; and baselines written. */
import { Compile } from 'typebox/compile';
import type { RunFile } from '../schema.ts';
import {
  checkedRun,
  kindOf,
  readJson,
  refuseMisfit,
  RunFileError,
  whereWrong,
  writeWhole,
  type DocumentKind,
} from '../store.ts';
import { BASELINE_VERSION, BaselineSchema, type Baseline } from './baseline.ts';

const validator = Compile(BaselineSchema);

const BASELINE: DocumentKind = {
  kind: 'baseline',
  title: 'a pushbench baseline',
  writer: 'pushbench baseline update',
  version: ['baseline version', BASELINE_VERSION],
  schema: validator,
};

export type Stored =
  | { readonly kind: 'run'; readonly path: string; readonly run: RunFile }
  | { readonly kind: 'baseline'; readonly path: string; readonly baseline: Baseline };

/** Null when it fits the schema. */
export const baselineError = (value: unknown): string | null => whereWrong(validator, value);

/** @throws RunFileError with one sentence for people */
export function readStored(path: string): Stored {
  const value = readJson(path);
  if (kindOf(value) === 'baseline') return { kind: 'baseline', path, baseline: checkedBaseline(value, path) };
  return { kind: 'run', path, run: checkedRun(value, path) };
}

/** @throws RunFileError with one sentence for people */
export function readBaseline(path: string): Baseline {
  return checkedBaseline(readJson(path, BASELINE.writer), path);
}

function checkedBaseline(value: unknown, path: string): Baseline {
  refuseMisfit(value, path, BASELINE);
  return value as Baseline;
}

/** Two spaces and a line each: what a formatter would make of it, and what a diff shows well. */
export const baselineText = (baseline: Baseline): string => `${JSON.stringify(baseline, null, 2)}\n`;

export function writeBaseline(path: string, baseline: Baseline): void {
  const error = baselineError(baseline);
  if (error !== null) throw new RunFileError(`This baseline does not fit its own schema, which is a defect: ${error}.`);
  writeWhole(path, baselineText(baseline));
}
