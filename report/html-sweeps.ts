/** The section of sweeps: what happens to latency, bytes, requests and CPU over one number that was varied. */
import { sweepCanvas, sweepCharts, sweepsOf } from './chart-sweeps.ts';
import { format, plain } from './format.ts';
import { BOTH_LOG, chartFigure } from './html-figure.ts';
import { escapeHtml, number, table, type Cell, type TableRow } from './html-text.ts';
import { METRICS, type MetricName } from './metrics.ts';
import type { ReportView } from './summary.ts';
import { figureAt, SWEPT, type Sweep, type SweptTransport } from './sweeps.ts';
import { titleOf } from './transports.ts';

export const SWEEPS_LINK = { id: 'sweeps', title: 'Sweeps' } as const;

/** Nothing where the run varied no number. */
export function sweepSection(view: ReportView): string {
  const sweeps = sweepsOf(view);
  if (sweeps.length === 0) return '';
  const drawn = sweepCharts(view);
  const bodies = sweeps.map((sweep, place) => {
    const parts = SWEPT.map(({ id, title, metric }) => {
      const canvas = sweepCanvas(place, id);
      const over = `${title} over ${sweep.title}`;
      return (canvas in drawn ? figure(canvas, over) : '') + sweepTable(sweep, over, metric, view);
    });
    return `<h3>${escapeHtml(sweep.scenario.name)}</h3><p class="lead">${escapeHtml(sweep.scenario.question)}</p>${parts.join('')}`;
  });
  return (
    `<section id="${SWEEPS_LINK.id}"><h2>${SWEEPS_LINK.title}</h2><p class="lead">One number varied, all else equal; medians over the valid repetitions. ` +
    `A transport that does not have this number stands beside the others with one value for all.</p>${bodies.join('')}</section>`
  );
}

function figure(name: string, shows: string): string {
  const title = shows.charAt(0).toUpperCase() + shows.slice(1);
  return chartFigure({ name, shows: title, note: 'What is nothing is not drawn.', onLog: BOTH_LOG });
}

function sweepTable(sweep: Sweep, over: string, metric: MetricName, view: ReportView): string {
  const rows = sweep.transports.map((each): TableRow => {
    const cells = sweep.values.map((value): Cell => cellOf(each, value, metric));
    const head: Cell = { html: escapeHtml(titleOf(each.row.transport, view.floors)), kind: 'row-head' };
    return { cells: [head, ...cells], transport: each.row.transport };
  });
  const heads = sweep.values.map((value) => ({ number: sweep.show(value) }));
  return table(`${plain(sweep.scenario.name)}: ${over}`, ['transport', ...heads], rows);
}

/** Greyed and said where no repetition behind a figure is valid. */
function cellOf(each: SweptTransport, value: number, metric: MetricName): Cell {
  const row = each.at(value);
  const cell = number(format(figureAt(each, value, metric), METRICS[metric].unit));
  if (row === undefined || row.trusted) return cell;
  return { ...cell, html: `<span class="greyed">${cell.html} <span class="mark invalid">invalid</span></span>` };
}
