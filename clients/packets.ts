/**
 * What TCP/IP makes of a connection's bytes, modelled: for machines where packets cannot be counted.
 *
 * It hears of every write and every read of a client and follows, for both ends, the few rules of Linux that decide
 * between a packet and none. So it knows which acknowledgement rode on data and which went alone, and needs no assumption
 * about transports. It is told from one end, after the fact:
 *
 * - A write is segments of its own: all sockets here have TCP_NODELAY. Of what is read at once, each frame, item or chunk
 *   was a write; what has none of them, such as the answer to a poll, is taken for one.
 * - What answers within 40 ms, as the client sees it, carries the acknowledgement. On a network with a delay it carries
 *   more: the time between a read and a write is the same, that between a write and what it brings about is not.
 * - Nothing is lost, IPv4 has no options, and both ends use timestamps (RFC 7323), which Linux does unless told otherwise.
 *
 * Messages of many segments are acknowledged every second one, as RFC 5681 §4.2 asks for; Linux lets more pass while its
 * buffers are far from full. What is small is exact within a few packets a connection; what is large, within a fifth.
 */
/** IPv4 header without options (RFC 791 §3.1), and TCP header with timestamps, padded (RFC 7323 appendix A). */
export const HEADER_BYTES = 20 + 32;
/** SYN and SYN-ACK: MSS, SACK-permitted, timestamps and window scale make 20 bytes of options. */
export const SYN_HEADER_BYTES = 20 + 40;
/** Ethernet's 1,500 bytes less the headers: what one segment carries. */
export const SEGMENT_BYTES = 1_500 - HEADER_BYTES;
/** How long an acknowledgement waits for data to ride on: TCP_DELACK_MIN of Linux; RFC 1122 §4.2.3.2 allows 500 ms. */
export const DELAYED_ACK_MS = 40;

/** After a silence longer than the shortest retransmission timeout (TCP_RTO_MIN of Linux) an end acknowledges at once… */
const SILENCE_MS = 200;
/** …and so many segments each by itself, for the sender's sake, who begins anew (TCP_MAX_QUICKACKS). */
const QUICK_ACKS = 16;

/** The two session tickets with which Node's server follows a handshake, records and all (RFC 8446 §4.6.1). */
const TICKETS_BYTES = 574;
/** A TLS 1.3 record around what the application wrote: header, content type, tag (RFC 8446 §5.2). */
const RECORD_BYTES = 22;

/** So far, both directions of all connections. */
export interface PacketTally {
  packets: number;
  /** IP and TCP headers: what the packets weigh beyond the bytes that the ledger has. */
  headerBytes: number;
}

/** What was read from a socket so far. */
export interface Wire {
  readonly bytesRead: number;
}

export class PacketModel implements PacketTally {
  packets = 0;
  headerBytes = 0;
  /** Frames that began in what was read, of all connections: see `ModelledConnection.seen`. */
  frames = 0;
  readonly now: () => number;

  constructor(now = (): number => performance.now()) {
    this.now = now;
  }

  /** @param wire the socket under TLS, where there is TLS */
  connection(wire?: Wire): ModelledConnection {
    return new ModelledConnection(this, wire);
  }

  /** A frame, an item or a chunk begins in what is being read. */
  frame(): void {
    this.frames++;
  }

  add(packets: number, headerBytes = HEADER_BYTES): void {
    this.packets += packets;
    this.headerBytes += packets * headerBytes;
  }
}

/** One connection: what is sent in one direction is what the end of the other receives. */
export class ModelledConnection {
  readonly #model: PacketModel;
  readonly #ends: { readonly up: End; readonly down: End };
  readonly #wire: Wire | undefined;
  /** What of a TLS handshake is still to come: all of it, or what the server adds to its first answer. */
  #handshake: 'due' | 'tickets' | 'done';
  #closed = false;
  /** Of the latest read. */
  #framesBefore = 0;
  #segmentsRead = 0;
  #wireRead: number | undefined;

  constructor(model: PacketModel, wire: Wire | undefined) {
    this.#model = model;
    // Named by what they receive: the server what goes up, the client what comes down.
    this.#ends = { up: new End(model), down: new End(model) };
    this.#wire = wire;
    this.#handshake = wire === undefined ? 'done' : 'due';
    model.add(2, SYN_HEADER_BYTES);
    model.add(1);
  }

