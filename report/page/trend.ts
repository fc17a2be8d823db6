/** The history of a figure: a line a transport over the runs, changes of level marked, each point a way to its commit. */
import type { ActiveElement, ChartEvent, Plugin } from 'chart.js';
import type { TrendChart } from '../chart-types.ts';
import { format } from '../format.ts';
import { dashOf, markerOf } from '../transports.ts';
import { axis, ticks } from './axes.ts';
import { colorOf, common, legend, tooltip, type Config, type Shown } from './common.ts';
import type { Theme } from './theme.ts';

type Series = TrendChart['series'][number];

export function trendConfig(chart: TrendChart, theme: Theme, shown: Shown): Config | null {
  const series = chart.series.filter((each) => shown(each.transport));
  if (series.length === 0) return null;
  const share = (value: number): string => `${Math.round(value * 100)} %`;
  return {
    type: 'line',
    data: { labels: chart.labels, datasets: series.map((each) => line(each, theme)) },
    options: {
      ...common(theme),
      interaction: { mode: 'nearest', axis: 'xy', intersect: false },
      onClick: (_event: ChartEvent, elements: ActiveElement[]) => follow(chart, elements),
      onHover: (event: ChartEvent, elements: ActiveElement[]) => point(chart, event, elements),
      scales: {
        x: {
          ...axis(theme, ''),
          ticks: { ...ticks(theme, (index) => chart.labels[index]?.split(' ')[0] ?? ''), maxTicksLimit: 8 },
        },
        // Wide enough that noise does not look like a mountain.
        y: {
          ...axis(theme, ''),
          type: 'linear',
          suggestedMin: 0.9,
          suggestedMax: 1.1,
          grace: '5%',
          ticks: ticks(theme, share),
        },
      },
      plugins: {
        legend: legend(theme),
        tooltip: tooltip(theme, ({ datasetIndex, dataIndex }) => {
          const each = series[datasetIndex];
          if (each === undefined) return '';
          const change = each.changes.includes(dataIndex) ? ', change of level' : '';
          return ` ${each.label}: ${format(each.values[dataIndex] ?? null, chart.unit)} at ${chart.labels[dataIndex] ?? ''}${change}`;
        }),
      },
    },
    plugins: [changeLines(series, theme)],
  };
}

function line(each: Series, theme: Theme): Config['data']['datasets'][number] {
  const color = colorOf(each, theme);
  const size = (plain: number, marked: number) =>
    each.values.map((_, index) => (each.changes.includes(index) ? marked : plain));
  return {
    label: each.label,
    data: each.values.map((value) => (value === null ? null : value / each.middle)),
    borderColor: color,
    backgroundColor: color,
    borderDash: [...dashOf(each.look, each.ordinal)],
    borderWidth: 1.5,
    pointStyle: markerOf(each.look, each.ordinal),
    pointRadius: size(3, 8),
    pointHoverRadius: size(5, 10),
    clip: 8,
  };
}

function linkOf({ links }: TrendChart, elements: readonly ActiveElement[]): string | undefined {
  const index = elements[0]?.index;
  return index === undefined ? undefined : links[index];
}

function follow(chart: TrendChart, elements: readonly ActiveElement[]): void {
  const link = linkOf(chart, elements);
  if (link !== undefined) window.open(link, '_blank', 'noopener,noreferrer');
}

function point(chart: TrendChart, { native }: ChartEvent, elements: readonly ActiveElement[]): void {
  const canvas = native?.target;
  if (canvas instanceof HTMLElement) canvas.style.cursor = linkOf(chart, elements) === undefined ? '' : 'pointer';
}

/** A line from top to bottom where a level changed, in the colour of what changed. */
function changeLines(series: readonly Series[], theme: Theme): Plugin<'line' | 'bar'> {
  return {
    id: 'changes',
    beforeDatasetsDraw({ ctx, chartArea, scales: { x } }) {
      ctx.save();
      ctx.lineWidth = 1;
      ctx.setLineDash([3, 3]);
      for (const each of series) {
        ctx.strokeStyle = colorOf(each, theme);
        for (const index of each.changes) {
          const at = x?.getPixelForValue(index) ?? 0;
          ctx.beginPath();
          ctx.moveTo(at, chartArea.top);
          ctx.lineTo(at, chartArea.bottom);
          ctx.stroke();
        }
      }
      ctx.restore();
    },
  };
}
