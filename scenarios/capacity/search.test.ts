import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { uniform } from '../runner/random.ts';
import { findingOf, nextPoint, search, type Search, type SearchProbe } from './search.ts';

interface World {
  /** The largest load that meets the target. */
  readonly knee: number;
  /** Share of the probes that fail for no reason of the server's. */
  readonly hiccups?: number;
  /** How much the knee itself moves from probe to probe, as a share. */
  readonly jitter?: number;
  /** Whether a probe tells how much room it saw. */
  readonly hints?: boolean;
  readonly seed?: number;
}

interface Simulated extends Search {
  readonly probes: SearchProbe[];
}

const RANGE = { start: 100, least: 1, most: 1_000_000, width: 0.1 };

/** Searches a made-up server, with so many probes at most. */
async function simulate(world: World, budget = 40, range: Partial<typeof RANGE> = {}): Promise<Simulated> {
  const { knee, hiccups = 0, jitter = 0, hints = false, seed = 1 } = world;
  const random = uniform(seed, 'simulation');
  const probes: SearchProbe[] = [];
  const found = await search(
    async (at) => {
      const here = knee * (1 + jitter * (2 * random() - 1));
      const hiccup = random() < hiccups;
      const met = at <= here && !hiccup;
      const probe: SearchProbe = { at, verdict: met ? 'met' : 'failed', room: hints ? Math.max(1, knee / at) : null };
      probes.push(probe);
      return probe;
    },
    { ...RANGE, ...range, affordable: () => budget - probes.length },
  );
  return { ...found, probes };
}

const knees = fc.integer({ min: 1, max: 900_000 });

describe('the search, where every probe is right', () => {
  it('ends with an interval that holds the knee, no wider than asked, both ends confirmed', async () => {
    await fc.assert(
      fc.asyncProperty(knees, fc.boolean(), async (knee, hints) => {
        const { met, failed, failedConfirmed, settled } = await simulate({ knee, hints });
        expect(settled).toBe(true);
        expect(failedConfirmed).toBe(true);
        expect(met!).toBeLessThanOrEqual(knee);
        expect(failed!).toBeGreaterThan(knee);
        expect(failed! <= met! * (1 + RANGE.width) || failed! === met! + 1).toBe(true);
      }),
    );
  });

  it('finds no smaller capacity where the knee is larger', async () => {
    await fc.assert(
      fc.asyncProperty(knees, knees, async (a, b) => {
        const [small, large] = [Math.min(a, b), Math.max(a, b)];
        const [less, more] = [await simulate({ knee: small }), await simulate({ knee: large })];
        // Two intervals of their width each may overlap where the knees nearly agree.
        expect(more.failed!).toBeGreaterThan(less.met!);
      }),
    );
  });

  it('takes at most a dozen probes with hints for a knee that lies between 2 and 100 times the start', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 200, max: 10_000 }), async (knee) => {
        const { probes, settled } = await simulate({ knee, hints: true });
        expect(settled).toBe(true);
        expect(probes.length).toBeLessThanOrEqual(12);
      }),
    );
  });

  it('goes down where the start is too much already', async () => {
    const { met, failed } = await simulate({ knee: 7 });
    expect([met, failed]).toEqual([7, 8]);
  });

  it('finds none where not even the least will do, by two probes there', async () => {
    const { met, failed, failedConfirmed, settled, probes } = await simulate({ knee: 3 }, 40, { least: 5 });
    expect([met, failed, failedConfirmed, settled]).toEqual([null, 5, true, true]);
    expect(probes.at(-1)!.at).toBe(5);
  });

  it('asks twice and no more where the start is the least, as against a law', async () => {
    const { probes, settled } = await simulate({ knee: 3 }, 40, { least: 100 });
    expect(probes.map(({ at }) => at)).toEqual([100, 100]);
    expect(settled).toBe(true);
  });

  it('ends at the most that can be asked for, confirmed, with nothing above it', async () => {
    const { met, failed, settled } = await simulate({ knee: 5_000 }, 40, { most: 1_234 });
    expect([met, failed, settled]).toEqual([1_234, null, true]);
  });
});

