import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OUTCOMES, type Judged } from '../results/gate/judgement.ts';
import { fatter, hostile, mixed, overBudget, unchanged, unsure } from './judgement.fixture.ts';
import { percentText } from './format.ts';
import { changeText, floorText, headline, intervalText, valueText } from './judgement-figures.ts';
import { judgementMarkdown } from './judgement-markdown.ts';
import { judgementText } from './judgement-text.ts';

const WIDE = { width: 100, color: false };

describe('the headline', () => {
  it.each([
    [fatter, 'Fail: 2 of 4 metrics got worse.'],
    [mixed, 'Fail: 1 of 5 metrics got worse; 1 could not be told.'],
    [unchanged, 'Pass: no change shown in 2 metrics.'],
    [unsure, 'Could not tell all: no change shown in 2 metrics, and the notes say what is missing.'],
    [overBudget, 'Fail: 1 of 3 budgets is exceeded; 1 could not be told.'],
    [() => ({ ...fatter(), judged: [] }), 'Could not tell: nothing was judged.'],
    [() => ({ ...mixed(), outcome: 'warn' as const }), 'Pass, with a warning: 1 of 5 metrics to look at.'],
    [
      () => ({ ...overBudget(), outcome: 'pass' as const, judged: overBudget().judged.slice(1, 2) }),
      'Pass: the budget is kept.',
    ],
  ])('says the outcome in one sentence: %o', (make, sentence) => expect(headline(make())).toBe(sentence));

  it('is followed by one sentence for many with the same reason', () => {
    const many = unsure();
    many.judged = Array.from({ length: 9 }, () => ({
      ...many.judged[0]!,
      outcome: 'inconclusive' as const,
      reason: 'moved',
    }));
    expect(judgementText(many, WIDE)).toContain('· 9 metrics, such as sse · broadcast · latency p50: moved\n');
  });

  it('claims no more than it knows where something got better', () => {
    const better = { ...fatter(), outcome: 'pass' as const };
    better.judged = [{ ...better.judged[0]!, head: 100 }];
    expect(headline(better)).toBe('Pass: no change for the worse shown in 1 metric.');
  });
});

describe('figures', () => {
  const [, fail] = fatter().judged as [Judged, Judged];
  const noisy = mixed().judged[2]!;

  it('of exact counts are to the byte', () => {
    expect(valueText(1_064, fail)).toBe('1,064 B');
    expect(changeText(fail)).toBe('+23 B');
    expect(changeText({ ...fail, head: 700 })).toBe('−104 B');
    expect(changeText({ ...fail, head: 804 })).toBe('none');
    expect(intervalText(fail)).toBe('—');
  });

  it('of noisy metrics have their unit, their interval and their floor', () => {
    expect([valueText(noisy.base, noisy), changeText(noisy), intervalText(noisy), floorText(noisy)]).toEqual([
      '28 µs',
      '+25 %',
      '+21…+29 %',
      '5 %',
    ]);
  });

  it.each([
    [0, '±0 %'],
    [0.0004, '±0 %'],
    [-0.0512, '−5.1 %'],
    [0.125, '+13 %'],
    [250, '251×'],
  ])('show the ratio %f as %s', (ratio, text) => expect(percentText(ratio)).toBe(text));

  it('are — where there is none, never 0', () => {
    expect(valueText(null, noisy)).toBe('—');
    expect(changeText({ ...noisy, change: null })).toBe('—');
    expect(intervalText({ ...noisy, change: { ratio: 1, low: null, high: 1, pairs: 1 } })).toBe('—');
  });
});

