import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesPerSecond } from './bytes.ts';
import { joiningMs, type Asks, type Load } from './load.ts';
import { LOAD, modelOf, TRANSPORTS } from './model.fixture.ts';
import { coldOf, knowsConnections, onsetOf, partsOf, predict, restedOf, wakeupsOf } from './predict.ts';
import { billOf, SECONDS_A_MONTH } from './price.ts';

const loads: fc.Arbitrary<Load> = fc
  .record({
    clients: fc.integer({ min: 1, max: 100_000 }),
    ratePerSecond: fc.double({ min: 0.001, max: 100, noNaN: true }),
    payloadBytes: fc.integer({ min: 16, max: 65_536 }),
    headerBytes: fc.integer({ min: 0, max: 4_096 }),
    pollIntervalMs: fc.double({ min: 50, max: 60_000, noNaN: true }),
    rttMs: fc.double({ min: 0, max: 500, noNaN: true }),
    holdMs: fc.double({ min: 1_000, max: 60_000, noNaN: true }),
  })
  .map((varied) => ({ ...LOAD, ...varied, fanOut: varied.clients }));
const models = fc.constantFrom(...TRANSPORTS);

/** What the model says of one figure, larger by nothing but rounding. */
const grows = (less: number | undefined, more: number | undefined): void =>
  expect(more! + Math.abs(more!) * 1e-9 + 1e-12).toBeGreaterThanOrEqual(less!);

describe('a latency of more clients than were measured', () => {
  const one = modelOf('sse');
  const alone = {
    ...one,
    serviceMs: { ...one.serviceMs!, parts: ['process'] as const, coefficients: [2], heldOut: null },
  };
  const many = { ...LOAD, clients: 1e6, fanOut: 1e6 };

  it('is none where one number of clients was measured, and is there within it and of polls', () => {
    expect(predict(alone, many)).toMatchObject({ meanMs: null, p99Ms: null });
    expect(predict(alone, LOAD).meanMs).not.toBeNull();
    expect(predict(one, many).meanMs!.value).toBeGreaterThan(predict(one, LOAD).meanMs!.value);
    const polls = { ...alone, asks: 'each-interval' as const };
    expect(predict(polls, many).meanMs).not.toBeNull();
  });
});

describe('a prediction is monotone where physics says so', () => {
  it('of more clients: bytes, requests, cores and memory do not fall', () => {
    fc.assert(
      fc.property(models, loads, fc.integer({ min: 1, max: 1_000 }), (model, load, more) => {
        const clients = load.clients + more;
        const [a, b] = [predict(model, load), predict(model, { ...load, clients, fanOut: clients })];
        grows(a.down?.value, b.down?.value);
        grows(a.requests!, b.requests!);
        grows(a.cores?.value, b.cores?.value);
        grows(a.memoryBytes?.value, b.memoryBytes?.value);
        grows(a.meanMs?.value, b.meanMs?.value);
      }),
    );
  });

  it('of more messages: bytes, requests and cores do not fall', () => {
    fc.assert(
      fc.property(models, loads, fc.double({ min: 1, max: 100, noNaN: true }), (model, load, times) => {
        const [a, b] = [predict(model, load), predict(model, { ...load, ratePerSecond: load.ratePerSecond * times })];
        grows(a.down!.value + a.up!.value, b.down!.value + b.up!.value);
        grows(a.requests!, b.requests!);
        grows(a.cores?.value, b.cores?.value);
      }),
    );
  });

  it('of larger messages and longer headers: bytes do not fall', () => {
    fc.assert(
      fc.property(models, loads, fc.integer({ min: 0, max: 60_000 }), (model, load, more) => {
        const larger = predict(model, { ...load, payloadBytes: load.payloadBytes + more });
        const longer = predict(model, { ...load, headerBytes: load.headerBytes + more });
        const now = predict(model, load);
        grows(now.down!.value, larger.down!.value);
        grows(now.up!.value, longer.up!.value);
      }),
    );
  });

  it('of a longer poll interval: fewer requests and bytes, and a later delivery', () => {
    fc.assert(
      fc.property(loads, fc.double({ min: 1, max: 10, noNaN: true }), (load, times) => {
        const longer = { ...load, pollIntervalMs: load.pollIntervalMs * times };
        const [a, b] = [predict(modelOf('short-polling'), load), predict(modelOf('short-polling'), longer)];
        grows(b.requests!, a.requests!);
        grows(b.up!.value, a.up!.value);
        grows(a.meanMs!.value, b.meanMs!.value);
      }),
    );
  });

  it('of a longer path: no transport delivers earlier', () => {
    fc.assert(
      fc.property(models, loads, fc.double({ min: 0, max: 500, noNaN: true }), (model, load, more) => {
        grows(predict(model, load).meanMs!.value, predict(model, { ...load, rttMs: load.rttMs + more }).meanMs!.value);
      }),
    );
  });

  it('and its band holds it', () => {
    fc.assert(
      fc.property(models, loads, (model, load) => {
        const { cores, wire, memoryBytes, meanMs, p99Ms } = predict(model, load);
        for (const band of [cores, wire, memoryBytes, meanMs, p99Ms]) {
          grows(band!.low, band!.value);
          grows(band!.value, band!.high);
        }
      }),
    );
  });
});

