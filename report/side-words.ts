/** What is said of runs side by side: what stands in the way, and what changed, in sentences. Pure. */
import { plain, plural } from './format.ts';
import type { RunDigest } from './run-digest.ts';
import {
  countRows,
  differentSettings,
  figureRows,
  groupIn,
  letterOf,
  obstacle,
  type CountRow,
  type Difference,
  type Verdict,
} from './side-by-side.ts';
import { groupName } from './side-tables.ts';

/** What stands in the way of a comparison, before any figure. */
export function sideWarnings(runs: readonly RunDigest[]): string[] {
  const [first, ...others] = runs;
  if (first === undefined) return [];
  const machines = new Set(runs.map(({ fingerprint }) => fingerprint));
  const apart =
    machines.size === 1
      ? []
      : [
          `Different machines (${[...machines].map(plain).join(', ')}): only byte counts compare. Times, CPU and memory stand side by side without a change.`,
        ];
  const partial = runs.flatMap((run, index) =>
    run.partial
      ? [
          `${letterOf(index)} is partial (${run.measured} of ${run.planned} measurements): its times, CPU and memory are not compared.`,
        ]
      : [],
  );
  const settings = others.flatMap((run, index) => {
    const different = differentSettings(first, run);
    return different.length === 0
      ? []
      : [
          `Exact counts of ${letterOf(index + 1)} were made with other settings than those of A, so they are not compared: ${different.map(plain).join(', ')}.`,
        ];
  });
  return [...apart, ...partial, ...settings, ...otherParameters(runs), ...notHeld(runs), ...tooFew(runs)];
}

/** Settings that make no load, and still are not the same: a poll interval explains a latency. */
function otherParameters(runs: readonly RunDigest[]): string[] {
  const [first, ...others] = runs;
  const lines = others.flatMap((run, index) =>
    run.groups.flatMap((group) => {
      const { parameters } = groupIn(first!, group) ?? group;
      const names = Object.keys({ ...parameters, ...group.parameters }) as (keyof typeof parameters)[];
      return names
        .filter((name) => parameters[name] !== group.parameters[name])
        .map((name) => {
          const [a, b] = [parameters[name], group.parameters[name]].map((value) => String(value ?? 'unset'));
          return plain(`${name} ${a} in A and ${b} in ${letterOf(index + 1)}`);
        });
    }),
  );
  const distinct = [...new Set(lines)];
  if (distinct.length === 0) return [];
  return [`Measured with other settings, which may be the difference: ${listed(distinct)}.`];
}

const MOST_NAMES = 8;

const listed = (names: readonly string[]): string =>
  `${names.slice(0, MOST_NAMES).join(', ')}${names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : ''}`;

/** What one run holds and no other under the same load. */
function notHeld(runs: readonly RunDigest[]): string[] {
  const alone = runs.flatMap((run, index) =>
    run.groups
      .filter((group) => runs.every((other) => other === run || groupIn(other, group) === undefined))
      .map((group) => `${groupName(group, new Set())} in ${plain(group.scenario)} (${letterOf(index)})`),
  );
  if (alone.length === 0) return [];
  return [`Held by one run only, or under another load, and so not shown: ${listed(alone)}.`];
}

/** An interval takes six pairs. */
function tooFew(runs: readonly RunDigest[]): string[] {
  const all = figureRows(runs).flatMap(({ rows }) => rows.flatMap(({ differences }) => differences));
  const compared = all.filter((each) => each !== null && each.change !== null);
  if (compared.length === 0 || compared.some((each) => each!.change!.low !== null)) return [];
  return [
    'Too few repetitions for an interval, so that no change of a time is named: it takes six on both sides (pushbench run --repetitions 6, or --profile full).',
  ];
}

/** What changed, a sentence for each run after the first. */
export function sideSentences(runs: readonly RunDigest[]): string[] {
  const scenarios = figureRows(runs);
  const counts = countRows(runs);
  return runs.slice(1).map((run, index) => {
    const differences = scenarios.flatMap(({ rows }) => rows.map((row) => row.differences[index] ?? null));
    return `${letterOf(index + 1)} against A: ${figuresSentence(differences, obstacle(runs[0]!, run))}; ${countsSentence(runs[0]!, run, counts, index + 1)}.`;
  });
}

function figuresSentence(differences: readonly (Difference | null)[], why: string | null): string {
  const held = differences.filter((each) => each !== null);
  if (held.length === 0) return 'no figure under the same load';
  if (why !== null) return `${plural(held.length, 'figure')} stand side by side and are not compared (${why})`;
  const count = (...verdicts: Verdict[]): number => held.filter(({ verdict }) => verdicts.includes(verdict)).length;
  const parts = [
    `${count('higher', 'higher?')} worse`,
    `${count('lower', 'lower?')} better`,
    `${count('no change')} without a change shown`,
    `${count('could not tell', 'not judged')} not told`,
  ];
  return `of ${plural(held.length, 'figure')} ${parts.join(', ')}`;
}

function countsSentence(first: RunDigest, run: RunDigest, rows: readonly CountRow[], index: number): string {
  const both = rows.filter(({ counts }) => counts[0] !== null && counts[index] !== null);
  if (both.length === 0) return 'no exact count on both sides';
  if (differentSettings(first, run).length > 0) return 'exact counts were made with other settings';
  const changed = both.filter(({ counts }) => counts[0] !== counts[index]).length;
  if (changed === 0) return `all ${plural(both.length, 'exact count')} are the same`;
  return `${changed} of ${plural(both.length, 'exact count')} ${changed === 1 ? 'differs' : 'differ'}`;
}
