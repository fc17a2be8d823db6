/** The measured run behind the examples, and the page of all that a run can hold: every scenario of a full one, and its costs. */
import { fileURLToPath } from 'node:url';
import type { RunFile } from '../results/schema.ts';
import { readRun } from '../results/store.ts';
import { fixtureRun } from './run.fixture.ts';

/** Measured, with the scenarios cost, idle, memory, connect and reconnect-storm, invalid repetitions and notes. */
export const exampleRun = (): RunFile => readRun(fileURLToPath(new URL('./examples/run.json.gz', import.meta.url)));

/** The example with the usual scenarios, their codecs and the limit beside its own. */
export function fullestRun(): RunFile {
  const example = exampleRun();
  const usual = fixtureRun({ floor: true });
  const measurements = [...example.measurements, ...usual.measurements];
  measurements.forEach((m, order) => (m.order = order));
  return {
    ...example,
    codecs: usual.codecs!,
    run: {
      ...example.run,
      planned: measurements.length,
      floors: usual.run.floors!,
      questions: { ...example.run.questions, ...usual.run.questions },
    },
    measurements,
  };
}
