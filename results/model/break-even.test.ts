import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { along, AXES, breakEvens, cheapestOf, logSpaced, mapOf, rankedIn, type Cost } from './break-even.ts';
import { optionOf, type Situation } from './option.ts';
import { GROUNDS, isBeyond } from './beyond.ts';
import { exactly, guessed, plus } from './band.ts';
import { predict } from './predict.ts';
import { lawOf } from './load.ts';
import { LOAD, modelOf, TRANSPORTS } from './model.fixture.ts';

const bytes: Cost = ({ up, down }) => (up === null || down === null ? null : plus(up, down));
const cores: Cost = ({ cores: found }) => found;
const situation: Situation = { load: LOAD, stalenessMs: 10_000 };

const shuffles = fc.shuffledSubarray([...TRANSPORTS], { minLength: TRANSPORTS.length });
const situations = fc
  .record({
    rate: fc.double({ min: 1e-4, max: 50, noNaN: true }),
    stalenessMs: fc.double({ min: 1, max: 100_000, noNaN: true }),
    clients: fc.integer({ min: 1, max: 50_000 }),
  })
  .map(({ rate, stalenessMs, clients }) => ({
    load: { ...LOAD, ratePerSecond: rate, clients, fanOut: clients },
    stalenessMs,
  }));

describe('the cheapest', () => {
  it('is the same whatever the order of the options', () => {
    fc.assert(
      fc.property(situations, shuffles, (where, models) => {
        const names = (all: readonly (typeof TRANSPORTS)[number][]) =>
          rankedIn(all, where, cores).map(({ option }) => option.transport);
        expect(names(models)).toEqual(names(TRANSPORTS));
      }),
    );
  });

  it('are several where their bands reach into each other', () => {
    const ranked = rankedIn([modelOf('sse'), modelOf('websocket')], situation, cores);
    const tied = cheapestOf(ranked).map(({ option }) => option.transport);
    // 9 and 10 µs a delivery, each known to a tenth.
    expect(tied).toEqual(expect.arrayContaining(['websocket', 'sse']));
  });

  it('are all of whose costs nobody knows how far they are off', () => {
    const unknown = rankedIn(TRANSPORTS, situation, ({ cores: found }) => guessed(found!.value));
    expect(cheapestOf(unknown)).toHaveLength(unknown.length);
  });

  it('is nobody where none keeps the staleness, or its cost is not known', () => {
    expect(rankedIn(TRANSPORTS, { load: { ...LOAD, rttMs: 100 }, stalenessMs: 40 }, bytes)).toEqual([]);
    expect(rankedIn(TRANSPORTS, situation, () => null)).toEqual([]);
    expect(cheapestOf([])).toEqual([]);
  });
});

