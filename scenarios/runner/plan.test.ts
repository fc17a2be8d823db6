import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SCENARIOS, scenario } from '../index.ts';
import { PROFILE_NAMES } from '../profiles.ts';
import { FLOORS, TRANSPORTS } from '../transports.ts';
import { expectedMs, type Planned } from './plan.ts';
import { planOf, plannedOf } from './planned.fixture.ts';

/** What a measurement is of, without its repetition. */
const identity = ({ transport, scenario: name, parameters }: Planned): string =>
  [transport, name, parameters.variant].join(' · ');

/** Without the second ones of A/A pairs. */
const round = (planned: readonly Planned[], repetition: number): string[] =>
  planned.filter((item) => item.repetition === repetition && item.twin !== true).map(identity);

describe('makePlan', () => {
  it('measures every transport in every scenario that is for it, in each of its variants, once in each repetition', () => {
    const expected = SCENARIOS.flatMap((name) =>
      TRANSPORTS.filter((transport) => scenario(name).transports?.includes(transport) ?? true).flatMap((transport) =>
        scenario(name)
          .variants(transport, { rttMs: 0 })
          .map((variant) => [transport, name, variant.name].join(' · ')),
      ),
    );
    const { planned } = planOf({ repetitions: '3', transports: TRANSPORTS.join(','), scenarios: SCENARIOS.join(',') });
    for (const repetition of [0, 1, 2]) expect(round(planned, repetition).sort()).toEqual([...expected].sort());
    expect(planned.filter(({ twin }) => twin !== true)).toHaveLength(3 * expected.length);
  });

  it('ends one repetition of everything before it begins the next of anything', () => {
    // Without --repetitions, the profiles repeat some scenarios more often than others.
    const anyFlags = fc.record(
      {
        profile: fc.constantFrom(...PROFILE_NAMES),
        repetitions: fc.integer({ min: 1, max: 12 }).map(String),
        seed: fc.nat(1e6).map(String),
      },
      { requiredKeys: ['profile', 'seed'] },
    );
    fc.assert(
      fc.property(anyFlags, (flags) => {
        const repetitions = planOf(flags).planned.map(({ repetition }) => repetition);
        expect(repetitions).toEqual([...repetitions].sort((a, b) => a - b));
      }),
      { numRuns: 40 },
    );
  });

  it('repeats only what the profile wants repeated, and then in the first rounds', () => {
    const { planned } = planOf({ profile: 'quick', scenarios: SCENARIOS.join(',') });
    expect(new Set(planned.filter(({ repetition }) => repetition > 0).map((item) => item.scenario))).toEqual(
      new Set(['broadcast', 'laws']),
    );
    expect(new Set(planned.filter(({ repetition }) => repetition === 0).map((item) => item.scenario))).toEqual(
      new Set(SCENARIOS),
    );
  });

  it('numbers the measurements in the order in which they are made', () => {
    const { planned } = planOf({ repetitions: '2' });
    expect(planned.map(({ order }) => order)).toEqual(planned.map((_, index) => index));
  });

  it('orders each repetition anew, by the seed', () => {
    const [a, b] = [planOf({ repetitions: '3', seed: '1' }).planned, planOf({ repetitions: '3', seed: '2' }).planned];
    expect(a.map(identity)).not.toEqual(b.map(identity));
    expect(round(a, 0)).not.toEqual(round(a, 1));
    expect(round(a, 1)).not.toEqual(round(a, 2));
  });

  it('puts each transport first about equally often, over many seeds', () => {
    const firsts = new Map<string, number>();
    for (let seed = 0; seed < 1_000; seed++) {
      const first = planOf({ scenarios: 'broadcast', repetitions: '1', seed: String(seed) }).planned[0]!.transport;
      firsts.set(first, (firsts.get(first) ?? 0) + 1);
    }
    const share = 1 / TRANSPORTS.length;
    const deviations = 4 * Math.sqrt(1_000 * share * (1 - share));
    for (const transport of TRANSPORTS) {
      expect(Math.abs(firsts.get(transport)! - 1_000 * share)).toBeLessThan(deviations);
    }
  });

  it('measures the floor beside the transports in broadcast alone, as often as them and with the same parameters', () => {
    const { planned, notes } = planOf({ repetitions: '4' });
    const floors = planned.filter(({ transport }) => FLOORS.includes(transport));
    expect(floors.map((item) => item.scenario)).toEqual(['broadcast', 'broadcast', 'broadcast', 'broadcast']);
    for (const floor of floors) {
      const rival = planned.find(
        (item) => item.transport === 'sse' && item.scenario === 'broadcast' && item.repetition === floor.repetition,
      )!;
      expect([floor.parameters, floor.seed]).toEqual([rival.parameters, rival.seed]);
    }
    expect(notes).toEqual([]);
  });

  it.each([
    // The quick profile repeats broadcast three times, laws five times and echo once.
    ['sse,websocket', 'broadcast', 3],
    ['sse', 'broadcast', 3],
    ['sse,tcp', 'broadcast', 3],
    ['tcp', 'echo', 1],
    ['sse', 'laws', 5 * scenario('laws').variants('tcp', { rttMs: 0 }).length],
    ['sse', 'echo', 0],
    ['sse', 'memory', 0],
  ])('of %s in %s, which are named, measures the floor %i times', (transports, scenarios, times) => {
    const { planned } = planOf({ transports, scenarios });
    expect(planned.filter(({ transport }) => FLOORS.includes(transport))).toHaveLength(times);
  });

  it('measures the memory of the floor beside all transports', () => {
    expect(
      planOf({ scenarios: 'memory' })
        .planned.map(({ transport }) => transport)
        .sort(),
    ).toEqual([...TRANSPORTS].sort());
  });

  it.each([
    ['h2', {}],
    ['h2c', { transports: 'sse', scenarios: 'broadcast' }],
  ])('leaves the floor out over %s, which it cannot ride, and says so', (carrier, flags) => {
    const { planned, notes } = planOf({ ...flags, carrier });
    expect(planned.filter(({ transport }) => FLOORS.includes(transport))).toEqual([]);
    expect(notes).toEqual([`tcp cannot ride ${carrier}, so broadcast shows no limit.`]);
    expect(planOf({ carrier: 'tls' }).notes).toEqual([]);
  });

  it('leaves out over a link that cuts what needs connections that last, and says so', () => {
    const flags = { scenarios: 'broadcast,echo', transports: 'sse' };
    const { planned, notes } = planOf({ ...flags, link: 'lan:cut=30s' });
    expect(new Set(planned.map(({ scenario }) => scenario))).toEqual(new Set(['broadcast']));
    expect(notes).toEqual(['echo needs connections that last, so over a link that cuts it was left out.']);
    expect(planOf({ ...flags, link: 'lan' }).notes).toEqual([]);
  });

  it('measures one transport twice in each repetition of broadcast, the same in every way, in an order of its own', () => {
    const { planned } = planOf({ profile: 'quick' });
    const twins = planned.filter(({ twin }) => twin === true);
    expect(twins.map(({ transport, scenario: name, repetition }) => [transport, name, repetition])).toEqual(
      [0, 1, 2].map((repetition) => ['websocket', 'broadcast', repetition]),
    );
    const whole = ({ transport, scenario: name, parameters, repetition, seed }: Planned): string =>
      JSON.stringify([transport, name, parameters, repetition, seed]);
    for (const twin of twins) expect(planned.filter((item) => whole(item) === whole(twin))).toHaveLength(2);
    const firsts = Array.from({ length: 60 }, (_, seed) => {
      const pair = planOf({ scenarios: 'broadcast', repetitions: '2', seed: String(seed) }).planned.filter(
        ({ transport, repetition }) => transport === 'websocket' && repetition === 0,
      );
      return pair[0]!.twin === true;
    });
    expect(new Set(firsts).size).toBe(2);
  });

  it.each([
    ['sse,long-polling', '2', 'sse'],
    ['long-polling,forever-iframe', '2', 'forever-iframe'],
    ['short-polling,long-polling', '2', 'short-polling'],
    ['sse', '5', 'sse'],
    ['sse,tcp', '5', 'sse'],
    // Nothing to compare by, or nothing that is compared.
    ['sse,websocket', '1', undefined],
    ['tcp', '5', undefined],
  ])('of %s in %s repetitions measures %s twice', (transports, repetitions, expected) => {
    const { planned } = planOf({ transports, repetitions, scenarios: 'broadcast,echo' });
    expect([...new Set(planned.filter(({ twin }) => twin === true).map(({ transport }) => transport))]).toEqual(
      expected === undefined ? [] : [expected],
    );
  });

  it('is the same for the same settings and seed', () => {
    expect(planOf({ seed: '5', repetitions: '4' })).toEqual(planOf({ seed: '5', repetitions: '4' }));
  });

  it('gives all transports of one repetition the same seed, and each repetition another', () => {
    const { planned } = planOf({ repetitions: '5' });
    const seeds = [0, 1, 2, 3, 4].map(
      (repetition) => new Set(planned.filter((item) => item.repetition === repetition).map(({ seed }) => seed)),
    );
    expect(seeds.map((set) => set.size)).toEqual([1, 1, 1, 1, 1]);
    expect(new Set(seeds.flatMap((set) => [...set])).size).toBe(5);
  });

  it('keeps the largest seed within 31 bits in every repetition', () => {
    const { planned } = planOf({
      seed: String(2 ** 31 - 1),
      repetitions: '1000',
      scenarios: 'idle',
      transports: 'sse',
    });
    for (const { seed } of planned) {
      expect(seed).toBeGreaterThanOrEqual(0);
      expect(seed).toBeLessThan(2 ** 31);
    }
  });

  it('measures shared-port for websocket alone', () => {
    const { planned, notes } = planOf({ scenarios: 'shared-port' });
    expect(new Set(planned.map(({ transport }) => transport))).toEqual(new Set(['websocket']));
    expect(notes).toEqual([]);
  });

  it('says what it leaves out when nothing of a scenario applies', () => {
    const { planned, notes } = planOf({ transports: 'sse,long-polling', scenarios: 'shared-port' });
    expect(planned).toEqual([]);
    expect(notes).toEqual(['shared-port is only for websocket, so it was left out.']);
  });

  it('offers no load while it measures idleness, whatever the rate', () => {
    const { planned } = planOf({ scenarios: 'idle,broadcast', rate: '50' });
    const rates = (name: string): Set<number> =>
      new Set(planned.filter((item) => item.scenario === name).map(({ parameters }) => parameters.ratePerSecond));
    expect(rates('idle')).toEqual(new Set([0]));
    expect(rates('broadcast')).toEqual(new Set([50]));
  });

  it('lets a variant set what it is about, even against a flag', () => {
    const { planned } = planOf({ scenarios: 'connect', transports: 'short-polling', connection: 'close' });
    expect(planned.map(({ parameters }) => [parameters.variant, parameters.connection]).sort()).toEqual([
      ['close', 'close'],
      ['keep-alive', 'keep-alive'],
    ]);
  });

  it('names no variant where a scenario has only one', () => {
    const { planned } = planOf({ scenarios: 'connect', transports: 'sse' });
    expect(planned.map(({ parameters }) => parameters.variant)).toEqual([null]);
  });
});

