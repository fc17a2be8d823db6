/** The limit in charts of rows: its own bar is hollow, and a dashed line runs down all rows at what it reads. */
import type { Plugin } from 'chart.js';
import type { ChartRow } from '../chart-types.ts';
import { dashOf, LIMIT_LOOK } from '../transports.ts';
import type { Theme } from './theme.ts';

export const isLimit = (row: ChartRow): boolean => row.look === LIMIT_LOOK;

/** @param valueOf what a row reads on the x axis */
export function limitLine<R extends ChartRow>(
  rows: readonly R[],
  valueOf: (row: R, index: number) => number,
  theme: Theme,
): Plugin<'line' | 'bar'> {
  const values = rows.flatMap((row, index) => (isLimit(row) && row.trusted ? [valueOf(row, index)] : []));
  return {
    id: 'limit',
    afterDatasetsDraw({ ctx, chartArea, scales: { x } }) {
      ctx.save();
      ctx.strokeStyle = theme.color(`--t${LIMIT_LOOK}`);
      ctx.lineWidth = 1;
      ctx.setLineDash([...dashOf(LIMIT_LOOK, 0)]);
      for (const value of values) {
        const at = x?.getPixelForValue(value) ?? 0;
        ctx.beginPath();
        ctx.moveTo(at, chartArea.top);
        ctx.lineTo(at, chartArea.bottom);
        ctx.stroke();
      }
      ctx.restore();
    },
  };
}