describe('an option', () => {
  it('polls as rarely as the staleness allows: T + d', () => {
    const { load, meets } = optionOf(modelOf('short-polling'), situation);
    expect(load.pollIntervalMs).toBeCloseTo(10_000 - 20 - 0.6, 6);
    expect(meets).toBe(true);
  });

  describe('whose path cuts what is silent', () => {
    const polls = modelOf('short-polling');
    const [cores, packets] = [
      { ...polls.cores!, parts: ['requests', 'connections'], coefficients: [50e-6, 50e-6] } as const,
      { ...polls.packets!, parts: ['requests', 'connections'], coefficients: [3, 7] } as const,
    ];
    const known = { ...polls, cores, packets };
    const polled = (model: typeof polls, stalenessMs: number) =>
      optionOf(model, { load: LOAD, stalenessMs, cutMs: 60_000 }).load;

    it('polls as rarely as ever where that is soon enough', () => {
      expect(polled(known, 30_000)).toEqual(optionOf(known, { load: LOAD, stalenessMs: 30_000 }).load);
    });

    it('comes sooner where that takes fewer bytes than a connection each, and opens one where it does not', () => {
      expect(polled(known, 31_000)).toMatchObject({ pollIntervalMs: 30_000 });
      expect(polled(known, 31_000).connection).toBeUndefined();
      expect(polled(known, 600_000)).toMatchObject({ connection: 'close', pollIntervalMs: 600_000 - 20 - 0.6 });
      const dear = { ...known, bytes: { ...known.bytes!, opening: { up: 1_000, down: 4_000 } } };
      expect(polled(dear, 60_000).connection).toBeUndefined();
    });

    it.each(['fixed-rate', 'fixed-delay'] as const)(
      'is in time by its law on a connection each, at a %s',
      (pollPacing) => {
        const { load, meets } = optionOf(known, { load: { ...LOAD, pollPacing }, stalenessMs: 600_000, cutMs: 60_000 });
        expect([load.connection, meets]).toEqual(['close', true]);
        expect(lawOf('each-interval', load).maxMs).toBeLessThanOrEqual(600_000);
        expect(lawOf('each-interval', load).maxMs).toBeGreaterThan(599_900);
      },
    );

    it('comes sooner where nobody measured what a connection takes', () => {
      expect(polled(polls, 600_000)).toMatchObject({ pollIntervalMs: 30_000 });
    });

    it('keeps what it was asked for in every neighbourhood', () => {
      const there = along('staleness', 600_000, { load: LOAD, stalenessMs: 1_000, cutMs: 60_000 });
      for (const axis of AXES) expect(along(axis, 2, there).cutMs).toBe(60_000);
    });
  });

  it('with a pause after each answer is a round trip later: T + 3d', () => {
    const paused = { ...situation, load: { ...LOAD, pollPacing: 'fixed-delay' as const } };
    expect(optionOf(modelOf('short-polling'), paused).load.pollIntervalMs).toBeCloseTo(10_000 - 60 - 0.6, 6);
  });

  it('does not meet a staleness that would take a poll after the other', () => {
    expect(optionOf(modelOf('short-polling'), { load: LOAD, stalenessMs: 60 }).meets).toBe(false);
    expect(optionOf(modelOf('sse'), { load: LOAD, stalenessMs: 60 }).meets).toBe(true);
  });

  it('has as many server processes as are busy with it', () => {
    const busy = { ...LOAD, clients: 1_000, fanOut: 1_000, ratePerSecond: 100 };
    // 100,000 deliveries/s of 10 µs are a core, and a process is kept below 70 % of one.
    expect(optionOf(modelOf('sse'), { load: busy, stalenessMs: 10_000 }).load.processes).toBe(2);
    expect(optionOf(modelOf('sse'), situation).load.processes).toBe(1);
  });

  it('meets surely where all of its band does, and has the processes for that', () => {
    const wide = { ...LOAD, clients: 100_000, fanOut: 100_000, ratePerSecond: 0.001 };
    const asked = { load: wide, stalenessMs: 100 };
    const { prediction, ...chosen } = optionOf(modelOf('sse'), asked);
    expect(chosen).toMatchObject({ meets: true, surely: true });
    expect(prediction.p99Ms!.high).toBeLessThanOrEqual(100);
    const fewer = { ...chosen.load, processes: chosen.load.processes - 1 };
    expect(predict(modelOf('sse'), fewer).p99Ms!.high).toBeGreaterThan(100);
  });

  it('meets, and not surely, where the target lies within its band', () => {
    const alone = { ...LOAD, fanOut: 1 };
    const { p99Ms } = predict(modelOf('sse'), alone);
    expect(optionOf(modelOf('sse'), { load: alone, stalenessMs: (p99Ms!.value + p99Ms!.high) / 2 })).toMatchObject({
      ...{ meets: true, surely: false },
    });
  });

  it('has as many as bring a fan-out in time where nobody knows how far off it is, and no more', () => {
    const wide = { ...LOAD, clients: 100_000, fanOut: 100_000, ratePerSecond: 0.001 };
    // 20 ms of path, 1 ms, and 0.002 ms for each client of a process: 79 ms are left for them.
    const blind = { ...modelOf('sse'), serviceP99Ms: { ...modelOf('sse').serviceP99Ms!, heldOut: null } };
    const { load, meets, surely, prediction } = optionOf(blind, { load: wide, stalenessMs: 100 });
    expect(surely).toBe(false);
    expect(load.processes).toBe(Math.ceil((100_000 * 0.002) / 79));
    expect(meets).toBe(true);
    expect(prediction.p99Ms!.value).toBeLessThanOrEqual(100);
  });

  it('is neither in nor out where its latency was not measured', () => {
    expect(optionOf({ ...modelOf('sse'), serviceMs: null, serviceP99Ms: null }, situation).meets).toBeNull();
  });
});

