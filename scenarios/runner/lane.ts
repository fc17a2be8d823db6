/** One direction of one relayed connection: what has arrived and may not leave yet, in order, and the backpressure. */
import type { Socket } from 'node:net';
import { backlogBytes, pieceBytes, Shaper, type Direction } from './relay.ts';

/** What travels: bytes, the end of them (FIN), a reset (RST), or the opening of the way itself (SYN). */
type Cargo = Buffer | 'open' | 'end' | 'reset';

/** What a lane needs of the relay that it is part of. */
export interface Road {
  /** Calls `lane.release` when it is due. Asked once for each time that something becomes the lane's first. */
  schedule(lane: Lane): void;
  readonly direction: Direction;
  readonly random: () => number;
  /** Bytes were handed to the socket that they are for. */
  passed(bytes: number): void;
  /** Something left so much after it was due. */
  late(lateMs: number): void;
  /** What 'open' does. */
  open(): void;
}

export class Lane {
  /** When its first item is due, ms; changes only while the lane is not scheduled. */
  dueMs = 0;
  readonly #road: Road;
  readonly #shaper: Shaper;
  readonly #items: { readonly dueMs: number; readonly cargo: Cargo }[] = [];
  readonly #pieceBytes: number;
  readonly #mostBytes: number;
  #waitingBytes = 0;
  #paused = false;
  #dropped = false;
  #from: Socket | undefined;
  #to: Socket | undefined;

  constructor(road: Road, opensMs: number) {
    this.#road = road;
    this.#shaper = new Shaper(road.direction, opensMs, road.random);
    this.#pieceBytes = pieceBytes(road.direction);
    this.#mostBytes = backlogBytes(road.direction);
  }

  join(from: Socket | undefined, to: Socket | undefined): void {
    this.#from = from;
    this.#to = to;
  }

  /** The other end hears of the connection at `dueMs`. */
  openAt(dueMs: number): void {
    this.#add('open', dueMs);
  }

  /** The lane keeps the bytes. */
  arrive(bytes: Buffer, atMs: number): void {
    for (let start = 0; start < bytes.length; start += this.#pieceBytes) {
      const piece = bytes.length <= this.#pieceBytes ? bytes : bytes.subarray(start, start + this.#pieceBytes);
      this.#add(piece, this.#shaper.release(atMs, piece.length));
    }
    this.#waitingBytes += bytes.length;
    if (!this.#paused && this.#backlog > this.#mostBytes) {
      this.#paused = true;
      this.#from?.pause();
    }
  }

  /** An end, or a reset, arrived: it follows the bytes before it. */
  finish(how: 'end' | 'reset', atMs: number): void {
    this.#add(how, this.#shaper.release(atMs, 0));
  }

  /** Passes on what is due. Returns whether more waits, and then `dueMs` says until when. */
  release(nowMs: number): boolean {
    let due = 0;
    while (due < this.#items.length && this.#items[due]!.dueMs <= nowMs) due++;
    // One system call for all that leaves together.
    if (due > 1) this.#to?.cork();
    for (const { cargo, dueMs } of this.#items.splice(0, due)) {
      this.#road.late(nowMs - dueMs);
      this.#pass(cargo);
    }
    if (due > 1) this.#to?.uncork();
    this.drained();
    if (this.#items.length === 0) return false;
    this.dueMs = this.#items[0]!.dueMs;
    return true;
  }

  /** Reads on when enough has left. */
  drained(): void {
    if (!this.#paused || this.#backlog > this.#mostBytes / 2) return;
    this.#paused = false;
    this.#from?.resume();
  }

  /** What is on its way is lost, and so is what comes. */
  drop(): void {
    this.#dropped = true;
    this.#items.length = 0;
    this.#waitingBytes = 0;
  }

  get #backlog(): number {
    return this.#waitingBytes + (this.#to?.writableLength ?? 0);
  }

  #add(cargo: Cargo, dueMs: number): void {
    if (this.#dropped) return;
    this.#items.push({ cargo, dueMs });
    if (this.#items.length > 1) return;
    this.dueMs = dueMs;
    this.#road.schedule(this);
  }

  #pass(cargo: Cargo): void {
    if (cargo === 'open') return this.#road.open();
    const to = this.#to;
    if (typeof cargo !== 'string') this.#waitingBytes -= cargo.length;
    // Who has gone gets nothing more; a connection that was cut lost what was on its way.
    if (to === undefined || to.destroyed || !to.writable) return;
    if (cargo === 'end') to.end();
    else if (cargo === 'reset') reset(to);
    else {
      to.write(cargo);
      this.#road.passed(cargo.length);
    }
  }
}

/** Ends a connection as a failing network would: with RST where there is a connection to reset. */
export function reset(socket: Socket | undefined): void {
  if (socket === undefined || socket.destroyed) return;
  if (socket.connecting) socket.destroy();
  else socket.resetAndDestroy();
}
