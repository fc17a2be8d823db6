/**
 * Bytes by direction and layer, for all simulated clients of one process.
 *
 * Every byte is booked when it is written or read. While it cannot be named yet it is `partial`: of a message that is
 * not complete, or of a poll that is not answered and may turn out to be empty. So at any instant, in each direction,
 * `payload + framing + header + control + handshake + partial` equals what the sockets counted; `difference()` is how
 * far that is from true, and anything but 0 is a defect of ours.
 *
 * With TLS the booked bytes are those that the application sees; `tls` is what the sockets under it carried beyond them,
 * measured and not booked: records, handshake and alerts. The total is then what the network's sockets counted.
 */
import type { Socket } from 'node:net';
import type { ModelledConnection, PacketModel } from './packets.ts';

/**
 * - `payload`: the application's message bytes
 * - `framing`: what wraps a message: frame headers, chunk coding, SSE fields, script wrappers, a poll's JSON, escaping
 * - `header`: HTTP heads of polls and posts that carried something
 * - `control`: what keeps a connection alive and carries no message: heartbeats, acknowledgements, empty polls
 * - `handshake`: what a connection costs until the client is ready
 */
export const LAYERS = ['payload', 'framing', 'header', 'control', 'handshake'] as const;
export type Layer = (typeof LAYERS)[number];
/** Where bytes are booked: a layer, or nowhere yet. */
export type Account = Layer | 'partial';
export type Direction = 'up' | 'down';
export type LayerBytes = Record<Account | 'tls' | 'total', number>;

export interface Snapshot {
  readonly up: LayerBytes;
  readonly down: LayerBytes;
  readonly requests: number;
  readonly emptyPolls: number;
  readonly connections: number;
}

const none = (): Record<Account, number> => ({
  payload: 0,
  framing: 0,
  header: 0,
  control: 0,
  handshake: 0,
  partial: 0,
});

/** Sees every byte of one connection as the application does, above TLS. */
export interface Tap {
  /** The data is valid only during the call. */
  bytes(direction: Direction, data: Uint8Array, start: number, end: number): void;
  /** Over HTTP/2, where heads are compressed: the request that a stream made, and the status of its answer. */
  request(stream: number, head: string): void;
  status(stream: number, status: number): void;
}

export class Ledger {
  readonly up = none();
  readonly down = none();
  /** HTTP requests sent, WebSocket upgrades included. */
  requests = 0;
  emptyPolls = 0;
  /** TCP connections opened. */
  connections = 0;
  /** For who wants to look at the bytes and not only count them: makes a tap for each connection. */
  readonly tap: (() => Tap) | undefined;
  readonly #sockets = new Counted();
  /** Sockets under TLS, of those connections that have it. */
  readonly #under = new Counted();
  readonly #over = new Counted();

  /** For who cannot count packets and has them modelled. */
  readonly packets: PacketModel | undefined;

  constructor(tap?: () => Tap, packets?: PacketModel) {
    this.tap = tap;
    this.packets = packets;
  }

  /**
   * Counts a connection's bytes from now until it closes. Where packets are modelled, what comes back is to be told of
   * every write and read.
   *
   * @param wire the socket under TLS, or the same one
   */
  track(socket: Socket, wire: Socket): ModelledConnection | undefined {
    this.connections++;
    this.#sockets.add(socket);
    const modelled = this.packets?.connection(wire === socket ? undefined : wire);
    if (modelled !== undefined) socket.once('close', () => modelled.close());
    if (wire === socket) return modelled;
    this.#under.add(wire);
    // What waits for the end of the handshake is in no record yet.
    socket.once('secureConnect', () => this.#over.add(socket));
    return modelled;
  }

  /** Sockets that are open now. */
  get open(): number {
    return this.#sockets.open + this.#under.open;
  }

  /** Books bytes again elsewhere: what was partial has a name now, or part of a frame was the message. */
  move(direction: Direction, from: Account, to: Account, bytes: number): void {
    this[direction][from] -= bytes;
    this[direction][to] += bytes;
  }

  snapshot(): Snapshot {
    const over = this.#over.bytes();
    const under = this.#under.bytes();
    return {
      up: withTotal(this.up, under.written - over.written),
      down: withTotal(this.down, under.read - over.read),
      requests: this.requests,
      emptyPolls: this.emptyPolls,
      connections: this.connections,
    };
  }

  /** Booked minus counted by the sockets, bytes, each direction. Both are 0 unless this project has a defect. */
  difference(): { up: number; down: number } {
    const { read, written } = this.#sockets.bytes();
    return { up: withTotal(this.up, 0).total - written, down: withTotal(this.down, 0).total - read };
  }
}

/** What a set of sockets has carried, closed ones included. */
class Counted {
  readonly #open = new Set<Socket>();
  #read = 0;
  #written = 0;

  get open(): number {
    return this.#open.size;
  }

  add(socket: Socket): void {
    this.#open.add(socket);
    socket.once('close', () => {
      this.#open.delete(socket);
      this.#read += socket.bytesRead;
      this.#written += socket.bytesWritten;
    });
  }

  bytes(): { read: number; written: number } {
    let read = this.#read;
    let written = this.#written;
    for (const socket of this.#open) {
      read += socket.bytesRead;
      written += socket.bytesWritten;
    }
    return { read, written };
  }
}

function withTotal(accounts: Record<Account, number>, tls: number): LayerBytes {
  let total = accounts.partial + tls;
  for (const layer of LAYERS) total += accounts[layer];
  return { ...accounts, tls, total };
}

/** What happened between two snapshots. */
export function between(before: Snapshot, after: Snapshot): Snapshot {
  const minus = (a: LayerBytes, b: LayerBytes): LayerBytes => {
    const result = { ...a };
    for (const layer of [...LAYERS, 'partial', 'tls', 'total'] as const) result[layer] -= b[layer];
    return result;
  };
  return {
    up: minus(after.up, before.up),
    down: minus(after.down, before.down),
    requests: after.requests - before.requests,
    emptyPolls: after.emptyPolls - before.emptyPolls,
    connections: after.connections - before.connections,
  };
}