describe('bytes of a client', () => {
  it('are what its messages and its empty polls were counted with', () => {
    const load = { ...LOAD, ratePerSecond: 0, pollIntervalMs: 10_000 };
    expect(bytesPerSecond(modelOf('short-polling').bytes!, load)).toMatchObject({ up: 45, down: 20, requests: 0.1 });
    const stream = bytesPerSecond(modelOf('sse').bytes!, { ...LOAD, ratePerSecond: 2, heartbeatMs: 0 });
    expect(stream).toMatchObject({ up: 0, down: 2 * (128 + 23), payload: 256 });
  });

  it('count a cookie once for each request', () => {
    const load = { ...LOAD, ratePerSecond: 0 };
    const plain = bytesPerSecond(modelOf('short-polling').bytes!, load)!;
    const cookie = bytesPerSecond(modelOf('short-polling').bytes!, { ...load, headerBytes: 46 })!;
    expect(cookie.up - plain.up).toBe(46);
    expect(cookie.down).toBe(plain.down);
  });

  it('begin a page anew when it has grown too large, for what it cost to open it', () => {
    const { bytes } = modelOf('sse');
    const load = { ...LOAD, ratePerSecond: 10, heartbeatMs: 0, recycleBytes: 1_510 };
    expect(bytesPerSecond({ ...bytes!, recycles: true }, load)).toMatchObject({
      requests: 1,
      up: 500,
      down: 1_510 + 200,
    });
  });

  it('have a handshake of TLS for each poll that opens a connection', () => {
    const bytes = { ...modelOf('short-polling').bytes!, opening: { up: 700, down: 3_000 } };
    const load = { ...LOAD, ratePerSecond: 0, pollIntervalMs: 10_000 };
    const [kept, anew] = [load, { ...load, connection: 'close' as const }].map((one) => bytesPerSecond(bytes, one)!);
    expect(anew!.up - kept!.up).toBeCloseTo(70, 9);
    expect(anew!.down - kept!.down).toBeCloseTo(300, 9);
  });

  it('are not known where an empty poll was never counted', () => {
    expect(bytesPerSecond({ ...modelOf('short-polling').bytes!, empty: null }, LOAD)).toBeNull();
  });
});

