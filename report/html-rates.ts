/** The section of bandwidth against message rate, with the rates at which transports change places. */
import type { Exact } from '../results/exact.ts';
import { exactOf, rhythmOf } from './chart-exact.ts';
import { isComplete } from './exact-figures.ts';
import { format, formatMs, NOTHING } from './format.ts';
import { chartNumbers } from './html-chart-table.ts';
import { BOTH_LOG, chartFigure } from './html-figure.ts';
import { escapeHtml, number, table, type Cell, type TableRow } from './html-text.ts';
import { bandwidthAt, measuredRates, rateCharts, ratedOf, RATES_CHART, rateSentences } from './rate-figures.ts';
import type { ReportView } from './summary.ts';
import { titleOf } from './transports.ts';

export const RATES_LINK = { id: 'rates', title: 'Bandwidth against message rate' } as const;

export function ratesSection(view: ReportView): string {
  const exact = exactOf(view);
  const body =
    exact === undefined || ratedOf(exact).length === 0
      ? '<p class="missing">Not counted in this run. <code>pushbench run</code> counts what it takes before it measures.</p>'
      : ratesBody(exact, view);
  return `<section id="${RATES_LINK.id}"><h2>${RATES_LINK.title}</h2><p class="lead">What one client moves in a second, both directions, when so many messages come to it: waiting included, which is all there is at the left.</p>${body}</section>`;
}

function ratesBody(exact: Exact, view: ReportView): string {
  const rhythm = rhythmOf(view);
  const settings = `Messages of ${exact.payloadBytes} B at random times, polls each ${formatMs(rhythm.pollIntervalMs)}, holds of ${formatMs(rhythm.holdMs)}, heartbeats each ${formatMs(rhythm.heartbeatMs)}.`;
  const figure = chartFigure({
    name: RATES_CHART,
    shows: 'Bandwidth of one client over the message rate',
    note: 'Lines: by the laws, from exact counts. Hollow marks: measured with the same settings.',
    onLog: BOTH_LOG,
  });
  const sentences = rateSentences(exact, rhythm).map((line) => `<p class="verdict">${escapeHtml(line)}</p>`);
  const drawn = chartNumbers(rateCharts(view)[RATES_CHART]?.[''], 'Bytes a second of one client, at every rate');
  return `<p class="load">${escapeHtml(settings)}</p>${figure}${drawn}${sentences.join('')}${ratesTable(exact, view)}`;
}

const RATES = [0.01, 0.1, 1, 10, 100] as const;

function ratesTable(exact: Exact, view: ReportView): string {
  const rhythm = rhythmOf(view);
  const measured = measuredRates(view, exact);
  const rows = exact.transports.map((of): TableRow => {
    const own = measured.filter(({ row }) => row.transport === of.transport);
    const head: Cell = { html: escapeHtml(titleOf(of.transport, view.floors)), kind: 'row-head' };
    const cells = RATES.map((rate) =>
      number(format(isComplete(of) ? bandwidthAt(of, rate, rhythm) : null, 'bytesPerSecond')),
    );
    const seen = own.map(
      ({ rate, bytesPerSecond }) => `${format(bytesPerSecond, 'bytesPerSecond')} at ${format(rate, 'perSecond')}`,
    );
    return { cells: [head, ...cells, number(seen.length === 0 ? NOTHING : seen.join(', '))], transport: of.transport };
  });
  const heads = [...RATES.map((rate) => `${rate}/s`), 'measured'].map((title) => ({ number: title }));
  return table('Bytes a second of one client, by messages a second to it', ['transport', ...heads], rows);
}
