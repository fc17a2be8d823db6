import { join } from 'node:path';
import fc from 'fast-check';
import { Compile } from 'typebox/compile';
import { describe, expect, it } from 'vitest';
import { appendix, EntrySchema, isHistory, parseHistory, type Entry } from './history.ts';
import type { SeriesFigure } from './series.ts';

const TEXT = `${JSON.stringify({ $schema: 'https://json-schema.org/draft/2020-12/schema', ...EntrySchema }, null, 2)}\n`;

const figure: SeriesFigure = { value: 1.5, low: 1, high: 2, repetitions: 3, unit: 'ns', better: 'lower' };

const entry = (changes: Partial<Entry> = {}): Entry => ({
  ...{ kind: 'history', schemaVersion: 1, commit: 'abcdef1234567', runId: 'a', startedAt: '2026-01-01T00:00:00.000Z' },
  ...{ fingerprint: 'c0ffee', tool: { name: 'pushbench', version: '0.1.0' } },
  series: [{ name: 'sse/x', transport: 'sse', scenario: 'x', invalid: 0, figures: { 'latency-p50': figure } }],
  ...changes,
});

const fileOf = (entries: readonly Entry[]): string => entries.reduce((text, each) => text + appendix(each, text), '');

describe('results/history-schema.json', () => {
  it('is the schema that the code validates with', async () => {
    await expect(
      TEXT,
      'If the change is meant, write it anew with: npx vitest run results/history.test.ts -u',
    ).toMatchFileSnapshot(join(import.meta.dirname, 'history-schema.json'));
  });

  it('accepts and refuses by itself what the code does', () => {
    const published = Compile(JSON.parse(TEXT) as object);
    const good = entry();
    for (const each of [good, { ...good, commit: 'main' }, { ...good, surprise: 1 }, { ...good, series: [{}] }]) {
      expect(published.Check(each)).toBe(each === good);
      expect(parseHistory(JSON.stringify(each)).entries.length).toBe(each === good ? 1 : 0);
    }
  });
});

describe('a history', () => {
  it('keeps every run that was added, in order: a baseline of one run would follow each slow step', () => {
    const all = ['a', 'b', 'c', 'd'].map((runId) => entry({ runId }));
    expect(parseHistory(fileOf(all))).toEqual({ entries: all, skipped: [] });
  });

  it('loses a half-written last line only, wherever it was cut, and goes on behind it', () => {
    const [first, second, third] = ['a', 'b', 'c'].map((runId) => entry({ runId })) as [Entry, Entry, Entry];
    const line = JSON.stringify(second);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: line.length - 1 }), (cut) => {
        const broken = fileOf([first]) + line.slice(0, cut);
        const after = parseHistory(broken + appendix(third, broken));
        expect(after.entries.map(({ runId }) => runId)).toEqual(['a', 'c']);
        expect(after.skipped).toHaveLength(1);
        expect(after.skipped[0]!.line).toBe(2);
      }),
    );
  });

  it('names each broken line by its number and says what is wrong with it', () => {
    const lines = [
      JSON.stringify(entry()),
      'no json',
      '',
      '{"kind":"history","schemaVersion":1,"commit":"abc',
      JSON.stringify({ ...entry(), schemaVersion: 2 }),
      JSON.stringify({ ...entry(), commit: 'main' }),
      '[]',
      JSON.stringify(entry({ runId: 'b' })),
    ];
    const { entries, skipped } = parseHistory(lines.join('\r\n'));
    expect(entries.map(({ runId }) => runId)).toEqual(['a', 'b']);
    expect(skipped.map(({ line, why }) => `${line} ${why}`)).toEqual([
      '2 is no JSON',
      '4 is cut short',
      '5 has version 2, and this pushbench reads up to 1: update pushbench',
      expect.stringMatching(/^6 is no run of a history \(\/commit: /),
      expect.stringMatching(/^7 is no run of a history \(the line: /),
    ]);
  });

  it('reads whatever a file holds', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        expect(parseHistory(text).entries).toEqual([]);
      }),
    );
  });

  it('is told from other files, also when nothing of it can be read', () => {
    for (const text of ['', '\n', fileOf([entry()]), '{"kind":"history","sch', 'x\n{"kind":"history"']) {
      expect(isHistory(text)).toBe(true);
    }
    for (const text of ['{"schemaVersion":1}', '# Readme\n', '[]']) expect(isHistory(text)).toBe(false);
  });
});
