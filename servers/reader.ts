/** A streaming client's place in the log: writes what follows its cursor for as long as the socket takes it. */
import type { ServerResponse } from 'node:http';
import type { Entry, Log, Subscriber } from './hub.ts';

/** The socket under a stream, as much of it as backpressure needs. */
export interface Drainable {
  readonly writableNeedDrain: boolean;
  once(event: 'drain', listener: () => void): unknown;
}

/** What drains under a response: over HTTP/2 the stream, whose compatibility response does not tell. */
export function drainOf(response: ServerResponse): Drainable {
  return 'stream' in response ? (response.stream as Drainable) : response;
}

/** How one transport puts the contract's two kinds of news on its stream. */
export interface Writer {
  message(entry: Entry): void;
  /** `lost` messages after the client's cursor are gone; it goes on from `cursor`. */
  gap(lost: number, cursor: number): void;
  /** False when the stream has ended itself and takes no more (a recycled iframe). */
  readonly open: boolean;
}

export class LogReader implements Subscriber {
  cursor: number;
  readonly #log: Log;
  readonly #socket: Drainable;
  readonly #writer: Writer;
  #waiting = false;

  /** @param cursor offset of the last message that the client has */
  constructor(log: Log, cursor: number, socket: Drainable, writer: Writer) {
    this.#log = log;
    this.cursor = cursor;
    this.#socket = socket;
    this.#writer = writer;
    log.subscribe(this);
  }

  wake(): void {
    if (this.#waiting || !this.#writer.open) return;
    const lost = this.#log.lostAfter(this.cursor);
    if (lost > 0) {
      this.cursor += lost;
      this.#writer.gap(lost, this.cursor);
    }
    for (let entry = this.#log.next(this.cursor); entry !== undefined; entry = this.#log.next(this.cursor)) {
      if (!this.#writer.open) return;
      if (this.#socket.writableNeedDrain) {
        this.#waiting = true;
        this.#socket.once('drain', this.#resume);
        return;
      }
      this.cursor = entry.offset;
      this.#writer.message(entry);
    }
  }

  stop(): void {
    this.#log.unsubscribe(this);
    this.#waiting = true;
  }

  readonly #resume = (): void => {
    this.#waiting = false;
    this.wake();
  };
}

/** Where a new subscription starts: at its cursor, or at the log's end when it has none or one from another log. */
export function startCursor(log: Log, cursor: number | undefined): number {
  return cursor === undefined || cursor > log.last ? log.last : cursor;
}
