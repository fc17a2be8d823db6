/** The bodies and frames of each transport taken apart, after the fact: which of their bytes are the message's. */
import type { Direction, Layer } from '../ledger.ts';

/** A range of a body. */
export interface Part {
  readonly from: number;
  readonly to: number;
  readonly layer: Layer;
  readonly what: string;
  readonly meaning?: string;
}

/** Takes a transport's body or frames apart. `ready`: the client could receive before this body came. */
export type Dissector = (bytes: Buffer, direction: Direction, ready: boolean) => Part[];

export const whole = (bytes: Buffer, layer: Layer, what: string): Part[] =>
  bytes.length === 0 ? [] : [{ from: 0, to: bytes.length, layer, what }];

const GZIP = Buffer.from([0x1f, 0x8b]);

/** `{"cursor":N,"messages":["…"]}`: strings are messages, all else their wrapping. */
export const dissectPoll: Dissector = (bytes, _direction, ready) => {
  if (bytes.subarray(0, 2).equals(GZIP)) return whole(bytes, 'payload', 'messages and their JSON, compressed');
  const wrapping: Layer = ready ? 'framing' : 'handshake';
  const parts: Part[] = [];
  let at = 0;
  const list = bytes.indexOf('"messages":[') + 12;
  for (let open = bytes.indexOf('"', list); open !== -1; open = bytes.indexOf('"', at + 1)) {
    parts.push({ from: at, to: open + 1, layer: wrapping, what: 'poll envelope (JSON)' });
    const close = stringEnd(bytes, open + 1);
    parts.push(...jsonText(bytes, open + 1, close, wrapping));
    at = close;
  }
  if (at < bytes.length) parts.push({ from: at, to: bytes.length, layer: wrapping, what: 'poll envelope (JSON)' });
  return parts;
};

function stringEnd(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] !== 0x22) at += bytes[at] === 0x5c ? 2 : 1;
  return at;
}

/** The inside of a JSON string: the bytes that the message has, and those that escaping added. */
function jsonText(bytes: Buffer, from: number, to: number, wrapping: Layer): Part[] {
  const parts: Part[] = [];
  let at = from;
  while (at < to) {
    const escape = bytes.indexOf(0x5c, at);
    const stop = escape === -1 || escape >= to ? to : escape;
    if (stop > at) parts.push({ from: at, to: stop, layer: 'payload', what: 'message' });
    if (stop === to) break;
    const unicode = bytes[stop + 1] === 0x75;
    const size = unicode ? 6 : 2;
    const text = JSON.parse(`"${bytes.toString('latin1', stop, stop + size)}"`) as string;
    // Half of a surrogate pair counts for half of the four bytes that the pair has in UTF-8.
    const own = /[\ud800-\udfff]/.test(text) ? 2 : Buffer.byteLength(text);
    parts.push({ from: stop, to: stop + size - own, layer: wrapping, what: 'escaping' });
    parts.push({ from: stop + size - own, to: stop + size, layer: 'payload', what: 'message' });
    at = stop + size;
  }
  return parts;
}

const DATA = 'data: ';

/** Blocks of lines, each ended by an empty one: WHATWG HTML §9.2.6. */
export const dissectSse: Dissector = (bytes) => {
  const parts: Part[] = [];
  for (let at = 0; at < bytes.length;) {
    const stop = bytes.indexOf('\n\n', at);
    const end = stop === -1 ? bytes.length : stop + 2;
    const block = bytes.toString('latin1', at, end);
    if (block.startsWith(':')) parts.push({ from: at, to: end, layer: 'control', what: 'heartbeat comment' });
    else if (block.startsWith('event: gap')) parts.push({ from: at, to: end, layer: 'control', what: 'gap' });
    else if (!/^data:/m.test(block)) parts.push({ from: at, to: end, layer: 'handshake', what: 'retry and first id' });
    else parts.push(...sseEvent(bytes, at, end));
    at = end;
  }
  return parts;
};

function sseEvent(bytes: Buffer, start: number, end: number): Part[] {
  const parts: Part[] = [];
  const first = bytes.indexOf(DATA, start);
  const json = bytes.toString('latin1', start, first).includes('event: json');
  parts.push({ from: start, to: first + DATA.length, layer: 'framing', what: 'id and data fields' });
  let at = first + DATA.length;
  const last = end - 2;
  if (json) {
    const inside = jsonText(bytes, at + 1, last - 1, 'framing');
    parts.push({ from: at, to: at + 1, layer: 'framing', what: 'quote' }, ...inside);
    parts.push({ from: last - 1, to: end, layer: 'framing', what: 'end of event' });
    return parts;
  }
  // The LF between two lines belongs to the message, the field name before the next one does not.
  for (let lf = bytes.indexOf('\n', at); lf < last; lf = bytes.indexOf('\n', at)) {
    parts.push({ from: at, to: lf + 1, layer: 'payload', what: 'message' });
    parts.push({ from: lf + 1, to: lf + 1 + DATA.length, layer: 'framing', what: 'data field' });
    at = lf + 1 + DATA.length;
  }
  if (last > at) parts.push({ from: at, to: last, layer: 'payload', what: 'message' });
  parts.push({ from: last, to: end, layer: 'framing', what: 'end of event' });
  return parts;
}

