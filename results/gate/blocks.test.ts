import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PATTERNS, type Block } from '../ab.ts';
import { blocksOf } from './ab.fixture.ts';
import { pairsOf } from './blocks.ts';
import { pairedChange } from './paired.ts';

const METRIC = { slug: 'latency-p50' };

describe('a block', () => {
  it('of A B B A gives two pairs of neighbours and a pair of each build, the head’s read backwards', () => {
    const [block] = blocksOf(1, (_role, place) => 1 + place, { patterns: ['ABBA'] });
    expect(pairsOf([block!], METRIC)).toEqual({
      pairs: [
        [1, 2],
        [4, 3],
      ],
      sameBuild: [
        [1, 4],
        [3, 2],
      ],
      leftOut: 0,
      reasons: [],
    });
  });

  it('of B A A B gives the same, with the base inside', () => {
    const [block] = blocksOf(1, (_role, place) => 1 + place, { patterns: ['BAAB'] });
    expect(pairsOf([block!], METRIC).pairs).toEqual([
      [2, 1],
      [3, 4],
    ]);
  });

  it('never pairs a base with a head the wrong way round, nor two builds in the arm of one', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...PATTERNS), { minLength: 1, maxLength: 20 }), (patterns) => {
        const blocks = blocksOf(patterns.length, (role, place) => (role === 'base' ? 1_000 : 2_000) + place, {
          patterns,
        });
        const { pairs, sameBuild } = pairsOf(blocks, METRIC);
        expect(pairs).toHaveLength(2 * patterns.length);
        expect(sameBuild).toHaveLength(2 * patterns.length);
        for (const [base, head] of pairs) expect([base < 2_000, head >= 2_000]).toEqual([true, true]);
        for (const [one, other] of sameBuild) expect(one < 2_000).toBe(other < 2_000);
        // Neighbours in time, each used once.
        for (const [base, head] of pairs) expect(Math.abs((head % 1_000) - (base % 1_000))).toBe(1);
        expect(new Set(pairs.flat()).size).toBe(4 * patterns.length);
      }),
    );
  });
});

describe('pairs of blocks', () => {
  it('show no change where a machine slows down steadily, neither between the builds nor within one', () => {
    const blocks = blocksOf(10, (_role, place) => Math.exp(place / 50));
    const { pairs, sameBuild } = pairsOf(blocks, METRIC);
    expect(pairedChange(pairs)!.ratio).toBeCloseTo(0, 10);
    expect(pairedChange(sameBuild)!.ratio).toBeCloseTo(0, 10);
  });

  it('show a change whatever the machine does steadily', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -0.05, max: 0.05, noNaN: true }),
        fc.double({ min: 0.5, max: 3, noNaN: true }),
        (drift, factor) => {
          const blocks = blocksOf(10, (role, place) => Math.exp(drift * place) * (role === 'head' ? factor : 1));
          const { pairs, sameBuild } = pairsOf(blocks, METRIC);
          expect(pairedChange(pairs)!.ratio).toBeCloseTo(factor - 1, 8);
          expect(pairedChange(sameBuild)!.ratio).toBeCloseTo(0, 8);
        },
      ),
    );
  });

  it('leave out an invocation that is invalid with its partners, and say why', () => {
    const blocks = blocksOf(3, (_role, place) =>
      place === 1 ? { values: { [METRIC.slug]: 5 }, invalid: ['machine-busy'] } : 1,
    );
    expect(pairsOf(blocks, METRIC)).toMatchObject({ leftOut: 1, reasons: ['machine-busy'] });
    expect(pairsOf(blocks, METRIC).pairs).toHaveLength(5);
    expect(pairsOf(blocks, METRIC).sameBuild).toHaveLength(5);
  });

  it('leave out a figure that is not there, and name every reason once, the most frequent first', () => {
    const blocks = blocksOf(3, (_role, place) => {
      if (place < 2) return { values: { [METRIC.slug]: 5 }, invalid: ['machine-busy', 'clock'] };
      return place === 2
        ? { values: { [METRIC.slug]: 5 }, invalid: ['clock'] }
        : { values: { [METRIC.slug]: place === 3 ? null : 7 } };
    });
    expect(pairsOf(blocks, METRIC).reasons).toEqual([
      'clock',
      'machine-busy',
      'too few samples or not measurable here',
    ]);
  });

  it('leave out an invocation that failed, and say how', () => {
    const blocks = blocksOf(3, (_role, place) => (place === 0 ? { failure: 'It ended.' } : 1));
    expect(pairsOf(blocks, METRIC)).toMatchObject({ leftOut: 1, reasons: ['It ended.'] });
  });

  it('of CPU and memory hold what only latencies suffer from', () => {
    const blocks = (metric: string, code: string): Block[] =>
      blocksOf(3, () => ({ values: { [metric]: 5 }, invalid: [code] }), { metric });
    expect(pairsOf(blocks('server-cpu', 'machine-busy'), { slug: 'server-cpu' }).leftOut).toBe(0);
    expect(pairsOf(blocks('server-memory', 'generator-event-loop'), { slug: 'server-memory' }).leftOut).toBe(0);
    expect(pairsOf(blocks('latency-p99', 'machine-busy'), { slug: 'latency-p99' }).leftOut).toBe(6);
    expect(pairsOf(blocks('server-cpu', 'deliveries-lost'), { slug: 'server-cpu' }).leftOut).toBe(6);
    expect(pairsOf(blocks('server-cpu', 'a-code-of-tomorrow'), { slug: 'server-cpu' }).leftOut).toBe(6);
  });

  it('of a block that was interrupted are those that it has', () => {
    const blocks = blocksOf(2, () => 3);
    blocks[1]!.invocations.splice(2);
    expect(pairsOf(blocks, METRIC)).toMatchObject({ leftOut: 1 });
    expect(pairsOf(blocks, METRIC).pairs).toHaveLength(3);
  });

  describe('of a metric with a companion', () => {
    const cpu = (values: Record<string, number>[]) => {
      const block = blocksOf(1, (_role, place) => ({ values: values[place]! }), { patterns: ['ABBA'] });
      return pairsOf(block, { slug: 'server-cpu', steadiedBy: 'client-cpu' }).pairs.map(([base, head]) => head / base);
    };

    it('leave out half of what the machine moved both by', () => {
      // The machine takes 44 % more from the second on: 20 % of it remain.
      const [first, second] = cpu([100, 144, 144, 144].map((each) => ({ 'server-cpu': each, 'client-cpu': 2 * each })));
      expect(first).toBeCloseTo(1.2, 9);
      expect(second).toBeCloseTo(1, 9);
    });

    it('show the whole of what a build takes more, and keep the unit', () => {
      const values = [100, 120, 120, 100].map((each) => ({ 'server-cpu': each, 'client-cpu': 70 }));
      expect(cpu(values)).toEqual([1.2, 1.2]);
    });

    it('are as measured where one of the two has none', () => {
      expect(cpu([{ 'server-cpu': 100, 'client-cpu': 5 }, { 'server-cpu': 130 }, {}, {}])[0]).toBe(1.3);
      const zero = [{ 'server-cpu': 100, 'client-cpu': 0 }, { 'server-cpu': 130, 'client-cpu': 9 }, {}, {}];
      expect(cpu(zero)[0]).toBe(1.3);
    });
  });
});
