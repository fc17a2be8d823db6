import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareOn, QUIET, SHARED, uniform, VERY_NOISY, type Machine } from './machine.fixture.ts';
import type { Outcome } from './judgement.ts';
import type { Pair } from './paired.ts';
import { judgeExact, judgeNoisy, judgeTwice, looksWorse, RELATIVE_FLOOR, type Verdict } from './rule.ts';

const LOWER = { better: 'lower', absoluteFloor: 0 } as const;
const HIGHER = { better: 'higher', absoluteFloor: 0 } as const;

/** Ten pairs of a base around 100, each head so much more, and half of `spread` off to either side. */
function pairsOf(more: number, spread = 0.01, count = 10): Pair[] {
  return Array.from({ length: count }, (_, index): Pair => {
    const base = 100 + (index % 3);
    const off = count === 1 ? 0 : index / (count - 1) - 0.5;
    return [base, base * (1 + more) * Math.exp(spread * off)];
  });
}

function judge(
  pairs: Pair[],
  sameBuild = pairsOf(0),
  metric: { better: 'lower' | 'higher'; absoluteFloor: number } = LOWER,
): Verdict {
  return judgeNoisy({ pairs, sameBuild, metric, relativeFloor: RELATIVE_FLOOR });
}

describe('judgeNoisy', () => {
  it('passes what has not changed, and says what it could have seen', () => {
    const { outcome, reason, floor } = judge(pairsOf(0));
    expect(outcome).toBe('pass');
    expect(reason).toMatch(/^no change shown \(−0\.\d % to \+0\.\d %\); one of 5\.\d % could have been seen$/);
    expect(floor).toBeCloseTo(0.05, 12);
  });

  it('fails what is worse by more than the floor, with all of its interval', () => {
    const { outcome, reason, change } = judge(pairsOf(0.2));
    expect(outcome).toBe('fail');
    expect(reason).toMatch(/^20\.0 % more \(\+19\.\d % to \+20\.\d %\), all of it beyond the floor of 5\.0 %$/);
    expect(change!.ratio).toBeCloseTo(0.2, 3);
  });

  it('warns where the estimate is beyond the floor and the interval is beyond 0 only', () => {
    expect(judge(pairsOf(0.08, 0.12)).outcome).toBe('warn');
  });

  it('passes a change below the floor, however sure', () => {
    expect(judge(pairsOf(0.04, 0.001)).outcome).toBe('pass');
  });

  it('calls an improvement better, and no failure', () => {
    const { outcome, reason } = judge(pairsOf(-0.2));
    expect(outcome).toBe('pass');
    expect(reason).toMatch(/^better: 20\.0 % less/);
  });

  it('knows which way is worse', () => {
    expect(judge(pairsOf(-0.2), pairsOf(0), HIGHER)).toMatchObject({ outcome: 'fail' });
    expect(judge(pairsOf(-0.2), pairsOf(0), HIGHER).reason).toMatch(/^20\.0 % less/);
    expect(judge(pairsOf(0.2), pairsOf(0), HIGHER).reason).toMatch(/^better: 20\.0 % more/);
  });

  it('raises the floor to half the width of the A/A interval', () => {
    const noisy = pairsOf(0, 0.8);
    expect(judge(pairsOf(0.2), noisy).floor).toBeGreaterThan(0.2);
    expect(judge(pairsOf(0.2), noisy).outcome).toBe('pass');
    expect(judge(pairsOf(0.4), noisy).outcome).toBe('fail');
  });

  it('raises the floor to the absolute one, in the unit of the metric', () => {
    const absolute = { better: 'lower', absoluteFloor: 30 } as const;
    const { outcome, floor } = judge(pairsOf(0.2), pairsOf(0), absolute);
    expect(floor).toBeCloseTo(30 / 101, 2);
    expect(outcome).toBe('pass');
    expect(judge(pairsOf(0.4), pairsOf(0), absolute).outcome).toBe('fail');
  });

  it.each([0.1, -0.1])('is inconclusive where the same build differs from itself by %d', (moved) => {
    const { outcome, reason } = judge(pairsOf(0.5), pairsOf(moved));
    expect(outcome).toBe('inconclusive');
    expect(reason).toBe('the same build differed from itself by 10.0 %: the machine moved');
  });

  it('does not mind that the same build differs from itself by less than what counts', () => {
    expect(judge(pairsOf(0), pairsOf(0.03)).outcome).toBe('pass');
  });

  it('could not tell where not even a doubling could have been seen', () => {
    const { outcome, reason } = judge(pairsOf(0, 2), pairsOf(0, 2));
    expect(outcome).toBe('inconclusive');
    expect(reason).toMatch(/^could not tell: too noisy to see a doubling \(−\d+\.\d % to \+\d+\.\d %\)$/);
  });

  it('fails what is worse by far more than the noise, however large that is', () => {
    expect(judge(pairsOf(9, 2), pairsOf(0, 2)).outcome).toBe('fail');
  });

  it.each<[string, Pair[], Pair[], RegExp]>([
    ['too few pairs', pairsOf(0, 0.01, 5), pairsOf(0), /^5 pairs: an interval of 95 % takes 6$/],
    ['too few pairs of the same build', pairsOf(0), [], /^0 pairs of the same build: an interval of 95 % takes 6$/],
    ['a value of 0', [...pairsOf(0), [0, 5]], pairsOf(0), /^a value of 0 among the pairs: no ratio can be formed$/],
  ])('is inconclusive for %s', (_, pairs, sameBuild, reason) => {
    const verdict = judge(pairs, sameBuild);
    expect(verdict.outcome).toBe('inconclusive');
    expect(verdict.floor).toBeNull();
    expect(verdict.reason).toMatch(reason);
  });

  it('judges values that are 0 throughout as unchanged', () => {
    const nothing = Array.from({ length: 10 }, (): Pair => [0, 0]);
    for (const absoluteFloor of [0, 5]) {
      const { outcome, floor } = judge(nothing, nothing, { better: 'lower', absoluteFloor });
      expect([outcome, floor]).toEqual(['pass', expect.closeTo(0.05, 12)]);
    }
  });

  it('never finds an improvement and a regression in the same pairs', () => {
    const value = fc.double({ min: 1, max: 1e6, noNaN: true });
    const anyPairs = fc.array(fc.tuple(value, value), { minLength: 6, maxLength: 15 });
    fc.assert(
      fc.property(anyPairs, anyPairs, (pairs, sameBuild) => {
        const [lower, higher] = [judge(pairs, sameBuild), judge(pairs, sameBuild, HIGHER)];
        expect([lower.outcome, higher.outcome]).not.toEqual(['fail', 'fail']);
        if (lower.outcome === 'fail') expect(higher.reason).toMatch(/^better/);
        expect(lower.floor).toBeGreaterThanOrEqual(RELATIVE_FLOOR - 1e-12);
      }),
    );
  });
});

