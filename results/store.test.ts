import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunFile } from './schema.ts';
import { parseRun, readRun, RunFileError, schemaError, writeRun, writeWhole } from './store.ts';

const FIXTURE = join(import.meta.dirname, 'fixtures', 'run-1.json');
const aRun = (): RunFile => JSON.parse(readFileSync(FIXTURE, 'utf8')) as RunFile;

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pushbench-store-'));
  path = join(folder, 'runs', 'one.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A copy of a run in which one value, given by its path, is another; `undefined` takes it out. */
function withValue(pointer: string, value: unknown): unknown {
  const run = aRun();
  const keys = pointer.split('/').slice(1);
  const parent = keys
    .slice(0, -1)
    .reduce((object, key) => object[key] as Record<string, unknown>, run as unknown as Record<string, unknown>);
  if (value === undefined) delete parent[keys.at(-1)!];
  else parent[keys.at(-1)!] = value;
  return run;
}

describe('writeRun and readRun', () => {
  it('give back what was written', () => {
    writeRun(path, aRun());
    expect(readRun(path)).toEqual(aRun());
  });

  it('make the folder that they write to, and leave nothing beside the file', () => {
    writeRun(path, aRun());
    expect(readdirSync(join(folder, 'runs'))).toEqual(['one.json']);
  });

  it('replace an older file as a whole', () => {
    writeRun(path, aRun());
    writeRun(path, { ...aRun(), measurements: [] });
    expect(readRun(path).measurements).toEqual([]);
    expect(readdirSync(join(folder, 'runs'))).toEqual(['one.json']);
  });

  it('keep the older file when the new one is no run', () => {
    writeRun(path, aRun());
    const broken = withValue('/measurements/0/counts/lost', -1) as RunFile;
    expect(() => writeRun(path, broken)).toThrow(
      new RunFileError(
        'This run does not fit its own schema, which is a defect: /measurements/0/counts/lost: must be >= 0.',
      ),
    );
    expect(readRun(path)).toEqual(aRun());
  });

  it('write `schemaVersion` first, so that any reader meets it first', () => {
    writeRun(path, aRun());
    expect(readFileSync(path, 'utf8')).toMatch(/^\{\s*"schemaVersion": 1,/);
  });

  it('leave nothing behind when the file cannot be put in its place', () => {
    mkdirSync(path, { recursive: true });
    expect(() => writeWhole(path, 'text')).toThrow();
    expect(readdirSync(join(folder, 'runs'))).toEqual(['one.json']);
  });

  it('accept a file that was compressed with gzip, whatever its name', () => {
    writeWhole(path, '');
    writeFileSync(path, gzipSync(JSON.stringify(aRun())));
    expect(readRun(path)).toEqual(aRun());
  });
});

describe('a file that cannot be read', () => {
  it('is named when it is missing', () => {
    expect(() => readRun(path)).toThrow(new RunFileError(`${path} cannot be read (ENOENT). Check the path.`));
  });

  it('is named when it is a folder', () => {
    expect(() => readRun(folder)).toThrow(new RunFileError(`${folder} cannot be read (EISDIR). Check the path.`));
  });

  it('is named when it is broken gzip', () => {
    writeWhole(path, '');
    writeFileSync(path, gzipSync(JSON.stringify(aRun())).subarray(0, 200));
    expect(() => readRun(path)).toThrow(new RunFileError(`${path} cannot be read (Z_BUF_ERROR). Check the path.`));
  });

  it.each(['', ' \n'])('is named when it is empty: %j', (text) => {
    expect(() => parseRun(text, 'a.json')).toThrow(
      new RunFileError('a.json is empty. Give a file that "pushbench run" wrote.'),
    );
  });

  const others = ['ab', 'baseline', 'capacity', 'history', 'judgement', 'verification'];
  it.each(others)('is named when it is another document of ours, with the command for it: %s', (kind) => {
    expect(() => parseRun(JSON.stringify({ schemaVersion: 1, kind }), 'a.json')).toThrow(
      /^a\.json is not a pushbench run: it is .*, which .*\.$/,
    );
  });

  it('is refused without obeying what its names tell a terminal', () => {
    const text = JSON.stringify({ ...aRun(), '\u001b[31m\n': 1 });
    expect(() => parseRun(text, 'a.json')).toThrow(/^[^\u0000-\u001F]+$/);
  });

  it.each(['not json', '{"schemaVersion": 1', '<!doctype html>', '[1,]'])(
    'is named when it is not JSON: %j',
    (text) => {
      expect(() => parseRun(text, 'a.json')).toThrow(
        new RunFileError('a.json is not JSON. Give a file that "pushbench run" wrote.'),
      );
    },
  );

  it('is named when it is cut off anywhere', () => {
    const whole = JSON.stringify(aRun());
    fc.assert(
      fc.property(fc.integer({ min: 1, max: whole.length - 1 }), (length) => {
        expect(() => parseRun(whole.slice(0, length), 'a.json')).toThrow(/^a\.json is not JSON\./);
      }),
    );
  });

  it.each([2, 3, 99])('is refused by name when its version %i is newer than this program', (version) => {
    const text = JSON.stringify({ schemaVersion: version, whatever: 'it holds' });
    expect(() => parseRun(text, 'new.json')).toThrow(
      new RunFileError(`new.json has schema version ${version}; this pushbench reads up to 1. Update pushbench.`),
    );
  });

  it.each([
    ['/schemaVersion', 0, '/schemaVersion: must be equal to constant'],
    ['/schemaVersion', '1', '/schemaVersion: must be number'],
    ['/partial', undefined, 'the document: must have required properties partial'],
    ['/surprise', 1, '/surprise: is no property that this pushbench knows'],
    ['/run/seed', 0.5, '/run/seed: must be integer'],
    ['/run/seed', -1, '/run/seed: must be >= 0'],
    ['/run/startedAt', 5, '/run/startedAt: must be string'],
    ['/run/failures/0/message', null, '/run/failures/0/message: must be string'],
    ['/environment/fingerprint', undefined, '/environment: must have required properties fingerprint'],
    ['/measurements/1/transport', 7, '/measurements/1/transport: must be string'],
    ['/measurements/0/parameters/clients', 0, '/measurements/0/parameters/clients: must be >= 1'],
    ['/measurements/0/counts/lost', -1, '/measurements/0/counts/lost: must be >= 0'],
    ['/measurements/0/bytes/up/cookie', 5, '/measurements/0/bytes/up/cookie: is no property that this pushbench knows'],
    ['/measurements/0/requests', '5', '/measurements/0/requests: must be integer'],
  ])('is refused with the path of what is wrong: %s = %j', (pointer, value, what) => {
    expect(() => parseRun(JSON.stringify(withValue(pointer, value)), 'a.json')).toThrow(
      new RunFileError(`a.json is not a pushbench run: ${what}. Give a file that "pushbench run" wrote.`),
    );
  });

  it.each([
    ['/measurements/0/readinessNs/p50', 'soon'],
    ['/measurements/0/parameters/arrivals', 'random'],
    ['/measurements/0/validity/warnings/0/code', 'bad-luck'],
  ])('is refused with the path where none of several shapes fits: %s', (pointer, value) => {
    expect(() => parseRun(JSON.stringify(withValue(pointer, value)), 'a.json')).toThrow(
      new RegExp(`^a\\.json is not a pushbench run: ${pointer}: must [^\\n]+\\.$`),
    );
  });

  it.each(['{"name":"package","version":"1.0.0"}', '[]', 'null', '7'])(
    'that is none of ours says what to give: %s',
    (text) => {
      expect(() => parseRun(text, 'a.json')).toThrow(
        new RunFileError(
          'a.json is not a pushbench run: it has no schemaVersion, which all files of ours have. Give a file that "pushbench run" wrote.',
        ),
      );
    },
  );

  it('is refused in one line that names it, whatever JSON it holds', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(() => parseRun(text, 'a.json')).toThrow(
          /^a\.json (is not a pushbench run: |has schema version )[^\n]+\.$/,
        );
      }),
    );
  });
});

describe('schemaError', () => {
  it('finds nothing wrong with a run', () => {
    expect(schemaError(aRun())).toBeNull();
  });

  it('finds a number that JSON cannot hold', () => {
    expect(schemaError(withValue('/measurements/0/readinessNs/mean', NaN))).toContain(
      '/measurements/0/readinessNs/mean',
    );
  });
});