describe('a judgement in the terminal', () => {
  it('reads like this when bytes were added', () =>
    expect(judgementText(fatter(), WIDE)).toMatchInlineSnapshot(`
      "pushbench compare · results/baselines/exact.json → this build (machine 0123456789ab)

      Fail: 2 of 4 metrics got worse.

      transport      metric                     base   head  change  verdict
      sse            handshake bytes           804 B  827 B   +23 B  FAIL
      short-polling  header bytes per message  698 B  721 B   +23 B  FAIL

      2 exact counts are unchanged.
      "
    `));
  it('reads like this when it is mixed', () =>
    expect(judgementText(mixed(), WIDE)).toMatchInlineSnapshot(`
      "pushbench ab · ../base → . on machine 0123456789ab · scenario broadcast

      Fail: 1 of 5 metrics got worse; 1 could not be told.

      transport  metric                      base     head  change  95 % interval  floor  verdict
      sse        server CPU per delivery    28 µs    35 µs   +25 %      +21…+29 %    5 %  FAIL
      sse        latency p99.9                  —        —       —              —      —  could not tell
      sse        latency p99              2.10 ms  2.30 ms  +9.5 %     +0.4…+19 %    5 %  warning
      sse        latency p50              1.10 ms  1.12 ms  +1.8 %    −1.0…+4.1 %    5 %  pass

      · sse · broadcast · server CPU per delivery: The whole interval lies above the floor of 5 %.
      · sse · broadcast · latency p99.9: Too few samples support a p99.9.
      · sse · broadcast · latency p99: The interval is above 0 and reaches below the floor.

      1 exact count is unchanged.
      20 pairs of processes, in blocks of ABBA and BAAB.
      "
    `));
  it('reads like this when a budget is exceeded', () =>
    expect(judgementText(overBudget(), WIDE)).toMatchInlineSnapshot(`
      "pushbench check · results/runs/one.json (machine 0123456789ab) within budget.txt · scenario
      broadcast

      Fail: 1 of 3 budgets is exceeded; 1 could not be told.

      transport  metric                    limit  measured  verdict
      sse        latency p99               50 ms   62.1 ms  FAIL
      websocket  latency p99.9               1 s         —  could not tell
      websocket  header bytes per message    8 B       0 B  pass

      · sse · broadcast · latency p99: The median of 5 repetitions.
      · websocket · broadcast · latency p99.9: Not measured: the result has no such figure.
      "
    `));

  it('keeps every line within the width, whatever the names', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 24, max: 200 }),
        fc.constantFrom(fatter, mixed, overBudget, hostile),
        (width, make) => {
          for (const line of judgementText(make(), { width, color: false }).split('\n')) {
            expect(line.length).toBeLessThanOrEqual(width);
          }
        },
      ),
    );
  });

  it('names every metric that got worse, also where no table fits', () => {
    const text = judgementText(fatter(), { width: 40, color: false }).replace(/\s+/g, ' ');
    expect(text).not.toContain('verdict');
    for (const title of ['sse · handshake bytes: 23', 'header bytes per message: 23']) expect(text).toContain(title);
  });

  it('colours without changing a letter', () => {
    const coloured = judgementText(mixed(), { width: 100, color: true });
    expect(coloured).toContain('\u001B[31m');
    expect(stripVTControlCharacters(coloured)).toBe(judgementText(mixed(), WIDE));
  });

  it('lets no control character of a file through', () => {
    expect(judgementText(hostile(), WIDE).replaceAll('\n', '')).not.toMatch(/[\u0000-\u001F\u007F-\u009F\u202E\u2028]/);
  });
});

