/** The pictures over payload, rate, clients and time: each point is a figure of the run, and the words follow from the points. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RunFile } from '../results/schema.ts';
import { clientCharts, clientsSentence, serverPoints } from './clients-figures.ts';
import type { Chart, LineChart } from './chart-types.ts';
import { exactOf, rhythmOf } from './chart-exact.ts';
import { clientsSection } from './html-clients.ts';
import { overheadSection } from './html-overhead.ts';
import { ratesSection } from './html-rates.ts';
import { timelineSection } from './html-timeline.ts';
import { loadedOverheads, overheadCharts, overheadSentences } from './overhead-figures.ts';
import { bandwidthAt, crossovers, ratedOf, rateCharts, rateSentences, rateWords } from './rate-figures.ts';
import { fixtureRun } from './run.fixture.ts';
import { summarise } from './summary.ts';
import { driftSentence, momentsOf, timelineCharts } from './timeline-figures.ts';

/** Its histograms take a while to make: once for all tests. */
const RUN = fixtureRun();
const view = (change: (run: RunFile) => void = () => undefined) => {
  const run = structuredClone(RUN);
  change(run);
  return summarise(run);
};
const EXACT = exactOf(view())!;
const linesOf = (chart: Chart | undefined): LineChart => {
  if (chart?.kind !== 'lines') throw new Error('no chart of lines');
  return chart;
};

describe('overhead against payload size', () => {
  test('a line is what the exact counts have beyond the payload, a loose point what was measured under load', () => {
    const { series } = linesOf(overheadCharts(view())['overhead']?.['']);
    const sse = series.filter(({ transport }) => transport === 'sse');
    expect(sse.map(({ loose }) => loose)).toEqual([true]);
    const websocket = series.find(({ transport, loose }) => transport === 'websocket' && loose !== true)!;
    expect(websocket.points).toEqual([
      [20, 2],
      [128, 4],
      [65_536, 10],
    ]);
    for (const { row, payloadBytes, bytes } of loadedOverheads(view())) {
      expect(bytes + payloadBytes).toBeCloseTo(row.figures.bytesPerDelivery.estimate!.value, 6);
    }
  });

  test('the words name both ends, and without counts or a sweep it is said what would measure them', () => {
    expect(overheadSentences(view())).toEqual([
      'A message of 20 B costs 2 B by websocket (10 % of it) beyond its payload, and 730 B by short-polling (36.5× as much).',
      'A message of 64 KiB costs 10 B by websocket (0.02 % of it) beyond its payload, and 730 B by short-polling (1.11 % of it).',
    ]);
    const html = overheadSection(view((run) => delete run.exact));
    expect(html).toContain('Not counted in this run');
    expect(html).toContain('pushbench run --scenarios payload');
  });
});

describe('bandwidth against message rate', () => {
  test('at a crossover both move as many bytes, and on either side the one that is named moves fewer', () => {
    const { pollIntervalMs, holdMs, heartbeatMs } = rhythmOf(view());
    fc.assert(
      fc.property(fc.double({ min: 0.02, max: 20, noNaN: true }), fc.integer({ min: 20, max: 600 }), (factor, idle) => {
        const exact = structuredClone(EXACT);
        // A stream with frames as fat as a poll changes places with it.
        const stream = exact.transports.find(({ transport }) => transport === 'websocket')!;
        stream.idle!.down.total = idle;
        for (const { exchange } of stream.perMessage) exchange.down.total += 1_000 * factor;
        const rhythm = { pollIntervalMs, holdMs, heartbeatMs };
        for (const { rate, below, above } of crossovers(exact, rhythm)) {
          const at = (name: string, x: number) =>
            bandwidthAt(
              ratedOf(exact).find(({ transport }) => transport === name)!,
              x,
              rhythm,
            );
          expect(at(below, rate) / at(above, rate)).toBeCloseTo(1, 6);
          expect(at(below, rate * 0.9)).toBeLessThan(at(above, rate * 0.9));
          expect(at(below, rate * 1.1)).toBeGreaterThan(at(above, rate * 1.1));
        }
      }),
      { numRuns: 40 },
    );
  });

  test('the more messages, the more bytes, on every transport', () => {
    const { series } = linesOf(rateCharts(view())['rates']?.['']);
    const lines = series.filter(({ loose }) => loose !== true);
    expect(lines.length).toBeGreaterThan(1);
    for (const { points } of lines) {
      points.slice(1).forEach(([, bytes], index) => expect(bytes).toBeGreaterThanOrEqual(points[index]![1]));
    }
  });

  test('what was measured stands beside the laws only where its settings are those of the counts', () => {
    const loose = (of: ReturnType<typeof view>) =>
      linesOf(rateCharts(of)['rates']?.['']).series.filter((each) => each.loose === true);
    expect(loose(view()).map(({ points }) => points[0]![0])).toEqual([10, 10]);
    expect(loose(view((run) => run.measurements.forEach((m) => (m.parameters.payloadBytes = 64))))).toEqual([]);
  });

  test('the words say who is cheapest and where two change places', () => {
    const exact = structuredClone(EXACT);
    expect(rateSentences(exact, rhythmOf(view()))[0]).toBe('At every rate websocket moves the fewest bytes.');
    expect(rateSentences(exact, rhythmOf(view()))[1]).toMatch(/^No two of them change places/);
    for (const { exchange } of exact.transports[1]!.perMessage) exchange.down.total += 5_000;
    expect(rateSentences(exact, rhythmOf(view())).join(' ')).toMatch(
      /^Where messages are rare websocket .* Below .* to each client websocket moves fewer bytes than short-polling, above it more\.$/,
    );
    expect([rateWords(0.025), rateWords(3.21)]).toEqual(['one message in 40 s', '3.2 messages a second']);
    expect(ratesSection(view((run) => delete run.exact))).toContain('Not counted in this run');
  });
});

