/**
 * The message log that every transport serves from: append, read after a cursor, wake who waits, retain within bounds.
 *
 * A client is a cursor over a shared log, not a queue of its own. The rejected alternative, a queue for each client,
 * lets one slow reader hold a copy of everything it has not read; here memory is bounded by the log's retention
 * whatever the clients do, and every transport has the same backpressure policy.
 */

/** Text for every transport; bytes only where the transport is binary-safe (see `ServerTransport.binary`). */
export type Payload = string | Buffer;

export interface Entry {
  /** Place in the log, from 1. A client whose cursor is `offset` has received this entry. */
  readonly offset: number;
  readonly payload: Payload;
  /** The payload's size on the wire, UTF-8, in bytes. */
  readonly bytes: number;
  /** The encoding made last, and by which encoder: see `encodedOnce`. */
  encoded: Buffer | undefined;
  encoder: Encoder | undefined;
}

export type Encoder = (entry: Entry) => Buffer;

/** Encodings kept over all logs, bytes: for clients that keep up, and bounded whatever those do that catch up. */
const ENCODED_BYTES = 8 * 2 ** 20;

/** Entries whose encoding is kept, oldest first; those before `encodedHead` are gone from it. */
let encodedEntries: Entry[] = [];
let encodedHead = 0;
let encodedBytes = 0;

/** The entry in a transport's encoding, made once and shared by all its clients; fan-out then costs one write each. */
export function encodedOnce(entry: Entry, encoder: Encoder): Buffer {
  if (entry.encoder === encoder && entry.encoded !== undefined) return entry.encoded;
  const encoded = encoder(entry);
  if (entry.encoded === undefined) encodedEntries.push(entry);
  encodedBytes += encoded.length - (entry.encoded?.length ?? 0);
  entry.encoder = encoder;
  entry.encoded = encoded;
  while (encodedBytes > ENCODED_BYTES) {
    const oldest = encodedEntries[encodedHead++]!;
    encodedBytes -= oldest.encoded!.length;
    oldest.encoded = undefined;
  }
  if (encodedHead > 32 && encodedHead * 2 > encodedEntries.length) {
    encodedEntries = encodedEntries.slice(encodedHead);
    encodedHead = 0;
  }
  return encoded;
}

/** Something to wake when its log has grown: a held poll or a stream. It must not throw and must not append. */
export interface Subscriber {
  wake(): void;
}

export interface LogLimits {
  /** Most entries that one log retains. */
  readonly retainMessages: number;
  /** Most payload bytes that one log retains; the newest entry is always kept. */
  readonly retainBytes: number;
}

export interface HubLimits extends LogLimits {
  /** Most payload bytes over all channels: beyond it, the channel that was silent longest forgets first. */
  readonly totalBytes: number;
  /** Most channels; a client that names one more is refused. */
  readonly maxChannels: number;
}

export const DEFAULT_LIMITS: HubLimits = {
  retainMessages: 20_000,
  retainBytes: 16 * 2 ** 20,
  totalBytes: 256 * 2 ** 20,
  maxChannels: 100_000,
};

/**
 * Subscribers that are woken in one turn of the event loop. What a write leaves behind is let go when the turn ends, and whoever
 * asks for something else is answered between two turns: ten thousand in one would keep all of it, and everybody, waiting.
 */
const WOKEN_AT_ONCE = 1_000;

/** One channel's messages, in order. Offsets are contiguous, so an entry's place is its offset minus the first's. */
export class Log {
  readonly #limits: LogLimits;
  #entries: (Entry | undefined)[] = [];
  /** Places before this index are empty; the array is compacted when half of it is. */
  #head = 0;
  #bytes = 0;
  #last = 0;
  readonly #subscribers = new Set<Subscriber>();
  #flushScheduled = false;
  readonly #onAppend: (log: Log, bytes: number) => void;
  readonly #forward: ((payload: Payload) => void) | undefined;

  /**
   * @param onAppend told of every append and by how much the retained bytes have changed
   * @param forward who appends what clients send, where it is not this process: see `Sequencer`
   */
  constructor(
    limits: LogLimits,
    onAppend: (log: Log, bytes: number) => void = () => {},
    forward?: (payload: Payload) => void,
  ) {
    this.#limits = limits;
    this.#onAppend = onAppend;
    this.#forward = forward;
  }

  /** Offset of the newest entry; 0 before the first. A client that subscribes now starts here. */
  get last(): number {
    return this.#last;
  }

  /** Offset of the oldest entry still retained; `last + 1` when none is. */
  get first(): number {
    return this.#last - (this.#entries.length - this.#head) + 1;
  }

  get subscribers(): number {
    return this.#subscribers.size;
  }

  get retainedBytes(): number {
    return this.#bytes;
  }

