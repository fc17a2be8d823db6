import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fixtureExact } from '../../report/exact.fixture.ts';
import { gatedRun } from '../../report/gated-run.fixture.ts';
import { RunFileError } from '../store.ts';
import { baselineOf, type Baseline } from './baseline.ts';
import { readBaseline, readStored, writeBaseline } from './stored.ts';

const baseline = baselineOf(fixtureExact());
let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pushbench-stored-'));
  path = join(folder, 'deep', 'base.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a baseline', () => {
  it('reads as it was written, as itself and as what a gate is given', () => {
    writeBaseline(path, baseline);
    expect(readBaseline(path)).toEqual(baseline);
    expect(readStored(path)).toEqual({ kind: 'baseline', path, baseline });
    expect(readFileSync(path, 'utf8')).toMatch(/^\{\n {2}"schemaVersion": 1,/);
  });

  it('that does not fit its schema is not written', () => {
    const broken = { ...baseline, transports: { sse: { 'idle-bytes': 0.5 } } } as Baseline;
    expect(() => writeBaseline(path, broken)).toThrow(
      'which is a defect: /transports/sse/idle-bytes: must be integer.',
    );
    expect(() => readBaseline(path)).toThrow('cannot be read (ENOENT). Check the path.');
  });

  it.each([
    [{ ...baseline, schemaVersion: 9 }, 'has baseline version 9; this pushbench reads up to 1. Update pushbench.'],
    [{ ...baseline, surprise: 1 }, 'is not a pushbench baseline: /surprise: is no property that this pushbench knows.'],
    [{ ...baseline, settings: {} }, 'is not a pushbench baseline: /settings: must have required properties'],
    [gatedRun({ repetitions: 1 }), 'is not a pushbench baseline: the document: must have required properties'],
  ])('that is none is refused with what is wrong', (document, what) => {
    const file = join(folder, 'a.json');
    writeFileSync(file, JSON.stringify(document));
    expect(() => readBaseline(file)).toThrow(RunFileError);
    expect(() => readBaseline(file)).toThrow(`${file} ${what}`);
  });

  it('that is empty names the command that writes one', () => {
    const file = join(folder, 'a.json');
    writeFileSync(file, '');
    expect(() => readBaseline(file)).toThrow(`${file} is empty. Give a file that "pushbench baseline update" wrote.`);
  });
});

describe('a run', () => {
  it('is told from a baseline by what it holds', () => {
    const run = gatedRun({ repetitions: 1 });
    const file = join(folder, 'a.json');
    writeFileSync(file, JSON.stringify(run));
    expect(readStored(file)).toEqual({ kind: 'run', path: file, run });
  });
});
