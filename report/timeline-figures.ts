/** The measurements in the order in which they ran, each against the median of its kind: a drift or a disturbance is seen. Pure. */
import type { Measurement } from '../results/schema.ts';
import { median, slope } from '../results/statistics.ts';
import type { ChartSet, TimelineChart } from './chart-types.ts';
import { percentText, plain } from './format.ts';
import { METRICS, type MetricName } from './metrics.ts';
import type { ReportView } from './summary.ts';
import { looksOf, titleOf } from './transports.ts';
import { labelOf } from './warnings.ts';

export const TIMELINE_CHART = 'timeline';

export interface Moment {
  measurement: Measurement;
  label: string;
  /** What is held against the others of its kind; null where the measurement has no such figure. */
  figure: { metric: MetricName; value: number; ratio: number | null } | null;
  /** Share of the machine that other work and a hypervisor took; null where it was not read. */
  noise: number | null;
}

/** The first of these that a measurement has: what its scenario asks, else what the server spent. */
const FIGURES: readonly MetricName[] = ['latencyP50', 'readinessP50', 'requestP50', 'serverCpuShare'];

const kindKey = ({ scenario, transport, parameters }: Measurement): string =>
  JSON.stringify([scenario, transport, Object.entries(parameters).sort()]);

function readingOf(m: Measurement): { metric: MetricName; value: number } | null {
  // Every measurement has a readiness: it is the figure of those only that have no other.
  for (const metric of FIGURES) {
    const value = METRICS[metric].of(m);
    if (metric === 'readinessP50' && m.scenario !== 'connect') continue;
    if (typeof value === 'number' && value > 0) return { metric, value };
  }
  return null;
}

export function momentsOf({ run, floors }: ReportView): Moment[] {
  const read = run.measurements.map((measurement) => ({
    ...{ measurement, kind: kindKey(measurement), reading: readingOf(measurement) },
  }));
  const groups = new Map<string, number[]>();
  for (const { measurement, kind, reading } of read) {
    if (reading !== null && measurement.validity.valid) groups.set(kind, [...(groups.get(kind) ?? []), reading.value]);
  }
  return read
    .sort((a, b) => a.measurement.order - b.measurement.order)
    .map(({ measurement, kind, reading }) => {
      const middle = median(groups.get(kind) ?? []);
      const { othersShare = null, stolenShare = null } = measurement.validity.evidence ?? {};
      return {
        measurement,
        label: plain(labelOf(measurement, floors)),
        figure: reading === null ? null : { ...reading, ratio: middle === null ? null : reading.value / middle },
        noise: othersShare === null ? null : othersShare + (stolenShare ?? 0),
      };
    });
}

export function timelineCharts(view: ReportView): Record<string, ChartSet> {
  const moments = momentsOf(view);
  const looks = looksOf(view.transports, view.floors);
  const series = view.transports.flatMap((transport): TimelineChart['series'] => {
    const own = moments.filter(({ measurement, figure }) => measurement.transport === transport && figure !== null);
    const points = (valid: boolean) =>
      own.flatMap(({ measurement: { order, validity }, figure }): [number, number][] =>
        validity.valid === valid && figure?.ratio != null ? [[order + 1, Number(figure.ratio.toPrecision(6))]] : [],
      );
    const [valid, invalid] = [points(true), points(false)];
    if (valid.length + invalid.length === 0) return [];
    const look = looks.get(transport) ?? 0;
    return [
      {
        ...{ label: titleOf(transport, view.floors), transport, look, ordinal: 0, trusted: true },
        points: valid,
        invalid,
      },
    ];
  });
  if (series.length === 0) return {};
  const titles = moments.map(({ measurement: m, label }) => [
    m.order + 1,
    `${label}, ${plain(m.scenario)}, repetition ${m.repetition + 1}`,
  ]);
  const noise = moments.flatMap(({ measurement, noise: share }): [number, number][] =>
    share === null ? [] : [[measurement.order + 1, Number(share.toPrecision(6))]],
  );
  return {
    [TIMELINE_CHART]: {
      '': { kind: 'timeline', series, titles: Object.fromEntries(titles) as TimelineChart['titles'], noise },
    },
  };
}

/** Whether figures moved over the run, by least squares of their logarithms over the order; null for too few. */
export function driftSentence(moments: readonly Moment[]): string | null {
  const points = moments.flatMap(({ measurement: { order, validity }, figure }): [number, number][] =>
    validity.valid && figure?.ratio != null && figure.ratio > 0 ? [[order, Math.log(figure.ratio)]] : [],
  );
  const found = slope(points);
  if (found === null) return null;
  const length = Math.max(...points.map(([x]) => x)) - Math.min(...points.map(([x]) => x));
  const [change, low, high] = [found.slope, found.low, found.high].map((each) =>
    percentText(Math.expm1(each * length)),
  );
  const moved = found.low > 0 || found.high < 0;
  return `From the first measurement to the last, figures of a kind ${moved ? 'moved' : 'show no drift'}: ${change} (95 %: ${low} to ${high}). The order is shuffled in each repetition, so that a drift meets all transports alike.`;
}
