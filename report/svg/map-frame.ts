/** What the parts of a break-even map share: what it is of, where its plot lies, and where a value lies in it. Pure. */
import type { Cell } from '../../results/model/break-even.ts';
import type { MapAxis } from './map-axes.ts';

export interface MapMark {
  readonly x: number;
  readonly y: number;
  readonly label: string;
}

export interface BreakEvenMap {
  readonly title: string;
  /** For whoever does not see it: what the map says, in a sentence or two. */
  readonly description: string;
  readonly x: MapAxis;
  readonly y: MapAxis;
  /** Row by row, the lowest `y` first, as `mapOf` gives them. */
  readonly cells: readonly Cell[];
  readonly marks: readonly MapMark[];
  /** See `looksOf` in report/transports.ts. */
  readonly looks: ReadonlyMap<string, number>;
  /** What a cell means in which there is no winner. */
  readonly nobody: string;
}

export const WIDTH = 700;
export const PLOT = { left: 84, width: 580, height: 330 } as const;

/** Where the plot lies, and how large a cell is. */
export interface Frame {
  readonly top: number;
  readonly columns: number;
  readonly rows: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
}

/** Cells of one answer have one key; between them it is the same area. */
export const keyOf = ({ winners }: Cell): string => JSON.stringify(winners);

/** How far along the axis, 0…1 of the plot; the middles of the outermost cells lie half a cell inside. Outside: null. */
export function placeOf(value: number, values: readonly number[]): number | null {
  const half = 0.5 / values.length;
  const [first, last] = [values[0]!, values.at(-1)!];
  if (last === first) return value === first ? 0.5 : null;
  const share = half + (1 - 2 * half) * (Math.log(value / first) / Math.log(last / first));
  return share >= -1e-9 && share <= 1 + 1e-9 ? share : null;
}
