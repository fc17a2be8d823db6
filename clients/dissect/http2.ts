/** An HTTP/2 connection taken apart, after the fact: frame by frame (RFC 9113 §4.1), and what its streams carried. */
import { whole, type Part } from './body.ts';
import { isPost, layerOf, type Placed, type StreamNote, type Subject, type Track } from './track.ts';
import type { Layer } from '../ledger.ts';

const FRAME_HEADER = 9;
const PREFACE_BYTES = 24;

const NAMES: Readonly<Record<number, string>> = {
  0: 'DATA',
  1: 'HEADERS',
  3: 'RST_STREAM',
  4: 'SETTINGS',
  6: 'PING',
  7: 'GOAWAY',
  8: 'WINDOW_UPDATE',
  9: 'CONTINUATION',
};

interface Frame {
  readonly type: number;
  readonly stream: number;
  readonly start: number;
  readonly end: number;
}

/** What a stream is for, and where the heads of its request and answer are booked. */
interface Purpose {
  readonly post: boolean;
  readonly layer: Layer;
  readonly ready: boolean;
  readonly head: string;
}

export function dissectHttp2(up: Track, down: Track, notes: readonly StreamNote[], subject: Subject): Placed[] {
  const purposes = purposesOf(notes, subject);
  const placed: Placed[] = [];
  for (const track of [up, down]) {
    const frames = framesOf(track.bytes, track.direction === 'up' ? PREFACE_BYTES : 0);
    const answered = track.direction === 'down' ? frames.findIndex(({ type }) => type === 1) : -1;
    if (track.direction === 'up') placed.push(track.span(0, PREFACE_BYTES, 'handshake', 'connection preface'));
    for (const [index, frame] of frames.entries()) {
      // What keeps the connection is part of making it until the first answer.
      const early = track.direction === 'down' ? index < answered : before(track, frame, down);
      placed.push(...dissectFrame(track, frame, purposes.get(frame.stream), early));
    }
    placed.push(...bodies(track, frames, purposes, subject));
  }
  return placed;
}

/** Whether a frame went up before the first answer's head came down, by the steps' order. */
function before(up: Track, frame: Frame, down: Track): boolean {
  const first = framesOf(down.bytes, 0).find(({ type }) => type === 1);
  if (first === undefined) return true;
  return up.span(frame.start, frame.end, 'control', '').order < down.span(first.start, first.end, 'control', '').order;
}

function purposesOf(notes: readonly StreamNote[], subject: Subject): ReadonlyMap<number, Purpose> {
  const purposes = new Map<number, Purpose>();
  let ready = false;
  for (const { stream, head, status } of notes) {
    const post = isPost(head);
    purposes.set(stream, { post, layer: layerOf(post, subject, status, ready), ready, head });
    ready ||= !post && status === 200;
  }
  return purposes;
}

function framesOf(bytes: Buffer, from: number): Frame[] {
  const frames: Frame[] = [];
  for (let at = from; at + FRAME_HEADER <= bytes.length;) {
    const end = at + FRAME_HEADER + bytes.readUIntBE(at, 3);
    frames.push({ type: bytes[at + 3]!, stream: bytes.readUInt32BE(at + 5) & 0x7fffffff, start: at, end });
    at = end;
  }
  return frames;
}

function dissectFrame(track: Track, frame: Frame, purpose: Purpose | undefined, early: boolean): Placed[] {
  const { type, start, end } = frame;
  const name = NAMES[type] ?? `frame of type ${type}`;
  if (type === 0) return [track.span(start, start + FRAME_HEADER, 'framing', 'DATA frame header')];
  if (type === 1 || type === 9) {
    const meaning = track.direction === 'up' ? purpose?.head : undefined;
    const what = track.direction === 'up' ? 'request head (HPACK)' : 'response head (HPACK)';
    return [track.span(start, end, purpose?.layer ?? 'control', what, meaning)];
  }
  return [track.span(start, end, early ? 'handshake' : 'control', name)];
}

/** The DATA of each stream as one body, cut back to where its bytes stand. */
function bodies(
  track: Track,
  frames: readonly Frame[],
  purposes: ReadonlyMap<number, Purpose>,
  subject: Subject,
): Placed[] {
  const placed: Placed[] = [];
  for (const [stream, purpose] of purposes) {
    const pieces = frames
      .filter((frame) => frame.type === 0 && frame.stream === stream)
      .map(({ start, end }) => [start + FRAME_HEADER, end] as const);
    const body = Buffer.concat(pieces.map(([start, end]) => track.bytes.subarray(start, end)));
    const parts = partsOf(body, track, purpose, subject);
    for (const { from, to, layer, what, meaning } of parts) {
      let passed = 0;
      for (const [start, end] of pieces) {
        const low = Math.max(from, passed);
        const high = Math.min(to, passed + end - start);
        if (low < high) placed.push(track.span(start + low - passed, start + high - passed, layer, what, meaning));
        passed += end - start;
      }
    }
  }
  return placed;
}

function partsOf(body: Buffer, { direction }: Track, { post, ready }: Purpose, { dissect }: Subject): Part[] {
  if (post) return direction === 'up' ? whole(body, 'payload', 'message') : whole(body, 'framing', 'body');
  return dissect === undefined ? whole(body, 'framing', 'body') : dissect(body, direction, ready);
}
