import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VerificationSchema } from './verification.ts';

const PUBLISHED = join(import.meta.dirname, 'verification-schema.json');
const TEXT = `${JSON.stringify({ $schema: 'https://json-schema.org/draft/2020-12/schema', ...VerificationSchema }, null, 2)}\n`;

describe('results/verification-schema.json', () => {
  it('is the schema that the code has', async () => {
    await expect(
      TEXT,
      'results/verification-schema.json is not what results/verification.ts says. If the change is meant, write it anew with: npx vitest run results/verification.test.ts -u',
    ).toMatchFileSnapshot(PUBLISHED);
  });
});
