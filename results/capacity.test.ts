import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Compile } from 'typebox/compile';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CAPACITY_VERSION, CapacityFileSchema, type CapacityFile } from './capacity.ts';
import { capacityError, readCapacity, writeCapacity } from './capacity-store.ts';
import { RunFileError } from './store.ts';

const PUBLISHED = join(import.meta.dirname, 'capacity-schema.json');
const TEXT = `${JSON.stringify({ $schema: 'https://json-schema.org/draft/2020-12/schema', ...CapacityFileSchema }, null, 2)}\n`;

const limit = { code: 'server-cpu', lowerBound: false, message: 'full', advice: null } as const;
const file: CapacityFile = {
  schemaVersion: CAPACITY_VERSION,
  kind: 'capacity',
  partial: false,
  run: {
    ...{ id: 'x', startedAt: '2026-01-01T00:00:00.000Z', wallTimeMs: 1, argv: [], config: {}, seed: 1 },
    ...{ tool: { name: 'pushbench', version: '0' }, slo: 'p99<100ms', budgetMs: 1, notes: [] },
  },
  environment: { fingerprint: '', comparable: {}, provenance: {} },
  capacities: [
    {
      ...{ transport: 'sse', dimension: 'clients', fixed: { clients: null, ratePerSecond: 20 }, met: 10, failed: 11 },
      ...{ failedConfirmed: true, lowerBound: false, limitedBy: limit, ended: 'settled' },
      probes: [{ at: 11, verdict: 'failed', clauses: [], limit, tookMs: 3, measurement: null }],
    },
  ],
  saturations: [],
};

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'pushbench-test-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

describe('results/capacity-schema.json', () => {
  it('is the schema that the code validates with', async () => {
    await expect(
      TEXT,
      'If the change is meant, write it anew with: npx vitest run results/capacity.test.ts -u',
    ).toMatchFileSnapshot(PUBLISHED);
  });

  it('accepts and refuses by itself what the code does', () => {
    const published = Compile(JSON.parse(TEXT) as object);
    for (const each of [file, { ...file, kind: 'run' }, { ...file, surprise: 1 }, { ...file, capacities: [{}] }]) {
      expect(published.Check(each)).toBe(each === file);
      expect(capacityError(each) === null).toBe(each === file);
    }
  });
});

describe('a capacity file', () => {
  it('reads as it was written', () => {
    const path = join(folder(), 'deep', 'capacity.json');
    writeCapacity(path, file);
    expect(readCapacity(path)).toEqual(file);
  });

  it('that does not fit its schema is not written', () => {
    const path = join(folder(), 'capacity.json');
    expect(() => writeCapacity(path, { ...file, saturations: [{}] } as never)).toThrow(RunFileError);
    expect(() => readCapacity(path)).toThrow('cannot be read (ENOENT)');
  });

  it.each([
    ['{', 'is not JSON'],
    ['{"schemaVersion":99}', 'has capacity version 99; this pushbench reads up to 1'],
    ['{"schemaVersion":1}', 'is not a pushbench capacity: the document: must have required properties'],
    ['null', 'is not a pushbench capacity: it has no schemaVersion'],
    ['{"schemaVersion":1,"kind":"baseline"}', 'it is a baseline, which "pushbench baseline show" shows.'],
  ])('with %s in it is refused: %s', (text, what) => {
    const path = join(folder(), 'capacity.json');
    writeFileSync(path, text);
    expect(() => readCapacity(path)).toThrow(what);
  });
});
