import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { uniform } from './random.ts';
import { StalenessSampler } from './staleness.ts';

const START = 1_000_000;
const END = 3_000_000;

interface Arrival {
  readonly client: number;
  readonly dueUs: number;
  readonly atUs: number;
}

/** Messages in the order in which they arrive, each due some time before. */
const anyArrivals = fc
  .array(fc.record({ client: fc.nat(2), atUs: fc.integer({ min: 0, max: 4_000_000 }), lateUs: fc.nat(400_000) }))
  .map((all) =>
    all.sort((a, b) => a.atUs - b.atUs).map(({ atUs, lateUs, client }) => ({ client, atUs, dueUs: atUs - lateUs })),
  );

const randomOf = (client: number) => uniform(5, `looks ${client}`);

/** The same, looked at one moment after the other with all arrivals at hand. */
function agesNs(arrivals: readonly Arrival[], clients: number, looksEach: number): { ages: number[]; unheld: number } {
  const ages: number[] = [];
  let unheld = 0;
  for (let client = 0; client < clients; client++) {
    const random = randomOf(client);
    for (let look = 0; look < looksEach; look++) {
      const at = START + random() * (END - START);
      const held = arrivals.filter((each) => each.client === client && each.atUs <= at).map(({ dueUs }) => dueUs);
      if (held.length === 0) unheld++;
      else ages.push((at - Math.max(...held)) * 1e3);
    }
  }
  return { ages, unheld };
}

describe('StalenessSampler', () => {
  it('finds the age of what each client held at each moment, as if it had looked just then', () => {
    fc.assert(
      fc.property(anyArrivals, (arrivals) => {
        const sampler = new StalenessSampler(3, 40, START, END, randomOf);
        for (const { client, dueUs, atUs } of arrivals) sampler.received(client, dueUs, atUs);
        sampler.finish();
        const expected = agesNs(arrivals, 3, 40);
        const { count, min, max, mean } = sampler.ages.summary();
        expect([count, sampler.unheld]).toEqual([expected.ages.length, expected.unheld]);
        if (count === 0) return;
        expect(min).toBeCloseTo(Math.min(...expected.ages), 0);
        expect(max).toBeCloseTo(Math.max(...expected.ages), 0);
        expect(mean).toBeCloseTo(expected.ages.reduce((sum, age) => sum + age, 0) / expected.ages.length, 0);
      }),
    );
  });

  it('averages half the period of a constant publisher whose messages arrive at once', () => {
    const sampler = new StalenessSampler(1, 20_000, START, END, randomOf);
    for (let at = 0; at < END; at += 100_000) sampler.received(0, at, at);
    sampler.finish();
    expect(sampler.ages.summary().mean! / 50e6).toBeCloseTo(1, 1);
  });
});
