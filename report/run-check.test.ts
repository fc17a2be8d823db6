import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RunFile } from '../results/schema.ts';
import { schemaError } from '../results/store.ts';
import { hostileRun } from './hostile.fixture.ts';
import { asRun, whyNoRun } from './run-check.ts';
import { fixtureRun } from './run.fixture.ts';
import { digestOf } from './run-digest.ts';
import { sideCharts } from './side-charts.ts';
import { sideTables } from './side-tables.ts';
import { sideSentences, sideWarnings } from './side-words.ts';

const SMALL = fixtureRun({ repetitions: 1, clients: 2 });
const frozen = JSON.parse(readFileSync(new URL('../results/fixtures/run-1.json', import.meta.url), 'utf8')) as RunFile;

test('every run that fits the schema has the shape, whatever its names', () => {
  for (const run of [fixtureRun({ floor: true }), frozen]) {
    expect(schemaError(run)).toBeNull();
    expect(whyNoRun(run)).toBeNull();
  }
  expect(whyNoRun(hostileRun())).toBeNull();
});

describe('what is no run is refused in one sentence', () => {
  const broken = (change: (run: RunFile) => void): unknown => {
    const run = structuredClone(SMALL);
    change(run);
    return run;
  };
  test.each<[unknown, RegExp]>([
    [null, /^is not a result of pushbench/],
    [[1, 2], /^is not a result of pushbench/],
    ['text', /^is not a result of pushbench/],
    [{}, /it has no schema version/],
    [{ schemaVersion: 99 }, /^has schema version 99; this page reads up to 1/],
    [{ schemaVersion: 1, kind: 'baseline' }, /it is a "baseline" of pushbench/],
    [{ schemaVersion: 1 }, /^is not a whole run of pushbench: partial is no flag\.$/],
    [broken((run) => Object.assign(run, { measurements: {} })), /measurements is no list/],
    [broken((run) => Object.assign(run.measurements[3]!, { transport: 7 })), /measurements\[3\]\.transport is no text/],
    [
      broken((run) => Object.assign(run.measurements[0]!.window, { deliveries: null })),
      /window\.deliveries is no number/,
    ],
    [broken((run) => Object.assign(run.measurements[0]!.parameters, { link: {} })), /parameters is no settings/],
    [
      broken((run) => Object.assign(run.exact!.transports[0]!, { connect: null })),
      /exact\.transports\[0\]\.connect is no object/,
    ],
  ])('%#', (value, sentence) => {
    const found = whyNoRun(value)!;
    expect(found).toMatch(sentence);
    expect(found.length).toBeLessThan(200);
    expect(found).toMatch(/\.$/);
  });
});

test('what the check lets pass can be compared, whatever was put where in a run', () => {
  const paths = pathsOf(SMALL);
  const place = fc.constantFrom(...paths);
  const value = fc.oneof(
    fc.jsonValue(),
    fc.constant('__proto__'),
    fc.constant(-1),
    fc.constant(0),
    fc.constant(undefined),
  );
  let passed = 0;
  fc.assert(
    fc.property(place, value, (path, put) => {
      const run = structuredClone(SMALL);
      setAt(run, path, put);
      if (whyNoRun(run) !== null) return;
      passed++;
      const runs = [digestOf(SMALL), digestOf(asRun(run))];
      sideTables(runs);
      sideWarnings(runs);
      sideSentences(runs);
      sideCharts(runs);
    }),
    { numRuns: 150 },
  );
  expect(passed).toBeGreaterThan(10);
});

type Path = readonly (string | number)[];

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([name, of]) => pathsOf(of, [...path, name]))].filter(
    (each) => each.length > 0,
  );
}

function setAt(target: object, path: Path, value: unknown): void {
  const holder = path.slice(0, -1).reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], target);
  (holder as Record<string, unknown>)[path.at(-1)!] = value;
}