describe('judgeTwice', () => {
  const noisy = (more: number) => ({
    pairs: pairsOf(more, 0.12),
    sameBuild: pairsOf(0),
    metric: LOWER,
    relativeFloor: RELATIVE_FLOOR,
  });

  it('fails what is worse in all pairs together, and says what each time was', () => {
    const { outcome, reason, change } = judgeTwice(noisy(0.12), noisy(0.1));
    expect(outcome).toBe('fail');
    expect(change!.pairs).toBe(20);
    expect(reason).toMatch(/; measured twice: \+12\.0 % \(\+8\.\d % to \+1\d\.\d %\), then \+10\.0 % \(.*\)$/);
  });

  it('finds by both what neither shows by itself', () => {
    expect([judgeNoisy(noisy(0.085)).outcome, judgeTwice(noisy(0.085), noisy(0.085)).outcome]).toEqual([
      'warn',
      'fail',
    ]);
  });

  it('looks again at an estimate beyond the least that counts, whatever its interval, and at nothing else', () => {
    const wide = { ...noisy(0.07), pairs: pairsOf(0.07, 0.6) };
    expect([judgeNoisy(wide).outcome, looksWorse(wide)]).toEqual(['pass', true]);
    expect([looksWorse(noisy(0.04)), looksWorse(noisy(-0.3))]).toEqual([false, false]);
    expect(looksWorse({ ...noisy(-0.3), metric: HIGHER })).toBe(true);
    expect(looksWorse({ ...noisy(0.3), sameBuild: pairsOf(0.1) })).toBe(false);
    expect(looksWorse({ ...noisy(0.3), pairs: [] })).toBe(false);
  });

  it('takes back what was worse the first time only', () => {
    expect(judgeNoisy(noisy(0.12)).outcome).toBe('fail');
    expect(judgeTwice(noisy(0.12), noisy(-0.02)).outcome).not.toBe('fail');
  });

  it('looks no second time at what did not look worse', () => {
    expect(judgeTwice(noisy(0), noisy(0.5))).toEqual(judgeNoisy(noisy(0)));
  });

  it.each([0, 4])('could not tell where the second time has only %i pairs', (count) => {
    const again = { pairs: pairsOf(0.2, 0.01, count), sameBuild: [] };
    const { outcome, reason } = judgeTwice(noisy(0.2), again);
    expect(outcome).toBe('inconclusive');
    expect(reason).toMatch(count === 0 ? /, then nothing$/ : /, then 4 pairs$/);
  });
});