describe('expectedMs', () => {
  it('is longer than warm-up and window, and grows with both and with the clients', () => {
    const base = { warmupMs: 1_000, durationMs: 3_000, clients: 100 };
    const expected = (more: Partial<typeof base>): number =>
      expectedMs(plannedOf('sse', 'broadcast', { ...base, ...more }));
    expect(expected({})).toBeGreaterThan(4_000);
    expect(expected({ warmupMs: 1_500 })).toBe(expected({}) + 500);
    expect(expected({ durationMs: 3_500 })).toBe(expected({}) + 500);
    expect(expected({ clients: 1_000 })).toBeGreaterThan(expected({}));
  });

  it('allows memory to be read at each number of clients', () => {
    const parameters = { warmupMs: 1_000, durationMs: 3_000, clients: 100 };
    const beside = expectedMs(plannedOf('sse', 'idle', parameters));
    expect(expectedMs(plannedOf('sse', 'memory', parameters))).toBeGreaterThanOrEqual(beside + 6_000);
  });

  it('allows short polling the time until the last poll has come', () => {
    const parameters = { pollIntervalMs: 1_000 };
    expect(expectedMs(plannedOf('short-polling', 'broadcast', parameters))).toBeGreaterThan(
      expectedMs(plannedOf('sse', 'broadcast', parameters)),
    );
  });
});
