import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from './client.ts';
import { Ledger, type LayerBytes } from './ledger.ts';
import { bookText, encodeText, ItemReader } from './tcp-codec.ts';

/** Unsigned LEB128 by BigInt and shifts. @param padding further bytes of no value, which the shortest form does not have */
function leb128(value: number, padding = 0): Buffer {
  const bytes: number[] = [];
  let rest = BigInt(value);
  do {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  } while (rest > 0n);
  for (let i = 0; i < padding; i++) bytes.push(0x80);
  bytes.push(bytes.pop()! & 0x7f);
  return Buffer.from(bytes);
}

type News = string | Buffer | { readonly control: string; readonly text: string };

/** What an item is on the wire, and which layers its bytes are of. */
function item(news: News): { bytes: Buffer; layers: Partial<LayerBytes> } {
  if (typeof news === 'object' && 'control' in news) {
    const bytes = Buffer.from(`\0${news.control[0]}${String.fromCharCode(news.text.length)}${news.text}`, 'latin1');
    return { bytes, layers: { [news.control === 'ready' ? 'handshake' : 'control']: bytes.length } };
  }
  const payload = Buffer.from(news);
  const announced = typeof news === 'string' ? Buffer.alloc(0) : Buffer.from([0, 0x62, 0]);
  const bytes = Buffer.concat([announced, leb128(payload.length + 1), payload]);
  return { bytes, layers: { payload: payload.length, framing: bytes.length - payload.length } };
}

const SIZES = [0, 1, 125, 126, 127, 16_381, 16_382, 16_383, 16_384, 70_000];
const anyOffset = fc.nat(1e12).map(String);
const anyNews: fc.Arbitrary<News> = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(...SIZES).map((size) => 'é'.repeat(size / 2)),
  fc.constantFrom(...SIZES).map((size) => Buffer.alloc(size, 0xff)),
  anyOffset.map((text) => ({ control: 'ready', text })),
  fc.tuple(anyOffset, anyOffset).map(([lost, cursor]) => ({ control: 'gap', text: `${lost},${cursor}` })),
  fc.constantFrom('accepted', 'heartbeat').map((control) => ({ control, text: '' })),
  fc.string({ minLength: 1, maxLength: 255 }).map((text) => ({ control: 'error', text })),
);

const bookedDown = ({ down }: Ledger): number => Object.values(down).reduce((sum, bytes) => sum + bytes, 0);

/** Feeds bytes in pieces; the ledger must be right after each and within every callback. */
function read(bytes: Buffer, cuts: readonly number[] = []) {
  const ledger = new Ledger();
  const received: News[] = [];
  let fed = 0;
  const take = (news: News): void => {
    expect(bookedDown(ledger)).toBe(fed);
    received.push(news);
  };
  const reader = new ItemReader(ledger, { message: take, control: (control, text) => take({ control, text }) });
  const places = cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b);
  let start = 0;
  for (const stop of [...places, bytes.length]) {
    // In a buffer that is overwritten afterwards, and with something else around it.
    const shared = Buffer.concat([Buffer.from('?'), bytes.subarray(start, stop), Buffer.from('?')]);
    fed = stop;
    reader.feed(shared, 1, shared.length - 1);
    expect(bookedDown(ledger)).toBe(stop);
    // Only the 0 that begins a control item has no name, until the next byte gives it one.
    expect(ledger.down.partial).toBeLessThanOrEqual(1);
    shared.fill('!');
    start = stop;
  }
  return { received, ledger, reader };
}

