/** The run as it went: a mark a measurement against the median of its kind, and what else the machine did, behind them. */
import type { TimelineChart } from '../chart-types.ts';
import { format } from '../format.ts';
import { markerOf } from '../transports.ts';
import { axis, ticks } from './axes.ts';
import { colorOf, common, legend, tooltip, type Config, type Shown } from './common.ts';
import type { Theme } from './theme.ts';

type Dataset = Config['data']['datasets'][number];

/** Where a reader looks for a change; the axis shows as many as it needs. */
const MARKS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 0.8, 1, 1.25, 2, 5, 10, 20, 50, 100, 1_000];
const share = (value: number): string => `${Number((value * 100).toPrecision(3))} %`;

export function timelineConfig(chart: TimelineChart, theme: Theme, shown: Shown): Config | null {
  const series = chart.series.filter((each) => shown(each.transport));
  if (series.length === 0) return null;
  const range = rangeOf(series.flatMap((each) => each.points.map(([, ratio]) => ratio)));
  const spoiled = series.flatMap((each) => each.invalid);
  const datasets = [
    ...series.map((each) => valid(each, theme)),
    ...(spoiled.length === 0 ? [] : [invalid(spoiled, range, theme)]),
    ...(chart.noise.length === 0 ? [] : [noise(chart.noise, theme)]),
  ];
  return {
    type: 'line',
    data: { datasets },
    options: {
      ...common(theme),
      interaction: { mode: 'nearest', axis: 'xy', intersect: false },
      scales: {
        x: {
          ...axis(theme, 'measurement, in order'),
          type: 'linear',
          ticks: { ...ticks(theme, String), precision: 0 },
        },
        y: ratioAxis(range, theme),
        ...(chart.noise.length === 0 ? {} : { noise: noiseAxis(theme) }),
      },
      plugins: {
        legend: legend(theme),
        tooltip: tooltip(theme, (item) => {
          const { x, y } = item.parsed;
          const what = item.dataset.yAxisID === 'noise' ? 'other work' : (chart.titles[x ?? 0] ?? '');
          return ` ${what}: ${format(y, 'share')}`;
        }),
      },
    },
  };
}

type Range = readonly [min: number, max: number];

/** Around what is valid: an invalid measurement may be off by anything. */
function rangeOf(ratios: readonly number[]): Range {
  const [least, most] = [Math.min(0.8, ...ratios), Math.max(1.25, ...ratios)];
  return [MARKS.findLast((mark) => mark <= least) ?? least, MARKS.find((mark) => mark >= most) ?? most];
}

/** Logarithmic: half and double are as far from the median. */
function ratioAxis([min, max]: Range, theme: Theme): object {
  // Marks of a wide axis would stand on each other.
  const marks = max / min > 6 ? MARKS.filter((mark) => mark !== 0.8 && mark !== 1.25) : MARKS;
  return {
    ...axis(theme, 'of the median'),
    type: 'logarithmic',
    min,
    max,
    afterBuildTicks: (scale: { ticks: { value: number }[] }) => {
      scale.ticks = marks.filter((mark) => mark >= min && mark <= max).map((value) => ({ value }));
    },
    ticks: ticks(theme, share),
  };
}

const noiseAxis = (theme: Theme): object => ({
  ...axis(theme, 'other work'),
  ...{ type: 'linear', position: 'right', min: 0, max: 1 },
  grid: { display: false },
  ticks: { ...ticks(theme, share), stepSize: 0.5 },
});

type Series = TimelineChart['series'][number];

const pointsOf = (points: Series['points']): { x: number; y: number }[] => points.map(([x, y]) => ({ x, y }));

const valid = (each: Series, theme: Theme): Dataset => ({
  label: each.label,
  data: pointsOf(each.points),
  showLine: false,
  borderColor: colorOf(each, theme),
  backgroundColor: colorOf(each, theme),
  pointStyle: markerOf(each.look, each.ordinal),
  pointRadius: 4,
  pointHoverRadius: 6,
  clip: 8,
});

/** What lies beyond the axis is drawn at its edge. */
const invalid = (points: Series['points'], [min, max]: Range, theme: Theme): Dataset => ({
  label: 'invalid',
  data: points.map(([x, y]) => ({ x, y: Math.min(max, Math.max(min, y)) })),
  showLine: false,
  borderColor: theme.grey,
  backgroundColor: theme.grey,
  pointStyle: 'crossRot',
  pointRadius: 5,
  pointBorderWidth: 2,
  clip: 8,
});

/** Last of all, and so behind all. */
const noise = (points: Series['points'], theme: Theme): Dataset => ({
  label: 'other work (right)',
  data: pointsOf(points),
  yAxisID: 'noise',
  stepped: 'middle',
  borderColor: theme.grey,
  backgroundColor: theme.grey,
  borderWidth: 1,
  pointRadius: 0,
  pointStyle: 'line',
});
