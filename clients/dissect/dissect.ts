/**
 * Takes the bytes of one connection apart, after the fact: every range with its layer and what it is.
 *
 * A second accounting, on purpose apart from the ledger's: that one names bytes as they pass and holds none, this one
 * reads whole recorded connections. `pushbench anatomy` shows this one's ranges and compares both sums.
 */
import { dissectHttp1 } from './http1.ts';
import { dissectHttp2 } from './http2.ts';
import { Track, type Placed, type Recorded, type Span, type StreamNote, type Subject } from './track.ts';

export type { Placed, Recorded, Span, StreamNote };

/**
 * @returns the ranges in the order in which they passed; `order` is that of what they were recorded in
 * @param notes of an HTTP/2 connection; undefined for HTTP/1.1
 * @throws Error when the bytes are none that this suite's pairs would exchange
 */
export function dissect(recorded: readonly Recorded[], subject: Subject, notes?: readonly StreamNote[]): Placed[] {
  const up = new Track('up', recorded);
  const down = new Track('down', recorded);
  const placed = notes === undefined ? dissectHttp1(up, down, subject) : dissectHttp2(up, down, notes, subject);
  return placed.sort((a, b) => a.order - b.order || a.start - b.start);
}
