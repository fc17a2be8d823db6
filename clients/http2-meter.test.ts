import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frame } from './http2.fixture.ts';
import { Http2Meter, PREFACE_BYTES } from './http2-meter.ts';
import { LAYERS, Ledger, type Account } from './ledger.ts';

/** A meter whose owner books HEADERS as header and keeps what it is given. */
function metered(direction: 'up' | 'down') {
  const ledger = new Ledger();
  const data: Record<number, string> = {};
  const said: [type: number, stream: number, text: string][] = [];
  const heads: [stream: number, bytes: number][] = [];
  const meter = new Http2Meter(ledger, direction, {
    headers(stream, bytes): Account {
      const head = heads.find(([known]) => known === stream);
      if (head === undefined) heads.push([stream, bytes]);
      else head[1] += bytes;
      return 'header';
    },
    data(stream, bytes, start, end) {
      ledger[direction].payload += end - start;
      data[stream] = (data[stream] ?? '') + Buffer.from(bytes.subarray(start, end)).toString('hex');
    },
    upkeep: () => 'control',
    said(type, stream, bytes, start, end) {
      said.push([type, stream, Buffer.from(bytes.subarray(start, end)).toString('hex')]);
    },
  });
  return { ledger, meter, data, said, heads, booked: ledger[direction] };
}

const feedAll = (meter: Http2Meter, bytes: Buffer): void => meter.feed(bytes, 0, bytes.length);

const sum = (booked: Readonly<Record<Account, number>>): number =>
  LAYERS.reduce((total, layer) => total + booked[layer], booked.partial);

describe('the meter of HTTP/2', () => {
  it.each([
    ['SETTINGS', frame(4, 0, 0, '000100010000'), { control: 15 }],
    ['HEADERS', frame(1, 4, 1, '8286'), { header: 11 }],
    ['CONTINUATION', frame(9, 4, 1, '8286'), { header: 11 }],
    ['DATA', frame(0, 0, 1, '616263'), { framing: 9, payload: 3 }],
    ['DATA of nothing', frame(0, 1, 1), { framing: 9 }],
    ['padded DATA', frame(0, 8, 1, '02' + '616263' + '0000'), { framing: 12, payload: 3 }],
    ['padded DATA of nothing but padding', frame(0, 8, 1, '03' + '000000'), { framing: 13 }],
    ['padded DATA whose padding is too long', frame(0, 8, 1, 'ff' + '0000'), { framing: 12 }],
    ['padded DATA without even its padding’s length', frame(0, 8, 1), { framing: 9 }],
    ['WINDOW_UPDATE', frame(8, 0, 0, '00ef0001'), { control: 13 }],
    ['a frame of a type that is unknown', frame(200, 0, 0, '00'), { control: 10 }],
  ])('names each byte of %s', (_what, bytes, expected) => {
    const { meter, booked } = metered('down');
    feedAll(meter, bytes);
    const named = Object.fromEntries(Object.entries(booked).filter(([, count]) => count !== 0));
    expect(named).toEqual(expected);
  });

  it('takes the first 24 bytes up for the preface, and none down', () => {
    const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    expect(preface).toHaveLength(PREFACE_BYTES);
    const { meter, booked, heads } = metered('up');
    feedAll(meter, Buffer.concat([preface, frame(1, 5, 1, '82')]));
    expect([booked.control, booked.header, heads]).toEqual([24, 10, [[1, 10]]]);
  });

  it.each([0, 5, 9, 10, 12])('tells of no more of a head than %i bytes where the connection is cut there', (cut) => {
    const { meter, booked, heads } = metered('down');
    meter.feed(frame(1, 4, 1, '8286a1b2c3'), 0, cut);
    meter.reset();
    const told = heads[0]?.[1] ?? 0;
    expect([told, booked.header, booked.partial, sum(booked)]).toEqual([cut < 9 ? 0 : cut, told, 0, cut]);
  });

  it('reads streams of 31 bits and lengths of 24', () => {
    const { meter, heads, booked } = metered('down');
    const big = frame(1, 4, 0x7fff_ffff, '00'.repeat(0x01_02_03));
    big[5]! |= 0x80; // The reserved bit means nothing: RFC 9113 §4.1.
    feedAll(meter, big);
    expect(heads).toEqual([[0x7fff_ffff, 9 + 0x01_02_03]]);
    expect(booked.header).toBe(9 + 0x01_02_03);
  });

  it('books a frame header that was cut short as framing when the connection is gone, and begins anew', () => {
    for (let cut = 1; cut < 9; cut++) {
      const { meter, booked } = metered('down');
      meter.feed(frame(4, 0, 0), 0, cut);
      expect(booked.partial).toBe(cut);
      meter.reset();
      expect([booked.partial, booked.framing]).toEqual([0, cut]);
    }
    const { meter, booked } = metered('down');
    meter.feed(frame(0, 8, 1, '0561'), 0, 10);
    meter.reset();
    feedAll(meter, frame(4, 0, 0));
    expect(booked.control).toBe(9);
  });

  const anyFrame = fc
    .record({
      type: fc.constantFrom(0, 0, 0, 1, 3, 4, 6, 7, 8, 9, 77),
      flags: fc.constantFrom(0, 1, 4, 5, 8, 13),
      stream: fc.integer({ min: 0, max: 9 }),
      payload: fc.uint8Array({ maxLength: 60 }),
    })
    .map(({ type, flags, stream, payload }) => frame(type, flags, stream, Buffer.from(payload).toString('hex')));

  it('says the same however the bytes are cut, and never loses one', () => {
    fc.assert(
      fc.property(fc.array(anyFrame, { maxLength: 12 }), fc.array(fc.nat({ max: 800 })), (frames, cuts) => {
        const bytes = Buffer.concat(frames);
        const whole = metered('down');
        feedAll(whole.meter, bytes);
        const cut = metered('down');
        let at = 0;
        for (const stop of [...cuts.filter((place) => place < bytes.length), bytes.length].sort((a, b) => a - b)) {
          cut.meter.feed(bytes, at, stop);
          at = stop;
          expect(sum(cut.booked)).toBe(stop);
        }
        expect([cut.booked, cut.data, cut.heads]).toEqual([whole.booked, whole.data, whole.heads]);
        const words = (said: typeof cut.said): string => said.map(([, , text]) => text).join('');
        expect(words(cut.said)).toBe(words(whole.said));
        expect(whole.booked.partial).toBe(0);
      }),
      { numRuns: 500 },
    );
  });
});
