/** What the page's script draws: finished points and bars. The browser computes no statistics and decodes no histogram. */
import type { Model } from '../results/model/model.ts';
import type { Unit } from './format.ts';
import type { RunDigest } from './run-digest.ts';

/** Which row a series or bar stands for; the page filters by transport. */
export interface ChartRow {
  label: string;
  transport: string;
  /** Index of its colour, dash and marker; that of the limit is `LIMIT_LOOK`. */
  look: number;
  /** Over 0 for a further row of the same transport: drawn hollow, and dotted apart. */
  ordinal: number;
  /** False: drawn grey, because no repetition behind it is valid. */
  trusted: boolean;
}

/** Latency by percentile: x = 1/(1 − q) and y in ns, both logarithmic. */
export interface PercentileChart {
  kind: 'percentiles';
  unit: Unit;
  /** The clock's resolution. Points below are drawn at it: a log axis has no zero. */
  floor: number;
  series: (ChartRow & { points: [number, number][] })[];
}

/** Horizontal bars, one group a row, stacked or side by side. */
export interface BarChart {
  kind: 'bars';
  unit: Unit;
  stacked: boolean;
  rows: ChartRow[];
  /** `color` is a custom property of the style sheet, such as `--layer-header`. */
  parts: { label: string; color: string; values: (number | null)[] }[];
}

/** One dot with its interval a row. */
export interface IntervalChart {
  kind: 'intervals';
  unit: Unit;
  logarithmic: boolean;
  floor: number;
  rows: (ChartRow & { value: number; low: number; high: number })[];
}

/** Curves over a quantity, both axes logarithmic. */
export interface LineChart {
  kind: 'lines';
  x: { title: string; unit: Unit };
  y: { title: string; unit: Unit };
  /** `loose`: points that stand for themselves, hollow and without a line, beside the curve of the same transport. */
  series: (ChartRow & { points: (readonly [number, number])[]; loose?: true })[];
}

/** Every measurement in the order in which it ran: its figure against the median of its kind, and what else the machine did. */
export interface TimelineChart {
  kind: 'timeline';
  /** `[order, figure / median]`; `invalid` are those of the points that count for nothing. */
  series: (ChartRow & { points: (readonly [number, number])[]; invalid: (readonly [number, number])[] })[];
  /** What each measurement was, by its order. */
  titles: { [order: number]: string };
  /** `[order, share of the machine]`: other work and what a hypervisor took; empty where it was not measured. */
  noise: (readonly [number, number])[];
}

/** A figure over runs, a line a transport, each against its own middle: a change shows whatever the transport's level. */
export interface TrendChart {
  kind: 'trend';
  unit: Unit;
  /** One a run, for people. */
  labels: string[];
  /** One a run: where its commit can be looked at. Empty where nothing tells. */
  links: string[];
  series: (ChartRow & { values: (number | null)[]; middle: number; changes: number[] })[];
}

export type Chart = PercentileChart | BarChart | IntervalChart | LineChart | TimelineChart | TrendChart;

/** The charts of one canvas: one for each scenario that it can show, or a single one under ''. */
export type ChartSet = { [scenario: string]: Chart };

export interface PageData {
  /** Keyed by the `data-chart` of the canvas. */
  charts: { [canvas: string]: ChartSet };
  /** What the planner predicts from; missing where the page has none. */
  model?: Model;
  /** Of each transport, for the maps: see `looksOf` in report/transports.ts. Beside the model. */
  looks?: (readonly [transport: string, look: number])[];
  /** What other runs are compared with that are dropped on the page; missing on pages that show no single run. */
  run?: RunDigest;
}
