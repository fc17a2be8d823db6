import { join } from 'node:path';
import { Compile } from 'typebox/compile';
import { describe, expect, it } from 'vitest';
import { fixtureExact } from '../../report/exact.fixture.ts';
import { fatter, hostile, mixed, overBudget } from '../../report/judgement.fixture.ts';
import { BaselineSchema, baselineOf } from './baseline.ts';
import { JudgementSchema } from './judgement.ts';

const published = (schema: object): string =>
  `${JSON.stringify({ $schema: 'https://json-schema.org/draft/2020-12/schema', ...schema }, null, 2)}\n`;

const baseline = baselineOf(fixtureExact());

describe.each([
  ['baseline', BaselineSchema, [baseline]],
  ['judgement', JudgementSchema, [fatter(), mixed(), overBudget(), hostile()]],
] as const)('results/%s-schema.json', (name, schema, documents) => {
  it('is the schema that the code validates with', async () => {
    await expect(
      published(schema),
      'If the change is meant, write it anew with: npx vitest run results/gate/schemas.test.ts -u',
    ).toMatchFileSnapshot(join(import.meta.dirname, '..', `${name}-schema.json`));
  });

  it('accepts and refuses by itself what the code does', () => {
    const validator = Compile(JSON.parse(published(schema)) as object);
    for (const document of documents) {
      expect(validator.Check(document)).toBe(true);
      expect(validator.Check({ ...document, kind: 'run' })).toBe(false);
      expect(validator.Check({ ...document, surprise: 1 })).toBe(false);
      expect(validator.Check({ ...document, schemaVersion: 2 })).toBe(false);
    }
  });
});
