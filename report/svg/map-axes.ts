/** The axes of a break-even map as people read them: what is on them, and where they are marked. Pure. */
import type { Axis, AxisName } from '../../results/model/break-even.ts';

export interface Tick {
  readonly at: number;
  readonly text: string;
}

export interface MapAxis {
  readonly label: string;
  /** Ascending, evenly on a logarithmic scale: the middles of the cells. */
  readonly values: readonly number[];
  readonly ticks: readonly Tick[];
}

const tick = (at: number, text: string): Tick => ({ at, text });

const TICKS: Readonly<Record<AxisName, readonly Tick[]>> = {
  rate: [
    tick(1 / 86_400, '1/day'),
    tick(1 / 3_600, '1/h'),
    tick(1 / 600, '6/h'),
    tick(1 / 60, '1/min'),
    tick(0.1, '6/min'),
    tick(1, '1/s'),
    tick(10, '10/s'),
    tick(100, '100/s'),
    tick(1_000, '1,000/s'),
  ],
  staleness: [
    tick(1, '1 ms'),
    tick(10, '10 ms'),
    tick(100, '100 ms'),
    tick(1e3, '1 s'),
    tick(10e3, '10 s'),
    tick(60e3, '1 min'),
    tick(600e3, '10 min'),
    tick(3_600e3, '1 h'),
  ],
  clients: [
    ...[1, 10, 100].map((count) => tick(count, String(count))),
    tick(1e3, '1,000'),
    tick(1e4, '10,000'),
    tick(1e5, '100,000'),
    tick(1e6, '1 million'),
    tick(1e7, '10 million'),
  ],
  payload: [
    ...[16, 64, 256].map((bytes) => tick(bytes, `${bytes} B`)),
    ...[1, 4, 16, 64, 256].map((kib) => tick(kib * 1_024, `${kib} KiB`)),
    tick(2 ** 20, '1 MiB'),
  ],
};

const LABELS: Readonly<Record<AxisName, string>> = {
  rate: 'messages that each client receives',
  staleness: 'age that a value may reach',
  clients: 'clients',
  payload: 'size of a message',
};

export function mapAxis({ name, values }: Axis): MapAxis {
  return { label: LABELS[name], values, ticks: TICKS[name] };
}