describe('a judgement as Markdown', () => {
  it('reads like this when bytes were added', () =>
    expect(judgementMarkdown(fatter())).toMatchInlineSnapshot(`
      "### ❌ Fail: 2 of 4 metrics got worse.

      | transport | metric | base | head | change | verdict |
      | :-- | :-- | --: | --: | --: | :-- |
      | sse | handshake bytes | 804 B | 827 B | +23 B | FAIL |
      | short-polling | header bytes per message | 698 B | 721 B | +23 B | FAIL |

      2 exact counts are unchanged.

      <sub>pushbench compare · results/baselines/exact.json → this build (machine 0123456789ab) · 2026-01-15T10:00:00.000Z</sub>
      "
    `));
  it('reads like this when it is mixed', () =>
    expect(judgementMarkdown(mixed())).toMatchInlineSnapshot(`
      "### ❌ Fail: 1 of 5 metrics got worse; 1 could not be told.

      - **sse · broadcast · server CPU per delivery**: The whole interval lies above the floor of 5 %.
      - **sse · broadcast · latency p99.9**: Too few samples support a p99.9.
      - **sse · broadcast · latency p99**: The interval is above 0 and reaches below the floor.

      | transport | scenario | metric | base | head | change | 95 % interval | floor | verdict |
      | :-- | :-- | :-- | --: | --: | --: | --: | --: | :-- |
      | sse | broadcast | server CPU per delivery | 28 µs | 35 µs | +25 % | +21…+29 % | 5 % | FAIL |
      | sse | broadcast | latency p99.9 | — | — | — | — | — | could not tell |
      | sse | broadcast | latency p99 | 2.10 ms | 2.30 ms | +9.5 % | +0.4…+19 % | 5 % | warning |

      <details><summary>What passed, in figures</summary>

      | transport | scenario | metric | base | head | change | 95 % interval | floor | verdict |
      | :-- | :-- | :-- | --: | --: | --: | --: | --: | :-- |
      | sse | broadcast | latency p50 | 1.10 ms | 1.12 ms | +1.8 % | −1.0…+4.1 % | 5 % | pass |

      </details>

      1 exact count is unchanged.

      - 20 pairs of processes, in blocks of ABBA and BAAB.

      <sub>pushbench ab · ../base → . on machine 0123456789ab · 2026-01-15T10:00:00.000Z</sub>
      "
    `));
  it('reads like this when nothing changed', () =>
    expect(judgementMarkdown(unchanged())).toMatchInlineSnapshot(`
      "### ✅ Pass: no change shown in 2 metrics.

      <details><summary>What passed, in figures</summary>

      | transport | scenario | metric | base | head | change | 95 % interval | floor | verdict |
      | :-- | :-- | :-- | --: | --: | --: | --: | --: | :-- |
      | sse | broadcast | latency p50 | 1.10 ms | 1.12 ms | +1.8 % | −1.0…+4.1 % | 5 % | pass |

      </details>

      1 exact count is unchanged.

      - 20 pairs of processes, in blocks of ABBA and BAAB.

      <sub>pushbench ab · ../base → . on machine 0123456789ab · 2026-01-15T10:00:00.000Z</sub>
      "
    `));
  it('reads like this when it cannot be told', () =>
    expect(judgementMarkdown(unsure())).toMatchInlineSnapshot(`
      "### ❔ Could not tell all: no change shown in 2 metrics, and the notes say what is missing.

      <details><summary>What passed, in figures</summary>

      | transport | scenario | metric | base | head | change | 95 % interval | floor | verdict |
      | :-- | :-- | :-- | --: | --: | --: | --: | --: | :-- |
      | sse | broadcast | latency p50 | 1.10 ms | 1.12 ms | +1.8 % | −1.0…+4.1 % | 5 % | pass |

      </details>

      1 exact count is unchanged.

      - The two arms of the same build differ by 12 %: this machine is too noisy now.

      <sub>pushbench ab · ../base → . on machine 0123456789ab · 2026-01-15T10:00:00.000Z</sub>
      "
    `));
  it('reads like this when a budget is exceeded', () =>
    expect(judgementMarkdown(overBudget())).toMatchInlineSnapshot(`
      "### ❌ Fail: 1 of 3 budgets is exceeded; 1 could not be told.

      - **sse · broadcast · latency p99**: The median of 5 repetitions.
      - **websocket · broadcast · latency p99.9**: Not measured: the result has no such figure.

      | transport | scenario | metric | limit | measured | verdict |
      | :-- | :-- | :-- | --: | --: | :-- |
      | sse | broadcast | latency p99 | 50 ms | 62.1 ms | FAIL |
      | websocket | broadcast | latency p99.9 | 1 s | — | could not tell |

      <details><summary>What passed, in figures</summary>

      | transport | scenario | metric | limit | measured | verdict |
      | :-- | :-- | :-- | --: | --: | :-- |
      | websocket | broadcast | header bytes per message | 8 B | 0 B | pass |

      </details>

      <sub>pushbench check · results/runs/one.json (machine 0123456789ab) within budget.txt · 2026-01-15T10:00:00.000Z</sub>
      "
    `));

  it('shows hostile names as text, on one line each, in cells of their own', () => {
    const markdown = judgementMarkdown(hostile());
    expect(markdown).not.toMatch(/<(?!\/?(details|summary|sub)>)/);
    expect(markdown).not.toMatch(/@octocat|https:|#12/);
    const rows = markdown.split('\n').filter((line) => line.startsWith('| '));
    const cells = rows.map((line) => line.match(/(?<!\\)\|/g)!.length);
    expect(new Set(cells.slice(0, 3)).size).toBe(1);
  });

  it('stays under what GitHub takes as a comment, says what it leaves out, and closes what it opens', () => {
    const markdown = judgementMarkdown(hostile(2_000));
    expect(Buffer.byteLength(markdown)).toBeLessThan(64_000);
    expect(markdown).toMatch(/\d+ more are not shown/);
    expect(markdown.match(/<details>/g)!.length).toBe(markdown.match(/<\/details>/g)!.length);
  });
});

describe('every rendering', () => {
  const anything = fc.record({
    outcome: fc.constantFrom(...OUTCOMES),
    base: fc.option(fc.double()),
    head: fc.option(fc.double()),
    change: fc.option(
      fc.record({
        ratio: fc.double(),
        low: fc.option(fc.double()),
        high: fc.option(fc.double()),
        pairs: fc.nat(),
      }),
    ),
    floor: fc.option(fc.double()),
    kind: fc.constantFrom('exact' as const, 'noisy' as const, 'budget' as const),
  });

  it('has words for any numbers', () => {
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 5 }), (parts) => {
        const judged = parts.map((part) => ({ ...mixed().judged[0]!, ...part }));
        const judgement = { ...mixed(), judged };
        for (const text of [judgementText(judgement, WIDE), judgementMarkdown(judgement)]) {
          expect(text).not.toMatch(/NaN|Infinity|undefined|null/);
        }
      }),
    );
  });
});
