/** The published schema against the reader and the examples. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Compile } from 'typebox/compile';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { FIELDS } from './fields.ts';
import { WorkloadSchema } from './schema.ts';

const EXAMPLES = resolve(import.meta.dirname, '../../examples/workloads');
const published = `${JSON.stringify({ $schema: 'https://json-schema.org/draft/2020-12/schema', ...WorkloadSchema }, null, 2)}\n`;
const schema = Compile(JSON.parse(published) as object);

describe('workload-schema.json', () => {
  it('is what schema.ts says', async () => {
    await expect(
      published,
      'If the change is meant, write it anew with: npx vitest run scenarios/workload/schema.test.ts -u',
    ).toMatchFileSnapshot(join(import.meta.dirname, 'workload-schema.json'));
  });

  it('knows the fields that the reader knows, and asks for the same', () => {
    const { properties, required } = WorkloadSchema;
    expect(Object.keys(properties).filter((name) => name !== '$schema')).toEqual(Object.keys(FIELDS));
    const needed = Object.entries(FIELDS).flatMap(([name, [, { missing }]]) => (missing === undefined ? [name] : []));
    expect(required).toEqual(needed);
  });

  it.each(readdirSync(EXAMPLES))('accepts %s, and refuses it with a slip', (file) => {
    const workload = parse(readFileSync(join(EXAMPLES, file), 'utf8')) as object;
    expect(schema.Check(workload)).toBe(true);
    expect(schema.Check({ ...workload, usres: 1 })).toBe(false);
    expect(schema.Check({ ...workload, messages: 3 })).toBe(false);
    expect(schema.Check({ ...workload, infrastructure: ['idle-timeout'] })).toBe(false);
  });
});