describe('a prediction', () => {
  it('says which figures no measurement reached', () => {
    expect(predict(modelOf('sse'), LOAD).beyond).toEqual([]);
    const far = { ...LOAD, clients: 10_000, fanOut: 10_000, payloadBytes: 16 };
    expect(predict(modelOf('sse'), far).beyond).toEqual(['clients', 'memory', 'deliveries', 'payload']);
  });

  it('takes more for polls that open a connection each, and holds none in memory', () => {
    const polls = modelOf('short-polling');
    const cores = { ...polls.cores!, parts: ['connections'], coefficients: [50e-6] } as const;
    const packets = { ...polls.packets!, parts: ['requests', 'connections'], coefficients: [3, 7] } as const;
    const anew = { ...LOAD, connection: 'close' as const };
    const found = [LOAD, anew].map((load) => predict({ ...polls, cores, packets }, load));
    expect(found.map((one) => one.cores!.value)).toEqual([0, expect.closeTo(100 * 50e-6, 9)]);
    expect(found[1]!.wire!.value - found[0]!.wire!.value).toBeCloseTo(100 * 7 * 52, 6);
    expect(found.map((one) => one.memoryBytes!.value)).toEqual([80e6 + 100 * 4_000, 80e6]);
    // A stream keeps its connection, whatever polls do.
    expect(predict(modelOf('sse'), anew)).toEqual(predict(modelOf('sse'), LOAD));
    expect([knowsConnections(polls), knowsConnections({ ...polls, cores, packets })]).toEqual([false, true]);
  });

  it('knows nothing of what was not measured', () => {
    const nothing = { bytes: null, cores: null, serviceMs: null, serviceP99Ms: null, memory: null, packets: null };
    const bare = { ...modelOf('sse'), ...nothing };
    const { up, down, wire, cores, memoryBytes, meanMs, p99Ms, requests } = predict(bare, LOAD);
    expect([up, down, wire, cores, memoryBytes, meanMs, p99Ms, requests]).toEqual(new Array(8).fill(null));
  });

  it('has no band where no load was held out', () => {
    const { cores } = modelOf('sse');
    const one = predict({ ...modelOf('sse'), cores: { ...cores!, heldOut: null } }, LOAD);
    expect(one.cores).toMatchObject({ guessed: true });
  });
});

describe('wake-ups', () => {
  it('are the events where they are rare, grow with them, and come to an end where a process is never idle', () => {
    expect(wakeupsOf('once', 1, 0, 1)).toBeCloseTo(1, 2);
    const events = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(
        fc.constantFrom<Asks>('once', 'each-interval', 'and-waits'),
        events,
        events,
        fc.integer({ min: 1, max: 64 }),
        (asks, some, more, processes) => {
          const few = wakeupsOf(asks, some, some, processes);
          expect(wakeupsOf(asks, some + more, some, processes)).toBeGreaterThanOrEqual(few * (1 - 1e-12));
          const most = { once: 2_000, 'each-interval': 1 / 3e-3, 'and-waits': 2_000 }[asks];
          expect(few).toBeLessThanOrEqual(Math.min(most * processes, processes * some + some) * (1 + 1e-9));
        },
      ),
    );
  });
});

describe('clients that were not written to for a while', () => {
  it('are all deliveries where those are rare, grow with clients and rate, and with the rate come to an end', () => {
    expect(coldOf(100, 0.01)).toBeCloseTo(1, 2);
    const some = fc.double({ min: 1e-9, max: 1e5, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e5 }), some, some, (clients, rate, more) => {
        const few = coldOf(clients, rate);
        expect(coldOf(clients, rate + more)).toBeGreaterThanOrEqual(few * (1 - 1e-12));
        expect(coldOf(2 * clients, rate)).toBeCloseTo(2 * few, 6);
        expect(few).toBeLessThanOrEqual(Math.min(clients * rate, clients / 0.04) * (1 + 1e-9));
      }),
    );
  });
});

describe('deliveries with which a burst begins after a pause', () => {
  it('are all where bursts are rare and few are due, of many about fifty, and come to an end with the rate', () => {
    expect(onsetOf(0.01, 1)).toBeCloseTo(0.01, 3);
    expect(onsetOf(0.01, 1e4) / 0.01).toBeCloseTo(50, 1);
    const some = fc.double({ min: 1e-9, max: 1e5, noNaN: true });
    fc.assert(
      fc.property(some, some, some, (publications, fanOut, more) => {
        const few = onsetOf(publications, fanOut);
        expect(onsetOf(publications + more, fanOut)).toBeGreaterThanOrEqual(few * (1 - 1e-12));
        expect(onsetOf(publications, fanOut + more)).toBeGreaterThanOrEqual(few * (1 - 1e-12));
        expect(few).toBeLessThanOrEqual(Math.min(publications, 100) * Math.min(fanOut, 50) * (1 + 1e-9));
      }),
    );
  });
});

