/** Server-Sent Events, as an EventSource would read them. */
import { ProtocolError, quote, type Client, type ClientOptions, type ClientTransport } from './client.ts';
import { CARRIERS } from './connection.ts';
import { dissectSse } from './dissect/body.ts';
import { EventStreamParser, type EventSink, type StreamEvent } from './event-stream.ts';
import { ReconnectingClient } from './reconnecting.ts';
import type { ResponseHead } from './response-head.ts';

class SseClient extends ReconnectingClient implements EventSink {
  readonly #parser = new EventStreamParser(this);
  #partial = 0;
  /** Of a server whose ids are its own: they are handed back as they came. */
  #lastEventId = '';

  protected open(): void {
    // An EventSource reconnects to the same URL and says in a header what it has seen last.
    const seen = this.isPlain ? this.#lastEventId : `${this.cursor ?? ''}`;
    const resume = seen === '' ? '' : `Last-Event-ID: ${seen}\r\n`;
    this.connect().request(this.requestHead('eventsource', '/sse', undefined, resume), 'handshake');
  }

  head(head: ResponseHead): void {
    if (head.status !== 200) return this.refused(head);
    const type = head.headers.get('content-type') ?? 'no type';
    if (!/^text\/event-stream\s*(;|$)/i.test(type)) {
      throw new ProtocolError(`a stream was answered with ${quote(type)} where text/event-stream was due`);
    }
    // A server sends it before there is an event, or the browser would not know that it is connected.
    this.ledger.packets?.frame();
    if (this.isPlain) this.becomeReady(this.cursor ?? 0);
  }

  body(buffer: Buffer, start: number, end: number): void {
    this.#book(end - start);
    this.#parser.feed(buffer, start, end);
  }

  /** The server ended the stream; an EventSource connects again. */
  end(): void {
    this.disconnect();
    this.lost('the stream ended');
  }

  event(event: StreamEvent): void {
    if (this.isPlain) return this.#plainEvent(event);
    const { type, data, lastEventId, bytes } = event;
    const offset = numberFrom(lastEventId);
    if (type === 'gap') {
      this.#settle('control', bytes);
      return this.skip(numberFrom(data), offset);
    }
    this.#message(payloadOf(type, data), offset, bytes);
  }

  #plainEvent({ type, data, lastEventId, bytes }: StreamEvent): void {
    this.#seen(lastEventId);
    if (type === (this.options.endpoint?.event ?? 'message')) this.#message(data, this.next(), bytes);
    else this.#settle('control', bytes);
  }

  /** An id of any text; one that a header line cannot hold (RFC 9110 §5.5) is as good as none. */
  #seen(id: string): void {
    this.#lastEventId = /^[\x20-\x7e]*$/.test(id) ? id : '';
  }

  #message(payload: string, offset: number, bytes: number): void {
    this.#settle('framing', bytes);
    this.ledger.move('down', 'framing', 'payload', Buffer.byteLength(payload));
    this.deliver(payload, offset, true);
  }

  silent(kind: 'comment' | 'fields', bytes: number, lastEventId: string): void {
    this.#settle(kind === 'comment' ? 'control' : 'handshake', bytes);
    if (this.isPlain) this.#seen(lastEventId);
    else if (kind === 'fields') this.becomeReady(numberFrom(lastEventId));
  }

  /** The suite's own backoff applies, the same for every transport. */
  retry(): void {}

  protected reset(): void {
    this.#parser.reset();
    this.#settle('framing', this.#partial);
  }

  #book(bytes: number): void {
    this.#partial += bytes;
    this.ledger.down.partial += bytes;
  }

  #settle(layer: 'framing' | 'control' | 'handshake', bytes: number): void {
    this.#partial -= bytes;
    this.ledger.down.partial -= bytes;
    this.ledger.down[layer] += bytes;
  }
}

function payloadOf(type: string, data: string): string {
  if (type === 'message') return data;
  if (type === 'json') return jsonString(data);
  throw new ProtocolError(`not an event that is understood: ${quote(type)}`);
}

function numberFrom(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new ProtocolError(`not a number where one was due: ${quote(text)}`);
  return Number(text);
}

function jsonString(text: string): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (typeof value !== 'string') throw new ProtocolError(`not a JSON string: ${quote(text)}`);
  return value;
}

export const sse: ClientTransport = {
  name: 'sse',
  asks: 'once',
  upstream: 'own-connection',
  carriers: CARRIERS,
  endpointWords: ['protocol', 'event', 'resumes'],
  dissect: dissectSse,
  connect: (options: ClientOptions): Client => new SseClient(options).start(),
  decoder(decoded) {
    const parser = new EventStreamParser({
      event: ({ type, data, lastEventId }) => decoded(payloadOf(type, data), numberFrom(lastEventId)),
      silent() {},
      retry() {},
    });
    return (encoding) => parser.feed(encoding, 0, encoding.length);
  },
};
