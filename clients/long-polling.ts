/** Long polling: as soon as one poll is answered the next one waits at the server. */
import type { Client, ClientOptions, ClientTransport } from './client.ts';
import { CARRIERS } from './connection.ts';
import { dissectPoll } from './dissect/body.ts';
import { answerDecoder, PollingClient } from './polling.ts';

class LongPollingClient extends PollingClient {
  /** Names this client, so that the server can release an older poll of it when a connection was lost unnoticed. */
  readonly #id = Math.floor(this.options.random() * 2 ** 48).toString(36);
  #phased = false;

  protected poll(): void {
    const base = `/long-polling?client=${this.#id}`;
    this.ask(this.#hold(base));
  }

  protected answered(): void {
    this.poll();
  }

  /**
   * The first held poll asks for a random part of the hold. Otherwise all clients that connected together would time
   * out together, and a window shorter than the hold would count either all of their empty polls or none.
   */
  #hold(path: string): string {
    // A client that starts at a cursor must not wait for data to learn that it is heard.
    if (!this.isReady) return this.cursor === undefined ? path : `${path}&hold=0`;
    if (this.#phased) return path;
    this.#phased = true;
    return `${path}&hold=${Math.round(this.options.random() * this.options.holdMs)}`;
  }
}

export const longPolling: ClientTransport = {
  name: 'long-polling',
  asks: 'and-waits',
  upstream: 'own-connection',
  carriers: CARRIERS,
  endpointWords: ['cursor', 'client', 'hold'],
  dissect: dissectPoll,
  connect: (options: ClientOptions): Client => new LongPollingClient(options).start(),
  decoder: answerDecoder,
};
