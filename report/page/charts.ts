/** From a finished chart description to a Chart.js configuration: axes, dashes, markers; no arithmetic on results. */
import type { Plugin } from 'chart.js';
import type { BarChart, Chart, ChartRow, IntervalChart, LineChart, PercentileChart } from '../chart-types.ts';
import { format, formatRange, quantileName } from '../format.ts';
import { dashOf, markerOf } from '../transports.ts';
import { fromZero, linearTicks, percentileAxis, quantityAxis, valueScales } from './axes.ts';
import { colorOf, common, legend, tooltip, type Config, type Shown } from './common.ts';
import { isLimit, limitLine } from './limit.ts';
import type { Theme } from './theme.ts';
import { timelineConfig } from './timeline.ts';
import { trendConfig } from './trend.ts';

/**
 * @param linear axes from 0 where they would be logarithmic: not nines, nor ratios
 * @returns null when the filter leaves nothing to draw
 */
export function configOf(chart: Chart, theme: Theme, shown: Shown, linear: boolean): Config | null {
  switch (chart.kind) {
    case 'percentiles':
      return percentileConfig(chart, theme, shown, linear);
    case 'bars':
      return barConfig(chart, theme, shown);
    case 'intervals':
      return intervalConfig(chart, theme, shown, linear);
    case 'lines':
      return lineConfig(chart, theme, shown, linear);
    case 'timeline':
      return timelineConfig(chart, theme, shown);
    case 'trend':
      return trendConfig(chart, theme, shown);
  }
}

/** CSS pixels that the chart wants in height: rows need room each, a curve a fixed frame. */
export function heightOf(chart: Chart, shown: Shown): number {
  if (chart.kind === 'percentiles' || chart.kind === 'lines') return 360;
  if (chart.kind === 'trend') return 240;
  if (chart.kind === 'timeline') return 320;
  const rows = chart.rows.filter((row) => shown(row.transport)).length;
  const perRow = chart.kind === 'bars' && !chart.stacked ? 46 : 36;
  return rows * perRow + (chart.kind === 'bars' ? 92 : 60);
}

function percentileConfig(chart: PercentileChart, theme: Theme, shown: Shown, linear: boolean): Config | null {
  const series = chart.series.filter((each) => shown(each.transport));
  if (series.length === 0) return null;
  const xs = series.flatMap((each) => each.points.map(([x]) => x));
  const ys = series.flatMap((each) => each.points.map(([, y]) => y));
  return {
    type: 'line',
    data: { datasets: series.map((each) => curve(each, theme)) },
    options: {
      ...common(theme),
      interaction: { mode: 'nearest', axis: 'xy', intersect: false },
      scales: {
        x: percentileAxis(Math.max(...xs), theme),
        y: quantityAxis(theme, '', ys, chart.unit, linear),
      },
      plugins: {
        legend: legend(theme),
        tooltip: tooltip(theme, (item) => {
          const { x, y } = item.parsed;
          return ` ${item.dataset.label ?? ''}: ${quantileName(1 - 1 / (x ?? 1))} ${format(y, chart.unit)}`;
        }),
      },
    },
  };
}

function lineConfig(chart: LineChart, theme: Theme, shown: Shown, linear: boolean): Config | null {
  const series = chart.series.filter((each) => shown(each.transport));
  if (series.length === 0) return null;
  const scale = (at: 0 | 1, { title, unit }: LineChart['x']) => {
    const values = series.flatMap((each) => each.points.map((point) => point[at]));
    return quantityAxis(theme, title, values, unit, linear);
  };
  return {
    type: 'line',
    data: { datasets: series.map((each) => lineOf(each, theme)) },
    options: {
      ...common(theme),
      interaction: { mode: 'nearest', axis: 'xy', intersect: false },
      scales: { x: scale(0, chart.x), y: scale(1, chart.y) },
      plugins: {
        legend: lineLegend(series, theme),
        tooltip: tooltip(theme, (item) => {
          const { x, y } = item.parsed;
          return ` ${item.dataset.label ?? ''}: ${format(y, chart.y.unit)} at ${format(x, chart.x.unit)}`;
        }),
      },
    },
  };
}

