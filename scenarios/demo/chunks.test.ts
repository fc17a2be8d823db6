import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunksIn } from './chunks.ts';

const coded = (data: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(`${data.length.toString(16)}\r\n`), data, Buffer.from('\r\n')]);

describe('chunks', () => {
  it('are found however their bytes arrive, and no byte is lost', () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 });
    fc.assert(
      fc.property(chunks, fc.integer({ min: 1, max: 50 }), (sent, pieceBytes) => {
        const wire = Buffer.concat(sent.map(coded));
        const found: Buffer[] = [];
        let [rest, coding] = [Buffer.alloc(0), 0];
        for (let at = 0; at < wire.length; at += pieceBytes) {
          const taken = chunksIn(Buffer.concat([rest, wire.subarray(at, at + pieceBytes)]));
          rest = Buffer.from(taken.rest);
          for (const { data, codingBytes } of taken.chunks) {
            found.push(data);
            coding += codingBytes;
          }
        }
        expect(found.map((data) => [...data])).toEqual(sent.map((data) => [...data]));
        expect(rest).toHaveLength(0);
        expect(coding + Buffer.concat(found).length).toBe(wire.length);
      }),
    );
  });

  it('that are not whole wait', () => {
    const { chunks, rest } = chunksIn(Buffer.from('5\r\nhello\r\n5\r\nhel'));
    expect(chunks.map(({ data }) => data.toString())).toEqual(['hello']);
    expect(rest.toString()).toBe('5\r\nhel');
  });

  it('of a size that is none are left alone', () => {
    expect(chunksIn(Buffer.from('zz\r\nhello\r\n'))).toMatchObject({
      chunks: [],
      rest: Buffer.from('zz\r\nhello\r\n'),
    });
  });
});