describe('publications after a pause', () => {
  it('are all where they are rare, and fewer the more there are, whoever they go to; without any there is none', () => {
    expect(restedOf(0.01)).toBeCloseTo(1, 3);
    const some = fc.double({ min: 0, max: 1e5, noNaN: true });
    fc.assert(
      fc.property(some, some, (publications, more) => {
        const share = restedOf(publications + more);
        expect(share).toBeGreaterThanOrEqual(0);
        expect(share).toBeLessThanOrEqual(restedOf(publications));
        expect(restedOf(publications)).toBeLessThanOrEqual(1);
      }),
    );
    const of = (load: Partial<Load>) => partsOf({ asks: 'once', bytes: null }, { ...LOAD, ...load }).rested;
    expect(of({ ratePerSecond: 0 })).toBe(0);
    // Each process has all publications.
    const load = { clients: 100, fanOut: 100, ratePerSecond: 20 };
    expect(of({ clients: 100, fanOut: 1, ratePerSecond: 0.2 })).toBeCloseTo(of(load), 12);
    expect(of({ ...load, processes: 4 })).toBe(of(load));
    expect(of(load)).toBeCloseTo(Math.exp(-0.2), 12);
  });
});

describe('a long poll', () => {
  it('wakes a server once for a burst of polls that come back together, and for each that comes alone', () => {
    const model = { asks: 'and-waits', bytes: null } as const;
    const load = { ...LOAD, clients: 400, ratePerSecond: 1, rttMs: 0, heartbeatMs: 0, holdMs: 1e9 };
    const [together, apart] = [400, 1].map((fanOut) => partsOf(model, { ...load, fanOut }));
    expect(together!.wakeups).toBeCloseTo(wakeupsOf('and-waits', 1, 1, 1), 6);
    expect(apart!.wakeups).toBeCloseTo(wakeupsOf('and-waits', 400, 400, 1), 0);
    // Each message waits for its answer, which another may join.
    const joined = (fanOut: number): number => 1 + joiningMs({ fanOut, processes: 1 }) / 1e3;
    expect(together!.requests / apart!.requests).toBeCloseTo(joined(1) / joined(400), 4);
    // Each process has the publication, and a burst of its own.
    const spread = partsOf(model, { ...load, fanOut: 400, processes: 4 });
    expect(spread.wakeups).toBeCloseTo(4 * together!.wakeups, 6);
  });
});

describe('a bill', () => {
  const prices = { currency: 'EUR', egressPerGB: 0.09, perMillionRequests: 1 };

  it('adds what each price is of', () => {
    const load = { ...LOAD, ratePerSecond: 0 };
    const { total, items } = billOf(predict(modelOf('short-polling'), load), load, prices, false);
    expect(items.map(({ name }) => name)).toEqual(['egress', 'requests']);
    expect(items[1]!.cost!.value).toBeCloseTo((100 * SECONDS_A_MONTH) / 1e6, 9);
    // 100 clients: 200 B down each second, and half of three packets' headers.
    expect(items[0]!.cost!.value).toBeCloseTo(((100 * (200 + 1.5 * 52) * SECONDS_A_MONTH) / 1e9) * 0.09, 9);
    expect(total!.value).toBeCloseTo(items[0]!.cost!.value + items[1]!.cost!.value, 9);
  });

  it('has no total where a priced figure is not known', () => {
    const bare = predict({ ...modelOf('sse'), cores: null }, LOAD);
    const { total, items } = billOf(bare, LOAD, { currency: 'EUR', corePerMonth: 20, egressPerGB: 0.09 }, true);
    expect(items.find(({ name }) => name === 'processors')!.cost).toBeNull();
    expect(total).toBeNull();
  });

  it('bills connections by the minute only to whom holds them', () => {
    const bill = (holds: boolean) =>
      billOf(predict(modelOf('sse'), LOAD), LOAD, { currency: 'EUR', perMillionConnectionMinutes: 0.25 }, holds);
    expect(bill(true).total!.value).toBeCloseTo((100 * 730 * 60 * 0.25) / 1e6, 9);
    expect(bill(false).total!.value).toBe(0);
  });
});
