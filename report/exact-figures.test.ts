import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Exact, ExactLayers, ExactTransport, Exchange } from '../results/exact.ts';
import { amortised, breakEven, bytesPerUseful, overheadByPayload, type Complete } from './exact-figures.ts';

const layers = (total: number): ExactLayers => ({
  payload: 0,
  framing: 0,
  header: total,
  control: 0,
  handshake: 0,
  tls: 0,
  total,
});
const exchange = (up: number, down: number): Exchange => ({ up: layers(up), down: layers(down), requests: 0 });

const of = (
  transport: string,
  asks: ExactTransport['asks'],
  figures: [connect: number, message: number, idle: Exchange],
): Complete => ({
  transport,
  asks,
  floor: false,
  steps: [],
  connect: exchange(figures[0], 0),
  idle: figures[2],
  perMessage: [{ payloadBytes: 100, exchange: exchange(0, figures[1]) }],
  // Ten messages in one answer: what an answer costs once, and a hundred and two bytes for each.
  batch: { payloadBytes: 100, messages: 10, exchange: exchange(0, figures[1] + 9 * 102) },
  upstream: { payloadBytes: 100, exchange: exchange(0, 0) },
  perHeader: [],
});

const POLL = of('poll', 'each-interval', [700, 800, exchange(500, 130)]);
const HELD = of('held', 'and-waits', [1_200, 820, exchange(500, 130)]);
const PUSH = of('push', 'once', [740, 106, exchange(0, 8)]);
const PINGED = of('pinged', 'once', [730, 104, exchange(6, 2)]);
const EXACT: Exact = {
  carrier: 'h1',
  headers: 'chrome',
  responseHeaders: 'minimal',
  deflate: false,
  contextTakeover: true,
  gzip: false,
  payloadBytes: 100,
  transports: [POLL, HELD, PUSH, PINGED],
};
const RHYTHM = { pollIntervalMs: 1_000, holdMs: 25_000, heartbeatMs: 15_000 };

describe('bytes per useful message', () => {
  it('shares out the empty polls by the law: e^(−λT) of them bring nothing', () => {
    // One message in ten polls: 10 polls of 630 B of which 0.95 carry one, as e^(−0.1) leaves.
    const empty = Math.exp(-0.1);
    const each = 102;
    const expected = (empty * 630 + (1 - empty) * (800 - each)) / 0.1 + each;
    expect(bytesPerUseful(POLL, 0.1, RHYTHM)).toBeCloseTo(expected, 9);
  });

  it('comes to the bytes of one more message in an answer where messages crowd', () => {
    expect(bytesPerUseful(POLL, 1e6, RHYTHM)).toBeCloseTo(102, 2);
  });

  it('comes to one exchange a message for a held poll, and to holds that end empty where nothing happens', () => {
    expect(bytesPerUseful(HELD, 10, RHYTHM)).toBeCloseTo(820, 6);
    // At one message in 1,000 s there are nearly 40 empty holds for each.
    expect(bytesPerUseful(HELD, 0.001, RHYTHM)).toBeCloseTo(820 + 630 / Math.expm1(0.025), 6);
  });

  it('charges a stream that speaks only into silence less than one that always pings', () => {
    expect(bytesPerUseful(PUSH, 1, RHYTHM)).toBeCloseTo(106, 4);
    expect(bytesPerUseful(PINGED, 1, RHYTHM)).toBeCloseTo(104 + 8 / 15, 9);
    expect(bytesPerUseful(PUSH, 1, { ...RHYTHM, heartbeatMs: 0 })).toBe(106);
  });

  it('never rises with the rate, and is never less than a message itself', () => {
    const rate = fc.double({ min: 1e-4, max: 1e3, noNaN: true });
    fc.assert(
      fc.property(fc.constantFrom(POLL, HELD, PUSH, PINGED), rate, rate, (each, a, b) => {
        const [slow, fast] = [Math.min(a, b), Math.max(a, b)];
        expect(bytesPerUseful(each, fast, RHYTHM)).toBeLessThanOrEqual(bytesPerUseful(each, slow, RHYTHM) + 1e-6);
        expect(bytesPerUseful(each, fast, RHYTHM)).toBeGreaterThanOrEqual(100);
      }),
    );
  });
});

describe('what follows from exact counts', () => {
  it('leaves the payload out of the overhead', () => {
    expect(overheadByPayload(EXACT).find(({ transport }) => transport === 'push')!.points).toEqual([[100, 6]]);
  });

  it('shares connecting out over a session', () => {
    const { points } = amortised(EXACT).find(({ transport }) => transport === 'pinged')!;
    expect(points[0]).toEqual([1, 834]);
    expect(points.find(([n]) => n === 100)).toEqual([100, 111.3]);
  });

  it('says from which message on the smallest one has paid for connecting', () => {
    const paid = Object.fromEntries(breakEven(EXACT).map(({ rival, messages }) => [rival, messages]));
    // 30 B more to connect than the poll and 696 B less a message; 10 B less to connect than the push.
    expect(paid).toEqual({ poll: 1, held: 1, push: 1 });
  });

  it('counts the messages that a dear handshake takes', () => {
    const dear = { ...PINGED, connect: exchange(10_000, 0) };
    const [against] = breakEven({ ...EXACT, transports: [POLL, dear] });
    // 9,300 B at 696 B each: the fourteenth message turns it.
    expect(against).toEqual({ upgraded: 'pinged', rival: 'poll', messages: 14 });
  });

  it('says so when it never is', () => {
    const dear = { ...PUSH, connect: exchange(10_000, 0), perMessage: PINGED.perMessage };
    const [against] = breakEven({ ...EXACT, transports: [dear, PINGED] });
    expect(against!.messages).toBeNull();
  });
});
