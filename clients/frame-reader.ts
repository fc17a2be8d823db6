/**
 * Reads what a WebSocket server sends where no extension is agreed (RFC 6455 §5): strictly, and in place.
 *
 * ws's Receiver does the same as a stream of Node.js: it takes a copy of each piece and goes through the stream's own
 * machinery, which was a quarter of what a delivery cost a simulated client. It stays what reads compressed frames, and what
 * this file is tested against.
 */
import { isUtf8 } from 'node:buffer';
import { ProtocolError, quote } from './protocol-error.ts';

/** Told of whole messages and control frames, in order. May call `stop`; what it throws ends the feed. */
export interface FrameSink {
  text(text: string): void;
  /** @param data its own to keep */
  binary(data: Buffer): void;
  ping(data: Buffer): void;
  /** @param code 1005 where the frame had none */
  closedWith(code: number): void;
}

const FIN = 0x80;
const RESERVED = 0x70;
const RSV1 = 0x40;
const MASK = 0x80;
const OPCODE = 0x0f;

const CONTINUATION = 0;
const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const PONG = 10;
const OPCODES: ReadonlySet<number> = new Set([CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG]);

/** Of a control frame, RFC 6455 §5.5. */
const LONGEST_CONTROL = 125;
/** What two bytes cannot hold any more. */
const TWO_BYTES = 65_536;
const NO_CODE = 1005;

/** RFC 6455 §7.4: what may stand in a close frame. */
const isCloseCode = (code: number): boolean =>
  (code >= 1000 && code <= 1014 && code !== 1004 && code !== NO_CODE && code !== 1006) ||
  (code >= 3000 && code <= 4999);

export class FrameReader {
  readonly #sink: FrameSink;
  readonly #longest: number;
  #stopped = false;
  /** A frame that has come in part, and how much of it must be there before it is looked at again. */
  #held: Buffer[] = [];
  #heldBytes = 0;
  #needed = 0;
  /** Of a message in several frames; 0 where there is none. */
  #opcode = 0;
  #parts: Buffer[] = [];
  #partBytes = 0;

  /** @param longest message, bytes */
  constructor(sink: FrameSink, longest: number) {
    this.#sink = sink;
    this.#longest = longest;
  }

  /** Nothing more is read, also of what is being fed. */
  stop(): void {
    this.#stopped = true;
    this.#held = [];
    this.#parts = [];
  }

