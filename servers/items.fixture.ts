/** Items of raw TCP written and read from their description alone, for tests that need what no codec would send. */

export interface Item {
  /** The letter of a control item; empty for a message. */
  readonly kind: string;
  readonly payload: Buffer;
}

/** Unsigned LEB128 by BigInt and shifts. @param padding further bytes of no value, which the shortest form does not have */
export function leb128(value: number, padding = 0): Buffer {
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

export function message(payload: string | Buffer): Buffer {
  const bytes = Buffer.from(payload);
  return Buffer.concat([leb128(bytes.length + 1), bytes]);
}

/** What announces that the next message is bytes. */
export const BYTES = Buffer.from([0, 0x62, 0]);

/** The complete items at the beginning of `bytes`. */
export function itemsIn(bytes: Buffer): Item[] {
  const items: Item[] = [];
  for (let at = 0; at < bytes.length;) {
    const isControl = bytes[at] === 0;
    let start = at + 1;
    let size = isControl ? bytes[at + 2]! : bytes[at]! & 0x7f;
    if (isControl) start = at + 3;
    else for (let shift = 7; bytes[start - 1]! & 0x80; shift += 7) size += (bytes[start++]! & 0x7f) * 2 ** shift;
    const stop = start + size - (isControl ? 0 : 1);
    // Also where a part of the length is missing: a comparison with NaN.
    if (!(stop <= bytes.length)) break;
    const kind = isControl ? String.fromCharCode(bytes[at + 1]!) : '';
    items.push({ kind, payload: bytes.subarray(start, stop) });
    at = stop;
  }
  return items;
}
