/** The axes of the charts: nines on x, decades on y, and steps that read well in the unit of their labels. */
import type { ScaleOptions } from 'chart.js';
import { format, quantileName, type Unit } from '../format.ts';
import type { Theme } from './theme.ts';

/** x = 1/(1 − q): each decade is one more nine. */
export function percentileAxis(max: number, theme: Theme): ScaleOptions<'logarithmic'> {
  const marks = [1, 2, 4, 10, 100, 1000, 10_000, 100_000].filter((x) => x <= max * 1.001);
  return {
    ...axis(theme, 'percentile (each step one more nine)'),
    type: 'logarithmic',
    min: 1,
    max: max * 1.05,
    afterBuildTicks: (scale: { ticks: { value: number }[] }) => {
      scale.ticks = marks.map((value) => ({ value }));
    },
    ticks: ticks(theme, (x) => quantileName(1 - 1 / x)),
  };
}

/** Of a quantity: decades, or from 0. */
export function quantityAxis(theme: Theme, title: string, values: readonly number[], unit: Unit, linear: boolean) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (linear) {
    return {
      ...axis(theme, title),
      // What stands on the highest mark, such as the end of an interval, is inside.
      ...{ type: 'linear' as const, beginAtZero: true, suggestedMax: high, grace: '5%' as const },
      ticks: linearTicks(high, unit, theme),
    };
  }
  return {
    ...axis(theme, title),
    type: 'logarithmic' as const,
    ...decades(low, high, unit),
    ticks: ticks(theme, (value) => format(value, unit)),
  };
}

type Scale = { ticks: { value: number }[] };

/** Whole decades around the values, with 2 and 5 between them where there are few; bytes count 1, 10, 100 of each unit. */
export function decades(low: number, high: number, unit: Unit): object {
  const marks = isBytes(unit) ? byteMarks() : decimalMarks(low, high);
  const min = marks.findLast((mark) => mark <= low * 1.0001) ?? low;
  const max = marks.find((mark) => mark >= high * 0.9999 && mark > min) ?? high;
  const afterBuildTicks = (scale: Scale) => {
    scale.ticks = marks.filter((mark) => mark >= min && mark <= max).map((value) => ({ value }));
  };
  return { min, max, afterBuildTicks };
}

const isBytes = (unit: Unit): boolean => unit === 'bytes' || unit === 'bytesPerSecond';

const byteMarks = (): number[] => [0, 1, 2, 3].flatMap((power) => [1, 10, 100].map((mark) => mark * 1024 ** power));

function decimalMarks(low: number, high: number): number[] {
  const from = Math.floor(Math.log10(low) + 1e-9);
  const to = Math.max(from + 1, Math.ceil(Math.log10(high) - 1e-9));
  const steps = to - from <= 2 ? [1, 2, 5] : [1];
  const powers = Array.from({ length: to - from + 2 }, (_, index) => from + index);
  return powers.flatMap((power) => steps.map((step) => step * 10 ** power));
}

/** Of the axis, from 0 to its largest value: shorter bars are not seen. */
const LEAST_SEEN = 0.01;

/**
 * A linear axis begins at 0, and lower only for what can be seen there: a message that an edge of a window cut may leave a
 * seventh of a byte below 0, for which Chart.js would add a whole step.
 */
export function fromZero(lowest: number, largest: number): object {
  return -lowest > LEAST_SEEN * largest ? { beginAtZero: true } : { min: 0 };
}

/** Steps of 1, 2 or 5 in the unit that the labels will carry: a linear axis reads 200 KiB and not 195.3 KiB. */
export function linearTicks(max: number, unit: Unit, theme: Theme): object {
  const labels = ticks(theme, (value) => format(value, unit));
  if (max <= 0) return labels;
  const base = isBytes(unit) ? 1024 ** Math.floor(Math.log(max) / Math.log(1024)) : 1;
  const rough = max / base / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((each) => each * power >= rough) ?? 10;
  return { ...labels, stepSize: step * power * base };
}

export function axis(theme: Theme, title: string) {
  return {
    grid: { color: theme.line, drawTicks: false },
    border: { display: false },
    title: { display: title !== '', text: title, color: theme.muted, font: { family: theme.font, size: 12 } },
  };
}

export function valueScales(theme: Theme, value: object): Record<string, object> {
  const names = { color: theme.text, font: { family: theme.font, size: 13 }, autoSkip: false, padding: 8 };
  return {
    x: { ...axis(theme, ''), ...value },
    y: {
      type: 'category',
      offset: true,
      grid: { display: false },
      border: { display: false },
      ticks: names,
      stacked: 'stacked' in value ? value.stacked : false,
    },
  };
}

export function ticks(theme: Theme, label: (value: number) => string) {
  return {
    color: theme.muted,
    font: { family: theme.font, size: 12 },
    padding: 8,
    maxRotation: 0,
    callback: (value: string | number) => label(Number(value)),
  };
}
