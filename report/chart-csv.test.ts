import { expect, test } from 'vitest';
import { pageDataOf } from './chart-data.ts';
import { chartCsv } from './chart-csv.ts';
import type { Chart } from './chart-types.ts';
import { trendsOf } from '../results/trends.ts';
import { fixtureHistory } from './history.fixture.ts';
import { questionsOf, trendChart } from './history-charts.ts';
import { fixtureRun } from './run.fixture.ts';
import { summarise } from './summary.ts';

const charts = (): Chart[] => {
  const { charts: sets } = pageDataOf(summarise(fixtureRun()));
  const [machine] = trendsOf(fixtureHistory());
  const trend = trendChart(questionsOf(machine!)[0]!, 'latency-p50', machine!, { looks: new Map(), template: null });
  return [...Object.values(sets).flatMap((set) => Object.values(set)), ...(trend === null ? [] : [trend])];
};

test('every chart of a page has a table of as many columns in each row, and a row for each point', () => {
  const all = charts();
  expect(new Set(all.map(({ kind }) => kind))).toEqual(
    new Set(['percentiles', 'bars', 'intervals', 'lines', 'timeline', 'trend']),
  );
  for (const chart of all) {
    const lines = chartCsv(chart).trimEnd().split('\r\n');
    expect(lines.length).toBeGreaterThan(1);
    // No label of the fixture holds a comma but those of the timeline, which stand in quotes.
    const widths = lines.map((line) => line.replace(/"[^"]*"/g, '').split(',').length);
    expect(new Set(widths).size).toBe(1);
    expect(lines.join()).not.toMatch(/undefined|NaN/);
  }
});

test('the percentiles are named, and numbers are whole', () => {
  const chart: Chart = {
    ...{ kind: 'percentiles', unit: 'ns', floor: 1 },
    series: [
      {
        ...{ label: '=cmd()', transport: 'sse', look: 0, ordinal: 0, trusted: true },
        points: [
          [2, 1_000_000.5],
          [100, 2_000_000],
          [1_000, 3_000_000],
        ],
      },
    ],
  };
  expect(chartCsv(chart)).toBe(
    "series,percentile,ns\r\n'=cmd(),p50,1000000.5\r\n'=cmd(),p99,2000000\r\n'=cmd(),p99.9,3000000\r\n",
  );
});
