/** No number is in a picture alone: each point of each chart stands in a table of its own section, as text. */
import { describe, expect, test } from 'vitest';
import { pageDataOf } from './chart-data.ts';
import type { Chart } from './chart-types.ts';
import { drawnOf } from './drawn.ts';
import { fullestRun } from './example-run.fixture.ts';
import { format, formatRange, type Unit } from './format.ts';
import { renderHtml } from './html.ts';
import { summarise } from './summary.ts';

const run = fullestRun();
const { charts } = pageDataOf(drawnOf(summarise(run)));
const html = renderHtml(run, { script: '', style: '' });

/** Cells of the section that shows the chart, without their markup. */
function cellsBeside(canvas: string): string[] {
  const section = html.split('<section ').find((each) => each.includes(`data-chart="${canvas}"`)) ?? '';
  return [...section.matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map(([, cell]) => cell!.replaceAll(/<[^>]*>/g, ' '));
}

/** Every value that is drawn, as the tables write it: counted bytes to the byte, or with a unit. */
function textsOf(chart: Chart): string[] {
  const texts = (unit: Unit, values: readonly (number | null)[], floor?: number): string[] =>
    values.flatMap((value) => {
      // A log axis has no zero: what is below the floor is drawn at it, and stands in the table as it was.
      if (value === null || value === floor) return [];
      const text = format(value, unit);
      return [unit === 'bytes' && Number.isInteger(value) ? `${text}|${value}` : text];
    });
  switch (chart.kind) {
    case 'percentiles':
      return texts(
        chart.unit,
        chart.series.flatMap(({ points }) => points.map(([, y]) => y)),
        chart.floor,
      );
    case 'bars':
      return texts(
        chart.unit,
        chart.parts.flatMap(({ values }) => values),
        0,
      );
    case 'intervals':
      return chart.rows.flatMap(({ value, low, high }) => [
        ...texts(chart.unit, [value], chart.floor),
        ...(low === high || low === chart.floor ? [] : [formatRange(low, high, chart.unit)]),
      ]);
    case 'lines':
      return texts(
        chart.y.unit,
        chart.series.flatMap(({ points }) => points.map(([, y]) => y)),
        1,
      );
    case 'timeline':
      return [
        ...texts(
          'share',
          chart.series.flatMap(({ points, invalid }) => [...points, ...invalid].map(([, ratio]) => ratio)),
        ),
        ...texts(
          'share',
          chart.noise.map(([, share]) => share),
        ),
      ];
    case 'trend':
      return texts(
        chart.unit,
        chart.series.flatMap(({ values }) => values),
      );
  }
}

const drawn = Object.entries(charts).flatMap(([canvas, set]) =>
  Object.entries(set).map(([scenario, chart]) => ({ canvas, scenario, chart })),
);

describe('every number of a chart stands in a table of its section', () => {
  test.each(drawn)('$canvas $scenario', ({ canvas, chart }) => {
    const cells = cellsBeside(canvas);
    const texts = [...new Set(textsOf(chart))];
    const stands = (text: string): boolean =>
      cells.some((cell) => {
        const at = cell.indexOf(text);
        return at >= 0 && !/[\d.,]/.test(cell.charAt(at - 1)) && !/[\d]/.test(cell.charAt(at + text.length));
      });
    expect(texts.length).toBeGreaterThan(0);
    expect(texts.filter((written) => !written.split('|').some(stands))).toEqual([]);
  });

  test('the run has every kind of chart of a page of one run', () => {
    expect([...new Set(drawn.map(({ chart }) => chart.kind))].sort()).toEqual(
      ['bars', 'intervals', 'lines', 'percentiles', 'timeline'].sort(),
    );
    expect(Object.keys(charts)).toHaveLength(18);
  });
});