  /**
   * The bytes may be overwritten afterwards.
   *
   * @throws ProtocolError with the frame quoted
   */
  feed(buffer: Buffer, start: number, end: number): void {
    if (this.#stopped) return;
    if (this.#heldBytes === 0) return this.#hold(buffer, this.#frames(buffer, start, end), end);
    this.#hold(buffer, start, end);
    if (this.#heldBytes < this.#needed) return;
    const whole = Buffer.concat(this.#held, this.#heldBytes);
    this.#held = [];
    this.#heldBytes = 0;
    this.#hold(whole, this.#frames(whole, 0, whole.length), whole.length);
  }

  #hold(buffer: Buffer, start: number, end: number): void {
    if (start === end || this.#stopped) return;
    this.#held.push(Buffer.from(buffer.subarray(start, end)));
    this.#heldBytes += end - start;
  }

  /** Every whole frame; where the first that is not whole begins. */
  #frames(buffer: Buffer, start: number, end: number): number {
    let at = start;
    while (!this.#stopped) {
      const size = this.#sizeAt(buffer, at, end);
      this.#needed = size;
      if (end - at < size) return at;
      this.#frame(buffer, at, at + size);
      at += size;
    }
    return end;
  }

  /** Of the frame that begins here, or as much of it as must be there to know. */
  #sizeAt(buffer: Buffer, at: number, end: number): number {
    if (end - at < 2) return 2;
    this.#check(buffer, at, end);
    const code = buffer[at + 1]!;
    if (code < 126) return 2 + code;
    const head = code === 126 ? 4 : 10;
    if (end - at < head) return head;
    const length = code === 126 ? buffer.readUInt16BE(at + 2) : Number(buffer.readBigUInt64BE(at + 2));
    if (length < (code === 126 ? 126 : TWO_BYTES))
      throw wrong('its length is not written the shortest way', buffer, at, end);
    if (length + this.#partBytes > this.#longest)
      throw wrong(`it makes a message of more than ${this.#longest} B`, buffer, at, end);
    return head + length;
  }

  #check(buffer: Buffer, at: number, end: number): void {
    const [first, second] = [buffer[at]!, buffer[at + 1]!];
    const opcode = first & OPCODE;
    const why = this.#against(first, second, opcode);
    if (why !== null) throw wrong(why, buffer, at, end);
  }

  /** What the first two bytes of a frame have against RFC 6455 §5.2, §5.4 and §5.5; null where nothing. */
  #against(first: number, second: number, opcode: number): string | null {
    if ((first & RESERVED) !== 0) return (first & RSV1) !== 0 ? 'RSV1 is set' : 'RSV2 or RSV3 is set';
    if (!OPCODES.has(opcode)) return `opcode ${opcode} is unknown`;
    if ((second & MASK) !== 0) return 'MASK is set, and only clients mask';
    if (opcode >= CLOSE) {
      if ((first & FIN) === 0) return 'a control frame comes in parts';
      return second > LONGEST_CONTROL ? 'the payload length of a control frame is more than 125' : null;
    }
    if (opcode === CONTINUATION) return this.#opcode === 0 ? 'it goes on with a message that never began' : null;
    return this.#opcode === 0 ? null : 'a message begins within another';
  }

  #frame(buffer: Buffer, at: number, end: number): void {
    const code = buffer[at + 1]!;
    const from = at + (code < 126 ? 2 : code === 126 ? 4 : 10);
    const first = buffer[at]!;
    const opcode = first & OPCODE;
    if (opcode >= CLOSE) this.#control(opcode, buffer, at, from, end);
    else if (opcode !== CONTINUATION && (first & FIN) !== 0) this.#message(opcode, buffer, from, end, at);
    else this.#part(opcode, (first & FIN) !== 0, buffer.subarray(from, end));
  }

  #part(opcode: number, isLast: boolean, payload: Buffer): void {
    if (opcode !== CONTINUATION) this.#opcode = opcode;
    this.#parts.push(Buffer.from(payload));
    this.#partBytes += payload.length;
    if (!isLast) return;
    const whole = Buffer.concat(this.#parts, this.#partBytes);
    const of = this.#opcode;
    this.#opcode = 0;
    this.#parts = [];
    this.#partBytes = 0;
    this.#message(of, whole, 0, whole.length, 0);
  }

  #message(opcode: number, buffer: Buffer, from: number, end: number, frameAt: number): void {
    if (opcode === BINARY) return this.#sink.binary(Buffer.from(buffer.subarray(from, end)));
    const text = buffer.toString('utf8', from, end);
    // Replaced are bytes that are no UTF-8, and nothing else becomes U+FFFD but itself.
    if (text.includes('\ufffd') && !isUtf8(buffer.subarray(from, end))) {
      throw wrong('its text is not UTF-8', buffer, frameAt, end);
    }
    this.#sink.text(text);
  }

  #control(opcode: number, buffer: Buffer, at: number, from: number, end: number): void {
    if (opcode === PING) this.#sink.ping(Buffer.from(buffer.subarray(from, end)));
    if (opcode !== CLOSE) return;
    if (end - from === 1) throw wrong('it closes with half a code', buffer, at, end);
    const code = from === end ? NO_CODE : buffer.readUInt16BE(from);
    if (from !== end && !isCloseCode(code)) throw wrong(`it closes with ${code}, which is no code`, buffer, at, end);
    if (end - from > 2 && !isUtf8(buffer.subarray(from + 2, end)))
      throw wrong('its reason is not UTF-8', buffer, at, end);
    this.stop();
    this.#sink.closedWith(code);
  }
}

const wrong = (why: string, buffer: Buffer, at: number, end: number): ProtocolError =>
  new ProtocolError(`not a frame that a server may send, because ${why}: ${quote(buffer.subarray(at, end))}`);
