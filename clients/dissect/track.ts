/** The bytes of one recorded connection, the step of each, and where a range of them stands among all. */
import type { Direction, Layer } from '../ledger.ts';
import type { Dissector } from './body.ts';

/** What a connection carried in one direction in one go, in the order of all. */
export interface Recorded {
  readonly direction: Direction;
  readonly bytes: Buffer;
  /** What was going on, for people; a range belongs to the step of its first byte. */
  readonly step: string;
  /** Place among everything recorded, of all connections. */
  readonly order: number;
}

/** What an HTTP/2 connection compressed: the request's head in HTTP/1.1's words, and the answer's status. */
export interface StreamNote {
  readonly stream: number;
  readonly head: string;
  readonly status: number | undefined;
}

export interface Span {
  readonly step: string;
  readonly direction: Direction;
  readonly layer: Layer;
  /** For people: `request head`, `frame header`, … */
  readonly what: string;
  readonly bytes: Buffer;
  /** What the bytes mean where they do not show it: a masked or compressed text. */
  readonly meaning?: string;
}

/** Bytes of one direction, and the step of each. */
export class Track {
  readonly direction: Direction;
  readonly bytes: Buffer;
  readonly #edges: readonly (readonly [from: number, step: string, order: number])[];

  constructor(direction: Direction, recorded: readonly Recorded[]) {
    this.direction = direction;
    const edges: [number, string, number][] = [];
    let at = 0;
    for (const { direction: way, bytes, step, order } of recorded) {
      if (way !== direction) continue;
      edges.push([at, step, order]);
      at += bytes.length;
    }
    this.#edges = edges;
    this.bytes = Buffer.concat(recorded.filter((each) => each.direction === direction).map(({ bytes }) => bytes));
  }

  span(start: number, end: number, layer: Layer, what: string, meaning?: string): Placed {
    let edge = this.#edges[0]!;
    for (const each of this.#edges) if (each[0] <= start) edge = each;
    const [, step, order] = edge;
    const span = { step, direction: this.direction, layer, what, bytes: this.bytes.subarray(start, end) };
    return { order, start, span: meaning === undefined ? span : { ...span, meaning } };
  }
}

/** A span and where it stands among those of both directions. */
export interface Placed {
  readonly order: number;
  readonly start: number;
  readonly span: Span;
}

/** What the dissection must know of a transport. */
export interface Subject {
  readonly asks: 'once' | 'each-interval' | 'and-waits';
  /** Undefined: its bodies are one range each. */
  readonly dissect: Dissector | undefined;
}

/** Whether a request is a message upstream, and not the transport's own. */
export const isPost = (head: string): boolean => head.startsWith('POST ');

/** The layer of a request's head and of its answer's. A poll that was not answered carried nothing. */
export function layerOf(post: boolean, { asks }: Subject, status: number | undefined, ready: boolean): Layer {
  if (post) return 'header';
  if (asks === 'once') return 'handshake';
  if (status === undefined || status === 204) return 'control';
  return ready ? 'header' : 'handshake';
}
