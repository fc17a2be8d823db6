/** The byte model of `results/model` against counts of real servers at sizes and headers that it was not made from. */
import { beforeAll, describe, expect, it } from 'vitest';
import { headerProfile } from '../../clients/headers.ts';
import type { Exact, ExactTransport } from '../../results/exact.ts';
import { byteModel, bytesPerSecond } from '../../results/model/bytes.ts';
import { LOAD } from '../../results/model/model.fixture.ts';
import { UNCOUNTED, uncountedSizes, uncountedText, type UncountedSize } from '../bench/bytes.ts';
import { CHOICES, type TransportName } from '../transports.ts';
import { exactFigures } from './exact.ts';

const counted = (payloadBytes: number): Promise<Exact> =>
  exactFigures(CHOICES, {
    ...{ carrier: 'h1', headers: headerProfile('chrome'), responseHeaders: 'minimal' },
    ...{ deflate: false, contextTakeover: true, gzip: false, payloadBytes },
  });

const of = (exact: Exact, name: TransportName): ExactTransport =>
  exact.transports.find(({ transport }) => transport === name)!;

describe('bytes that were not counted', () => {
  let known: Exact;
  let sizes: Map<string, UncountedSize[]>;
  beforeAll(async () => {
    known = await counted(128);
    sizes = await uncountedSizes();
  }, 60_000);

  it.each(CHOICES)('of %s at other sizes are predicted to the byte, but a few bytes before a length grows', (name) => {
    const found = sizes.get(name)!;
    expect(found.map(({ payloadBytes }) => payloadBytes)).toEqual(UNCOUNTED);
    for (const { payloadBytes, counted: truth, predicted, uncertain } of found) {
      // Where the model says that it does not know, the truth is in between.
      expect({ payloadBytes, over: Math.max(0, truth - predicted) }).toEqual({ payloadBytes, over: 0 });
      expect({ payloadBytes, under: Math.max(0, predicted - uncertain - truth) }).toEqual({ payloadBytes, under: 0 });
    }
    const unsure = found.filter(({ uncertain }) => uncertain > 0).map(({ payloadBytes }) => payloadBytes);
    expect([99, 100, 1_000]).toEqual(expect.arrayContaining(unsure));
    expect(uncountedText(found)).toMatch(
      /^0 B off at 1[1-4] sizes of 14(, (\d) of \2 within the \d B that the model leaves open)?$/,
    );
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
