/** What both polling clients share: one request at a time, the answer's JSON, and which layer each byte of it is. */
import { ProtocolError, quote } from './client.ts';
import type { Http1Connection } from './http1.ts';
import type { Layer } from './ledger.ts';
import { textOf } from './lines.ts';
import { ReconnectingClient } from './reconnecting.ts';
import type { ResponseHead } from './response-head.ts';

interface Answer {
  readonly cursor: number;
  readonly lost: number;
  /** The answer was cut at a megabyte or so: the rest is to be asked for at once. */
  readonly more: boolean;
  readonly messages: readonly string[];
}

/** The body of a poll's answer, `{"cursor":N,"lost":K,"messages":["…"]}`; anything else is quoted and refused. */
export function parseAnswer(text: string): Answer {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ProtocolError(`a poll was answered with what is not JSON: ${quote(text)}`);
  }
  const { cursor, lost = 0, more = false, messages } = (value ?? {}) as Record<string, unknown>;
  const whole = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0;
  const strings = Array.isArray(messages) && messages.every((message) => typeof message === 'string');
  if (!whole(cursor) || !whole(lost) || typeof more !== 'boolean' || !strings) {
    throw new ProtocolError(`a poll was answered with JSON of another shape: ${quote(text)}`);
  }
  return { cursor, lost, more, messages };
}

export abstract class PollingClient extends ReconnectingClient {
  #head: ResponseHead | undefined;
  #path = '';
  #from: number | undefined;
  #request = '';
  #parts: Buffer[] = [];
  /** Bytes of the request and of the answer's head that are not named yet. */
  #asked = 0;
  #answered = 0;

  /** Asks, on the open connection or on a new one. */
  protected abstract poll(): void;
  /** The poll is answered and nothing more is due now: decide when the next one is. */
  protected abstract answered(): void;

  protected open(): void {
    this.poll();
  }

  /** Sends one poll. While nothing is new it is the same request again, so its text is kept. */
  protected ask(path: string): void {
    if (path !== this.#path || this.cursor !== this.#from) {
      this.#path = path;
      this.#from = this.cursor;
      this.#request = this.requestHead('fetch', path, this.cursor);
    }
    const head = this.#request;
    const connection: Http1Connection = this.connection?.idle === true ? this.connection : this.connect();
    // Whether a poll was header or mere control shows when it is answered.
    connection.request(head, 'partial');
    this.#asked = head.length;
    this.#answered = 0;
  }

  head(head: ResponseHead): void {
    this.#head = head;
    this.#answered = this.connection!.headBytes;
    if (head.status !== 200 && head.status !== 204) this.refused(head);
    else if (head.status === 200 && head.headers.get('content-type') !== 'application/json') {
      throw new ProtocolError(`a poll was answered with ${quote(head.headers.get('content-type') ?? 'no type')}`);
    }
  }

  body(buffer: Buffer, start: number, end: number): void {
    this.#parts.push(Buffer.from(buffer.subarray(start, end)));
    this.ledger.down.partial += end - start;
  }

  end(): void {
    const head = this.#head!;
    const { losses } = this;
    const body = this.#takeBody();
    // The server closes after such an answer; that is no loss.
    if (head.close) this.connection?.destroy();
    let more = false;
    if (head.status === 204) this.#empty();
    else more = this.#take(body);
    if (this.stopped || this.losses !== losses) return;
    if (more) this.poll();
    else this.answered();
  }

  protected reset(): void {
    this.#nameHeads('control');
    this.ledger.down.framing += this.#takeBody().length;
  }

  #takeBody(): Buffer {
    const body = this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts);
    this.#parts = [];
    this.ledger.down.partial -= body.length;
    return body;
  }

  /** Names the heads of the exchange that is over. */
  #nameHeads(layer: Layer): void {
    this.ledger.move('up', 'partial', layer, this.#asked);
    this.ledger.move('down', 'partial', layer, this.#answered);
    this.#asked = 0;
    this.#answered = 0;
  }

  /** An empty poll carried nothing: all of it is control. */
  #empty(): void {
    this.ledger.emptyPolls++;
    this.#nameHeads('control');
    if (!this.isReady) this.becomeReady(this.cursor ?? 0);
  }

  /** Delivers the messages of an answer; returns whether the server has more of them. */
  #take(body: Buffer): boolean {
    const first = !this.isReady;
    const { losses } = this;
    this.#nameHeads(first ? 'handshake' : 'header');
    this.ledger.down[first ? 'handshake' : 'framing'] += body.length;
    const answer = parseAnswer(textOf(body));
    if (answer.lost > 0) this.skip(answer.lost, answer.cursor - answer.messages.length);
    if (first) this.becomeReady(this.cursor ?? answer.cursor);
    for (const [index, message] of answer.messages.entries()) {
      const bytes = Buffer.byteLength(message);
      this.ledger.move('down', first ? 'handshake' : 'framing', 'payload', bytes);
      this.deliver(message, answer.cursor - answer.messages.length + index + 1);
      if (this.stopped || this.losses !== losses) return false;
    }
    this.cursor = answer.cursor;
    return answer.more;
  }
}
