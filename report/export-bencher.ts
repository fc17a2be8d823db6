/** Bencher Metric Format: https://bencher.dev/docs/reference/bencher-metric-format (schema: https://bencher.dev/bmf.json). */
import type { Series, SeriesFigure } from '../results/series.ts';
import { json, trackerFormat } from './export-format.ts';

/** Measures that every Bencher project has from the start, in the units that they have there: ns, and operations a second. */
const BUILT_IN: Readonly<Record<string, string>> = {
  'latency-p50': 'latency',
  'messages-per-second': 'throughput',
};

export const bencher = trackerFormat('Bencher (bencher run --adapter json)', ({ series }) => {
  const measured = series.filter(({ figures }) => Object.keys(figures).length > 0);
  if (measured.length === 0) return null;
  return json(Object.fromEntries(measured.map((each) => [each.name, measuresOf(each)])));
});

function measuresOf({ figures }: Series): Record<string, object> {
  return Object.fromEntries(
    Object.entries(figures).map(([slug, figure]) => [BUILT_IN[slug] ?? slug, metricOf(figure)]),
  );
}

/** Bounds are left out where nothing is known of them: equal to the value they would claim certainty. */
function metricOf({ value, low, high }: SeriesFigure): object {
  return {
    value,
    ...(low === null ? {} : { lower_value: low }),
    ...(high === null ? {} : { upper_value: high }),
  };
}
