/** What carries one client's requests: a connection for each over HTTP/1.1, one shared connection over HTTP/2. */
import { isMultiplexed, type Address, type HttpConnection, type ResponseHandler } from './connection.ts';
import { Http1Connection } from './http1.ts';
import { Http2Session } from './http2.ts';
import type { Ledger } from './ledger.ts';

export class Carriage {
  readonly #address: Address;
  readonly #ledger: Ledger;
  #session: Http2Session | undefined;

  constructor(address: Address, ledger: Ledger) {
    this.#address = address;
    this.#ledger = ledger;
  }

  /** A connection of its own, or a lane of the one that this client has; connects at once where it must. */
  open(handler: ResponseHandler): HttpConnection {
    if (!isMultiplexed(this.#address.carrier)) return new Http1Connection(this.#address, this.#ledger, handler);
    if (this.#session === undefined || this.#session.closed) {
      this.#session = new Http2Session(this.#address, this.#ledger);
    }
    return this.#session.lane(handler);
  }

  /** Drops what is under `connection`, as a failing network would: without a word to its handler, but to all others. */
  cut(connection: HttpConnection | undefined): void {
    connection?.destroy();
    const session = this.#session;
    // Before anyone is told: who connects again at once must not get this one.
    this.#session = undefined;
    session?.cut();
  }

  close(): void {
    this.#session?.destroy();
    this.#session = undefined;
  }
}
