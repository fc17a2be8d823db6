/**
 * One client's life in lock-step, for byte counts that repeat exactly: a real server and a real client over real sockets,
 * the client (and the server, unless it is a target) in this process, each step begun when the one before has ended and nothing is on its way.
 *
 * No clock decides what is sent: polls are asked for and heartbeats called for, `Date` stands still. So the counts are
 * the same in every repetition and on every machine; what a load does to them is for the scenarios to measure.
 */
import { setImmediate as tick, setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../../clients/client.ts';
import type { StreamNote } from '../../clients/dissect/dissect.ts';
import { between, Ledger, type Direction, type Snapshot } from '../../clients/ledger.ts';
import { transport, type Transport } from '../transports.ts';
import { ownServer, type SessionOptions, type SessionServer } from './session-server.ts';

export type { SessionOptions, SessionServer };

/** A piece of what one connection carried, in the order in which it did. */
export interface Piece {
  readonly connection: number;
  readonly direction: Direction;
  readonly bytes: Buffer;
}

/** What happened in one step. */
export interface Step {
  readonly name: string;
  readonly counts: Snapshot;
  readonly pieces: readonly Piece[];
}

/** Longer than this for a step on loopback means that it will never end, ms. */
const PATIENCE_MS = 10_000;
/** What the client believes, so that its requests are those of an ordinary run. */
const USUAL_HOLD_MS = 25_000;
/** HPACK's Huffman code gives the digits of a port sizes of their own: the same in every session. */
const AUTHORITY = '127.0.0.1:41234';

export class SessionError extends Error {}

export class Session {
  readonly #options: SessionOptions;
  readonly #server: SessionServer;
  readonly #transport: Transport;
  readonly #ledger: Ledger;
  readonly #pieces: Piece[] = [];
  readonly #streams = new Map<number, StreamNote[]>();
  #client!: Client;
  #received = 0;
  #ready = false;
  #trouble: string | undefined;
  /** The next poll of a client that polls at intervals. */
  #poll: (() => void) | undefined;
  #before: Snapshot;

  /** Nothing is connected yet. */
  constructor(options: SessionOptions, server: SessionServer) {
    this.#options = options;
    this.#server = server;
    this.#transport = transport(options.transport);
    let connections = 0;
    this.#ledger = new Ledger(() => {
      const connection = ++connections;
      const streams: { stream: number; head: string; status: number | undefined }[] = [];
      this.#streams.set(connection, streams);
      return {
        bytes: (direction, data, start, end) =>
          this.#pieces.push({ connection, direction, bytes: Buffer.from(data.subarray(start, end)) }),
        request: (stream, head) => streams.push({ stream, head, status: undefined }),
        status: (stream, status) => {
          for (const each of streams) if (each.stream === stream) each.status = status;
        },
      };
    });
    this.#before = this.#ledger.snapshot();
  }

  /** Of an HTTP/2 connection: what its streams asked for. */
  streamsOf(connection: number): readonly StreamNote[] {
    return this.#streams.get(connection) ?? [];
  }

  /** Messages that nobody will get: what is published before the client comes. */
  publishBefore(count: number): Promise<void> {
    return this.#server.publish(Array.from({ length: count }, () => ''));
  }

  /** From the first packet until the client can receive. */
  connect(): Promise<Step> {
    return this.#step('connect', async () => {
      const { host, port, certificate, endpoint } = this.#server;
      this.#client = this.#transport.client.connect({
        ...this.#options,
        host,
        port,
        authority: AUTHORITY,
        certificate,
        endpoint,
        channel: 'main',
        ledger: this.#ledger,
        random: () => 0.5,
        pollIntervalMs: 1_000,
        holdMs: USUAL_HOLD_MS,
        connection: 'keep-alive',
        wait: (_delayMs, run) => (this.#poll = run),
        events: {
          ready: () => (this.#ready = true),
          message: () => this.#received++,
          gap: () => (this.#trouble ??= 'messages were lost'),
          disconnected: (reason) => (this.#trouble ??= `the connection was lost (${reason})`),
          failed: (error) => (this.#trouble ??= error.message),
        },
      });
      await this.#until(() => this.#ready);
    });
  }

  /** One message from the server; a client that polls asks for it once. */
  message(name: string, payload: string): Promise<Step> {
    return this.#step(name, () => this.#deliver([payload]));
  }

  /** `count` messages that are there when the client asks or is written to. */
  batch(name: string, payload: string, count: number): Promise<Step> {
    return this.#step(name, () => this.#deliver(Array.from({ length: count }, () => payload)));
  }

  /** One message from the client, accepted, and delivered back to it, since it listens to its own channel. */
  upstream(name: string, payload: string): Promise<Step> {
    return this.#step(name, async () => {
      const before = this.#received;
      await this.#client.send(payload);
      await this.#settle();
      this.#ask();
      await this.#until(() => this.#received > before);
    });
  }

  /** What keeps the connection while nothing is published: one empty poll, or one sign of life. */
  idle(): Promise<Step> {
    return this.#step('idle', async () => {
      const { emptyPolls } = this.#ledger;
      if (this.#transport.client.asks === 'once') {
        this.#server.beat();
        await this.#settle();
        return;
      }
      this.#ask();
      await this.#until(() => this.#ledger.emptyPolls > emptyPolls);
    });
  }

  /** The client leaves. */
  close(): Promise<Step> {
    return this.#step('close', async () => {
      this.#client.close();
      await this.#until(() => this.#ledger.open === 0);
    });
  }

  /** Ends the server, whatever has happened. */
  async end(): Promise<void> {
    (this.#client as Client | undefined)?.close();
    await this.#server.close();
  }

  async #deliver(payloads: readonly string[]): Promise<void> {
    const due = this.#received + payloads.length;
    await this.#server.publish(payloads);
    this.#ask();
    await this.#until(() => this.#received >= due);
  }

  /** A client that polls at intervals polls now. */
  #ask(): void {
    const poll = this.#poll;
    this.#poll = undefined;
    poll?.();
  }

  async #step(name: string, run: () => Promise<void>): Promise<Step> {
    const from = this.#pieces.length;
    const { emptyPolls } = this.#ledger;
    await run();
    await this.#settle();
    const { up, down } = this.#ledger.difference();
    if (up !== 0 || down !== 0)
      throw new SessionError(`the ledger differs from the sockets by ${up} and ${down} bytes`);
    // A machine that stalls for as long as a hold adds an empty poll that belongs to no step.
    if (name !== 'idle' && name !== 'close' && this.#ledger.emptyPolls !== emptyPolls) {
      throw new SessionError('a held poll ended in the middle of a step: the machine stalled');
    }
    const after = this.#ledger.snapshot();
    const counts = between(this.#before, after);
    this.#before = after;
    return { name, counts, pieces: this.#pieces.slice(from) };
  }

  /** Until nothing is on its way: what is counted does not change over some turns of the event loop and a timer. */
  async #settle(): Promise<void> {
    for (let still = 0, last = -1; still < this.#server.stillTurns;) {
      await sleep(1);
      await tick();
      const { up, down } = this.#ledger.snapshot();
      const total = up.total + down.total;
      still = total === last ? still + 1 : 0;
      last = total;
    }
  }

  async #until(condition: () => boolean): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    while (!condition()) {
      if (this.#trouble !== undefined) throw new SessionError(this.#trouble);
      if (performance.now() > deadline) throw new SessionError('a step did not come to its end');
      await sleep(1);
    }
  }
}

/**
 * A session that a stalled machine has disturbed is begun anew; any other trouble is thrown.
 *
 * @param open starts the server, fresh for each attempt; this project's own where nothing is said
 */
export async function undisturbed<T>(
  options: SessionOptions,
  run: (session: Session) => Promise<T>,
  open: () => Promise<SessionServer> = () => ownServer(options),
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const session = new Session(options, await open());
    try {
      return await run(session);
    } catch (error) {
      if (!(error instanceof SessionError) || attempt === 3) throw error;
    } finally {
      await session.end();
    }
  }
}