type LineSeries = LineChart['series'][number];

/** Many points make a line by themselves; markers are for few. */
const MOST_MARKED = 12;

function lineOf(each: LineSeries, theme: Theme): Config['data']['datasets'][number] {
  const drawn = { ...curve(each, theme), cubicInterpolationMode: 'default' as const };
  if (each.loose === true) {
    return { ...drawn, showLine: false, pointRadius: 6, pointBorderWidth: 2, backgroundColor: theme.surface };
  }
  return { ...drawn, pointRadius: each.points.length > MOST_MARKED ? 0 : 3 };
}

/** Loose points have the look of their transport's line: the caption says what they are. */
function lineLegend(series: readonly LineSeries[], theme: Theme) {
  const base = legend(theme);
  const hasLine = (transport: string): boolean =>
    series.some((each) => each.loose !== true && each.transport === transport);
  const filter = ({ datasetIndex }: { datasetIndex?: number }): boolean => {
    const each = series[datasetIndex ?? -1];
    return each !== undefined && (each.loose !== true || !hasLine(each.transport));
  };
  return { ...base, labels: { ...base.labels, filter } };
}

/** Further rows of a transport share its colour: hollow markers and a thinner line tell them apart. */
function curve(
  each: ChartRow & { points: (readonly [number, number])[] },
  theme: Theme,
): Config['data']['datasets'][number] {
  const color = colorOf(each, theme);
  const hollow = each.ordinal > 0;
  return {
    label: each.label,
    data: each.points.map(([x, y]) => ({ x, y })),
    borderColor: color,
    backgroundColor: hollow ? theme.surface : color,
    borderDash: [...dashOf(each.look, each.ordinal)],
    borderWidth: hollow ? 1.5 : 2,
    pointStyle: markerOf(each.look, each.ordinal),
    pointRadius: 4,
    pointHoverRadius: 6,
    pointBorderWidth: 1.5,
    cubicInterpolationMode: 'monotone',
    // Markers at the edge of the axis are drawn whole.
    clip: 8,
  };
}

function barConfig(chart: BarChart, theme: Theme, shown: Shown): Config | null {
  const kept = chart.rows.map((row, index) => ({ row, index })).filter(({ row }) => shown(row.transport));
  if (kept.length === 0) return null;
  const sums = kept.map(({ index }) => chart.parts.map((part) => part.values[index] ?? 0));
  const stackedUp = sums.map((values) => values.reduce((a, b) => a + b, 0));
  const largest = Math.max(...(chart.stacked ? stackedUp : sums.flat()));
  // What is below 0 is stacked for itself.
  const below = sums.map((values) => values.filter((value) => value < 0).reduce((a, b) => a + b, 0));
  const lowest = Math.min(0, ...(chart.stacked ? below : sums.flat()));
  return {
    type: 'bar',
    data: {
      labels: kept.map(({ row }) => labelLines(row.label)),
      datasets: chart.parts.map((part) => ({
        label: part.label,
        data: kept.map(({ index }) => part.values[index] ?? null),
        backgroundColor: kept.map(({ row }) => barColor(row, part.color, theme)),
        borderColor: kept.map(({ row }) => (isLimit(row) ? colorOf(row, theme) : theme.surface)),
        // A hairline between stacked parts tells them apart where two colours look alike.
        borderWidth: kept.map(({ row }) => (isLimit(row) ? 1.5 : chart.stacked ? { right: 1 } : 0)),
        maxBarThickness: 22,
        ...(chart.stacked ? { stack: 'one' } : {}),
      })),
    },
    options: {
      ...common(theme),
      indexAxis: 'y',
      scales: valueScales(theme, {
        type: 'linear',
        stacked: chart.stacked,
        ...fromZero(lowest, largest),
        ticks: linearTicks(largest, chart.unit, theme),
      }),
      plugins: {
        legend: barLegend(chart, theme),
        tooltip: tooltip(theme, (item) => ` ${item.dataset.label ?? ''}: ${format(item.parsed.x, chart.unit)}`),
      },
    },
    plugins: chart.stacked
      ? [
          limitLine(
            kept.map(({ row }) => row),
            (_row, index) => stackedUp[index] ?? 0,
            theme,
          ),
        ]
      : [],
  };
}

