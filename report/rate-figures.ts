/**
 * Bandwidth of one client over the message rate, and where one transport begins to cost less than another: by the laws of
 * polling and heartbeats from exact counts (`exact-figures.ts`), with what was measured beside them. Pure.
 */
import type { Exact } from '../results/exact.ts';
import type { ChartRow, ChartSet, LineChart } from './chart-types.ts';
import { exactOf, rhythmOf } from './chart-exact.ts';
import { bytesPerUseful, isComplete, type Complete, type Rhythm } from './exact-figures.ts';
import { plain } from './format.ts';
import type { MeasurementParameters } from '../results/schema.ts';
import type { ReportView, Row } from './summary.ts';
import { looksOf, titleOf } from './transports.ts';

export const RATES_CHART = 'rates';

/** From one message in five minutes to as many as a ticker has. */
const [LOWEST, HIGHEST] = [0.003, 100];
const PER_DECADE = 6;

/** Evenly spread over a logarithmic axis. */
const RATES: readonly number[] = Array.from(
  { length: Math.ceil(Math.log10(HIGHEST / LOWEST) * PER_DECADE) + 1 },
  (_, index) => Math.min(HIGHEST, Number((LOWEST * 10 ** (index / PER_DECADE)).toPrecision(3))),
);

/** Bytes a second of one client that receives `rate` messages a second. */
export const bandwidthAt = (of: Complete, rate: number, rhythm: Rhythm): number =>
  rate * bytesPerUseful(of, rate, rhythm);

/** Those that are complete enough for the laws. */
export const ratedOf = (exact: Exact): Complete[] => exact.transports.filter(isComplete);

export interface Crossover {
  /** Messages a second and client. */
  rate: number;
  /** Moves fewer bytes below it, and more above. */
  below: string;
  above: string;
}

/** Every rate at which two transports (never the limit) move as many bytes, from the lowest on. */
export function crossovers(exact: Exact, rhythm: Rhythm): Crossover[] {
  const rivals = ratedOf(exact).filter(({ floor }) => !floor);
  const pairs = rivals.flatMap((a, index) => rivals.slice(index + 1).map((b) => [a, b] as const));
  return pairs
    .flatMap(([a, b]) => {
      const gap = (rate: number): number => Math.log(bandwidthAt(a, rate, rhythm) / bandwidthAt(b, rate, rhythm));
      return RATES.slice(1).flatMap((to, index): Crossover[] => {
        const [before, after] = [gap(RATES[index]!), gap(to)];
        if (!(before * after < 0)) return [];
        const [below, above] = before < 0 ? [a, b] : [b, a];
        return [{ rate: rootOf(gap, RATES[index]!, to), below: below.transport, above: above.transport }];
      });
    })
    .sort((a, b) => a.rate - b.rate);
}

/** By bisection of the logarithm: `gap` has one sign at `low` and the other at `high`. */
function rootOf(gap: (rate: number) => number, low: number, high: number): number {
  const sign = Math.sign(gap(low));
  let [from, to] = [low, high];
  for (let step = 0; step < 50; step++) {
    const middle = Math.sqrt(from * to);
    if (Math.sign(gap(middle)) === sign) from = middle;
    else to = middle;
  }
  return Math.sqrt(from * to);
}

/** `one message in 40 s`, `3.2 messages a second`. */
export function rateWords(rate: number): string {
  if (rate >= 1) return `${Number(rate.toPrecision(2))} messages a second`;
  return `one message in ${Number((1 / rate).toPrecision(2))} s`;
}

/** Who moves the fewest bytes at which rates, then each crossover. */
export function rateSentences(exact: Exact, rhythm: Rhythm): string[] {
  const rivals = ratedOf(exact).filter(({ floor }) => !floor);
  if (rivals.length < 2) return [];
  const found = crossovers(exact, rhythm);
  const words = found.map(
    ({ rate, below, above }) =>
      `Below ${rateWords(rate)} to each client ${plain(below)} moves fewer bytes than ${plain(above)}, above it more.`,
  );
  return [cheapest(rivals, rhythm), ...(words.length === 0 ? [NO_CROSSOVER] : words)];
}

