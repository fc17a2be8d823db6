/** The numbers of a picture as a table, for pictures that no other table of the page holds: whoever sees no picture reads them. */
import type { BarChart, Chart, LineChart } from './chart-types.ts';
import { format, plain } from './format.ts';
import { besideChart } from './html-figure.ts';
import { escapeHtml, number, table, type TableRow } from './html-text.ts';

const SUMMARY = 'The numbers of this picture';

/** @returns nothing for a chart that is not drawn, or that is of a kind whose section has a table of its own */
export function chartNumbers(chart: Chart | undefined, caption: string): string {
  if (chart === undefined) return '';
  if (chart.kind === 'bars') return besideChart(SUMMARY, barsTable(chart, caption));
  return chart.kind === 'lines' ? besideChart(SUMMARY, linesTable(chart, caption)) : '';
}

function barsTable({ unit, rows, parts }: BarChart, caption: string): string {
  const body = rows.map(({ label, transport, trusted }, index): TableRow => ({
    cells: [
      { html: escapeHtml(label), kind: 'row-head' },
      ...parts.map(({ values }) => number(format(values[index] ?? null, unit))),
    ],
    transport,
    greyed: !trusted,
  }));
  return table(caption, ['transport', ...parts.map(({ label }) => ({ number: label }))], body);
}

/** A row for each x: curves have more points than a row has room for. Loose points are figures that have their own table. */
function linesTable({ x, y, series }: LineChart, caption: string): string {
  const curves = series.filter(({ loose }) => loose !== true).map((each) => ({ ...each, at: new Map(each.points) }));
  const places = [...new Set(curves.flatMap(({ points }) => points.map(([at]) => at)))].sort((a, b) => a - b);
  const body = places.map((place): TableRow => ({
    cells: [
      { html: escapeHtml(format(place, x.unit)), kind: 'row-head' },
      ...curves.map(({ at }) => number(format(at.get(place) ?? null, y.unit))),
    ],
  }));
  return table(caption, [plain(x.title), ...curves.map(({ label }) => ({ number: label }))], body);
}