const barColor = (row: ChartRow, color: string, theme: Theme): string =>
  isLimit(row) ? theme.surface : row.trusted ? theme.color(color) : theme.grey;

function intervalConfig(chart: IntervalChart, theme: Theme, shown: Shown, linear: boolean): Config | null {
  const rows = chart.rows.filter((row) => shown(row.transport));
  if (rows.length === 0) return null;
  const colors = rows.map((row) => colorOf(row, theme));
  const ends = rows.flatMap(({ low, high }) => [low, high]);
  const scale = quantityAxis(theme, '', ends, chart.unit, linear || !chart.logarithmic);
  return {
    type: 'line',
    data: {
      labels: rows.map((row) => labelLines(row.label)),
      datasets: [
        {
          data: rows.map((row) => row.value),
          showLine: false,
          pointStyle: rows.map((row) => markerOf(row.look, row.ordinal)),
          pointRadius: 6,
          pointHoverRadius: 7,
          pointBorderWidth: 2,
          pointBorderColor: colors,
          pointBackgroundColor: rows.map((row, index) => (row.ordinal > 0 ? theme.surface : colors[index])) as string[],
        },
      ],
    },
    options: {
      ...common(theme),
      indexAxis: 'y',
      scales: valueScales(theme, scale),
      plugins: {
        legend: { display: false },
        tooltip: tooltip(theme, (item) => {
          const row = rows[item.dataIndex];
          return row === undefined
            ? ''
            : ` ${format(row.value, chart.unit)} (${formatRange(row.low, row.high, chart.unit)})`;
        }),
      },
    },
    plugins: [whiskers(rows, colors), limitLine(rows, (row) => row.value, theme)],
  };
}

/** Draws each row's interval as a bar with ends, behind its dot. */
function whiskers(rows: IntervalChart['rows'], colors: readonly string[]): Plugin<'line' | 'bar'> {
  return {
    id: 'whiskers',
    beforeDatasetsDraw(chart) {
      const points = chart.getDatasetMeta(0).data;
      const { ctx } = chart;
      const { x } = chart.scales;
      rows.forEach((row, index) => {
        const point = points[index];
        if (x === undefined || point === undefined) return;
        const [from, to] = [x.getPixelForValue(row.low), x.getPixelForValue(row.high)];
        ctx.save();
        ctx.strokeStyle = colors[index] ?? '';
        ctx.lineWidth = 2;
        ctx.beginPath();
        ctx.moveTo(from, point.y);
        ctx.lineTo(to, point.y);
        for (const end of [from, to]) {
          ctx.moveTo(end, point.y - 7);
          ctx.lineTo(end, point.y + 7);
        }
        ctx.stroke();
        ctx.restore();
      });
    },
  };
}

/** A variant goes on a line of its own, and so does what follows in brackets, so that narrow screens keep their chart. */
const labelLines = (label: string): string[] =>
  label.split(/ · | (?=\()/).map((line) => (line.length > 26 ? `${line.slice(0, 25)}…` : line));

/** By part, not by the first row's colour, which may be the grey of an invalid row. */
function barLegend(chart: BarChart, theme: Theme) {
  const base = legend(theme);
  const generateLabels = () =>
    chart.parts.map((part, datasetIndex) => ({
      text: part.label,
      fillStyle: theme.color(part.color),
      strokeStyle: theme.color(part.color),
      fontColor: theme.text,
      pointStyle: 'rect' as const,
      datasetIndex,
    }));
  return { ...base, labels: { ...base.labels, boxHeight: 9, generateLabels } };
}
