/** What both polling clients share: one request at a time, the answer's JSON, and which layer each byte of it is. */
import { gunzipSync } from 'node:zlib';
import { ProtocolError, quote, type Decoded } from './client.ts';
import type { HttpConnection } from './connection.ts';
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

/** Place in the log of what precedes an answer's messages: they come in order, and its cursor is that of the last. */
const offsetBefore = ({ cursor, messages }: Answer): number => cursor - messages.length;

/** The decoder of both polling transports: see `ClientTransport.decoder`. An encoding is an answer's body. */
export function answerDecoder(decoded: Decoded): (encoding: Buffer) => void {
  return (encoding) => {
    const answer = parseAnswer(textOf(encoding));
    const before = offsetBefore(answer);
    for (const [index, message] of answer.messages.entries()) decoded(message, before + index + 1);
  };
}

/** What an answer of a server that means well may grow to: its batches end at about a megabyte. */
const LARGEST_ANSWER = 64 * 2 ** 20;

function unzipped(body: Buffer): Buffer {
  try {
    return gunzipSync(body, { maxOutputLength: LARGEST_ANSWER });
  } catch (error) {
    throw new ProtocolError(`a poll was answered with what is not gzip (${(error as Error).message}): ${quote(body)}`);
  }
}

export abstract class PollingClient extends ReconnectingClient {
  #head: ResponseHead | undefined;
  #path = '';
  #from: number | undefined;
  #request = '';
  /** A browser says what it decodes by itself, and so may a file. */
  readonly #acceptEncoding =
    this.options.gzip && !this.options.headers.browser && !/^accept-encoding:/im.test(this.options.headers.lines)
      ? 'Accept-Encoding: gzip\r\n'
      : '';
  #parts: Buffer[] = [];
  /** Where the exchange was made whose heads are not named yet. */
  #unnamed: HttpConnection | undefined;

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
      this.#request = this.requestHead('fetch', path, this.cursor, this.#acceptEncoding);
    }
    const head = this.#request;
    const connection: HttpConnection = this.connection?.idle === true ? this.connection : this.connect();
    // Whether a poll was header or mere control shows when it is answered.
    this.#unnamed = connection;
    connection.request(head, 'partial');
  }

  head(head: ResponseHead): void {
    this.#head = head;
    if (head.status !== 200 && head.status !== 204) this.refused(head);
    else if (head.status === 200 && !/^application\/json\s*(;|$)/i.test(head.headers.get('content-type') ?? '')) {
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
    if (this.connection?.idle !== true) this.disconnect();
    // Each poll is a whole exchange: who has been answered again starts again with the shortest backoff.
    this.heard();
    let more = false;
    if (head.status === 204) this.#empty();
    else if (head.headers.get('content-encoding') === 'gzip') more = this.#take(unzipped(body), body.length);
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
    const { requestBytes = 0, headBytes = 0 } = this.#unnamed ?? {};
    this.#unnamed = undefined;
    this.ledger.move('up', 'partial', layer, requestBytes);
    this.ledger.move('down', 'partial', layer, headBytes);
  }

  /** An empty poll carried nothing: all of it is control. */
  #empty(): void {
    this.ledger.emptyPolls++;
    this.#nameHeads('control');
    if (!this.isReady) this.becomeReady(this.cursor ?? 0);
  }

  /**
   * Delivers the messages of an answer; returns whether the server has more of them.
   *
   * @param compressed size on the wire where it was compressed. Messages and their JSON cannot be told apart in there, so
   * all of it is booked as payload.
   */
  #take(body: Buffer, compressed?: number): boolean {
    const first = !this.isReady;
    const { losses } = this;
    this.#nameHeads(first ? 'handshake' : 'header');
    this.ledger.down[first ? 'handshake' : compressed === undefined ? 'framing' : 'payload'] +=
      compressed ?? body.length;
    const answer = parseAnswer(textOf(body));
    const before = offsetBefore(answer);
    if (answer.lost > 0) this.skip(answer.lost, before);
    if (first) this.becomeReady(this.cursor ?? answer.cursor);
    // Without a message the place can only be the same, or that of a log that has begun anew.
    if (answer.messages.length === 0) this.becomeReady(answer.cursor);
    for (const [index, message] of answer.messages.entries()) {
      if (compressed === undefined) {
        this.ledger.move('down', first ? 'handshake' : 'framing', 'payload', Buffer.byteLength(message));
      }
      this.deliver(message, before + index + 1, compressed === undefined);
      if (this.stopped || this.losses !== losses) return false;
    }
    this.cursor = answer.cursor;
    return answer.more;
  }
}