describe('judgeExact', () => {
  it('fails one byte more', () => {
    expect(judgeExact(40, 41)).toMatchObject({ outcome: 'fail', reason: '1 more: 41 instead of 40' });
    expect(judgeExact(40, 41).change).toEqual({
      ratio: expect.closeTo(0.025, 9) as number,
      low: null,
      high: null,
      pairs: 1,
    });
  });

  it('passes what is the same', () => {
    expect(judgeExact(40, 40)).toMatchObject({ outcome: 'pass', reason: 'the same' });
    expect(judgeExact(0, 0)).toMatchObject({ outcome: 'pass', change: { ratio: 0 } });
  });

  it('asks for a new baseline where there is less', () => {
    const { outcome, reason } = judgeExact(40, 38);
    expect(outcome).toBe('pass');
    expect(reason).toBe('2 less: 38 instead of 40; keep it with pushbench baseline update');
  });

  it('fails what was nothing and is something, though no ratio says by how much', () => {
    expect(judgeExact(0, 3)).toMatchObject({ outcome: 'fail', change: null });
  });

  it.each([
    [null, 4, 'missing in the base'],
    [4, null, 'missing in the head'],
    [null, null, 'missing on both sides'],
  ])('judges nothing of %s and %s', (base, head, reason) => {
    expect(judgeExact(base, head)).toMatchObject({ outcome: 'inconclusive', reason, change: null });
  });
});

/** Shares of outcomes over comparisons of ten pairs, and ten more where they look worse, of a head that takes so much more. */
function rates(machine: Machine, effect: number, pairs = 10, runs = 500): Record<Outcome, number> {
  const random = uniform(11);
  const counted = { pass: 0, warn: 0, inconclusive: 0, fail: 0 };
  const measure = () => compareOn(machine, effect, pairs, random);
  for (let i = 0; i < runs; i++) {
    const first = { ...measure(), metric: LOWER, relativeFloor: RELATIVE_FLOOR };
    counted[judgeTwice(first, measure()).outcome] += 1 / runs;
  }
  return counted;
}

describe('the rule on simulated machines', () => {
  it.each([
    ['quiet', QUIET],
    ['shared', SHARED],
    ['very noisy', VERY_NOISY],
  ])('raises hardly a false alarm on a %s one', (_, machine) => {
    const { fail, warn } = rates(machine, 0);
    expect(fail).toBeLessThanOrEqual(0.005);
    expect(warn).toBeLessThanOrEqual(0.01);
  });

  it('finds 10 % on a quiet machine', () => {
    expect(rates(QUIET, 0.1).fail).toBeGreaterThan(0.95);
  });

  it('finds 20 % on a shared machine', () => {
    expect(rates(SHARED, 0.2).fail).toBeGreaterThan(0.85);
  });

  it('finds more with more pairs', () => {
    expect(rates(SHARED, 0.1, 20).fail).toBeGreaterThan(rates(SHARED, 0.1, 10).fail + 0.1);
  });

  it('rather says that it could not tell than that nothing has changed, where it would not have seen it', () => {
    const { pass, inconclusive } = rates({ ...VERY_NOISY, noise: 0.8 }, 0);
    expect(inconclusive).toBeGreaterThan(0.9);
    expect(pass).toBeLessThan(0.1);
  });
});
