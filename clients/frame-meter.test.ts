import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameMeter } from './frame-meter.ts';
import { Ledger, type Direction, type Layer } from './ledger.ts';

interface Spec {
  readonly opcode: number;
  readonly size: number;
  /** First payload byte of a binary frame. */
  readonly kind: number;
  readonly fin: boolean;
}

/** A frame of RFC 6455 §5.2, its length encoded here and not by the code under test. */
function frame({ opcode, size, kind, fin }: Spec, masked: boolean): { header: Buffer; payload: Buffer } {
  const bit = masked ? 0x80 : 0;
  const long = Buffer.alloc(8);
  long.writeBigUInt64BE(BigInt(size));
  const length =
    size <= 125
      ? Buffer.from([bit | size])
      : size <= 65_535
        ? Buffer.from([bit | 126, size >> 8, size & 255])
        : Buffer.concat([Buffer.from([bit | 127]), long]);
  const header = Buffer.concat([Buffer.from([(fin ? 0x80 : 0) | opcode]), length, Buffer.alloc(masked ? 4 : 0, 0x5a)]);
  const payload = Buffer.alloc(size, 0xff);
  if (size > 0) payload[0] = kind;
  return { header, payload };
}

/** What each frame costs, by the rules that the module's head states. */
function expected(specs: readonly Spec[], direction: Direction, masked: boolean): Record<Layer, number> {
  const sum: Record<Layer, number> = { payload: 0, framing: 0, header: 0, control: 0, handshake: 0 };
  for (const spec of specs) {
    const head = frame(spec, masked).header.length;
    const wraps = spec.opcode === 2 && direction === 'down' && spec.size > 0;
    if (spec.opcode >= 8) sum.control += head + spec.size;
    else if (wraps && spec.kind > 0) sum[spec.kind === 1 ? 'handshake' : 'control'] += head + spec.size;
    else {
      sum.framing += head + (wraps ? 1 : 0);
      sum.payload += spec.size - (wraps ? 1 : 0);
    }
  }
  return sum;
}

function meter(bytes: Buffer, cuts: readonly number[], direction: Direction): Ledger {
  const ledger = new Ledger();
  const under = new FrameMeter(ledger, direction);
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  let start = 0;
  for (const stop of [...places, bytes.length]) {
    under.feed(bytes, start, stop);
    expect(ledger.snapshot()[direction].total).toBe(stop);
    start = stop;
  }
  return ledger;
}

const size = fc.oneof(fc.nat(200), fc.constantFrom(0, 1, 125, 126, 127, 65_535, 65_536, 70_000), fc.nat(70_000));
const spec: fc.Arbitrary<Spec> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ opcode: fc.constantFrom(0, 1, 2), size, kind: fc.nat(4), fin: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      opcode: fc.constantFrom(8, 9, 10),
      size: fc.nat(125),
      kind: fc.nat(255),
      fin: fc.constant(true),
    }),
  },
);

describe('the frame meter', () => {
  it.each(['down', 'up'] as const)('names every byte that goes %s, wherever the frames are cut', (direction) => {
    const masked = direction === 'up';
    fc.assert(
      fc.property(fc.array(spec, { maxLength: 12 }), fc.array(fc.nat(300_000), { maxLength: 30 }), (specs, cuts) => {
        const bytes = Buffer.concat(specs.flatMap((one) => Object.values(frame(one, masked))));
        const ledger = meter(bytes, cuts, direction);
        expect(ledger[direction]).toEqual({ ...expected(specs, direction, masked), partial: 0 });
      }),
      { numRuns: 150 },
    );
  });

  it('names them byte by byte too', () => {
    const specs: Spec[] = [
      { opcode: 2, size: 2, kind: 1, fin: true },
      { opcode: 1, size: 126, kind: 9, fin: true },
      { opcode: 9, size: 0, kind: 0, fin: true },
      { opcode: 2, size: 0, kind: 0, fin: true },
      { opcode: 2, size: 65_536, kind: 0, fin: true },
    ];
    const bytes = Buffer.concat(specs.flatMap((one) => Object.values(frame(one, false))));
    const ledger = meter(
      bytes,
      Array.from({ length: bytes.length }, (_, i) => i),
      'down',
    );
    expect(ledger.down).toEqual({ ...expected(specs, 'down', false), partial: 0 });
  });

  it.each([
    ['Hello, unmasked', 'down', '810548656c6c6f', { payload: 5, framing: 2 }],
    ['Hello, masked', 'up', '818537fa213d7f9f4d5158', { payload: 5, framing: 6 }],
    ['Hello in two fragments', 'down', '010348656c80026c6f', { payload: 5, framing: 4 }],
    ['a ping', 'down', '890548656c6c6f', { control: 7 }],
    ['a masked pong', 'up', '8a8537fa213d7f9f4d5158', { control: 11 }],
  ] as const)('agrees with the example of RFC 6455 §5.7: %s', (_what, direction, hex, layers) => {
    const ledger = meter(Buffer.from(hex, 'hex'), [], direction);
    expect(ledger[direction]).toEqual({
      payload: 0,
      framing: 0,
      header: 0,
      control: 0,
      handshake: 0,
      partial: 0,
      ...layers,
    });
  });

  it('names what was cut short as framing, and begins anew', () => {
    const whole = frame({ opcode: 2, size: 300, kind: 1, fin: true }, false);
    const bytes = Buffer.concat([whole.header, whole.payload]);
    for (let cut = 1; cut <= bytes.length; cut++) {
      const ledger = new Ledger();
      const under = new FrameMeter(ledger, 'down');
      under.feed(bytes, 0, cut);
      under.reset();
      expect(ledger.down.partial).toBe(0);
      expect(ledger.snapshot().down.total).toBe(cut);
      under.feed(Buffer.from('810548656c6c6f', 'hex'), 0, 7);
      expect([ledger.down.payload, ledger.down.partial]).toEqual([5, 0]);
    }
  });
});