/** Lines of HTML: the prelude, then a script for each message. */
export const dissectIframe: Dissector = (bytes) => {
  const parts: Part[] = [];
  for (let at = 0; at < bytes.length;) {
    const stop = bytes.indexOf('\n', at);
    const end = stop === -1 ? bytes.length : stop + 1;
    const line = bytes.toString('latin1', at, end);
    const call = /^<script>[\w.]+\((\d+)(,")?/.exec(line);
    if (line.startsWith('<!doctype')) parts.push({ from: at, to: end, layer: 'handshake', what: 'prelude' });
    else if (line.startsWith('<!---->')) parts.push({ from: at, to: end, layer: 'control', what: 'heartbeat comment' });
    else if (call?.[2] === undefined) {
      const layer = line.includes(',null,') ? 'control' : 'handshake';
      parts.push({ from: at, to: end, layer, what: layer === 'control' ? 'gap' : 'first cursor' });
    } else {
      const text = at + call[0].length;
      const close = stringEnd(bytes, text);
      parts.push({ from: at, to: text, layer: 'framing', what: 'script and call' });
      parts.push(...jsonText(bytes, text, close, 'framing'));
      parts.push({ from: close, to: end, layer: 'framing', what: 'end of script' });
    }
    at = end;
  }
  return parts;
};

const CLOSE = 8;
const OPCODES: Readonly<Record<number, string>> = { [CLOSE]: 'close', 9: 'ping', 10: 'pong' };

/** Frames of RFC 6455 §5.2; in a binary frame from the server the first byte says what it is. */
export const dissectWebSocket: Dissector = (bytes, direction) => {
  const parts: Part[] = [];
  for (let at = 0; at < bytes.length;) {
    const opcode = bytes[at]! & 0x0f;
    const compressed = (bytes[at]! & 0x40) !== 0;
    const masked = (bytes[at + 1]! & 0x80) !== 0;
    const short = bytes[at + 1]! & 0x7f;
    const extended = short === 126 ? 2 : short === 127 ? 8 : 0;
    const length = extended === 0 ? short : bytes.readUIntBE(at + 2 + Math.max(0, extended - 6), Math.min(6, extended));
    const start = at + 2 + extended + (masked ? 4 : 0);
    const end = start + length;
    const kind = opcode === 2 && direction === 'down' && length > 0 ? bytes[start]! : undefined;
    const name = OPCODES[opcode];
    const layer: Layer =
      name !== undefined
        ? 'control'
        : kind === undefined || kind === 0
          ? 'payload'
          : kind === 1
            ? 'handshake'
            : 'control';
    const header = layer === 'payload' ? 'framing' : layer;
    const of = name ?? (kind === 1 ? 'first cursor' : kind === 2 ? 'gap' : kind === 3 ? 'accepted' : 'message');
    const wrapping = start + (kind === 0 ? 1 : 0);
    parts.push({ from: at, to: wrapping, layer: header, what: masked ? 'frame header with mask' : 'frame header' });
    if (end > wrapping) {
      const plain = masked ? unmasked(bytes, start, end) : bytes.subarray(start, end);
      const meaning = meaningOf(opcode, compressed, masked, plain);
      parts.push({ from: wrapping, to: end, layer, what: of, ...(meaning === undefined ? {} : { meaning }) });
    }
    at = end;
  }
  return parts;
};

/** What the bytes of a frame say where they do not show it themselves. */
function meaningOf(opcode: number, compressed: boolean, masked: boolean, plain: Buffer): string | undefined {
  if (compressed) return '(compressed)';
  if (opcode === CLOSE && plain.length >= 2) return `code ${plain.readUInt16BE(0)}`;
  return masked ? plain.toString() : undefined;
}

function unmasked(bytes: Buffer, start: number, end: number): Buffer {
  const text = Buffer.from(bytes.subarray(start, end));
  for (let i = 0; i < text.length; i++) text[i]! ^= bytes[start - 4 + (i % 4)]!;
  return text;
}

/** Length-prefixed items: see `servers/tcp.ts`. */
export const dissectTcp: Dissector = (bytes) => {
  const parts: Part[] = [];
  for (let at = 0; at < bytes.length;) {
    let stop = at;
    while (bytes[stop]! & 0x80) stop++;
    stop++;
    const size = bytes.subarray(at, stop).reduceRight((sum, byte) => sum * 128 + (byte & 0x7f), 0);
    if (size === 0) {
      const end = stop + 2 + bytes[stop + 1]!;
      const layer: Layer = at === 0 && parts.length === 0 ? 'handshake' : 'control';
      parts.push({ from: at, to: end, layer, what: layer === 'handshake' ? 'first cursor' : 'control item' });
      at = end;
    } else {
      parts.push({ from: at, to: stop, layer: 'framing', what: 'length' });
      if (size > 1) parts.push({ from: stop, to: stop + size - 1, layer: 'payload', what: 'message' });
      at = stop + size - 1;
    }
  }
  return parts;
};
