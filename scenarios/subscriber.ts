/** A client that keeps all that it is told: what the delivery contract is checked with, on own servers and on targets. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, ClientOptions } from '../clients/client.ts';
import { headerProfile } from '../clients/headers.ts';
import { Ledger } from '../clients/ledger.ts';
import { uniform } from './runner/random.ts';
import { transport, type TransportName } from './transports.ts';

export interface Subscriber {
  readonly client: Client;
  readonly received: (string | Buffer)[];
  readonly offsets: number[];
  readonly gaps: number[];
  readonly disconnects: string[];
  readonly failures: Error[];
  readonly ledger: Ledger;
  readonly ready: Promise<void>;
  readonly isReady: () => boolean;
}

let made = 0;

/**
 * A client of an ordinary server that asks often, so that nobody waits long for it. Each has random numbers of its own, or
 * all that poll would bear one name, and each would end the held poll of the other.
 */
export const usualOptions = () =>
  ({
    channel: 'main',
    headers: headerProfile('chrome'),
    random: uniform(7, `client ${made++}`),
    pollIntervalMs: 5,
    holdMs: 1_000,
    connection: 'keep-alive',
    deflate: false,
    contextTakeover: true,
    gzip: false,
  }) as const;

/**
 * @param more what is otherwise than for a client of an ordinary server, on the channel `main`
 * @param onMessage runs within the callback of each message, when it is among those received
 */
export function subscribe(
  { host, port }: { readonly host: string; readonly port: number },
  name: TransportName,
  more: Partial<ClientOptions> = {},
  onMessage: (client: Client) => void = () => {},
): Subscriber {
  const received: (string | Buffer)[] = [];
  const offsets: number[] = [];
  const gaps: number[] = [];
  const disconnects: string[] = [];
  const failures: Error[] = [];
  const ledger = new Ledger();
  let becomeReady = () => {};
  let isReady = false;
  const ready = new Promise<void>((resolve) => (becomeReady = resolve));
  const client: Client = transport(name).client.connect({
    host,
    port,
    ...usualOptions(),
    carrier: 'h1',
    ledger,
    events: {
      ready: () => {
        isReady = true;
        becomeReady();
      },
      message: (payload, offset) => {
        received.push(payload);
        offsets.push(offset);
        onMessage(client);
      },
      gap: (lost) => gaps.push(lost),
      disconnected: (reason) => disconnects.push(reason),
      failed: (error) => failures.push(error),
    },
    ...more,
  });
  return { client, received, offsets, gaps, disconnects, failures, ledger, ready, isReady: () => isReady };
}

/** Waits for a condition; on failure says what stood instead of only that time ran out. */
export async function eventually(
  condition: () => boolean,
  describeState: () => string,
  patienceMs: number,
): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`still waiting: ${describeState()}`);
    await sleep(2);
  }
}
