/** The warnings of a run as rows: equal ones together, the invalidating measurements first. */
import type { Measurement } from '../results/schema.ts';
import { plain } from './format.ts';
import { compareTransports } from './transports.ts';

export interface WarningRow {
  scenario: string;
  transport: string;
  label: string;
  /** Counted from 1, as a person counts. */
  repetitions: number[];
  /** Whether the measurements that carry it are valid all the same. */
  valid: boolean;
  code: string;
  message: string;
  advice: string;
}

export function collectWarnings(measurements: readonly Measurement[]): WarningRow[] {
  const rows = new Map<string, WarningRow>();
  for (const m of measurements) {
    for (const warning of warningsOf(m)) {
      const label = m.parameters.variant === null ? m.transport : `${m.transport} · ${m.parameters.variant}`;
      const key = JSON.stringify([m.scenario, label, m.validity.valid, warning]);
      const row = rows.get(key);
      if (row !== undefined) row.repetitions.push(m.repetition + 1);
      else {
        const { scenario, transport } = m;
        rows.set(key, {
          scenario,
          transport,
          label: plain(label),
          repetitions: [m.repetition + 1],
          valid: m.validity.valid,
          ...warning,
        });
      }
    }
  }
  return [...rows.values()]
    .map((row) => ({ ...row, repetitions: [...new Set(row.repetitions)].sort((a, b) => a - b) }))
    .sort(
      (a, b) =>
        Number(a.valid) - Number(b.valid) ||
        compareTransports(a.transport, b.transport) ||
        a.scenario.localeCompare(b.scenario),
    );
}

/** An invalid measurement without a warning must not vanish from the list. */
function warningsOf(m: Measurement): { code: string; message: string; advice: string }[] {
  if (m.validity.valid || m.validity.warnings.length > 0) return m.validity.warnings;
  return [
    { code: 'invalid', message: 'The measurement is marked invalid and gives no reason.', advice: 'Measure again.' },
  ];
}

/** Why the invalid repetitions of one row are invalid: one line for each distinct reason. */
export function reasonsOf(group: readonly Measurement[]): string[] {
  const byReason = new Map<string, number[]>();
  for (const m of group) {
    if (m.validity.valid) continue;
    const reason = warningsOf(m)
      .map((warning) => `${plain(warning.message)} [${plain(warning.code)}]`)
      .join(' ');
    byReason.set(reason, [...(byReason.get(reason) ?? []), m.repetition + 1]);
  }
  return [...byReason].map(([reason, repetitions]) => `repetition ${repetitions.join(', ')}: ${reason}`);
}