describe('what the server sends', () => {
  it('is read the same wherever it is cut, and each byte is booked in its layer', () => {
    fc.assert(
      fc.property(fc.array(anyNews, { maxLength: 6 }), fc.array(fc.nat()), (news, cuts) => {
        const { received, ledger } = read(Buffer.concat(news.map((each) => item(each).bytes)), cuts);
        expect(received.length).toBe(news.length);
        received.forEach((each, i) => expect(item(each).bytes.equals(item(news[i]!).bytes)).toBe(true));
        const expected: Record<string, number> = {
          payload: 0,
          framing: 0,
          header: 0,
          control: 0,
          handshake: 0,
          partial: 0,
        };
        for (const { layers } of news.map(item)) {
          for (const [layer, bytes] of Object.entries(layers)) expected[layer]! += bytes;
        }
        expect(ledger.down).toEqual(expected);
      }),
    );
  });

  it('is read the same byte by byte', () => {
    const news: News[] = [{ control: 'ready', text: '0' }, ...SIZES.map((size) => 'x'.repeat(size)), Buffer.from([0])];
    const bytes = Buffer.concat(news.map((each) => item(each).bytes));
    expect(
      read(
        bytes,
        Array.from(bytes, (_, i) => i),
      ).received,
    ).toEqual(news);
  });

  it('has a name for every byte but the 0 of a control item whose kind has not come', () => {
    const down = (hex: string) => read(Buffer.from(hex, 'hex')).ledger.down;
    expect(down('00')).toMatchObject({ partial: 1 });
    expect(down('0072')).toMatchObject({ handshake: 2, partial: 0 });
    expect(down('0061')).toMatchObject({ control: 2, partial: 0 });
    expect(down('0062')).toMatchObject({ framing: 2, partial: 0 });
    expect(down('81')).toMatchObject({ framing: 1, partial: 0 });
    expect(down('0648')).toMatchObject({ framing: 1, payload: 1, partial: 0 });
  });

  it('that is cut short is framing where it has no name, and what comes after is not read', () => {
    const { ledger, reader } = read(Buffer.from([0]));
    reader.end();
    expect(ledger.down).toMatchObject({ framing: 1, partial: 0 });
  });

  it('is read no further when a callback ends the reader', () => {
    const ledger = new Ledger();
    const received: unknown[] = [];
    const reader: ItemReader = new ItemReader(ledger, {
      message(payload) {
        received.push(payload);
        reader.end();
      },
      control: () => received.push('control'),
    });
    const bytes = Buffer.from('02610262026300', 'hex');
    reader.feed(bytes, 0, bytes.length);
    expect(received).toEqual(['a']);
    expect(ledger.down).toMatchObject({ payload: 1, framing: 6, partial: 0 });
  });

  it('is refused when a length is not in its shortest form, and quoted', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 21 - 1), (value) => {
        const bytes = leb128(value, 1);
        const quoted = JSON.stringify(bytes.toString('latin1'));
        expect(() => read(bytes)).toThrow(new ProtocolError(`not a length in its shortest form: ${quoted}`));
      }),
    );
  });

  it('is refused when a message is longer than 64 MiB, before any of it is read', () => {
    fc.assert(
      fc.property(fc.integer({ min: 64 * 2 ** 20 + 1, max: 2 ** 40 }), (size) => {
        expect(() => read(leb128(size + 1))).toThrow('a message of over 67108864 bytes: ');
      }),
    );
    expect(() => read(Buffer.alloc(4, 0x80))).toThrow(
      new ProtocolError(`a message of over 67108864 bytes: ${JSON.stringify('\x80'.repeat(4))}`),
    );
  });

  it.each<[string, string, string]>([
    ['an unknown kind', '\0x\0', 'not a control item that is understood: "\\u0000x"'],
    ['a name of every object', '\0_', 'not a control item that is understood'],
    ['no kind', '\0\0', 'not a control item that is understood: "\\u0000\\u0000"'],
    ['a cursor that is none', '\0r\x02-1', 'not what a control item "ready" says: "-1"'],
    ['no cursor', '\0r\0', 'not what a control item "ready" says: ""'],
    ['a cursor that is not exact', '\0r\x101234567890123456', 'not what a control item "ready" says'],
    ['half a gap', '\0g\x0212', 'not what a control item "gap" says: "12"'],
    ['an acceptance with text', '\0a\x01x', 'not what a control item "accepted" says: "x"'],
    ['an error without one', '\0e\0', 'not what a control item "error" says: ""'],
    ['an announcement of nothing', '\0b\0\0a\0', 'a message of bytes was due: "\\u0000"'],
    ['text that is not UTF-8', '\x03a\xff', 'a text message is not UTF-8: "aÿ"'],
  ])('is refused when it is wrong, with its bytes: %s', (_what, text, sentence) => {
    expect(() => read(Buffer.from(text, 'latin1'))).toThrow(sentence);
  });

  it('brings a sentence whatever it is, and every byte of it is booked', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (bytes) => {
        const ledger = new Ledger();
        const reader = new ItemReader(ledger, { message: () => {}, control: () => {} });
        try {
          reader.feed(Buffer.from(bytes), 0, bytes.length);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
        reader.end();
        expect(bookedDown(ledger)).toBe(bytes.length);
        expect(ledger.down.partial).toBe(0);
      }),
    );
  });
});

describe('what the client sends', () => {
  it('is a length and the text, booked as framing and payload', () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(...SIZES).map((size) => 'x'.repeat(size)),
    );
    fc.assert(
      fc.property(anyText, fc.nat(3), (text, before) => {
        const expected = item(text);
        const encoded = encodeText(text);
        expect(encoded.equals(expected.bytes)).toBe(true);
        const ledger = new Ledger();
        const placed = Buffer.concat([Buffer.alloc(before, 0xff), encoded]);
        bookText(ledger, placed, before, placed.length);
        expect(ledger.up).toMatchObject(expected.layers);
      }),
    );
  });
});
