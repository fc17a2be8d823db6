/**
 * What github-action-benchmark reads for `customSmallerIsBetter` and `customBiggerIsBetter`: its README, "Generic JSON
 * format" (name, unit and value; range and extra where there is more to say), and `BenchmarkResult` in its src/extract.ts.
 * https://github.com/benchmark-action/github-action-benchmark
 */
export const GITHUB_BENCHMARK_SCHEMA = {
  type: 'array',
  minItems: 1,
  items: {
    type: 'object',
    properties: {
      name: { type: 'string', minLength: 1 },
      unit: { type: 'string', minLength: 1 },
      value: { type: 'number' },
      range: { type: 'string' },
      extra: { type: 'string' },
    },
    required: ['name', 'unit', 'value'],
    additionalProperties: false,
  },
} as const;

/** How the action reads a range: src/extractRangeInfo.ts. Null where it would not understand it. */
export function readRange(range: string): number | null {
  const value = Number(/(?:\+-|±)\s*(\d.+)/.exec(range)?.[1]);
  return Number.isNaN(value) ? null : value;
}
