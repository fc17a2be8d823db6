/** What a check of the contract works with: a target that runs, one of its transports, and a channel of the check's own. */
import type { ClientOptions } from '../../clients/client.ts';
import { quote } from '../../clients/protocol-error.ts';
import { eventually, subscribe, type Subscriber } from '../subscriber.ts';
import type { TransportName } from '../transports.ts';
import { HOST, type TargetServer } from './server.ts';
import type { Target, TargetEndpoint } from './target.ts';

/** What was seen is not what the contract says. */
export class Broken extends Error {}
/** Why it cannot be seen. */
export class Untested extends Error {}

/** Between two polls of a client that polls at intervals, ms. */
const POLL_MS = 5;

export class Bench {
  readonly server: TargetServer;
  readonly transport: TransportName;
  readonly endpoint: TargetEndpoint;
  readonly channel: string;
  /** How long anything may take that takes milliseconds on a server that keeps the contract. */
  readonly patienceMs: number;
  readonly #subscribers: Subscriber[] = [];

  constructor(server: TargetServer, transport: TransportName, channel: string, patienceMs: number) {
    this.server = server;
    this.transport = transport;
    this.endpoint = server.target.endpoints[transport]!;
    this.channel = channel;
    this.patienceMs = patienceMs;
  }

  get target(): Target {
    return this.server.target;
  }

  /** A client that is ready; of the check's channel unless told otherwise. */
  async subscribed(more: Partial<ClientOptions> = {}): Promise<Subscriber> {
    const { channel, endpoint, transport } = this;
    const address = { host: HOST, port: this.server.port };
    const options = { channel, endpoint, pollIntervalMs: POLL_MS, ...more };
    const subscriber = subscribe(address, transport, options);
    this.#subscribers.push(subscriber);
    await this.until(subscriber.isReady, () => `a client of ${transport} was not ready${told(subscriber)}`, subscriber);
    return subscriber;
  }

  subscribedTimes(count: number): Promise<Subscriber[]> {
    return Promise.all(Array.from({ length: count }, () => this.subscribed()));
  }

  publish(payload: string): Promise<void> {
    return this.server.publish(this.channel, payload);
  }

  /** Throws Broken when the condition does not come true, or a client has failed. */
  async until(condition: () => boolean, state: () => string, ...watched: Subscriber[]): Promise<void> {
    const failed = (): Error | undefined => watched.flatMap(({ failures }) => failures)[0];
    const settled = (): boolean => condition() || failed() !== undefined || !this.server.running;
    await eventually(settled, state, this.patienceMs).catch(() => {
      throw new Broken(`${state()} within ${this.patienceMs / 1e3} s`);
    });
    if (!this.server.running) throw new Broken((await this.server.ended()).message);
    const failure = failed();
    if (failure !== undefined) throw new Broken(failure.message);
  }

  /** Waits for as many messages as were sent, and throws Broken unless they are these, once each and in order. */
  async receives(subscriber: Subscriber, sent: readonly string[]): Promise<void> {
    const { received } = subscriber;
    await this.until(
      () => received.length >= sent.length,
      () => came(subscriber, sent),
      subscriber,
    );
    const wrong = difference(received, sent);
    if (wrong !== null) throw new Broken(wrong);
  }

  close(): void {
    for (const { client } of this.#subscribers) client.close();
  }
}

/** How far it is, for who waits for the rest. */
export function came(subscriber: Subscriber, sent: readonly string[]): string {
  return `${subscriber.received.length} of ${sent.length} messages came${told(subscriber)}`;
}

function told({ disconnects, gaps }: Subscriber): string {
  const lost = gaps.reduce((sum, gap) => sum + gap, 0);
  return [
    ...(lost > 0 ? [`; ${lost} were announced as lost`] : []),
    ...(disconnects.length > 0 ? [`; it lost its connection ${disconnects.length}× (${disconnects.at(-1)})`] : []),
  ].join('');
}

/** How what came departs from what was sent; null when it does not. */
export function difference(received: readonly (string | Buffer)[], sent: readonly string[]): string | null {
  const at = Array.from({ length: Math.max(received.length, sent.length) }).findIndex(
    (_, index) => received[index] !== sent[index],
  );
  if (at === -1) return null;
  const [came, due] = [received[at], sent[at]];
  if (came === undefined) return `message ${at + 1} of ${sent.length} did not come`;
  if (due === undefined) return `${received.length} messages came where ${sent.length} were sent`;
  const before = sent.indexOf(String(came));
  if (before !== -1 && before < at) return `message ${before + 1} came twice`;
  if (before > at) return `message ${before + 1} came where message ${at + 1} was due`;
  return `message ${at + 1} came as ${quote(came)} where ${quote(due)} was sent`;
}
