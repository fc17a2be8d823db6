/** WebSocket frames written and read from RFC 6455 §5.2 alone, for tests that need what no library would send. */

export interface Frame {
  readonly fin: boolean;
  readonly opcode: number;
  readonly masked: boolean;
  readonly payload: Buffer;
}

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

interface FrameOptions {
  readonly fin?: boolean;
  /** Default true: a client masks. */
  readonly masked?: boolean;
  readonly rsv?: number;
}

export function frame(opcode: number, data: string | Buffer, options: FrameOptions = {}): Buffer {
  const { fin = true, masked = true, rsv = 0 } = options;
  const payload = Buffer.from(data);
  const bit = masked ? 0x80 : 0;
  const size = payload.length;
  const length =
    size < 126 ? [bit | size] : size < 65_536 ? [bit | 126, size >> 8, size & 255] : [bit | 127, 0, 0, 0, 0];
  if (size >= 65_536) length.push((size >>> 24) & 255, (size >>> 16) & 255, (size >>> 8) & 255, size & 255);
  const head = Buffer.from([(fin ? 0x80 : 0) | (rsv << 4) | opcode, ...length]);
  if (!masked) return Buffer.concat([head, payload]);
  const mask = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);
  return Buffer.concat([head, mask, payload.map((byte, i) => byte ^ mask[i % 4]!)]);
}

/** The complete frames at the beginning of `bytes`. */
export function framesIn(bytes: Buffer): Frame[] {
  const frames: Frame[] = [];
  for (let at = 0; at + 2 <= bytes.length;) {
    const code = bytes[at + 1]! & 0x7f;
    const masked = (bytes[at + 1]! & 0x80) !== 0;
    const extended = code === 126 ? 2 : code === 127 ? 8 : 0;
    if (at + 2 + extended > bytes.length) break;
    const size = extended === 0 ? code : bytes.readUIntBE(at + 2 + Math.max(0, extended - 6), Math.min(extended, 6));
    const start = at + 2 + extended + (masked ? 4 : 0);
    if (start + size > bytes.length) break;
    const mask = bytes.subarray(start - 4, start);
    const payload = bytes.subarray(start, start + size);
    frames.push({
      fin: (bytes[at]! & 0x80) !== 0,
      opcode: bytes[at]! & 0x0f,
      masked,
      payload: Buffer.from(masked ? payload.map((byte, i) => byte ^ mask[i % 4]!) : payload),
    });
    at = start + size;
  }
  return frames;
}
