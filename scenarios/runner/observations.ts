/** What only some scenarios look at: clients set aside, the way back after a cut, and the age of what clients hold. */
import type { Client } from '../../clients/client.ts';
import { LatencyRecorder } from '../../results/histogram.ts';
import type { Findings, Timeline } from './protocol.ts';
import { Recovery } from './recovery.ts';
import { StalenessSampler } from './staleness.ts';

/** Moments of a measurement at which staleness is looked at, over all clients: enough for its p99.9. */
const LOOKS = 20_000;

export class Observations {
  readonly #clients: readonly Client[];
  readonly #looksOf: (client: number) => () => number;
  /** The first so many clients are looked at apart. */
  #asideCount = 0;
  readonly #delivery = new LatencyRecorder();
  toldLost = 0;
  #disconnected = 0;
  #recovery: Recovery | undefined;
  #staleness: StalenessSampler | undefined;
  #wantsStaleness = false;

  /** @param looksOf where a client's moments come from, uniform in [0, 1) */
  constructor(clients: readonly Client[], looksOf: (client: number) => () => number) {
    this.#clients = clients;
    this.#looksOf = looksOf;
  }

  setAside(count: number): void {
    this.#asideCount = count;
  }

  aside(): readonly Client[] {
    return this.#clients.slice(0, this.#asideCount);
  }

  wantStaleness(): void {
    this.#wantsStaleness = true;
  }

  /** @param clients of all processes: the looks are shared out over them */
  setWindow({ windowStartUs, windowEndUs }: Timeline, clients: number): void {
    if (!this.#wantsStaleness) return;
    const each = Math.ceil(LOOKS / clients);
    const { length } = this.#clients;
    this.#staleness = new StalenessSampler(length, each, windowStartUs, windowEndUs, this.#looksOf);
  }

  /** From here on a lost connection is no error. */
  cut(clients: readonly number[], nowUs: number, connections: () => number): void {
    this.#recovery ??= new Recovery(connections);
    this.#recovery.cut(clients, nowUs);
  }

  /** The first arrival of any message. */
  received(client: number, intendedUs: number, nowUs: number): void {
    this.#recovery?.received(client, intendedUs, nowUs);
    this.#staleness?.received(client, intendedUs, nowUs);
  }

  /** Takes a latency of the window when it is of a client set aside. */
  tookLatency(client: number, latencyUs: number): boolean {
    if (client >= this.#asideCount) return false;
    this.#delivery.record(latencyUs * 1e3);
    return true;
  }

  /** @returns whether that was to be expected of this client */
  expectedGap(client: number, lost: number): boolean {
    if (client >= this.#asideCount) return false;
    this.toldLost += lost;
    return true;
  }

  /** @returns whether that was to be expected of this client */
  expectedLoss(client: number, reason: string): boolean {
    if (client < this.#asideCount) this.#disconnected++;
    else if (this.#recovery === undefined) return false;
    else if (reason !== 'cut') this.#recovery.lostAgain++;
    return true;
  }

  /** Once, at the end. @param complain told of what must not be */
  findings(complain: (what: string) => void): Findings {
    const findings: Findings = {};
    if (this.#asideCount > 0) {
      const { toldLost } = this;
      const [deliveryLatencyNs, disconnected] = [this.#delivery.summary(), this.#disconnected];
      findings.slow = { clients: this.#asideCount, deliveryLatencyNs, toldLost, disconnected };
    }
    if (this.#recovery !== undefined) findings.storm = this.#recovery.findings;
    if (this.#staleness !== undefined) {
      this.#staleness.finish();
      const { unheld, ages } = this.#staleness;
      if (unheld > 0) complain(`at ${unheld} looks a client held nothing yet`);
      findings.stalenessNs = ages.summary();
    }
    return findings;
  }
}
