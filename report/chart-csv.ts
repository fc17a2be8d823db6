/** The numbers of one chart as CSV: what is drawn and nothing else; the tables of the page hold more. Pure. */
import type { Chart } from './chart-types.ts';
import { csvText, type Scalar } from './csv-text.ts';
import { quantileName } from './format.ts';

/** @returns a header and a row a point; names are text that no spreadsheet runs */
export function chartCsv(chart: Chart): string {
  return csvText(rowsOf(chart));
}

function rowsOf(chart: Chart): Scalar[][] {
  switch (chart.kind) {
    case 'percentiles':
      return [
        ['series', 'percentile', chart.unit],
        ...chart.series.flatMap(({ label, points }) =>
          points.map(([x, y]) => [label, quantileName(Number((1 - 1 / x).toPrecision(7))), y]),
        ),
      ];
    case 'bars':
      return [
        ['row', 'part', chart.unit],
        ...chart.rows.flatMap(({ label }, index) =>
          chart.parts.map((part) => [label, part.label, part.values[index] ?? null]),
        ),
      ];
    case 'intervals':
      return [
        ['row', chart.unit, 'low', 'high'],
        ...chart.rows.map(({ label, value, low, high }) => [label, value, low, high]),
      ];
    case 'lines':
      return [
        ['series', `${chart.x.title} (${chart.x.unit})`, `${chart.y.title} (${chart.y.unit})`],
        ...chart.series.flatMap(({ label, points }) => points.map(([x, y]) => [label, x, y])),
      ];
    case 'timeline':
      return [
        ['series', 'order', 'measurement', 'of the median', 'valid'],
        ...chart.series.flatMap(({ label, points, invalid }) => [
          ...points.map(([order, ratio]) => [label, order, chart.titles[order], ratio, true]),
          ...invalid.map(([order, ratio]) => [label, order, chart.titles[order], ratio, false]),
        ]),
        ...chart.noise.map(([order, share]) => ['other work', order, chart.titles[order], share, null]),
      ];
    case 'trend':
      return [
        ['series', 'run', chart.unit],
        ...chart.series.flatMap(({ label, values }) =>
          values.map((value, index) => [label, chart.labels[index], value]),
        ),
      ];
  }
}
