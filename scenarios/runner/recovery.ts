/** After all connections were cut: how long until each client has received a message that was due since. */
import { LatencyRecorder } from '../../results/histogram.ts';
import type { Findings } from './protocol.ts';

export class Recovery {
  readonly #cutUs: number;
  readonly #clients: number;
  readonly #unserved: Set<number>;
  readonly #connections: () => number;
  readonly #connectionsBefore: number;
  /** When the last client was served again. */
  #connectionsAtEnd: number | undefined;
  readonly #recovery = new LatencyRecorder();
  /** Connections lost after the cut: refused, or cut short before the client was served. */
  lostAgain = 0;

  /** @param connections how many connections the clients have opened so far */
  constructor(cutUs: number, clients: number, connections: () => number) {
    this.#cutUs = cutUs;
    this.#clients = clients;
    this.#unserved = new Set(Array.from({ length: clients }, (_, client) => client));
    this.#connections = connections;
    this.#connectionsBefore = connections();
  }

  received(client: number, intendedUs: number, nowUs: number): void {
    if (intendedUs < this.#cutUs || !this.#unserved.delete(client)) return;
    this.#recovery.record((nowUs - this.#cutUs) * 1e3);
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
