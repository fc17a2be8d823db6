import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HEADER_BYTES, PacketModel, SEGMENT_BYTES, SYN_HEADER_BYTES, type ModelledConnection } from './packets.ts';

/** Something that a client writes or reads, so long after what came before it. */
interface Step {
  readonly kind: 'write' | 'read';
  readonly bytes: number;
  readonly afterMs: number;
}

const OPENING = 3;
const CLOSING = 3;

class Clocked {
  nowMs = 0;
  readonly model = new PacketModel(() => this.nowMs);
  readonly connection: ModelledConnection = this.model.connection();

  do({ kind, bytes, afterMs }: Step): void {
    this.nowMs += afterMs;
    if (kind === 'write') return this.connection.wrote(bytes);
    this.connection.read(bytes);
    this.connection.seen();
  }

  /** Packets that these make, one after the other. */
  of(...steps: readonly Step[]): number {
    const before = this.model.packets;
    for (const step of steps) this.do(step);
    return this.model.packets - before;
  }
}

const write = (afterMs: number, bytes = 100): Step => ({ kind: 'write', bytes, afterMs });
const read = (afterMs: number, bytes = 100): Step => ({ kind: 'read', bytes, afterMs });
const times = <T>(count: number, ...items: readonly T[]): T[] => Array.from({ length: count }, () => items).flat();

/** A connection whose first request has been answered, and that has got over its start. */
function standing(): Clocked {
  const clocked = new Clocked();
  clocked.of(write(0), read(1), ...times(20, read(60)));
  return clocked;
}

describe('the model of packets', () => {
  it('opens with three packets and closes with three, and weighs the options of two SYNs', () => {
    const { model, connection } = new Clocked();
    connection.close();
    connection.close();
    expect(model.packets).toBe(OPENING + CLOSING);
    expect(model.headerBytes).toBe(2 * SYN_HEADER_BYTES + 4 * HEADER_BYTES);
  });

  it.each([5, 30, 60, 300])('has a client that only listens acknowledge each message, %i ms apart', (gapMs) => {
    expect(standing().of(...times(50, read(gapMs)))).toBe(100);
  });

  it('has the acknowledgements of a prompt exchange ride on its data', () => {
    const clocked = standing();
    clocked.of(write(1), read(1));
    expect(clocked.of(...times(50, write(20), read(5)))).toBe(100);
  });

  it('has a server that makes a poll wait for over 40 ms acknowledge it first', () => {
    const clocked = standing();
    clocked.of(write(1), read(1));
    expect(clocked.of(...times(50, write(1), read(60)))).toBe(150);
  });

  it('has a client that polls at an interval acknowledge each answer', () => {
    const clocked = standing();
    clocked.of(write(60), read(1));
    expect(clocked.of(...times(50, write(500), read(1)))).toBe(150);
  });

  it('has a client that has just answered acknowledge every second message, until 40 ms bring none', () => {
    const clocked = standing();
    clocked.of(write(1));
    expect(clocked.of(...times(50, read(20)))).toBe(75);
    clocked.of(read(20));
    expect(clocked.of(...times(50, read(60)))).toBe(101);
  });

  it('takes frames that are read together for segments of their own with one acknowledgement', () => {
    const clocked = standing();
    const before = clocked.model.packets;
    clocked.nowMs += 60;
    clocked.connection.read(300);
    for (let frame = 0; frame < 3; frame++) clocked.model.frame();
    clocked.connection.seen();
    expect(clocked.model.packets - before).toBe(3 + 1);
  });

  it('acknowledges every second segment of a long message', () => {
    expect(standing().of(read(60, 10 * SEGMENT_BYTES))).toBe(15);
  });

  it('acknowledges every segment after a silence', () => {
    expect(standing().of(read(300, 10 * SEGMENT_BYTES))).toBe(20);
  });

  it('adds the handshake of TLS, and its tickets to the first answer', () => {
    const model = new PacketModel(() => 0);
    const wire = { bytesRead: 0 };
    const connection = model.connection(wire);
    connection.wrote(500);
    const handshake = 2 * 2;
    expect(model.packets).toBe(OPENING + handshake + 1);
    wire.bytesRead = 2_000;
    // With the tickets more than a segment carries: the second makes the client acknowledge both.
    connection.read(SEGMENT_BYTES - 100);
    expect(model.packets).toBe(OPENING + handshake + 1 + 2 + 1);
  });

  it.each([
    { how: 'together', between: 0, packets: 3 },
    { how: 'one after the other', between: 100, packets: 4 },
  ])('takes two records that came $how for $packets packets', ({ between, packets }) => {
    let nowMs = 0;
    const wire = { bytesRead: 0 };
    const model = new PacketModel(() => nowMs);
    const connection = model.connection(wire);
    const record = (bytes: number): void => {
      wire.bytesRead += bytes;
      connection.read(50);
    };
    connection.wrote(100);
    for (let alone = 0; alone < 20; alone++) {
      nowMs += 60;
      record(100);
    }
    const before = model.packets;
    nowMs += 60;
    record(100);
    record(between);
    expect(model.packets - before).toBe(packets);
  });
});

const anyStep: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('write', 'read'),
  bytes: fc.integer({ min: 1, max: 70_000 }),
  afterMs: fc.integer({ min: 0, max: 400 }),
});
const anyLife = fc.array(anyStep, { maxLength: 60 });
const packetsOf = (steps: readonly Step[]): number => new Clocked().of(...steps);
const segmentsOf = (steps: readonly Step[]): number =>
  steps.reduce((sum, { bytes }) => sum + Math.ceil(bytes / SEGMENT_BYTES), 0);

describe('the model of packets, whatever a connection carries,', () => {
  it('has no fewer packets than segments, and no more than one acknowledgement for each', () => {
    fc.assert(
      fc.property(anyLife, (steps) => {
        const [packets, segments] = [packetsOf(steps), segmentsOf(steps)];
        expect(packets).toBeGreaterThanOrEqual(segments);
        expect(packets).toBeLessThanOrEqual(2 * segments);
      }),
    );
  });

  it('grows with every message', () => {
    fc.assert(
      fc.property(anyLife, anyStep, (steps, more) => {
        expect(packetsOf([...steps, more])).toBeGreaterThan(packetsOf(steps));
      }),
    );
  });

  it('grows with the bytes of a message to a client that only listens', () => {
    const anyStream = fc.array(fc.record({ bytes: fc.integer({ min: 1, max: 70_000 }), afterMs: fc.nat(400) }), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(anyStream, fc.nat(), fc.integer({ min: 1, max: 70_000 }), (stream, place, more) => {
        const reads = stream.map(({ bytes, afterMs }) => read(afterMs, bytes));
        const longer = reads.map((step, at) =>
          at === place % reads.length ? { ...step, bytes: step.bytes + more } : step,
        );
        expect(packetsOf(longer)).toBeGreaterThanOrEqual(packetsOf(reads));
      }),
    );
  });

  it('weighs each packet the same, but for the two SYNs', () => {
    fc.assert(
      fc.property(anyLife, (steps) => {
        const clocked = new Clocked();
        clocked.of(...steps);
        clocked.connection.close();
        const { packets, headerBytes } = clocked.model;
        expect(headerBytes).toBe(packets * HEADER_BYTES + 2 * (SYN_HEADER_BYTES - HEADER_BYTES));
      }),
    );
  });
});
