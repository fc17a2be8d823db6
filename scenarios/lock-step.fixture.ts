/** One client and so many messages, each published when the one before has come and some time has passed. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../clients/client.ts';
import { isEncrypted, type Carrier } from '../clients/connection.ts';
import { headerProfile } from '../clients/headers.ts';
import { Ledger } from '../clients/ledger.ts';
import { PacketModel } from '../clients/packets.ts';
import { startServer, type RunningServer } from '../servers/http.ts';
import { certificate } from './runner/certificate.ts';
import { transport, type TransportName } from './transports.ts';

export interface Ride {
  readonly name: TransportName;
  readonly carrier: Carrier;
  /** Who publishes: the server, or the client, which hears itself. */
  readonly from: 'server' | 'client';
  readonly gapMs: number;
}

export const MESSAGES = 100;
const PAYLOAD = 'x'.repeat(100);
/** Nothing is on its way any more after this long, ms: longer than an acknowledgement is held back. */
const QUIET_MS = 100;
const PATIENCE_MS = 30_000;

export class LockStep {
  readonly ride: Ride;
  readonly ledger = new Ledger(undefined, new PacketModel());
  readonly #server: RunningServer;
  #received = 0;
  #ready = false;
  #trouble: Error | undefined;
  /** The next poll of a client that polls at intervals. */
  #poll: (() => void) | undefined;

  private constructor(ride: Ride, server: RunningServer) {
    this.ride = ride;
    this.#server = server;
  }

  /** The server's end, as captures name it. */
  get endpoint(): string {
    return `${this.#server.host}:${this.#server.port}`;
  }

  get port(): number {
    return this.#server.port;
  }

  /** The server alone: nothing is connected yet. */
  static async open(ride: Ride): Promise<LockStep> {
    const server = await startServer({
      transports: [transport(ride.name).server],
      carrier: ride.carrier,
      ...(isEncrypted(ride.carrier) ? { certificate: await certificate() } : {}),
      options: { heartbeatMs: 0 },
    });
    return new LockStep(ride, server);
  }

  /** From the client's first packet to its last. */
  async run(): Promise<void> {
    const client = await this.#connect();
    try {
      await this.#until(() => this.#ready);
      await sleep(QUIET_MS);
      for (let due = 1; due <= MESSAGES; due++) {
        await this.#publish(client);
        await this.#until(() => this.#received === due);
        await sleep(this.ride.gapMs);
      }
      await sleep(QUIET_MS);
    } finally {
      client.close();
      await this.#until(() => this.ledger.open === 0);
    }
  }

  /** Gives the port back: whoever has it next is seen by a capture that still runs. */
  close(): Promise<void> {
    return this.#server.close();
  }

  async #connect(): Promise<Client> {
    const { carrier, name } = this.ride;
    const fail = (error: Error): void => void (this.#trouble ??= error);
    return transport(name).client.connect({
      host: this.#server.host,
      port: this.port,
      carrier,
      certificate: isEncrypted(carrier) ? (await certificate()).cert : undefined,
      channel: 'main',
      headers: headerProfile('chrome'),
      ledger: this.ledger,
      random: () => 0.5,
      pollIntervalMs: 1_000,
      holdMs: 25_000,
      connection: 'keep-alive',
      deflate: false,
      contextTakeover: true,
      gzip: false,
      wait: (_delayMs, run) => (this.#poll = run),
      events: {
        ready: () => (this.#ready = true),
        message: () => this.#received++,
        gap: () => fail(new Error('messages were lost')),
        disconnected: (reason) => fail(new Error(reason)),
        failed: fail,
      },
    });
  }

  async #publish(client: Client): Promise<void> {
    if (this.ride.from === 'client') await client.send(PAYLOAD);
    else this.#server.hub.channel('main')!.append(PAYLOAD);
    const poll = this.#poll;
    this.#poll = undefined;
    poll?.();
  }

  async #until(condition: () => boolean): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    while (!condition()) {
      if (this.#trouble !== undefined) throw this.#trouble;
      if (performance.now() > deadline) throw new Error(`${this.#received} of ${MESSAGES} messages came`);
      await sleep(1);
    }
  }
}
