import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolved } from '../runner/planned.fixture.ts';
import { CHOICES } from '../transports.ts';
import { gateConfig, planAb, rolesOf, type PlannedBlock } from './plan.ts';

const config = gateConfig(resolved());
const plan = (seed: number, pairs = 10): PlannedBlock[] => planAb({ ...config, seed }, { transports: CHOICES, pairs });

describe('the plan of a comparison', () => {
  it('has as many pairs of each transport as asked for, in blocks of four with both builds twice', () => {
    fc.assert(
      fc.property(fc.nat(1e6), fc.integer({ min: 3, max: 40 }), (seed, rounds) => {
        const blocks = plan(seed, 2 * rounds);
        for (const transport of CHOICES) {
          const own = blocks.filter((block) => block.transport === transport);
          expect(own.map(({ round }) => round)).toEqual([...own.keys()]);
          expect(own).toHaveLength(rounds);
          const abba = own.filter(({ pattern }) => pattern === 'ABBA').length;
          expect(Math.abs(2 * abba - rounds)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('makes the invocations of a block one after the other, from one seed', () => {
    const blocks = plan(1);
    expect(blocks.flatMap(({ planned }) => planned.map(({ order }) => order))).toEqual([
      ...Array(4 * blocks.length).keys(),
    ]);
    for (const { planned } of blocks) expect(new Set(planned.map(({ seed }) => seed)).size).toBe(1);
  });

  it('gives all transports of a round the same seed, and every round another', () => {
    const rounds = [0, 1, 2, 3, 4].map((round) => plan(1).filter((block) => block.round === round));
    const seeds = rounds.map((blocks) => new Set(blocks.map(({ planned }) => planned[0]!.seed)));
    expect(seeds.map(({ size }) => size)).toEqual([1, 1, 1, 1, 1]);
    expect(new Set(seeds.flatMap((set) => [...set])).size).toBe(5);
  });

  it('is the same for the same seed and another for another', () => {
    const order = (seed: number): string =>
      plan(seed)
        .map(({ transport, pattern }) => transport + pattern)
        .join();
    expect(order(7)).toBe(order(7));
    expect(order(7)).not.toBe(order(8));
  });

  it('confirms with seeds and orders that were not used before', () => {
    const first = plan(1);
    const again = planAb(config, { transports: ['sse'], pairs: 10, confirmationFrom: 4 * first.length });
    const seeds = new Set(first.flatMap(({ planned }) => planned.map(({ seed }) => seed)));
    expect(
      again.every(({ confirmation, planned }) => confirmation && planned.every(({ seed }) => !seeds.has(seed))),
    ).toBe(true);
    expect(again[0]!.planned[0]!.order).toBe(4 * first.length);
    expect(again).toHaveLength(5);
  });

  it('reads A as the base and B as the head', () => {
    expect(rolesOf('ABBA')).toEqual(['base', 'head', 'head', 'base']);
    expect(rolesOf('BAAB')).toEqual(['head', 'base', 'base', 'head']);
  });

  it('offers samples enough for a 99th percentile in every invocation', () => {
    const { clients, rate, duration } = config;
    expect((clients * rate * duration) / 1e3).toBeGreaterThanOrEqual(1_000);
  });

  it('takes the settings of the user where there are any', () => {
    const own = gateConfig(resolved({ clients: '7', pollInterval: '1s' }));
    expect([own.clients, own.pollInterval, own.rate]).toEqual([7, 1_000, config.rate]);
  });
});