const NO_CROSSOVER = 'No two of them change places between one message in five minutes and a hundred a second.';

function cheapest(rivals: readonly Complete[], rhythm: Rhythm): string {
  const least = (rate: number): string =>
    [...rivals].sort((a, b) => bandwidthAt(a, rate, rhythm) - bandwidthAt(b, rate, rhythm))[0]!.transport;
  const [rare, often] = [least(LOWEST), least(HIGHEST)];
  if (RATES.every((rate) => least(rate) === rare)) return `At every rate ${plain(rare)} moves the fewest bytes.`;
  return `Where messages are rare ${plain(rare)} moves the fewest bytes, where they are many ${plain(often)}.`;
}

export interface RatedPoint {
  row: Row;
  scenario: string;
  rate: number;
  bytesPerSecond: number;
}

/** What was measured with the settings of the exact counts, so that it may stand beside their laws. */
export function measuredRates(view: ReportView, exact: Exact): RatedPoint[] {
  const rhythm = rhythmOf(view);
  return view.scenarios
    .filter(({ kind, name }) => kind === 'delivery' && name !== 'echo')
    .flatMap(({ name, rows }) =>
      rows.flatMap((row): RatedPoint[] => {
        const bytes = row.figures.bytesPerDelivery.estimate?.value;
        if (bytes === undefined || !row.trusted || !isAlike(row.parameters, exact, rhythm)) return [];
        const rate = row.parameters.ratePerSecond;
        return [{ row, scenario: name, rate, bytesPerSecond: bytes * rate }];
      }),
    );
}

function isAlike(parameters: MeasurementParameters, exact: Exact, rhythm: Rhythm): boolean {
  const { carrier = 'h1', responseHeaders = 'minimal', burst = 1, link = 'none' } = parameters;
  const { payloadBytes, headers, pollIntervalMs, holdMs, heartbeatMs, ratePerSecond } = parameters;
  const same = payloadBytes === exact.payloadBytes && headers === exact.headers && carrier === exact.carrier;
  const paced =
    pollIntervalMs === rhythm.pollIntervalMs && holdMs === rhythm.holdMs && heartbeatMs === rhythm.heartbeatMs;
  return (
    same && paced && responseHeaders === exact.responseHeaders && burst === 1 && link === 'none' && ratePerSecond > 0
  );
}

export function rateCharts(view: ReportView): Record<string, ChartSet> {
  const exact = exactOf(view);
  if (exact === undefined) return {};
  const rated = ratedOf(exact);
  if (rated.length === 0) return {};
  const rhythm = rhythmOf(view);
  const looks = looksOf(
    exact.transports.map(({ transport }) => transport),
    view.floors,
  );
  const rowOf = (transport: string, label: string): ChartRow => ({
    ...{ label, transport, look: looks.get(transport) ?? 0, ordinal: 0, trusted: true },
  });
  const measured = measuredRates(view, exact);
  const series: LineChart['series'] = [
    ...rated.map((of) => ({
      ...rowOf(of.transport, titleOf(of.transport, view.floors)),
      points: RATES.map((rate) => [rate, bandwidthAt(of, rate, rhythm)] as const),
    })),
    ...rated.flatMap(({ transport }): LineChart['series'] => {
      const own = measured.filter(({ row }) => row.transport === transport);
      const points = own.map(({ rate, bytesPerSecond }) => [rate, bytesPerSecond] as const);
      const label = `${titleOf(transport, view.floors)}, measured`;
      return points.length === 0 ? [] : [{ ...rowOf(transport, label), points, loose: true }];
    }),
  ];
  const x = { title: 'messages a second to each client', unit: 'perSecond' } as const;
  return {
    [RATES_CHART]: {
      '': { kind: 'lines', x, y: { title: 'bytes a second of one client', unit: 'bytesPerSecond' }, series },
    },
  };
}
