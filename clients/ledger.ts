/**
 * Bytes by direction and layer, for all simulated clients of one process.
 *
 * Every byte is booked when it is written or read. While it cannot be named yet it is `partial`: of a message that is
 * not complete, or of a poll that is not answered and may turn out to be empty. So at any instant, in each direction,
 * `payload + framing + header + control + handshake + partial` equals what the sockets counted; `difference()` is how
 * far that is from true, and anything but 0 is a defect of ours.
 */
import type { Socket } from 'node:net';

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
export type LayerBytes = Record<Account | 'total', number>;

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

export class Ledger {
  readonly up = none();
  readonly down = none();
  /** HTTP requests sent, WebSocket upgrades included. */
  requests = 0;
  emptyPolls = 0;
  /** TCP connections opened. */
  connections = 0;
  readonly #open = new Set<Socket>();
  #closedRead = 0;
  #closedWritten = 0;

  /** Counts a socket's bytes from now until it closes. */
  track(socket: Socket): void {
    this.connections++;
    this.#open.add(socket);
    socket.once('close', () => {
      this.#open.delete(socket);
      this.#closedRead += socket.bytesRead;
      this.#closedWritten += socket.bytesWritten;
    });
  }

  /** Sockets that are open now. */
  get open(): number {
    return this.#open.size;
  }

  /** Books bytes again elsewhere: what was partial has a name now, or part of a frame was the message. */
  move(direction: Direction, from: Account, to: Account, bytes: number): void {
    this[direction][from] -= bytes;
    this[direction][to] += bytes;
  }

  snapshot(): Snapshot {
    return {
      up: withTotal(this.up),
      down: withTotal(this.down),
      requests: this.requests,
      emptyPolls: this.emptyPolls,
      connections: this.connections,
    };
  }

  /** Booked minus counted by the sockets, bytes, each direction. Both are 0 unless this project has a defect. */
  difference(): { up: number; down: number } {
    let read = this.#closedRead;
    let written = this.#closedWritten;
    for (const socket of this.#open) {
      read += socket.bytesRead;
      written += socket.bytesWritten;
    }
    return {
      up: withTotal(this.up).total - written,
      down: withTotal(this.down).total - read,
    };
  }
}

function withTotal(accounts: Record<Account, number>): LayerBytes {
  let total = accounts.partial;
  for (const layer of LAYERS) total += accounts[layer];
  return { ...accounts, total };
}

/** What happened between two snapshots. */
export function between(before: Snapshot, after: Snapshot): Snapshot {
  const minus = (a: LayerBytes, b: LayerBytes): LayerBytes => {
    const result = { ...a };
    for (const layer of [...LAYERS, 'partial', 'total'] as const) result[layer] -= b[layer];
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
