/** The section of overhead against payload size. */
import type { Exact } from '../results/exact.ts';
import { exactOf } from './chart-exact.ts';
import { format } from './format.ts';
import { BOTH_LOG, chartFigure, folded } from './html-figure.ts';
import { escapeHtml, number, table, text, type Cell, type TableRow } from './html-text.ts';
import { loadedOverheads, OVERHEAD_CHART, overheadCharts, overheadSentences } from './overhead-figures.ts';
import type { ReportView } from './summary.ts';
import { titleOf } from './transports.ts';

export const OVERHEAD_LINK = { id: 'overhead', title: 'Overhead against payload size' } as const;

export function overheadSection(view: ReportView): string {
  const exact = exactOf(view);
  const drawn = Object.keys(overheadCharts(view)).length > 0;
  const figure = chartFigure({
    name: OVERHEAD_CHART,
    shows: 'Overhead of one message over its payload',
    numbers: 'The tables that follow hold the numbers.',
    note: 'Lines: counted in lock-step, one message at a time. Hollow marks: measured under load, where empty polls add to a message and batches take from it.',
    onLog: BOTH_LOG,
  });
  const body = [
    drawn ? figure : '',
    ...overheadSentences(view).map((line) => `<p class="verdict">${escapeHtml(line)}</p>`),
    exact === undefined
      ? '<p class="missing">Not counted in this run. <code>pushbench run</code> counts it before it measures.</p>'
      : exactTable(exact, view),
    loadedTable(view),
  ];
  return `<section id="${OVERHEAD_LINK.id}"><h2>${OVERHEAD_LINK.title}</h2><p class="lead">Every byte of a message that is not its payload, both directions: what small messages pay, and from which size on it no longer matters.</p>${body.join('')}</section>`;
}

function exactTable({ transports }: Exact, view: ReportView): string {
  const sizes = [...new Set(transports.flatMap((of) => of.perMessage.map(({ payloadBytes }) => payloadBytes)))].sort(
    (a, b) => a - b,
  );
  const rows = transports.map((of): TableRow => {
    const cells = sizes.map((size): Cell => {
      const found = of.perMessage.find(({ payloadBytes }) => payloadBytes === size);
      if (found === undefined) return number(format(null, 'bytes'));
      return number(String(found.exchange.up.total + found.exchange.down.total - size));
    });
    const head: Cell = { html: escapeHtml(titleOf(of.transport, view.floors)), kind: 'row-head' };
    return { cells: [head, ...cells], transport: of.transport };
  });
  const heads = sizes.map((size) => ({ number: `${size} B` }));
  return table('Overhead of one message over its payload, bytes, exact', ['transport', ...heads], rows);
}

/** Without a sweep over payloads there is one size, and that is said. */
function loadedTable(view: ReportView): string {
  const loaded = loadedOverheads(view);
  const sizes = new Set(loaded.map(({ payloadBytes }) => payloadBytes));
  const missing =
    sizes.size > 1
      ? ''
      : '<p class="missing">Under load no more than one size was measured in this run. <code>pushbench run --scenarios payload</code> measures it from 16 B to 64 KiB.</p>';
  if (loaded.length === 0) return missing;
  const rows = loaded.map(({ row, scenario, payloadBytes, bytes }): TableRow => ({
    transport: row.transport,
    greyed: !row.trusted,
    cells: [
      {
        html: `${escapeHtml(row.label)}${row.trusted ? '' : ' <span class="mark invalid">invalid</span>'}`,
        kind: 'row-head',
      },
      text(scenario),
      number(format(payloadBytes, 'bytes')),
      number(format(bytes, 'bytes')),
      number(format(bytes / payloadBytes, 'share')),
    ],
  }));
  const heads = ['payload', 'overhead', 'of the payload'].map((title) => ({ number: title }));
  const shown = table('Overhead of one delivery under load', ['transport', 'scenario', ...heads], rows);
  return (sizes.size > 1 ? folded('Overhead under load, every figure', shown) : shown) + missing;
}
