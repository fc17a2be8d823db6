/** What the tests over carriers share: a server of one transport on one carrier, and a client that tells everything. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished } from 'vitest';
import type { Client, ClientOptions } from '../clients/client.ts';
import { isEncrypted, type Carrier } from '../clients/connection.ts';
import { LAYERS, Ledger, type Snapshot } from '../clients/ledger.ts';
import { startServer, type RunningServer, type StartOptions } from '../servers/http.ts';
import type { Log } from '../servers/hub.ts';
import { certificate } from './runner/certificate.ts';
import { usualOptions } from './subscriber.ts';
import { transport, TRANSPORTS, type TransportName } from './transports.ts';

export interface Carried {
  readonly name: TransportName;
  readonly carrier: Carrier;
}

/** Every transport on every carrier that it can ride. */
export const RIDES: readonly Carried[] = TRANSPORTS.flatMap((name) =>
  transport(name).client.carriers.map((carrier) => ({ name, carrier })),
);

export const isPoll = (name: TransportName): boolean => transport(name).client.asks !== 'once';

export interface CarriedServer extends RunningServer, Carried {
  readonly log: Log;
}

/** Closed when the test ends. */
export async function serve({ name, carrier }: Carried, more: Partial<StartOptions> = {}): Promise<CarriedServer> {
  const server = await startServer({
    transports: [transport(name).server],
    carrier,
    ...(isEncrypted(carrier) ? { certificate: await certificate() } : {}),
    ...more,
  });
  onTestFinished(() => server.close());
  return Object.assign(server, { name, carrier, log: server.hub.channel('main')! });
}

export interface Subscriber {
  readonly client: Client;
  readonly received: (string | Buffer)[];
  readonly gaps: number[];
  readonly disconnects: string[];
  readonly failures: Error[];
  readonly ledger: Ledger;
  readonly ready: boolean;
}

/**
 * Looks at the ledger at every event, once the read that brought it is dealt with: none may find it out of balance.
 *
 * @param onMessage runs within the callback of each message, when it is among those received
 */
export async function subscribe(
  server: CarriedServer,
  more: Partial<ClientOptions> = {},
  onMessage: (client: Client) => void = () => {},
): Promise<Subscriber> {
  const ledger = more.ledger ?? new Ledger();
  const subscriber = {
    ledger,
    received: [] as (string | Buffer)[],
    gaps: [] as number[],
    disconnects: [] as string[],
    failures: [] as Error[],
    unbalanced: [] as object[],
    ready: false,
  };
  const look = (): void =>
    queueMicrotask(() => {
      const { up, down } = ledger.difference();
      if (up !== 0 || down !== 0) subscriber.unbalanced.push({ up, down, after: subscriber.received.length });
    });
  const client: Client = transport(server.name).client.connect({
    host: server.host,
    port: server.port,
    carrier: server.carrier,
    certificate: isEncrypted(server.carrier) ? (await certificate()).cert : undefined,
    ...usualOptions(),
    ledger,
    events: {
      ready: () => (look(), (subscriber.ready = true)),
      message: (payload) => (look(), subscriber.received.push(payload), onMessage(client)),
      gap: (lost) => (look(), subscriber.gaps.push(lost)),
      disconnected: (reason) => (look(), subscriber.disconnects.push(reason)),
      failed: (error) => (look(), subscriber.failures.push(error)),
    },
    ...more,
  });
  onTestFinished(() => {
    client.close();
    expect(subscriber.unbalanced).toEqual([]);
  });
  return Object.assign(subscriber, { client });
}

/** Waits for a condition; on failure says what stood instead of only that time ran out. */
export async function until(condition: () => boolean, describeState: () => string): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`still waiting: ${describeState()}`);
    await sleep(1);
  }
}

const state = ({ received, disconnects, failures, gaps }: Subscriber): string =>
  `${received.length} received, gaps ${gaps.join()}, disconnects ${disconnects.join()}, failures ${failures.join()}`;

export async function isReady(subscriber: Subscriber): Promise<void> {
  await until(
    () => subscriber.ready || subscriber.failures.length > 0,
    () => `to be ready: ${state(subscriber)}`,
  );
  expect(subscriber.failures).toEqual([]);
}

export async function receivedAll(subscriber: Subscriber, count: number): Promise<void> {
  await until(
    () => subscriber.received.length >= count || subscriber.failures.length > 0,
    () => `for ${count} messages: ${state(subscriber)}`,
  );
  expect(subscriber.failures).toEqual([]);
}

/** Until nothing is on its way: what is counted does not change over some turns of the event loop and timers. */
export async function settled(ledger: Ledger): Promise<Snapshot> {
  for (let still = 0, last = ''; still < 5;) {
    await sleep(2);
    const now = JSON.stringify(ledger.snapshot());
    still = now === last ? still + 1 : 0;
    last = now;
  }
  return ledger.snapshot();
}

/** Every byte has a name, and the names sum to what the sockets counted. */
export function expectBalance(ledger: Ledger, carrier: Carrier): void {
  expect(ledger.difference()).toEqual({ up: 0, down: 0 });
  const snapshot = ledger.snapshot();
  for (const direction of ['up', 'down'] as const) {
    const { total, partial, tls, ...bytes } = snapshot[direction];
    expect(LAYERS.reduce((sum, layer) => sum + bytes[layer], partial + tls)).toBe(total);
    const below = Object.entries({ ...bytes, partial, tls }).filter(([, count]) => count < 0);
    expect({ direction, below }).toEqual({ direction, below: [] });
    if (isEncrypted(carrier)) expect(tls).toBeGreaterThan(0);
    else expect(tls).toBe(0);
  }
}

/** The client goes, and nothing of it stays: no socket, no byte without a name, no waiter at the server. */
export async function leaves(server: CarriedServer, subscriber: Subscriber): Promise<void> {
  subscriber.client.close();
  await until(
    () => subscriber.ledger.open === 0,
    () => `${subscriber.ledger.open} sockets are open`,
  );
  await until(
    () => server.hub.subscribers === 0,
    () => `${server.hub.subscribers} waiters left`,
  );
  expectBalance(subscriber.ledger, server.carrier);
  const { up, down } = subscriber.ledger.snapshot();
  expect({ up: up.partial, down: down.partial }).toEqual({ up: 0, down: 0 });
}
