/** After connections were cut: how long until each client has received a message that was due since. */
import { LatencyRecorder } from '../../results/histogram.ts';
import type { Findings } from './protocol.ts';

export class Recovery {
  /** When each client that is not served yet was cut. */
  readonly #unserved = new Map<number, number>();
  #clients = 0;
  readonly #connections: () => number;
  readonly #connectionsBefore: number;
  /** When the last client was served again. */
  #connectionsAtEnd: number | undefined;
  readonly #recovery = new LatencyRecorder();
  /** Connections lost after the cut: refused, or cut short before the client was served. */
  lostAgain = 0;

  /** @param connections how many connections the clients have opened so far */
  constructor(connections: () => number) {
    this.#connections = connections;
    this.#connectionsBefore = connections();
  }

  /**
   * A client that was served again may be cut anew: each of its ways back counts. One that was not is still on its first: counted
   * from the last cut, the longest waits would be left out.
   */
  cut(clients: readonly number[], nowUs: number): void {
    this.#clients += clients.length;
    this.#connectionsAtEnd = undefined;
    for (const client of clients) if (!this.#unserved.has(client)) this.#unserved.set(client, nowUs);
  }

  received(client: number, intendedUs: number, nowUs: number): void {
    const cutUs = this.#unserved.get(client);
    if (cutUs === undefined || intendedUs < cutUs) return;
    this.#unserved.delete(client);
    this.#recovery.record((nowUs - cutUs) * 1e3);
    if (this.#unserved.size === 0) this.#connectionsAtEnd = this.#connections();
  }

  get findings(): NonNullable<Findings['storm']> {
    return {
      clients: this.#clients,
      recoveryNs: this.#recovery.summary(),
      connections: (this.#connectionsAtEnd ?? this.#connections()) - this.#connectionsBefore,
      lostAgain: this.lostAgain,
    };
  }
}
