/** The warnings of a run, told apart: reasons, which cost a measurement its validity, and notes, which do not. */
import type { Measurement } from '../results/schema.ts';
import { plain } from './format.ts';
import { compareTransports, titleOf, type Floors } from './transports.ts';

/** A warning as shown; `code` is wider than the closed set by `invalid`, which no file holds. */
interface Shown {
  code: string;
  invalidates: boolean;
  message: string;
  advice: string;
}

export interface WarningRow extends Shown {
  scenario: string;
  transport: string;
  label: string;
  /** Counted from 1, as a person counts. */
  repetitions: number[];
}

export interface Note {
  code: string;
  message: string;
}

/** Transport and variant of one measurement, and whether it is the second of an A/A pair. */
export function labelOf({ transport, parameters, twin }: Measurement, floors: Floors): string {
  const parts = [titleOf(transport, floors), ...(parameters.variant === null ? [] : [parameters.variant])];
  return [...parts, ...(twin === true ? ['A/A twin'] : [])].join(' · ');
}

/** One row for each distinct warning of a label, reasons before notes. */
export function collectWarnings(measurements: readonly Measurement[], floors: Floors): WarningRow[] {
  const rows = new Map<string, WarningRow>();
  for (const m of measurements) {
    for (const warning of [...reasonsIn(m), ...notesIn(m)]) {
      const label = labelOf(m, floors);
      const key = JSON.stringify([m.scenario, label, warning]);
      const row = rows.get(key);
      if (row !== undefined) row.repetitions.push(m.repetition + 1);
      else {
        const { scenario, transport } = m;
        rows.set(key, { scenario, transport, label: plain(label), repetitions: [m.repetition + 1], ...warning });
      }
    }
  }
  return [...rows.values()]
    .map((row) => ({ ...row, repetitions: [...new Set(row.repetitions)].sort((a, b) => a - b) }))
    .sort(
      (a, b) =>
        Number(b.invalidates) - Number(a.invalidates) ||
        compareTransports(a.transport, b.transport, floors) ||
        a.scenario.localeCompare(b.scenario),
    );
}

/** Why a measurement is invalid. One that gives no reason must not vanish from the list. */
export function reasonsIn(m: Measurement): Shown[] {
  const reasons = m.validity.warnings.filter((warning) => warning.invalidates);
  if (m.validity.valid || reasons.length > 0) return reasons;
  const message = 'The measurement is marked invalid and gives no reason.';
  return [{ code: 'invalid', invalidates: true, message, advice: 'Measure again.' }];
}

const notesIn = (m: Measurement): Shown[] => m.validity.warnings.filter((warning) => !warning.invalidates);

/**
 * Why the invalid repetitions of one row are invalid: one line for each set of codes. Messages hold figures, so that each
 * repetition words the same reason differently: the first stands for all, and the validity table has every one.
 */
export function reasonsOf(group: readonly Measurement[]): string[] {
  const byCodes = new Map<string, { repetitions: number[]; texts: Set<string> }>();
  for (const m of group) {
    if (m.validity.valid) continue;
    const reasons = reasonsIn(m);
    const key = JSON.stringify(reasons.map((reason) => reason.code));
    const like = byCodes.get(key) ?? { repetitions: [], texts: new Set() };
    byCodes.set(key, like);
    like.repetitions.push(m.repetition + 1);
    like.texts.add(reasons.map(warningText).join(' '));
  }
  return [...byCodes.values()].map(
    ({ repetitions, texts }) => `repetition ${repetitions.join(', ')}${firstOf([...texts])}`,
  );
}

/** What is noted of the repetitions whose figures are shown; notes on invalid ones are in the validity table alone. */
export function notesOf(group: readonly Measurement[]): Note[] {
  return group.filter((m) => m.validity.valid).flatMap(notesIn);
}

export const warningText = ({ code, message }: Note): string => `${plain(message)} [${plain(code)}]`;

/** To follow a count of valid measurements: '' where nothing is noted. */
export function noteSentence(warnings: readonly WarningRow[]): string {
  const noted = warnings.some((warning) => !warning.invalidates);
  return noted ? ' A note costs no validity: its figures count, with a reservation.' : '';
}

/** The first of several wordings, said to be one of them. */
export function firstOf(texts: readonly string[]): string {
  return `${texts.length > 1 ? ', for example' : ''}: ${texts[0] ?? ''}`;
}
