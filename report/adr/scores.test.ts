/** Rankings depend on figures and weights, and on nothing else. */
import { guessed } from '../../results/model/band.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DRIVERS, type Driver } from '../../results/workload.ts';
import { decide } from './decision.ts';
import { CHAT, costRun, decisionInput } from './decision.fixture.ts';
import { renderRecord } from './record.ts';
import { leading, ranked, scoredDrivers, sensitivityOf, unsureDrivers, type Weights } from './scores.ts';

/** As few that what a hundred clients took is known of them. */
const { options } = decide(decisionInput({ users: 1_000 }, costRun({ storm: true })));
const candidates = options.filter(({ knockOuts }) => knockOuts.length === 0);
const names = (all: ReturnType<typeof ranked>): string[] => all.map(({ option }) => option.transport);

const weights = fc
  .tuple(...DRIVERS.map(() => fc.double({ min: 0, max: 10, noNaN: true })))
  .map((values) => Object.fromEntries(DRIVERS.map((driver, at) => [driver, values[at]])) as Record<Driver, number>);

describe('a ranking', () => {
  it('is the same whatever the order of the options', () => {
    const shuffles = fc.shuffledSubarray([...candidates], { minLength: candidates.length });
    fc.assert(
      fc.property(weights, shuffles, (given, shuffled) => {
        expect(names(ranked(shuffled, given))).toEqual(names(ranked(candidates, given)));
      }),
    );
  });

  it('is the same whatever the unit of the weights', () => {
    // So small that a product with a score is rounded to a multiple of the smallest number there is.
    const none = Object.fromEntries(DRIVERS.map((driver) => [driver, 0])) as Weights;
    const smallest = { ...none, reliability: Number.MIN_VALUE, maintainability: 3 * Number.MIN_VALUE };
    fc.assert(
      fc.property(weights, (given) => {
        const doubled = Object.fromEntries(DRIVERS.map((driver) => [driver, 2 * given[driver]])) as Weights;
        expect(ranked(candidates, doubled)[0]!.total.value).toBeCloseTo(ranked(candidates, given)[0]!.total.value, 9);
      }),
      { examples: [[smallest]] },
    );
  });

  it('scores from 0 to 1, the best of each driver 1', () => {
    const all = ranked(candidates, CHAT.weights);
    for (const driver of scoredDrivers(candidates, CHAT.weights)) {
      const scores = all.map((one) => one.scores.find((score) => score.driver === driver)!.score!.value);
      if (driver !== 'interoperability' && driver !== 'maintainability') expect(Math.max(...scores)).toBe(1);
      for (const score of scores) expect(score).toBeGreaterThanOrEqual(0);
      for (const score of scores) expect(score).toBeLessThanOrEqual(1);
    }
  });

  it('counts a driver for nobody that is not known of one option', () => {
    const lacking = candidates.map((one, at) =>
      at === 0 ? { ...one, recovery: { repeated: null, missing: '' } } : one,
    );
    expect(scoredDrivers(candidates, CHAT.weights)).toContain('reliability');
    expect(scoredDrivers(lacking, CHAT.weights)).not.toContain('reliability');
  });

  it('has a tie where the scores overlap, and a winner where they do not', () => {
    const [first, second] = ranked(candidates, CHAT.weights);
    const total = (value: number) => ({ value, low: value - 0.05, high: value + 0.05 });
    const pair = (a: number, b: number) => [
      { ...first!, total: total(a) },
      { ...second!, total: total(b) },
    ];
    expect(leading(pair(0.8, 0.75))).toHaveLength(2);
    expect(leading(pair(0.8, 0.6))).toHaveLength(1);
    expect(leading([])).toEqual([]);
  });
});

describe('a figure that nobody knows the interval of', () => {
  const blind = candidates.map((one) => ({ ...one, cost: guessed(one.cost!.value) }));
  const heavy = { ...CHAT.weights, 'resource-utilisation': 10 };

  it('widens the total by what ten times the figure makes of it', () => {
    const sure = ranked(candidates, heavy);
    const unsure = ranked(blind, heavy);
    const width = (one: (typeof sure)[number]): number => one.total.high - one.total.low;
    expect(width(unsure[0]!)).toBeGreaterThan(width(sure[0]!) + 0.5);
    expect(leading(unsure).length).toBeGreaterThan(leading(sure).length);
  });

  it('is named', () => {
    expect(unsureDrivers(ranked(blind, heavy))).toContain('resource-utilisation');
    expect(unsureDrivers(ranked(candidates, heavy))).not.toContain('resource-utilisation');
  });
});

describe('sensitivity', () => {
  it('names a weight that changes the winner, and counts the combinations that keep it', () => {
    const { flips, kept, alone, combinations } = sensitivityOf(candidates, CHAT.weights);
    expect(alone).toBeLessThanOrEqual(kept);
    expect(combinations).toBe(2 ** scoredDrivers(candidates, CHAT.weights).length);
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThanOrEqual(combinations);
    for (const { driver, to, winner } of flips) {
      expect(names(ranked(candidates, { ...CHAT.weights, [driver]: to }))[0]).toBe(winner);
    }
  });
});

describe('without what is judged', () => {
  const judged = { ...CHAT.weights, 'resource-utilisation': 1, interoperability: 0, maintainability: 100 };
  const priced = candidates.map((one) => {
    const cost = one.transport === 'forever-iframe' ? 0.01 : 1;
    return { ...one, cost: { value: cost, low: cost, high: cost } };
  });

  it('another option may come first', () => {
    expect(names(ranked(priced, judged))[0]).not.toBe('forever-iframe');
    const none = { ...judged, 'time-behaviour': 0, capacity: 0, reliability: 0 };
    expect(sensitivityOf(priced, none).byEvidence).toEqual(['forever-iframe']);
  });

  it('nobody does where nothing else weighs', () => {
    const none = Object.fromEntries(DRIVERS.map((driver) => [driver, 0])) as Weights;
    expect(sensitivityOf(priced, { ...none, maintainability: 1 }).byEvidence).toEqual([]);
  });
});

describe('a tie', () => {
  const certain = (one: (typeof candidates)[number], value: number) => ({
    ...one,
    cost: { value, low: value, high: value },
  });
  const only: Weights = {
    ...{ 'time-behaviour': 0, 'resource-utilisation': 2, capacity: 0 },
    ...{ interoperability: 0, reliability: 0, maintainability: 0 },
  };
  const [a, b] = candidates;

  it('is no combination of weights in which the first is alone', () => {
    const apart = sensitivityOf([certain(a!, 1), certain(b!, 2)], only);
    expect(apart).toMatchObject({ kept: 2, alone: 2, combinations: 2 });
    const tied = sensitivityOf([certain(a!, 1), { ...b!, cost: { value: 2, low: 0.5, high: 3 } }], only);
    expect(tied).toMatchObject({ kept: 2, alone: 0, combinations: 2 });
  });
});

describe('a record', () => {
  it('is the same, byte for byte, whatever the order of the transports in the run', () => {
    const text = (transports: readonly string[]): string =>
      renderRecord(decide(decisionInput({}, costRun({ transports }))), 'a').markdown;
    const order = ['short-polling', 'long-polling', 'forever-iframe', 'sse', 'websocket'];
    expect(text([...order].reverse())).toBe(text(order));
  });
});
