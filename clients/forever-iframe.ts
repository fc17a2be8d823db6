/** Forever-iframe, as the page around it sees it: each script line calls back with an offset and a payload. */
import { ProtocolError, quote, type Client, type ClientOptions, type ClientTransport } from './client.ts';
import { CARRIERS } from './connection.ts';
import { dissectIframe } from './dissect/body.ts';
import type { Layer } from './ledger.ts';
import { LineBuffer } from './lines.ts';
import { ReconnectingClient } from './reconnecting.ts';
import type { ResponseHead } from './response-head.ts';

const CALLBACK = 'parent.onMessage';
const OPEN = `<script>${CALLBACK}(`;
const CLOSE = ')</script>';

class ForeverIframeClient extends ReconnectingClient {
  readonly #lines = new LineBuffer('lf');
  #partial = 0;

  protected open(): void {
    this.#ask(this.connect());
  }

  #ask(connection = this.connection!): void {
    const path = `/forever-iframe?callback=${CALLBACK}`;
    connection.request(this.requestHead('iframe', path, this.cursor), 'handshake');
  }

  head(head: ResponseHead): void {
    if (head.status !== 200) return this.refused(head);
    const type = head.headers.get('content-type') ?? 'no type';
    if (!/^text\/html\s*(;|$)/i.test(type)) {
      throw new ProtocolError(`a frame was answered with ${quote(type)} where text/html was due`);
    }
  }

  body(buffer: Buffer, start: number, end: number): void {
    this.#partial += end - start;
    this.ledger.down.partial += end - start;
    const complete = this.#lines.push(buffer, start, end);
    if (complete === null) return;
    const { losses } = this;
    eachLine(complete, (line, bytes) => {
      this.#line(line, bytes);
      return !this.stopped && this.losses === losses;
    });
  }

  /** Recycled: the page has grown large enough. On a connection that is kept, the next one follows at once. */
  end(): void {
    this.reset();
    if (this.stopped) return;
    if (this.connection?.idle === true) this.#ask();
    else {
      this.disconnect();
      this.lost('the frame ended');
    }
  }

  protected reset(): void {
    this.#lines.clear();
    this.#settle('framing', this.#partial);
  }

  #line(line: string, bytes: number): void {
    const call = callIn(line);
    if (call !== undefined) this.#call(call, bytes);
    else if (line.startsWith('<!doctype html>')) this.#settle('handshake', bytes);
    else if (line === '<!---->') this.#settle('control', bytes);
    else throw new ProtocolError(`not a line of the frame that is understood: ${quote(line)}`);
  }

  /** `(cursor)` begins, `(offset,"payload")` is a message, `(cursor,null,lost)` a gap. */
  #call(text: string, bytes: number): void {
    const [offset, payload, lost] = argumentsFrom(text);
    if (typeof payload === 'string') {
      const size = Buffer.byteLength(payload);
      this.#settle('framing', bytes);
      this.ledger.move('down', 'framing', 'payload', size);
      this.deliver(payload, offset, true);
    } else if (payload === undefined) {
      this.#settle('handshake', bytes);
      this.becomeReady(offset);
    } else {
      this.#settle('control', bytes);
      this.skip(lost ?? 0, offset);
    }
  }

  #settle(layer: Layer, bytes: number): void {
    this.#partial -= bytes;
    this.ledger.down.partial -= bytes;
    this.ledger.down[layer] += bytes;
  }
}

/** Hands on line by line, with its size and that of its line end in bytes, until it is told to stop by false. */
function eachLine({ text, bytes }: { text: string; bytes: number }, line: (line: string, bytes: number) => boolean) {
  const ascii = bytes === text.length;
  for (let at = 0, more = true; at < text.length && more;) {
    const stop = text.indexOf('\n', at);
    const one = text.slice(at, stop);
    more = line(one, ascii ? one.length + 1 : Buffer.byteLength(one) + 1);
    at = stop + 1;
  }
}

/** What the script of a line calls back with; undefined where the line is no script. */
function callIn(line: string): string | undefined {
  return line.startsWith(OPEN) && line.endsWith(CLOSE) ? line.slice(OPEN.length, -CLOSE.length) : undefined;
}

function argumentsFrom(text: string): [offset: number, payload?: string | null, lost?: number] {
  let value: unknown;
  try {
    value = JSON.parse(`[${text}]`);
  } catch {
    value = [];
  }
  const [offset, payload, lost] = value as unknown[];
  const whole = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0;
  const known = payload === undefined || typeof payload === 'string' || (payload === null && whole(lost));
  if (!whole(offset) || !known) throw new ProtocolError(`not a call that is understood: ${quote(text)}`);
  return value as [number, string | null, number];
}

export const foreverIframe: ClientTransport = {
  name: 'forever-iframe',
  asks: 'once',
  upstream: 'own-connection',
  carriers: CARRIERS,
  endpointWords: ['cursor', 'callback'],
  dissect: dissectIframe,
  connect: (options: ClientOptions): Client => new ForeverIframeClient(options).start(),
  decoder(decoded) {
    const lines = new LineBuffer('lf');
    return (encoding) => {
      const complete = lines.push(encoding, 0, encoding.length);
      if (complete === null) return;
      eachLine(complete, (line) => {
        const [offset, payload] = argumentsFrom(callIn(line) ?? line);
        decoded(payload ?? '', offset);
        return true;
      });
    };
  },
};
