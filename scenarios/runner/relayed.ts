/** One relayed connection: the client's socket, the server's, a lane each way, and the cut that may end it. */
import { connect, type Socket } from 'node:net';
import { Lane, reset, type Road } from './lane.ts';

/** What one connection needs of its relay. */
export interface Relaying {
  readonly target: { readonly host: string; readonly port: number };
  readonly delayMs: number;
  /** When what is being handed over now has arrived, ms. */
  arrivedMs(): number;
  road(which: 'up' | 'down', open: () => void): Road;
  /** How long this connection lives, ms; infinite where the link does not cut. */
  cutAfterMs(): number;
  cut(): void;
  closed(connection: Relayed): void;
}

/** All sockets to the server read here: what is kept of it is copied, small pieces from a pool. */
const SHARED = Buffer.allocUnsafeSlow(64 * 1024);

/** The longest that a timer of Node.js can wait, ms. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export class Relayed {
  readonly #relay: Relaying;
  readonly #client: Socket;
  #server: Socket | undefined;
  readonly #up: Lane;
  readonly #down: Lane;
  readonly #cutTimer: NodeJS.Timeout | undefined;

  /**
   * The kernel has completed the client's handshake with the relay at once, where a link takes one round trip for SYN and
   * SYN-ACK. So the server hears of the connection one delay from now, and what the client sends is taken to begin its
   * way only two delays from now: the first answer is back after two round trips, as it would be.
   */
  constructor(relay: Relaying, client: Socket) {
    this.#relay = relay;
    this.#client = client;
    const acceptedMs = relay.arrivedMs();
    this.#up = new Lane(
      relay.road('up', () => this.#open()),
      acceptedMs + 2 * relay.delayMs,
    );
    this.#down = new Lane(
      relay.road('down', () => {}),
      acceptedMs + relay.delayMs,
    );
    this.#up.openAt(acceptedMs + relay.delayMs);
    this.#up.join(client, undefined);
    client.on('data', (bytes: Buffer) => this.#up.arrive(bytes, relay.arrivedMs()));
    this.#watch(client, this.#up, this.#down);
    const cutMs = relay.cutAfterMs();
    if (cutMs < LONGEST_TIMER_MS) this.#cutTimer = setTimeout(() => this.#cut(), cutMs);
  }

  /** Without a word to anybody. */
  destroy(): void {
    clearTimeout(this.#cutTimer);
    this.#up.drop();
    this.#down.drop();
    this.#client.destroy();
    this.#server?.destroy();
  }

  #open(): void {
    const server = connect({
      ...this.#relay.target,
      noDelay: true,
      allowHalfOpen: true,
      onread: {
        buffer: SHARED,
        callback: (bytes, buffer) => {
          this.#down.arrive(Buffer.from((buffer as Buffer).subarray(0, bytes)), this.#relay.arrivedMs());
          return true;
        },
      },
    });
    this.#server = server;
    this.#up.join(this.#client, server);
    this.#down.join(server, this.#client);
    this.#watch(server, this.#down, this.#up);
  }

  /** Passes on how a socket ends. `from` carries what it sends, `to` what it is sent. */
  #watch(socket: Socket, from: Lane, to: Lane): void {
    socket.on('end', () => from.finish('end', this.#relay.arrivedMs()));
    socket.on('drain', () => to.drained());
    // Told of by 'close', which follows.
    socket.on('error', () => {});
    socket.on('close', (failed: boolean) => {
      if (failed) from.finish('reset', this.#relay.arrivedMs());
      // A client that has gone before the server heard of it is heard of all the same.
      if (!this.#client.destroyed || this.#server?.destroyed !== true) return;
      clearTimeout(this.#cutTimer);
      this.#relay.closed(this);
    });
  }

  /** Both ends are told at once, as by something in the middle that resets: a link that only falls silent would leave them waiting. */
  #cut(): void {
    this.#relay.cut();
    this.#up.drop();
    this.#down.drop();
    reset(this.#client);
    reset(this.#server);
    if (this.#server === undefined) this.#relay.closed(this);
  }
}
