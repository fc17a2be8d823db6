import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Entry, Payload } from './hub.ts';
import { BYTES, itemsIn, leb128, message } from './items.fixture.ts';
import { control, encodeMessage, ItemError, ItemReader, varint } from './tcp-codec.ts';

const LIMIT = 100_000;

/** Sizes around each of the places where one byte of length becomes two and two become three. */
const SIZES = [0, 1, 125, 126, 127, 16_381, 16_382, 16_383, 16_384, 70_000];
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(...SIZES).map((size) => 'x'.repeat(size)),
  fc.constantFrom(...SIZES).map((size) => 'é'.repeat(size / 2)),
);
const anyBytes = fc.oneof(
  fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  fc.constantFrom(...SIZES).map((size) => Buffer.alloc(size, 0xff)),
);
const anyPayload: fc.Arbitrary<Payload> = fc.oneof(anyText, anyBytes);

const entry = (payload: Payload): Entry => ({
  offset: 1,
  payload,
  bytes: Buffer.byteLength(payload),
  encoded: undefined,
  encoder: undefined,
});
const item = (payload: Payload): Buffer =>
  typeof payload === 'string' ? message(payload) : Buffer.concat([BYTES, message(payload)]);

/** Feeds bytes in pieces, each in memory of its own that is overwritten afterwards. */
function read(bytes: Buffer, cuts: readonly number[] = []): Payload[] {
  const received: Payload[] = [];
  const reader = new ItemReader(LIMIT, (payload) => received.push(payload));
  const places = cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b);
  let start = 0;
  for (const stop of [...places, bytes.length]) {
    const piece = Buffer.from(bytes.subarray(start, stop));
    reader.feed(piece);
    piece.fill('!');
    start = stop;
  }
  return received;
}

describe('a length', () => {
  it.each([
    [0, '00'],
    [1, '01'],
    [127, '7f'],
    [128, '8001'],
    [16_383, 'ff7f'],
    [16_384, '808001'],
    [624_485, 'e58e26'],
    [2 ** 35 - 1, 'ffffffff7f'],
  ])('of %i is %s', (value, hex) => {
    expect(varint(value).toString('hex')).toBe(hex);
  });

  it('is in its shortest form, and takes no more than a WebSocket frame header does', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 31 - 1), (size) => {
        const length = varint(size + 1);
        expect(length).toEqual(leb128(size + 1));
        expect(length.length).toBeLessThanOrEqual(size < 126 ? 2 : size < 65_536 ? 4 : 10);
      }),
    );
  });
});

describe('what the server writes', () => {
  it('is a length and the payload as it is, and bytes are announced', () => {
    fc.assert(
      fc.property(anyPayload, (payload) => {
        expect(encodeMessage(entry(payload)).equals(item(payload))).toBe(true);
      }),
    );
  });

  it('takes 1 byte beside a payload of up to 126, 2 up to 16382 and 3 above', () => {
    const framing = (size: number): number => encodeMessage(entry('x'.repeat(size))).length - size;
    expect(SIZES.map(framing)).toEqual([1, 1, 1, 1, 2, 2, 2, 3, 3, 3]);
  });

  it('tells control items from messages by a length of 0', () => {
    expect(control('ready', '12').toString('latin1')).toBe('\0r\x0212');
    expect(itemsIn(Buffer.concat([control('accepted'), message('\0'), control('gap', '3,4')]))).toEqual([
      { kind: 'a', payload: Buffer.alloc(0) },
      { kind: '', payload: Buffer.from([0]) },
      { kind: 'g', payload: Buffer.from('3,4') },
    ]);
  });
});

describe('what clients send', () => {
  it('is read the same wherever it is cut, text as text and bytes as bytes', () => {
    fc.assert(
      fc.property(fc.array(anyPayload, { maxLength: 6 }), fc.array(fc.nat()), (payloads, cuts) => {
        const received = read(Buffer.concat(payloads.map(item)), cuts);
        expect(received.length).toBe(payloads.length);
        received.forEach((payload, i) => expect(Buffer.from(payload).equals(Buffer.from(payloads[i]!))).toBe(true));
        expect(received.map((payload) => typeof payload)).toEqual(payloads.map((payload) => typeof payload));
      }),
    );
  });

  it('is read the same byte by byte', () => {
    const payloads = [...SIZES.map((size) => 'x'.repeat(size)), Buffer.from([0, 255]), '漢'];
    const bytes = Buffer.concat(payloads.map(item));
    const everywhere = Array.from(bytes, (_, i) => i);
    expect(read(bytes, everywhere)).toEqual(payloads);
  });

  it('is refused when a length is not in its shortest form, and quoted', () => {
    fc.assert(
      fc.property(fc.nat(LIMIT + 1), fc.integer({ min: 1, max: 2 }), (value, padding) => {
        const bytes = leb128(value, padding);
        expect(() => read(bytes)).toThrow(new ItemError(`not a length in its shortest form: ${bytes.toString('hex')}`));
      }),
    );
  });

  it('is refused when a message is over the limit, before any of it is read', () => {
    expect(read(message('x'.repeat(LIMIT)))).toHaveLength(1);
    fc.assert(
      fc.property(fc.integer({ min: LIMIT + 1, max: 2 ** 40 }), (size) => {
        expect(() => read(leb128(size + 1))).toThrow(`a message is over the limit of ${LIMIT} bytes: `);
      }),
    );
    expect(() => read(Buffer.alloc(5, 0x80))).toThrow(
      new ItemError(`a message is over the limit of ${LIMIT} bytes: 8080808080`),
    );
  });

  it.each<[string, string, string]>([
    ['text that is not UTF-8', '0361ff', 'a text message is not UTF-8: 61ff'],
    ['a UTF-16 surrogate in UTF-8', '04eda080', 'a text message is not UTF-8: eda080'],
    ['a control item of the server', '007201', 'not a control item that a client may send: 0072'],
    ['a control item of no kind', '0000', 'not a control item that a client may send: 0000'],
    ['an announcement with text', '00620178', 'not a control item that a client may send: 006201'],
    [
      'an announcement of nothing',
      '006200006200',
      'a message of bytes was announced, and then a control item came: 00',
    ],
  ])('is refused when it is wrong, with its bytes: %s', (_what, hex, sentence) => {
    const received: Payload[] = [];
    const reader = new ItemReader(LIMIT, (payload) => received.push(payload));
    expect(() => reader.feed(Buffer.concat([message('before'), Buffer.from(hex, 'hex')]))).toThrow(
      new ItemError(sentence),
    );
    expect(received).toEqual(['before']);
  });

  it('is told in at most 255 bytes of ASCII, whatever it was', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 2_000 }), (bytes) => {
        try {
          read(Buffer.from(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(ItemError);
          expect((error as Error).message).toMatch(/^[\x20-\x7e]{1,255}$/);
        }
      }),
    );
  });

  it('costs memory as it comes, not as it is announced', () => {
    const before = process.memoryUsage().arrayBuffers;
    const readers = Array.from({ length: 200 }, () => new ItemReader(4 * 2 ** 20, () => {}));
    for (const reader of readers) {
      reader.feed(leb128(4 * 2 ** 20 + 1));
      for (let i = 0; i < 100; i++) reader.feed(Buffer.from('x'));
    }
    // 800 MiB are announced, 20 kB came.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 20);
  });
});
