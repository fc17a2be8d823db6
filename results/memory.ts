/**
 * Memory of each client: the slope over the number of clients, so that what a process takes anyway is in no client. Pure.
 *
 * The kernel keeps a socket's structures and buffers outside of every process. They are read machine-wide (slab, and what
 * TCP holds in buffers), where a connection over loopback has both its ends: one end is half of the slope.
 */
import { Type, type Static } from 'typebox';
import { closed, Count, Nullable } from './schema-types.ts';
import { slope } from './statistics.ts';

const SlopeSchema = Type.Object(
  {
    bytes: Type.Number({ description: 'Least squares over the steps' }),
    low: Type.Number({ description: '95 % interval of the slope' }),
    high: Type.Number(),
  },
  closed,
);

export const MemorySchema = Type.Object(
  {
    steps: Type.Array(
      Type.Object(
        {
          clients: Type.Integer({ minimum: 1 }),
          rssBytes: Nullable(Count),
          kernelBytes: Nullable(
            Type.Integer({ minimum: 0, description: 'Of the whole machine: slab and TCP buffers' }),
          ),
        },
        { ...closed, description: 'Read when so many clients had been ready for a moment' },
      ),
    ),
    perClient: Nullable(SlopeSchema),
    kernelPerClient: Nullable(
      Type.Object(
        { ...SlopeSchema.properties },
        { ...closed, description: "One end of a connection: half of the machine's slope" },
      ),
    ),
  },
  closed,
);
export type Memory = Static<typeof MemorySchema>;
export type MemoryStep = Memory['steps'][number];

export function memoryOf(steps: readonly MemoryStep[]): Memory {
  const along = (of: (step: MemoryStep) => number | null, scale: number): Memory['perClient'] => {
    const points = steps.flatMap((step): [number, number][] => {
      const bytes = of(step);
      return bytes === null ? [] : [[step.clients, bytes * scale]];
    });
    const found = slope(points);
    return found === null ? null : { bytes: found.slope, low: found.low, high: found.high };
  };
  return {
    steps: [...steps],
    perClient: along(({ rssBytes }) => rssBytes, 1),
    kernelPerClient: along(({ kernelBytes }) => kernelBytes, 0.5),
  };
}