describe('the server against clients', () => {
  test('one number of clients is said to be one, and what would measure more is named', () => {
    const html = clientsSection(view());
    expect(html).toContain('All was measured with 20 clients');
    expect(html).toContain('pushbench run --scenarios memory');
    expect(clientsSection(view((run) => (run.measurements = [])))).toContain('Not measured in this run');
  });

  test('steps of the scenario memory are points of a curve, the median of their repetitions', () => {
    const stepped = view((run) => {
      for (const m of run.measurements.filter(({ scenario }) => scenario === 'idle')) {
        const steps = [100, 200, 400].map((clients) => ({
          ...{ clients, rssBytes: 1e6 + clients * 1_000 + m.repetition, kernelBytes: null },
        }));
        run.measurements.push({ ...m, scenario: 'memory', memory: { steps, perClient: null, kernelPerClient: null } });
      }
    });
    const { series } = linesOf(clientCharts(stepped)['clients-memory']?.['']);
    const waiting = series.find(({ transport, loose }) => transport === 'sse' && loose !== true)!;
    expect(waiting.points.slice(1)).toEqual([
      [100, 1_100_001],
      [200, 1_200_001],
      [400, 1_400_001],
    ]);
    expect(clientsSentence(serverPoints(stepped), true)).toContain('4 numbers of clients, from 20 to 400');
    const html = clientsSection(stepped);
    expect(html).toContain('Lines: clients that wait. Hollow marks: clients that are served.');
    expect(html).toContain('data-beside-chart');
    expect(html).not.toContain('data-chart="clients-cpu"');
  });

  test('where nothing was measured with two numbers of clients there is the table alone, and it is open', () => {
    const apart = view((run) => {
      for (const { scenario, parameters } of run.measurements) if (scenario === 'idle') parameters.clients = 500;
    });
    expect(clientCharts(apart)).toEqual({});
    const html = clientsSection(apart);
    expect(html).toContain('Measured with 20 to 500 clients, but no transport with two numbers');
    expect(html).not.toMatch(/data-chart|data-beside-chart|Lines:/);
    expect(html.match(/<tr data-transport/g)).toHaveLength(serverPoints(apart).length);
  });
});

describe('the timeline', () => {
  test('every measurement is a point in its order, the middle of its kind at one, and invalid ones are told apart', () => {
    const marked = view((run) => (run.measurements[4]!.validity.valid = false));
    const chart = timelineCharts(marked)['timeline']?.[''];
    if (chart?.kind !== 'timeline') throw new Error('no timeline');
    const drawn = chart.series.flatMap(({ points, invalid }) => [...points, ...invalid]);
    const known = momentsOf(marked).filter(({ figure }) => figure?.ratio != null);
    expect(drawn.map(([order]) => order).sort((a, b) => a - b)).toEqual(
      known.map(({ measurement }) => measurement.order + 1),
    );
    expect(chart.series.flatMap(({ invalid }) => invalid.map(([order]) => order))).toEqual([5]);
    expect(drawn.some(([, ratio]) => ratio === 1)).toBe(true);
  });

  test('a run that grew slower says so, and a shuffled one shows no drift', () => {
    expect(driftSentence(momentsOf(view()))).toContain('show no drift');
    const drifting = view((run) => {
      for (const m of run.measurements) {
        const factor = 1 + m.order / run.measurements.length;
        for (const latency of [m.deliveryLatencyNs, m.readinessNs, m.requestLatencyNs]) {
          if (latency !== undefined && latency.p50 !== null) latency.p50 *= factor;
        }
      }
    });
    expect(driftSentence(momentsOf(drifting))).toMatch(/moved: \+/);
    expect(driftSentence([])).toBeNull();
  });

  test('other work is drawn where it was measured, and every number stands in the table', () => {
    const busy = view((run) => {
      const evidence = { othersShare: 0.25, stolenShare: 0.05 } as never;
      run.measurements.forEach((m) => (m.validity.evidence = evidence));
    });
    const chart = timelineCharts(busy)['timeline']?.[''];
    if (chart?.kind !== 'timeline') throw new Error('no timeline');
    expect(chart.noise).toHaveLength(busy.measured);
    expect(chart.noise[0]).toEqual([1, 0.3]);
    const html = timelineSection(busy);
    expect(html.match(/<tr data-transport/g)).toHaveLength(busy.measured);
    expect(html).toContain('>30 %<');
    expect(timelineSection(view((run) => (run.measurements = [])))).toContain('Nothing was measured');
  });
});