  /** The application's bytes of one write, just now. */
  wrote(bytes: number): void {
    if (bytes === 0) return;
    if (this.#handshake === 'due') this.#hello();
    this.#segments('up', bytes);
  }

  /** Bytes that have just come, before they are looked at: what is written on their account comes after them. */
  read(bytes: number): void {
    this.#framesBefore = this.#model.frames;
    // TLS hands over each record by itself, also those that came together.
    if (this.#wire !== undefined && this.#wire.bytesRead === this.#wireRead) {
      this.#segmentsRead = segmentsOf(bytes + RECORD_BYTES);
      return this.#joined(this.#segmentsRead);
    }
    this.#wireRead = this.#wire?.bytesRead;
    const tickets = this.#handshake === 'tickets' ? TICKETS_BYTES : 0;
    this.#handshake = 'done';
    this.#segmentsRead = this.#segments('down', bytes + tickets);
  }

  /** They have been looked at: more frames than segments were writes of their own, and were read together. */
  seen(): void {
    const more = this.#model.frames - this.#framesBefore - this.#segmentsRead;
    if (more > 0) this.#joined(more);
  }

  /** Segments that were read with those before them. */
  #joined(segments: number): void {
    this.#model.add(segments);
    this.#ends.down.joined(segments);
  }

  /** FIN, FIN with the acknowledgement of the first, and the acknowledgement of the second (RFC 9293 §3.6). */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const nowMs = this.#model.now();
    this.#ends.up.wait(nowMs);
    this.#ends.down.wait(nowMs);
    this.#model.add(3);
  }

  /** RFC 8446 §2: a ClientHello and the server's answer. The client's Finished rides on its first request. */
  #hello(): void {
    this.#handshake = 'tickets';
    this.#segments('up', 1);
    this.#segments('down', 1);
  }

  #segments(direction: 'up' | 'down', bytes: number): number {
    const nowMs = this.#model.now();
    const [sender, receiver] = direction === 'up' ? [this.#ends.down, this.#ends.up] : [this.#ends.up, this.#ends.down];
    const count = segmentsOf(bytes + (this.#wire === undefined ? 0 : RECORD_BYTES));
    this.#model.add(count);
    sender.sends(nowMs);
    receiver.receives(count, nowMs);
    return count;
  }
}

const segmentsOf = (bytes: number): number => Math.ceil(bytes / SEGMENT_BYTES);

/**
 * One end of a connection, as Linux keeps it (net/ipv4/tcp_input.c, tcp_output.c, tcp_timer.c; 5.1 and later).
 *
 * An end that answers what it receives is interactive ("pingpong mode"): it holds its acknowledgements back, for data to
 * carry them. One that only listens acknowledges as soon as the application has read all there was.
 */
class End {
  readonly #model: PacketModel;
  #interactive = false;
  #receivedMs = -Infinity;
  /** Since when a received segment is not acknowledged. */
  #owingMs: number | undefined;
  /** Segments that are acknowledged each by itself while this end is not interactive. */
  #quick = 0;

  constructor(model: PacketModel) {
    this.#model = model;
  }

  sends(nowMs: number): void {
    this.wait(nowMs);
    // tcp_event_data_sent: data soon after data makes the connection interactive. It acknowledges what was owed.
    if (nowMs - this.#receivedMs < DELAYED_ACK_MS) this.#interactive = true;
    this.#owingMs = undefined;
  }

  receives(segments: number, nowMs: number): void {
    this.wait(nowMs);
    // tcp_event_data_recv
    if (nowMs - this.#receivedMs > SILENCE_MS) this.#quick = QUICK_ACKS;
    this.#receivedMs = nowMs;
    const owed = this.#owingMs === undefined ? 0 : 1;
    // tcp_cleanup_rbuf: a second small segment is acknowledged with the first; __tcp_ack_snd_check: so are two full ones.
    if (this.#interactive && segments + owed < 2) {
      this.#owingMs = nowMs;
      return;
    }
    this.#owingMs = undefined;
    const quick = this.#acknowledgeQuickly(segments);
    this.#model.add(Math.ceil((segments - quick) / 2));
  }

  /** Returns how many of the segments that settles. */
  #acknowledgeQuickly(segments: number): number {
    const quick = this.#interactive ? 0 : Math.min(this.#quick, segments);
    this.#quick -= quick;
    this.#model.add(quick);
    return quick;
  }

  /** More segments came with what was received last. */
  joined(segments: number): void {
    if (this.#owingMs !== undefined) {
      this.#owingMs = undefined;
      this.#model.add(1);
    } else this.#acknowledgeQuickly(segments);
  }

  /** tcp_delack_timer_handler: nothing came to ride on, so it goes alone, and the end is not interactive after all. */
  wait(nowMs: number): void {
    if (this.#owingMs === undefined || nowMs - this.#owingMs < DELAYED_ACK_MS) return;
    this.#owingMs = undefined;
    this.#interactive = false;
    this.#model.add(1);
  }
}
