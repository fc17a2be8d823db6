/** A baseline as terminal text: a row for each metric, a column for each transport; and what an update changed. */
import Table from 'cli-table3';
import picocolors from 'picocolors';
import { cellsOf, type Baseline } from '../results/gate/baseline.ts';
import { format, plural } from './format.ts';
import { nameOf } from './judgement-figures.ts';
import { NO_LINES, wrap } from './terminal.ts';

type Look = { readonly color: boolean; readonly width: number };

export function baselineTable({ target, settings, transports }: Baseline, { color, width }: Look): string {
  const colors = picocolors.createColors(color);
  const names = Object.keys(transports);
  const metrics = [...new Set(names.flatMap((name) => Object.keys(transports[name]!)))].sort();
  const cells = metrics.map((metric) => [
    nameOf(metric),
    ...names.map((name) => format(transports[name]![metric] ?? null, 'count')),
  ]);
  const counted = { ...(target === undefined ? {} : { target }), ...settings };
  const about = Object.entries(counted).map(([name, value]) => `${name} ${nameOf(String(value))}`);
  return [
    ...wrap(about.join(', '), width).map(colors.dim),
    '',
    fitted(['', ...names.map(nameOf)], cells, width, colors.dim),
  ].join('\n');
}

/** As many columns as fit beside the names of the rows; the others below, under the same names. */
function fitted(
  head: readonly string[],
  rows: readonly string[][],
  width: number,
  dim: (text: string) => string,
): string {
  const tables: string[] = [];
  for (let from = 1; from < head.length;) {
    let to = head.length;
    let text = drawn(head, rows, from, to, dim);
    while (to > from + 1 && widest(text) > width) text = drawn(head, rows, from, --to, dim);
    tables.push(text);
    from = to;
  }
  return tables.join('\n\n');
}

function drawn(
  head: readonly string[],
  rows: readonly string[][],
  from: number,
  to: number,
  dim: (text: string) => string,
): string {
  const pick = (cells: readonly string[]): string[] => [cells[0]!, ...cells.slice(from, to)];
  const table = new Table({
    head: pick(head).map(dim),
    chars: NO_LINES,
    colAligns: pick(head).map((_, index) => (index === 0 ? 'left' : 'right')),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...rows.map(pick));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

const widest = (text: string): number =>
  Math.max(...text.split('\n').map((line) => line.replace(/\u001B\[[0-9;]*m/g, '').length));

/** What is other than before, a line each. */
export function changesText(before: Baseline | null, after: Baseline, path: string, { color }: Look): string {
  const colors = picocolors.createColors(color);
  const count = Object.values(after.transports).reduce((sum, counts) => sum + Object.keys(counts).length, 0);
  const held = `${plural(count, 'count')} of ${plural(Object.keys(after.transports).length, 'transport')}`;
  if (before === null) return `${path}: ${held}, written for the first time`;
  const changed = cellsOf(before, after).filter(({ counts: [a, b] }) => a !== b);
  if (changed.length === 0) return `${path}: ${held}, none of them changed`;
  const lines = changed.map(({ transport, metric, counts: [a, b] }) => {
    const paint = a !== null && b !== null && b < a ? colors.green : colors.yellow;
    return paint(`  ${nameOf(transport)} ${nameOf(metric)}: ${format(a, 'count')} → ${format(b, 'count')}`);
  });
  return [`${path}: ${held}, ${changed.length} changed`, ...lines].join('\n');
}
