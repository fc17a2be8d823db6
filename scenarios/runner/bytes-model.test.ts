/** The byte model of `results/model` against counts of real servers at sizes and headers that it was not made from. */
import { beforeAll, describe, expect, it } from 'vitest';
import { headerProfile } from '../../clients/headers.ts';
import type { Exact, ExactTransport } from '../../results/exact.ts';
import { byteModel, bytesPerSecond, overheadAt } from '../../results/model/bytes.ts';
import { LOAD } from '../../results/model/model.fixture.ts';
import { CHOICES, type TransportName } from '../transports.ts';
import { exactFigures } from './exact.ts';

const counted = (payloadBytes: number): Promise<Exact> =>
  exactFigures(CHOICES, {
    ...{ carrier: 'h1', headers: headerProfile('chrome'), responseHeaders: 'minimal' },
    ...{ deflate: false, contextTakeover: true, gzip: false, payloadBytes },
  });

const of = (exact: Exact, name: TransportName): ExactTransport =>
  exact.transports.find(({ transport }) => transport === name)!;

/** On both sides of where a decimal, a hexadecimal and a WebSocket length grow, and between. */
const SIZES = [30, 99, 100, 300, 700, 930, 1_000, 2_500, 4_000, 4_100, 9_000, 12_345, 50_000, 65_400] as const;

describe('bytes that were not counted', () => {
  let known: Exact;
  let others: Map<number, Exact>;
  beforeAll(async () => {
    known = await counted(128);
    others = new Map();
    for (const size of SIZES) others.set(size, await counted(size));
  }, 60_000);

  it.each(CHOICES)('of %s at other sizes are predicted to the byte, but a few bytes before a length grows', (name) => {
    const model = byteModel(of(known, name))!;
    for (const [size, exact] of others) {
      const { exchange } = of(exact, name).perMessage.find(({ payloadBytes }) => payloadBytes === size)!;
      const { up, down, uncertain, extrapolated } = overheadAt(model, size);
      expect({ size, up }).toEqual({ size, up: exchange.up.total });
      expect(extrapolated).toBe(false);
      const overhead = exchange.down.total - size;
      // Where the model says that it does not know, the truth is in between.
      expect(overhead).toBeLessThanOrEqual(down);
      expect(overhead).toBeGreaterThanOrEqual(down - uncertain);
    }
    const unsure = SIZES.filter((size) => overheadAt(model, size).uncertain > 0);
    expect([99, 100, 1_000]).toEqual(expect.arrayContaining(unsure));
  });

  it.each(CHOICES)('of %s with a longer header are those of each request with so many more', (name) => {
    const exact = of(known, name);
    const model = byteModel(exact)!;
    for (const { headerBytes, message } of exact.perHeader) {
      const plain = exact.perHeader[0]!.message;
      expect(message.up.total - plain.up.total).toBe(headerBytes * message.requests);
    }
    const load = { ...LOAD, ratePerSecond: 0.5, arrivals: 'constant' as const };
    const [plain, longer] = [bytesPerSecond(model, load)!, bytesPerSecond(model, { ...load, headerBytes: 256 })!];
    expect(longer.up - plain.up).toBeCloseTo(256 * plain.requests, 6);
  });

  it.each(CHOICES)('of %s idle are its empty polls or signs of life', (name) => {
    const exact = of(known, name);
    const idle = bytesPerSecond(byteModel(exact)!, { ...LOAD, ratePerSecond: 0, rttMs: 0, recycleBytes: 2 ** 40 })!;
    const everyMs =
      exact.asks === 'once' ? LOAD.heartbeatMs : exact.asks === 'and-waits' ? LOAD.holdMs : LOAD.pollIntervalMs;
    const total = exact.idle!.up.total + exact.idle!.down.total;
    expect((idle.up + idle.down) / ((total * 1e3) / everyMs)).toBeCloseTo(1, 4);
  });
});
