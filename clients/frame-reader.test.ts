/** Held to ws: whatever frames its Receiver takes, this reader takes, and what the one refuses the other refuses too. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameReader } from './frame-reader.ts';
import { Receiver } from './ws-codec.ts';

const LONGEST = 200_000;

interface Told {
  readonly events: string[];
  readonly refused: boolean;
}

const shown = (data: Buffer): string => data.toString('hex').slice(0, 64) + data.length;

function byReader(pieces: readonly Buffer[]): Told {
  const events: string[] = [];
  const reader = new FrameReader(
    {
      text: (text) => events.push(`text ${shown(Buffer.from(text))}`),
      binary: (data) => events.push(`binary ${shown(data)}`),
      ping: (data) => events.push(`ping ${shown(data)}`),
      closedWith: (code) => events.push(`close ${code}`),
    },
    LONGEST,
  );
  try {
    for (const piece of pieces) {
      // As a connection does: one buffer for all, which the next piece overwrites.
      const shared = Buffer.concat([Buffer.from('x'), piece, Buffer.from('x')]);
      reader.feed(shared, 1, 1 + piece.length);
      shared.fill(0xee);
    }
    return { events, refused: false };
  } catch {
    return { events, refused: true };
  }
}

async function byWs(pieces: readonly Buffer[]): Promise<Told> {
  const events: string[] = [];
  let refused = false;
  const receiver = new Receiver({ isServer: false, maxPayload: LONGEST, allowSynchronousEvents: true, extensions: {} })
    .on('message', (data, isBinary) => events.push(`${isBinary ? 'binary' : 'text'} ${shown(data)}`))
    .on('ping', (data) => events.push(`ping ${shown(data)}`))
    .on('conclude', (code) => events.push(`close ${code}`))
    .on('error', () => (refused = true));
  for (const piece of pieces) {
    if (refused || events.some((event) => event.startsWith('close'))) break;
    await new Promise<void>((written) => receiver.write(Buffer.from(piece), () => written()));
  }
  return { events, refused };
}

function frame(first: number, payload: Buffer): Buffer {
  const head =
    payload.length < 126 ? Buffer.from([first, payload.length]) : Buffer.alloc(payload.length < 65_536 ? 4 : 10);
  if (payload.length >= 126) {
    head[0] = first;
    head[1] = payload.length < 65_536 ? 126 : 127;
    if (payload.length < 65_536) head.writeUInt16BE(payload.length, 2);
    else head.writeBigUInt64BE(BigInt(payload.length), 2);
  }
  return Buffer.concat([head, payload]);
}

const bytes = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 12 }).map((data) => Buffer.from(data)),
  fc.constantFrom(125, 126, 65_535, 65_536, 70_000).map((size) => Buffer.alloc(size, 'a')),
);
const small = fc.string({ unit: 'binary', maxLength: 20 }).map((text) => Buffer.from(text));

/** A message in one frame or more, with a ping between two of them. */
const message = fc
  .record({ opcode: fc.constantFrom(1, 2), parts: fc.array(small, { minLength: 1, maxLength: 3 }), ping: fc.boolean() })
  .map(({ opcode, parts, ping }) =>
    parts.flatMap((part, i) => {
      const first = (i === 0 ? opcode : 0) | (i === parts.length - 1 ? 0x80 : 0);
      return [frame(first, part), ...(ping && i < parts.length - 1 ? [frame(0x89, Buffer.from('p'))] : [])];
    }),
  );
const single = fc
  .record({ opcode: fc.constantFrom(0x81, 0x82, 0x89, 0x8a), data: bytes })
  .map(({ opcode, data }) => [frame(opcode, opcode >= 0x88 ? data.subarray(0, 125) : data)]);
const close = fc
  .constantFrom([], [3, 232], [3, 236], [15, 160], [3, 232, 0x68])
  .map((data) => [frame(0x88, Buffer.from(data))]);
/** Anything that two bytes may say, right or wrong, and a little more. */
const anything = fc.uint8Array({ minLength: 2, maxLength: 20 }).map((data) => [Buffer.from(data)]);

const streams = fc
  .tuple(
    fc.array(fc.oneof({ weight: 4, arbitrary: single }, { weight: 4, arbitrary: message }), { maxLength: 6 }),
    fc.oneof(close, anything, fc.constant([])),
  )
  .map(([all, last]) => Buffer.concat([...all.flat(), ...last]));

function cut(stream: Buffer, places: readonly number[]): Buffer[] {
  const at = [...new Set([0, ...places.map((place) => Math.floor(place * stream.length)), stream.length])].sort(
    (a, b) => a - b,
  );
  return at.slice(1).map((end, i) => stream.subarray(at[i], end));
}

/** What this reader minds and ws does not: a length that is longer than it must be (RFC 6455 §5.2). */
const isLongWinded = (stream: Buffer): boolean => byReaderMinds(stream, /shortest/);

function byReaderMinds(stream: Buffer, why: RegExp): boolean {
  const reader = new FrameReader({ text: () => {}, binary: () => {}, ping: () => {}, closedWith: () => {} }, LONGEST);
  try {
    reader.feed(stream, 0, stream.length);
    return false;
  } catch (error) {
    return why.test((error as Error).message);
  }
}

describe('a reader of frames', () => {
  it('tells what ws tells, wherever the bytes are cut, and refuses what it refuses', async () => {
    await fc.assert(
      fc.asyncProperty(
        streams,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 5 }),
        async (stream, places) => {
          fc.pre(!isLongWinded(stream));
          const pieces = cut(stream, places);
          expect(byReader(pieces)).toEqual(await byWs(pieces));
        },
      ),
      { numRuns: 400 },
    );
  });

  it('reads a message of 150,000 bytes that comes a thousand bytes at a time', () => {
    const whole = frame(0x81, Buffer.alloc(150_000, 'm'));
    const places = Array.from({ length: 150 }, (_, i) => i / 150);
    expect(byReader(cut(whole, places)).events).toEqual([`text ${'6d'.repeat(32)}150000`]);
  });

  it('stops in the middle of what it is fed when it is told to', () => {
    const told: string[] = [];
    const reader = new FrameReader(
      {
        text(text) {
          told.push(text);
          reader.stop();
        },
        binary: () => {},
        ping: () => {},
        closedWith: () => {},
      },
      LONGEST,
    );
    const two = Buffer.concat([frame(0x81, Buffer.from('one')), frame(0x81, Buffer.from('two')), Buffer.from([0x81])]);
    reader.feed(two, 0, two.length);
    reader.feed(two, 0, two.length);
    expect(told).toEqual(['one']);
  });
});
