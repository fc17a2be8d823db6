/**
 * The relay: listens, and for each connection that it accepts opens one to the server, and passes on what comes, both ways,
 * when the link says so. One timing queue for all connections, woken to a fraction of a millisecond.
 *
 * A relay and not `tc netem`, which needs a privilege that users and CI jobs lack, works on Linux only, and would delay
 * the acknowledgements on loopback too. What it costs: it has CPU time of its own, a link longer than ordered by the way
 * through it (0.1 to 0.3 ms on a free machine, which the bench measures), and TCP's own reaction to distance is not
 * there: slow start and loss. It says itself how late it was.
 */
import { createServer, type AddressInfo, type Server } from 'node:net';
import TinyQueue from 'tinyqueue';
import type { Link } from '../link.ts';
import type { Waker } from './alarm.ts';
import type { Lane, Road } from './lane.ts';
import { uniform } from './random.ts';
import { cutAfterMs, directionsOf } from './relay.ts';
import { Relayed, type Relaying } from './relayed.ts';

export interface RelayOptions {
  readonly link: Link;
  readonly seed: number;
  readonly host: string;
  readonly target: { readonly host: string; readonly port: number };
}

/** Since the relay began. Bytes are counted when they are handed to the socket that they are for. */
export interface RelayCounts {
  connections: number;
  cuts: number;
  upBytes: number;
  downBytes: number;
}

/** As many as the system lets wait. */
const BACKLOG = 65_535;

/**
 * What is due within this is waited for awake, turn by turn of the event loop, so that arrivals are read meanwhile: an alarm
 * takes as long to wake anybody (0.15 to 0.3 ms were read in a virtual machine), so it is set earlier by as much, ms.
 */
const AWAKE_MS = 0.2;
/** After so long of releasing, what has arrived is read, so that it gets the time at which it did, ms. */
const SLICE_MS = 0.5;
/** What one turn of the event loop hands over had arrived when the turn began; but no more than this is assumed, ms. */
const TURN_MS = 1;

export class Relay {
  readonly counts: RelayCounts = { connections: 0, cuts: 0, upBytes: 0, downBytes: 0 };
  /** Told how late each item left. */
  late: (lateMs: number) => void = () => {};
  readonly #waker: Waker;
  readonly #server: Server;
  readonly #open = new Set<Relayed>();
  readonly #queue = new TinyQueue<Lane>([], (a, b) => a.dueMs - b.dueMs);
  #armedMs = Infinity;
  /** Inside `#run`, or between two slices of it. */
  #running = false;
  #turnMs: number | undefined;

  private constructor({ link, seed, target }: RelayOptions, waker: Waker) {
    this.#waker = waker;
    const directions = directionsOf(link);
    const jitter = uniform(seed, 'link jitter');
    const cuts = uniform(seed, 'link cuts');
    const relaying: Relaying = {
      target,
      delayMs: link.delayMs,
      arrivedMs: () => this.#arrivedMs(),
      road: (which, open) => this.#road(which, { direction: directions[which], random: jitter, open }),
      cutAfterMs: () => cutAfterMs(link, cuts),
      cut: () => this.counts.cuts++,
      closed: (connection) => this.#open.delete(connection),
    };
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
      this.counts.connections++;
      this.#open.add(new Relayed(relaying, client));
    });
  }

  static async listen(options: RelayOptions, waker: Waker): Promise<Relay> {
    const relay = new Relay(options, waker);
    await new Promise<void>((resolve, reject) => {
      relay.#server.once('error', reject).listen({ host: options.host, port: 0, backlog: BACKLOG }, resolve);
    });
    return relay;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Connections of which at least one end is open. */
  get open(): number {
    return this.#open.size;
  }

  close(): Promise<void> {
    for (const connection of this.#open) connection.destroy();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #road(which: 'up' | 'down', rest: Pick<Road, 'direction' | 'random' | 'open'>): Road {
    const bytes = which === 'up' ? 'upBytes' : 'downBytes';
    return {
      ...rest,
      schedule: (lane) => {
        this.#queue.push(lane);
        if (!this.#running) this.#arm();
      },
      passed: (count) => (this.counts[bytes] += count),
      late: (lateMs) => this.late(lateMs),
    };
  }

  #arm(): void {
    const next = this.#queue.peek();
    if (next === undefined || next.dueMs >= this.#armedMs) return;
    this.#armedMs = next.dueMs;
    this.#waker.in(next.dueMs - AWAKE_MS - performance.now(), () => {
      this.#armedMs = Infinity;
      // What comes with this turn of the event loop has not arrived after what is due now has left.
      this.#arrivedMs();
      this.#run();
    });
  }

  readonly #run = (): void => {
    this.#running = true;
    const startMs = performance.now();
    for (let nowMs = startMs; nowMs - startMs < SLICE_MS; nowMs = performance.now()) {
      const lane = this.#queue.peek();
      if (lane === undefined || lane.dueMs > nowMs + AWAKE_MS) {
        this.#running = false;
        return this.#arm();
      }
      if (lane.dueMs > nowMs) break;
      this.#queue.pop();
      if (lane.release(nowMs)) this.#queue.push(lane);
    }
    setImmediate(this.#run);
  };

  /**
   * Not the time of the call: of a thousand clients that were written to at once, the last would be taken to have been
   * written to when the relay had dealt with all the others.
   */
  #arrivedMs(): number {
    const nowMs = performance.now();
    if (this.#turnMs === undefined) {
      this.#turnMs = nowMs;
      setImmediate(() => (this.#turnMs = undefined));
    }
    return Math.max(this.#turnMs, nowMs - TURN_MS);
  }
}
