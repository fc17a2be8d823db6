/**
 * Bencher Metric Format as its maker publishes it: https://bencher.dev/bmf.json, explained at
 * https://bencher.dev/docs/reference/bencher-metric-format (lengths: "Order of Precedence").
 */
export const BMF_SCHEMA = {
  $id: 'https://bencher.dev/bmf.json',
  $schema: 'http://json-schema.org/draft-07/schema',
  type: 'object',
  patternProperties: {
    '.+': {
      type: 'object',
      patternProperties: {
        '.+': {
          type: 'object',
          properties: {
            value: { type: 'number' },
            lower_value: { type: 'number' },
            upper_value: { type: 'number' },
          },
          required: ['value'],
        },
      },
    },
  },
} as const;

export const LONGEST_BENCHMARK_NAME = 1_024;
export const LONGEST_MEASURE_SLUG = 64;
