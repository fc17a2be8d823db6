import fc from 'fast-check';
import { expect, test } from 'vitest';
import { markOf, standingOf } from './ranking.ts';
import type { Row } from './summary.ts';

/** A row with one figure; the rest is not looked at. */
function row(
  transport: string,
  low: number,
  value: number,
  high: number,
  changes: { n?: number; trusted?: boolean; load?: string } = {},
): Row {
  const { n = 3, trusted = true, load = 'same' } = changes;
  return {
    transport,
    trusted,
    load,
    figures: { latencyP99: { estimate: { low, value, high, n, coverage: 0.75 }, missing: null } },
  } as unknown as Row;
}
const nothing = (transport: string): Row =>
  ({
    transport,
    trusted: true,
    load: 'same',
    figures: { latencyP99: { estimate: null, missing: 'too few samples' } },
  }) as unknown as Row;
const names = (rows: readonly Row[]) => rows.map((each) => each.transport);

test('a row leads only when its interval lies below every other', () => {
  const standing = standingOf([row('b', 4, 5, 6), row('a', 1, 2, 3)], 'latencyP99');
  expect(standing.kind === 'leader' && [standing.leader.transport, names(standing.next)]).toEqual(['a', ['b']]);
});

test('overlapping intervals are a tie, whatever the medians say', () => {
  const standing = standingOf([row('a', 1, 2, 4), row('b', 4, 5, 6), row('c', 7, 8, 9)], 'latencyP99');
  expect(standing.kind === 'tie' && names(standing.leaders)).toEqual(['a', 'b']);
});

test('those who follow the leader are not ordered either where they overlap', () => {
  const standing = standingOf([row('a', 1, 1, 1), row('b', 4, 5, 6), row('c', 5, 6, 7)], 'latencyP99');
  expect(standing.kind === 'leader' && names(standing.next)).toEqual(['b', 'c']);
});

test('a standing is the same whatever the order of the rows, also where figures are the same', () => {
  const figure = fc.tuple(fc.nat(4), fc.nat(2), fc.nat(2)).map(([low, up, more]) => [low, low + up, low + up + more]);
  const rows = fc
    .array(figure, { minLength: 1, maxLength: 5 })
    .map((all) => all.map(([low, value, high], at) => row('abcde'[at]!, low!, value!, high!)));
  const said = (all: readonly Row[]): unknown => {
    const standing = standingOf(all, 'latencyP99');
    if (standing.kind === 'tie') return names(standing.leaders);
    return standing.kind === 'leader' ? [standing.leader.transport, ...names(standing.next)] : standing.kind;
  };
  const shuffled = rows.chain((all) =>
    fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })),
  );
  fc.assert(
    fc.property(shuffled, ([all, other]) => {
      expect(said(other)).toEqual(said(all));
    }),
  );
});

test('a single repetition orders nothing', () => {
  const standing = standingOf([row('a', 1, 1, 1, { n: 1 }), row('b', 9, 9, 9)], 'latencyP99');
  expect(standing.kind).toBe('unordered');
  expect(markOf(row('a', 1, 1, 1, { n: 1 }), [], 'latencyP99')).toBeNull();
});

test('an invalid row never wins, however fast it looks', () => {
  const fast = row('fast', 0, 0, 0, { trusted: false });
  const rows = [fast, row('a', 1, 2, 3), row('b', 4, 5, 6)];
  expect(rows.map((each) => markOf(each, rows, 'latencyP99'))).toEqual([null, 'best', null]);
});

test('rows of different loads are not ranked against each other', () => {
  const rows = [row('a', 1, 2, 3), row('b', 4, 5, 6), row('a', 0, 0, 0, { load: 'light' })];
  expect(rows.map((each) => markOf(each, rows, 'latencyP99'))).toEqual(['best', null, null]);
});

test('a row without the figure neither wins nor hinders, and one alone has won nothing', () => {
  expect(standingOf([nothing('x')], 'latencyP99').kind).toBe('none');
  expect(standingOf([nothing('x'), row('a', 1, 2, 3)], 'latencyP99').kind).toBe('alone');
});
