import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Compile } from 'typebox/compile';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AB_VERSION, AbFileSchema, type AbFile } from './ab.ts';
import { abError, checkedAb, writeAb } from './ab-store.ts';
import { blocksOf } from './gate/ab.fixture.ts';
import { RunFileError } from './store.ts';

const PUBLISHED = join(import.meta.dirname, 'ab-schema.json');
const TEXT = `${JSON.stringify({ $schema: 'https://json-schema.org/draft/2020-12/schema', ...AbFileSchema }, null, 2)}\n`;

const side = { label: 'pushbench 1.0.0', fingerprint: 'f' };
const build = {
  path: '/x',
  kind: 'checkout',
  label: side.label,
  version: '1.0.0',
  commit: null,
  changed: false,
} as const;
const startedAt = '2026-01-01T00:00:00.000Z';
const file: AbFile = {
  schemaVersion: AB_VERSION,
  kind: 'ab',
  partial: false,
  run: {
    ...{ id: 'x', startedAt, wallTimeMs: 1, tool: { name: 'pushbench', version: '0' }, argv: [], config: {}, seed: 1 },
    ...{ scenario: 'broadcast', transports: ['sse'], pairs: 10, metrics: ['server-cpu'], floor: 0.05 },
    ...{ notes: [], failures: [] },
  },
  environment: { fingerprint: 'f', comparable: {}, provenance: {} },
  base: build,
  head: build,
  blocks: blocksOf(5, (_role, place) => (place === 3 ? { invalid: ['clock'] } : { values: { p: null } })),
  judgement: {
    ...{ schemaVersion: 1, kind: 'judgement', command: 'ab', startedAt, wallTimeMs: 1, base: side, head: side },
    ...{ outcome: 'inconclusive', judged: [], notes: [] },
  },
};

describe('results/ab-schema.json', () => {
  it('is the schema that the code validates with', async () => {
    await expect(
      TEXT,
      'If the change is meant, write it anew with: npx vitest run results/ab.test.ts -u',
    ).toMatchFileSnapshot(PUBLISHED);
  });

  it('accepts and refuses by itself what the code does', () => {
    const published = Compile(JSON.parse(TEXT) as object);
    for (const each of [file, { ...file, kind: 'run' }, { ...file, surprise: 1 }, { ...file, blocks: [{}] }]) {
      expect(published.Check(each)).toBe(each === file);
      expect(abError(each) === null).toBe(each === file);
    }
  });
});

describe('a comparison file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pushbench-test-'));
  const path = join(folder, 'deep', 'ab.json');

  it('is written as it is', () => {
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    writeAb(path, file);
    expect(checkedAb(JSON.parse(readFileSync(path, 'utf8')), path)).toEqual(file);
  });

  it('that does not fit its schema is not written', () => {
    const wrong = { ...file, blocks: [{ ...file.blocks[0]!, round: -1 }] };
    expect(() => writeAb(path, wrong)).toThrow(RunFileError);
    expect(() => writeAb(path, wrong)).toThrow('/blocks/0/round');
  });

  it('that does not fit its schema is not read either', () => {
    const newer = { ...file, schemaVersion: 2 };
    expect(() => checkedAb(newer, 'a.json')).toThrow('a.json has comparison version 2; this pushbench reads up to 1.');
    expect(() => checkedAb({ ...file, head: null }, 'a.json')).toThrow(
      'a.json is not a pushbench comparison: /head: must be object. Give a file that "pushbench ab" wrote.',
    );
  });
});