describe('a break-even point', () => {
  const axis = { name: 'rate' as const, values: logSpaced(1e-4, 10, 60) };

  it('lies where both cost the same', () => {
    const models = [modelOf('short-polling'), modelOf('sse')];
    const where = { load: LOAD, stalenessMs: 20_000 };
    const points = breakEvens(models, where, axis, bytes);
    expect(points.length).toBeGreaterThan(0);
    for (const { at } of points) {
      const [a, b] = rankedIn(models, along('rate', at, where), bytes);
      expect(a!.cost.value / b!.cost.value).toBeCloseTo(1, 6);
    }
  });

  it('has what wins on either side of it', () => {
    const where = { load: LOAD, stalenessMs: 20_000 };
    const models = TRANSPORTS.filter(({ transport }) => transport !== 'websocket');
    const points = breakEvens(models, where, axis, bytes);
    expect(points.length).toBeGreaterThan(0);
    for (const { at, below, above } of points) {
      const winner = (rate: number) => rankedIn(models, along('rate', rate, where), bytes)[0]!.option.transport;
      expect([winner(at * 0.9999), winner(at * 1.0001)]).toEqual([below, above]);
    }
  });

  it('is exact for bytes, and lies within its interval for what is measured', () => {
    const two = [modelOf('short-polling'), modelOf('sse')];
    const where = { load: LOAD, stalenessMs: 20_000 };
    for (const { at, low, high } of breakEvens(two, where, axis, bytes)) {
      expect(low! / at).toBeCloseTo(1, 6);
      expect(high! / at).toBeCloseTo(1, 6);
    }
    const measured = breakEvens(two, situation, axis, cores);
    expect(measured.length).toBeGreaterThan(0);
    for (const { at, low, high } of measured) {
      if (low !== null) expect(low).toBeLessThan(at);
      if (high !== null) expect(high).toBeGreaterThan(at);
    }
  });

  it('is where a transport stops to keep the staleness, too', () => {
    const staleness = { name: 'staleness' as const, values: logSpaced(10, 10_000, 40) };
    const points = breakEvens([modelOf('short-polling')], { load: LOAD, stalenessMs: 10_000 }, staleness, () =>
      exactly(1),
    );
    expect(points).toHaveLength(1);
    expect(points[0]).toMatchObject({ below: null, above: 'short-polling', low: null, high: null });
    expect(points[0]!.at).toBeCloseTo(50 + 20 + 0.6, 1);
  });
});

describe('a map', () => {
  const x = { name: 'rate' as const, values: logSpaced(0.001, 10, 5) };
  const y = { name: 'staleness' as const, values: logSpaced(30, 30_000, 4) };

  it('has a cell for each place, the lowest row first', () => {
    const cells = mapOf(TRANSPORTS, situation, { x, y, cost: bytes, isBeyond: () => false });
    expect(cells).toHaveLength(20);
    expect(cells[0]).toMatchObject({ x: 0.001, y: 30 });
    expect(cells.at(-1)).toMatchObject({ x: 10, y: 30_000 });
  });

  it('leaves polling out where it would be too late, and nobody where all are', () => {
    const cells = mapOf(TRANSPORTS, situation, { x, y, cost: () => exactly(1), isBeyond: () => false });
    expect(cells[0]!.winners).not.toContain('short-polling');
    const tooSoon = { x, y: { name: 'staleness' as const, values: [1] }, cost: bytes, isBeyond: () => false };
    expect(mapOf(TRANSPORTS, situation, tooSoon)[0]!.winners).toEqual([]);
  });
});

describe('what lies beyond what was measured', () => {
  const sse = modelOf('sse');
  const at = (clients: number, payloadBytes = 128) =>
    optionOf(sse, { load: { ...LOAD, clients, fanOut: clients, payloadBytes }, stalenessMs: 10_000 });

  it('depends on what a figure rests on: fits, memory, and counts of bytes each have a range of their own', () => {
    const grounds = (option: ReturnType<typeof at>) => GROUNDS.filter((ground) => isBeyond(sse, option, [ground]));
    expect(grounds(at(400))).toEqual([]);
    expect(grounds(at(5_000))).toEqual(['fits']);
    expect(grounds(at(10_000))).toEqual(['fits', 'memory']);
    expect(grounds(at(100, 100_000))).toEqual(['counts', 'fits']);
  });

  it('is in each cell of a map whose winner it is', () => {
    const clients = { name: 'clients' as const, values: [100, 400, 1_000] };
    const rate = { name: 'rate' as const, values: [1] };
    const cells = mapOf([sse], situation, {
      ...{ x: clients, y: rate, cost: cores },
      isBeyond: (model, option) => isBeyond(model, option, ['fits']),
    });
    expect(cells.map(({ beyond }) => beyond)).toEqual([false, false, true]);
  });
});

describe('an axis', () => {
  it('runs from end to end, each step the same factor', () => {
    const values = logSpaced(1, 100, 3);
    expect(values[0]).toBe(1);
    expect(values[1]).toBeCloseTo(10, 9);
    expect(values[2]).toBe(100);
  });

  it('of clients keeps a broadcast a broadcast, and a small fan-out small', () => {
    expect(along('clients', 500, situation).load).toMatchObject({ clients: 500, fanOut: 500 });
    expect(along('clients', 500, { ...situation, load: { ...LOAD, fanOut: 2 } }).load).toMatchObject({ fanOut: 2 });
  });
});