describe('the search, where probes may be wrong', () => {
  const runs = Array.from({ length: 400 }, (_, seed) => seed);

  /** Share of the simulations whose interval holds the knee, give or take how much the knee moves. */
  async function covered(world: Omit<World, 'seed' | 'knee'>, budget: number): Promise<number> {
    let hits = 0;
    for (const seed of runs) {
      const knee = Math.round(50 * 200 ** uniform(seed, 'knee')());
      const { met, failed } = await simulate({ ...world, knee, seed }, budget);
      const slack = 1 + (world.jitter ?? 0) + 0.001;
      if (met !== null && met <= knee * slack && (failed === null || failed >= knee / slack)) hits++;
    }
    return hits / runs.length;
  }

  it('holds the knee in 95 of 100 searches where one probe in twenty fails for no reason', async () => {
    expect(await covered({ hiccups: 0.05 }, 40)).toBeGreaterThanOrEqual(0.95);
  });

  it('holds the knee in 90 of 100 where one in ten fails and the knee itself moves by 5 %', async () => {
    expect(await covered({ hiccups: 0.1, jitter: 0.05, hints: true }, 40)).toBeGreaterThanOrEqual(0.9);
  });

  it('would hold it far less often if one probe decided', async () => {
    let hits = 0;
    for (const seed of runs) {
      const random = uniform(seed, 'naive');
      const knee = 50 * 200 ** random();
      let [low, high] = [1, 100_000];
      while (high > low * (1 + RANGE.width)) {
        const middle = Math.sqrt(low * high);
        if (middle <= knee && random() >= 0.1) low = middle;
        else high = middle;
      }
      if (low <= knee && high >= knee) hits++;
    }
    expect(hits / runs.length).toBeLessThan(0.75);
  });

  it('never reports what two probes did not meet, there or above, whatever they say and whenever time is over', async () => {
    await fc.assert(
      fc.asyncProperty(
        knees,
        fc.integer({ min: 1, max: 25 }),
        fc.double({ min: 0, max: 0.6, noNaN: true }),
        fc.integer(),
        async (knee, budget, hiccups, seed) => {
          const { met, probes } = await simulate({ knee, hiccups, seed, jitter: 0.1 }, budget);
          expect(probes.length).toBeLessThanOrEqual(budget);
          if (met === null) return;
          expect(probes.filter(({ at, verdict }) => at >= met && verdict === 'met').length).toBeGreaterThanOrEqual(2);
          expect(probes.filter(({ at, verdict }) => at === met && verdict !== 'met').length).toBeLessThan(2);
        },
      ),
    );
  });

  it('asks no point more than three times', async () => {
    await fc.assert(
      fc.asyncProperty(
        knees,
        fc.double({ min: 0, max: 0.9, noNaN: true }),
        fc.integer(),
        async (knee, hiccups, seed) => {
          const { probes } = await simulate({ knee, hiccups, seed }, 200);
          for (const { at } of probes) expect(probes.filter((other) => other.at === at).length).toBeLessThanOrEqual(3);
        },
      ),
    );
  });

  it('settles within 60 probes whatever they say', async () => {
    await fc.assert(
      fc.asyncProperty(knees, fc.double({ min: 0, max: 1, noNaN: true }), fc.integer(), async (knee, hiccups, seed) => {
        expect((await simulate({ knee, hiccups, seed, jitter: 0.2 }, 60)).settled).toBe(true);
      }),
    );
  });
});

describe('the search, where time is short', () => {
  it('says that it is not settled, and keeps the interval that it has', async () => {
    const { met, failed, settled } = await simulate({ knee: 5_000 }, 9);
    expect(settled).toBe(false);
    expect(met!).toBeLessThanOrEqual(5_000);
    expect(failed === null || failed > 5_000).toBe(true);
  });

  it('spends its last probe on confirming', () => {
    const probes: SearchProbe[] = [
      { at: 100, verdict: 'met', room: null },
      { at: 200, verdict: 'failed', room: null },
    ];
    expect(nextPoint(probes, { ...RANGE, affordable: () => 1 })).toBe(100);
  });

  it('reports nothing that only one probe met', () => {
    expect(findingOf([{ at: 100, verdict: 'met' }])).toEqual({ met: null, failed: null, failedConfirmed: false });
  });
});

describe('a second opinion', () => {
  const after = (...probes: [number, SearchProbe['verdict'], number?][]): number | null =>
    nextPoint(
      probes.map(([at, verdict, room]) => ({ at, verdict, room: room ?? null })),
      { ...RANGE, affordable: () => 100 },
    );

  it('is asked of the first failure', () => expect(after([100, 'met'], [200, 'failed'])).toBe(200));

  it('is not asked of a failure that saw no room', () => expect(after([100, 'met'], [200, 'failed', 1.02])).toBe(140));

  it('is asked again where the two disagree', () =>
    expect(after([100, 'met'], [200, 'failed'], [200, 'met'])).toBe(200));

  it('sends the ramp on where it overrules the failure', () =>
    expect(after([100, 'met'], [200, 'failed'], [200, 'met'], [200, 'met'])).toBe(400));

  it('counts an invalid probe as a failure', () =>
    expect(
      findingOf([
        { at: 100, verdict: 'invalid' },
        { at: 100, verdict: 'invalid' },
      ]),
    ).toEqual({
      met: null,
      failed: 100,
      failedConfirmed: true,
    }));
});

describe('the ramp', () => {
  it.each([
    { room: 1.2, next: 200 },
    { room: 4, next: 360 },
    { room: 50, next: 800 },
    { room: null, next: 200 },
  ])('goes from 100 to $next where a probe saw room for $room times as much', ({ room, next }) => {
    expect(nextPoint([{ at: 100, verdict: 'met', room }], { ...RANGE, affordable: () => 9 })).toBe(next);
  });
});
