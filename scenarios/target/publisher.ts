/** Publishes to a target as its file says: an HTTP call for each message, or lines on the server's standard input. */
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { callOf, type HttpCall } from '../../clients/endpoint.ts';
import type { Spawned } from './spawned.ts';
import { TargetFailure, type Target } from './target.ts';

export interface Publisher {
  /** Resolves when the server has the message: by HTTP once it has answered, by the control channel once it is written. */
  publish(channel: string, payload: string): Promise<void>;
  /** Resolves when everything that was handed over before is published. */
  settled(): Promise<void>;
  close(): void;
}

/** How long a call, or the answer to a `sync`, may take before the server counts as stuck, ms. */
const PATIENCE_MS = 10_000;

/** Null where the file does not say how. */
export function publisherOf({ publish }: Target, spawned: Spawned, host: string, port: number): Publisher | null {
  if (publish === null) return null;
  return publish === 'control' ? new ControlPublisher(spawned) : new HttpPublisher(publish.http, host, port);
}

/** One call after the other on one kept connection: on several, messages would overtake each other. */
class HttpPublisher implements Publisher {
  readonly #call: HttpCall;
  readonly #address: { readonly host: string; readonly port: number };
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  #last: Promise<void> = Promise.resolve();

  constructor(call: HttpCall, host: string, port: number) {
    this.#call = call;
    this.#address = { host, port };
  }

  publish(channel: string, payload: string): Promise<void> {
    const sent = this.#last.then(() => this.#send(channel, payload));
    // The next one is sent also where this one failed; its failure is its own caller's.
    this.#last = sent.catch(() => {});
    return sent;
  }

  settled(): Promise<void> {
    return this.#last;
  }

  close(): void {
    this.#agent.destroy();
  }

  #send(channel: string, payload: string, again = true): Promise<void> {
    const { method, contentType } = this.#call;
    const { path, body } = callOf(this.#call, channel, payload);
    const headers = { 'content-type': contentType, 'content-length': Buffer.byteLength(body) };
    const refused = (what: string): TargetFailure => new TargetFailure(`The target ${what} ${method} ${path}`);
    return new Promise((resolve, reject) => {
      const call = request(
        { ...this.#address, method, path, headers, agent: this.#agent, timeout: PATIENCE_MS },
        (response) => {
          const { statusCode = 0 } = response;
          response.resume().on('end', () => {
            if (statusCode >= 200 && statusCode < 300) resolve();
            else reject(refused(`answered with ${statusCode} to`));
          });
          response.on('error', () => reject(refused('broke off its answer to')));
        },
      );
      call.on('timeout', () => call.destroy(new Error('no answer')));
      call.on('error', (error: NodeJS.ErrnoException) => {
        // A kept connection that the server has just closed: the request never got there (RFC 9112 §9.3.1).
        if (again && call.reusedSocket && error.code === 'ECONNRESET') {
          this.#send(channel, payload, false).then(resolve, reject);
        } else reject(refused(`failed (${error.message}) at`));
      });
      call.end(body);
    });
  }
}

/**
 * JSON Lines on standard input: `{"publish":{"channel":"main","payload":"…"}}`. A line `{"sync":1}` is to be answered with
 * the same line on standard output once all lines before it are done with.
 */
class ControlPublisher implements Publisher {
  readonly #spawned: Spawned;
  #syncs = 0;

  constructor(spawned: Spawned) {
    this.#spawned = spawned;
  }

  publish(channel: string, payload: string): Promise<void> {
    this.#write({ publish: { channel, payload } });
    return Promise.resolve();
  }

  async settled(): Promise<void> {
    const sync = ++this.#syncs;
    const waiting = new AbortController();
    let forget = (): void => {};
    const heard = new Promise<boolean>((resolve) => {
      forget = this.#spawned.onLine((line) => {
        if (isSync(line, sync)) resolve(true);
      });
    });
    this.#write({ sync });
    try {
      const late = sleep(PATIENCE_MS, false, { signal: waiting.signal }).catch(() => false);
      const answered = await Promise.race([heard, late, this.#spawned.ended.then(() => false)]);
      if (!answered) throw this.#spawned.failure(`did not answer {"sync":${sync}} on its control channel`);
    } finally {
      waiting.abort();
      forget();
    }
  }

  close(): void {}

  #write(message: unknown): void {
    this.#spawned.write(`${oneLine(message)}\n`);
  }
}

function isSync(line: string, sync: number): boolean {
  if (!line.includes('"sync"')) return false;
  try {
    return (JSON.parse(line) as { sync?: unknown }).sync === sync;
  } catch {
    return false;
  }
}

/** JSON allows U+2028 and U+2029 in strings, and some readers (Node.js's readline since version 24) end a line at them. */
const oneLine = (message: unknown): string =>
  JSON.stringify(message).replace(/[\u2028\u2029]/g, (c) => (c === '\u2028' ? '\\u2028' : '\\u2029'));