  /** Takes what a client has sent. */
  accept(payload: Payload): void {
    if (this.#forward === undefined) this.append(payload);
    else this.#forward(payload);
  }

  append(payload: Payload): Entry {
    const bytes = typeof payload === 'string' ? Buffer.byteLength(payload) : payload.length;
    const entry: Entry = { offset: ++this.#last, payload, bytes, encoded: undefined, encoder: undefined };
    const before = this.#bytes;
    this.#entries.push(entry);
    this.#bytes += bytes;
    this.#trim();
    this.#onAppend(this, this.#bytes - before);
    if (!this.#flushScheduled && this.#subscribers.size > 0) {
      this.#flushScheduled = true;
      // A microtask, so that a burst appended in one go wakes each client once and leaves as one write or one batch.
      queueMicrotask(this.#wakeAll);
    }
    return entry;
  }

  /** The entry after `cursor`, or undefined when there is none yet. Check `lostAfter(cursor)` first. */
  next(cursor: number): Entry | undefined {
    return this.#entries[this.#head + (cursor + 1 - this.first)];
  }

  /** All retained entries after `cursor`, oldest first, stopping once `maxBytes` of payload are exceeded. */
  after(cursor: number, maxBytes = Infinity): Entry[] {
    const batch: Entry[] = [];
    let bytes = 0;
    for (let at = Math.max(cursor, this.first - 1); at < this.#last && bytes <= maxBytes; at++) {
      const entry = this.next(at)!;
      batch.push(entry);
      bytes += entry.bytes;
    }
    return batch;
  }

  /** Messages published after `cursor` that are no longer retained: the size of the gap that the client is told of. */
  lostAfter(cursor: number): number {
    return Math.max(0, this.first - 1 - cursor);
  }

  subscribe(subscriber: Subscriber): void {
    this.#subscribers.add(subscriber);
  }

  unsubscribe(subscriber: Subscriber): void {
    this.#subscribers.delete(subscriber);
  }

  /** Forgets everything retained and returns how many bytes that was; clients that missed it are told of the gap. */
  forget(): number {
    const bytes = this.#bytes;
    this.#entries = [];
    this.#head = 0;
    this.#bytes = 0;
    return bytes;
  }

  #trim(): void {
    const { retainMessages, retainBytes } = this.#limits;
    while (
      this.#entries.length - this.#head > 1 &&
      (this.#entries.length - this.#head > retainMessages || this.#bytes > retainBytes)
    ) {
      this.#bytes -= this.#entries[this.#head]!.bytes;
      this.#entries[this.#head++] = undefined;
    }
    if (this.#head > 32 && this.#head * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#head);
      this.#head = 0;
    }
  }

  readonly #wakeAll = (): void => this.#wake(this.#subscribers.values(), this.#subscribers.size, this.#last);

  /**
   * @param left how many are still to be woken: whoever subscribes meanwhile knows what there is, and must not keep the others
   *   from what comes next
   * @param upTo the message that they are woken for: a later one wakes all of them again
   */
  #wake(waiting: Iterator<Subscriber>, left: number, upTo: number): void {
    for (let woken = 0; woken < WOKEN_AT_ONCE; woken++) {
      const next = waiting.next();
      if (next.done === true || woken === left) {
        this.#flushScheduled = this.#last > upTo;
        if (this.#flushScheduled) queueMicrotask(this.#wakeAll);
        return;
      }
      next.value.wake();
    }
    setImmediate(() => this.#wake(waiting, left - WOKEN_AT_ONCE, upTo));
  }
}

/**
 * Gives what clients have sent its place where a server is several processes: it appends each message to the logs of all
 * of them, in one order, so that a cursor of one is a cursor of each.
 */
export type Sequencer = (channel: string, payload: Payload) => void;

/** The channels of one server. A channel is a log under a name; publishing to it reaches all its subscribers. */
export class Hub {
  readonly #limits: HubLimits;
  readonly #channels = new Map<string, Log>();
  /** Logs that retain something, the one that was silent longest first. */
  readonly #holding = new Set<Log>();
  readonly #sequencer: Sequencer | undefined;
  #bytes = 0;

  /** @param sequencer for a server of several processes; without one the hub's order is its own */
  constructor(limits: Partial<HubLimits> = {}, sequencer?: Sequencer) {
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    this.#sequencer = sequencer;
  }

  /** The named channel's log, made on first use. Undefined when there are `maxChannels` already. */
  channel(name: string): Log | undefined {
    const known = this.#channels.get(name);
    if (known !== undefined) return known;
    if (this.#channels.size >= this.#limits.maxChannels) return undefined;
    const sequencer = this.#sequencer;
    const forward = sequencer && ((payload: Payload): void => sequencer(name, payload));
    const log = new Log(this.#limits, this.#appended, forward);
    this.#channels.set(name, log);
    return log;
  }

  /** Keeps the total within its limit. Without it, each channel of a hostile client could hold its own full share. */
  readonly #appended = (log: Log, bytes: number): void => {
    this.#bytes += bytes;
    this.#holding.delete(log);
    this.#holding.add(log);
    for (const silent of this.#holding) {
      if (this.#bytes <= this.#limits.totalBytes || silent === log) break;
      this.#bytes -= silent.forget();
      this.#holding.delete(silent);
    }
  };

  /** Payload bytes retained over all channels. */
  get retainedBytes(): number {
    return this.#bytes;
  }

  /** Clients waiting or streaming now, over all channels: what the tests hold to zero after disposal. */
  get subscribers(): number {
    let sum = 0;
    for (const log of this.#channels.values()) sum += log.subscribers;
    return sum;
  }
}
