/** Overhead of a message over the size of its payload: exact counts as curves, and what was measured under load beside them. Pure. */
import type { ChartRow, ChartSet, LineChart } from './chart-types.ts';
import { exactOf } from './chart-exact.ts';
import { overheadByPayload, type Curve } from './exact-figures.ts';
import { format, formatRatio, plain } from './format.ts';
import type { ReportView, Row } from './summary.ts';
import { looksOf, titleOf } from './transports.ts';

export const OVERHEAD_CHART = 'overhead';

/** One transport under load: all bytes of a delivery but its payload, empty polls and batches included. */
export interface LoadedOverhead {
  row: Row;
  scenario: string;
  payloadBytes: number;
  bytes: number;
}

/** Echo is left out: what a client sends is no overhead of what it receives. */
export function loadedOverheads(view: ReportView): LoadedOverhead[] {
  return view.scenarios
    .filter(({ kind, name }) => kind === 'delivery' && name !== 'echo')
    .flatMap(({ name, rows }) =>
      rows.flatMap((row): LoadedOverhead[] => {
        const total = row.figures.bytesPerDelivery.estimate?.value;
        const { payloadBytes } = row.parameters;
        return total === undefined ? [] : [{ row, scenario: name, payloadBytes, bytes: total - payloadBytes }];
      }),
    );
}

export function overheadCharts(view: ReportView): Record<string, ChartSet> {
  const exact = exactOf(view);
  const loaded = loadedOverheads(view).filter(({ row }) => row.trusted);
  const curves = exact === undefined ? [] : overheadByPayload(exact);
  const names = [...new Set([...curves, ...loaded.map(({ row }) => row)].map(({ transport }) => transport))];
  const looks = looksOf(names, view.floors);
  const rowOf = (transport: string, label: string): ChartRow => ({
    ...{ label, transport, look: looks.get(transport) ?? 0, ordinal: 0, trusted: true },
  });
  // Compressed, a message may be smaller than its payload; a log axis begins at 1 B.
  const point = (x: number, y: number): [number, number] => [x, Math.max(1, y)];
  const series: LineChart['series'] = [
    ...curves.map(({ transport, points }) => ({
      ...rowOf(transport, titleOf(transport, view.floors)),
      points: points.map(([x, y]) => point(x, y)),
    })),
    ...names.flatMap((transport): LineChart['series'] => {
      const points = loaded
        .filter(({ row }) => row.transport === transport)
        .map(({ payloadBytes, bytes }) => point(payloadBytes, bytes));
      const label = `${titleOf(transport, view.floors)}, under load`;
      return points.length === 0 ? [] : [{ ...rowOf(transport, label), points, loose: true }];
    }),
  ];
  if (series.length === 0) return {};
  const bytes = (title: string) => ({ title, unit: 'bytes' as const });
  return {
    [OVERHEAD_CHART]: { '': { kind: 'lines', x: bytes('payload'), y: bytes('overhead of a message'), series } },
  };
}

/** Who adds least and most at both ends of what was counted; none for less than two transports. */
export function overheadSentences(view: ReportView): string[] {
  const exact = exactOf(view);
  if (exact === undefined) return [];
  const curves = overheadByPayload(exact).filter(({ floor, points }) => !floor && points.length > 1);
  if (curves.length < 2) return [];
  return [0, -1].map((at) => {
    const ends = curves.map(({ transport, points }) => ({ transport, point: points.at(at)! }));
    const sorted = ends.sort((a, b) => a.point[1] - b.point[1]);
    const [least, most] = [sorted[0]!, sorted.at(-1)!];
    return `A message of ${format(least.point[0], 'bytes')} costs ${endText(least)} beyond its payload, and ${endText(most)}.`;
  });
}

function endText({
  transport,
  point: [payload, bytes],
}: {
  transport: string;
  point: Curve['points'][number];
}): string {
  const ratio = bytes / payload;
  const share = ratio >= 1 ? `${formatRatio(ratio)} as much` : `${format(ratio, 'share')} of it`;
  return `${format(bytes, 'bytes')} by ${plain(transport)} (${share})`;
}
