/** A run as series for other tools and for the history: the figures of the scoreboard, exact counts, codecs. */
import type { CodecFigure } from '../results/codecs.ts';
import type { Exact } from '../results/exact.ts';
import { EXACT_METRICS } from '../results/gate/metrics.ts';
import type { RunFile } from '../results/schema.ts';
import {
  fitted,
  measurementName,
  nameOf,
  serverOf,
  unusual,
  type Series,
  type SeriesFigure,
  type Tracked,
} from '../results/series.ts';
import type { Estimate } from '../results/statistics.ts';
import { comparableMetrics } from './columns.ts';
import { plain, plural, type Unit } from './format.ts';
import { METRICS, type MetricName } from './metrics.ts';
import { summarise, type Row, type ScenarioView } from './summary.ts';

/** Where the gates have a shorter word for the same figure: results/gate/metrics.ts. */
const GATE_SLUGS: Partial<Record<MetricName, string>> = {
  serverCpuPerDelivery: 'server-cpu',
  serverRss: 'server-memory',
};

/** `latencyP99` is `latency-p99` wherever people and other tools see it. */
export const slugOf = (metric: MetricName): string =>
  GATE_SLUGS[metric] ?? metric.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Only what is valid: an estimate over repetitions that may not be believed is no figure for other tools to judge. */
export function seriesOf(run: RunFile): Tracked {
  const view = summarise(run);
  const rows = view.scenarios.flatMap((scenario) => scenario.rows.map((row) => ({ row, scenario })));
  const trusted = rows.filter(({ row }) => row.trusted);
  const server = serverOf(run.run);
  return {
    series: apart([
      ...trusted.map(({ row, scenario }) => measured(row, scenario, server)),
      ...(run.exact === undefined ? [] : exactSeries(run.exact, server)),
      ...(run.codecs?.figures ?? []).map(codecSeries),
    ]),
    leftOut: rows.filter(({ row }) => invalidOf(row) > 0).map(({ row, scenario }) => leftOut(row, scenario, server)),
  };
}

const rowName = (row: Row, { name }: ScenarioView, server: readonly string[]): string =>
  measurementName({ transport: row.transport, scenario: name }, row.parameters, server);

function leftOut(row: Row, scenario: ScenarioView, server: readonly string[]): string {
  const why = row.reasons.map(plain).join(' ');
  return `${rowName(row, scenario, server)}: ${invalidOf(row)} of ${plural(row.repetitions, 'repetition')} invalid. ${why}`.trim();
}

const invalidOf = ({ repetitions, valid }: Row): number => repetitions - valid;

function measured(row: Row, scenario: ScenarioView, server: readonly string[]): Series {
  const figures = comparableMetrics(scenario.kind).flatMap((metric): [string, SeriesFigure][] => {
    const { estimate } = row.figures[metric];
    return estimate === null ? [] : [[slugOf(metric), estimated(estimate, METRICS[metric].unit)]];
  });
  return {
    name: rowName(row, scenario, server),
    transport: row.transport,
    scenario: scenario.name,
    invalid: invalidOf(row),
    figures: Object.fromEntries(figures),
  };
}

/** One repetition has no interval: that its ends are equal does not make it certain. */
function estimated({ value, low, high, n }: Estimate, unit: Unit): SeriesFigure {
  const interval = n > 1 ? { low: trimmed(low), high: trimmed(high) } : { low: null, high: null };
  return { value: trimmed(value), ...interval, repetitions: n, unit, better: 'lower' };
}

/** Without the last digits of floating point, which are an accident of arithmetic: 104725245 and not 104725244.99999988. */
const trimmed = (value: number): number => Number(value.toPrecision(12));

function exactSeries(exact: Exact, server: readonly string[]): Series[] {
  const { payloadBytes, transports, carrier, headers, responseHeaders, deflate, contextTakeover, gzip } = exact;
  const settings = unusual({ carrier, headers, responseHeaders, deflate, contextTakeover, gzip });
  return transports.map((of) => ({
    name: nameOf([of.transport, 'exact', `${payloadBytes}B`, ...settings, ...server]),
    transport: of.transport,
    scenario: null,
    invalid: 0,
    figures: Object.fromEntries(
      EXACT_METRICS.flatMap((metric): [string, SeriesFigure][] => {
        const value = metric.of(of, payloadBytes);
        if (value === null) return [];
        return [[metric.slug, { value, low: null, high: null, repetitions: 0, unit: metric.unit, better: 'lower' }]];
      }),
    ),
  }));
}

function codecSeries({ transport, direction, payloadBytes, nsPerMessage, messagesPerSecond }: CodecFigure): Series {
  return {
    name: nameOf([transport, 'codec', direction, `${payloadBytes}B`]),
    transport,
    scenario: null,
    invalid: 0,
    figures: {
      'messages-per-second': {
        value: trimmed(messagesPerSecond),
        low: trimmed(1e9 / nsPerMessage.high),
        high: trimmed(1e9 / nsPerMessage.low),
        repetitions: 0,
        unit: 'perSecond',
        better: 'higher',
      },
    },
  };
}

/** A file by hand may hold one name twice: neither may hide the other. */
function apart(series: readonly Series[]): Series[] {
  const seen = new Set<string>();
  return series.map((each) => {
    let name = each.name;
    for (let count = 2; seen.has(name); count++) name = fitted(`${each.name}~${count}`);
    seen.add(name);
    return { ...each, name };
  });
}
