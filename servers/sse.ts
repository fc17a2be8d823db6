/** Server-Sent Events: one endless response in the WHATWG event-stream format (HTML Living Standard §9.2). */
import type { ServerResponse } from 'node:http';
import { logOf } from './channel.ts';
import { NOTHING_SAID, type Heartbeat } from './heartbeat.ts';
import { encodedOnce, type Entry } from './hub.ts';
import { drainOf, LogReader, startCursor, type Drainable, type Writer } from './reader.ts';
import { parseCursor, parseSubscription } from './request.ts';
import type { ServerTransport } from './server.ts';

const COMMENT = Buffer.from(':\n\n');

/**
 * One event. `data:` cannot carry CR (the format ends lines on it), so such a payload goes as JSON in an event of type
 * `json`; all others go as they are, a `data:` field for each line: 6k + 2 bytes for k lines, plus the id's.
 */
export function encodeEvent(offset: number, payload: string): string {
  if (payload.includes('\r')) return `event: json\nid: ${offset}\ndata: ${JSON.stringify(payload)}\n\n`;
  const lines = payload.includes('\n') ? payload.replaceAll('\n', '\ndata: ') : payload;
  return `id: ${offset}\ndata: ${lines}\n\n`;
}

const encode = (entry: Entry): Buffer => Buffer.from(encodeEvent(entry.offset, String(entry.payload)));

class SseStream implements Writer {
  readonly open = true;
  readonly #response: ServerResponse;
  readonly #drain: Drainable;
  readonly #heartbeat: Heartbeat;
  saidAt = NOTHING_SAID;

  constructor(response: ServerResponse, heartbeat: Heartbeat) {
    this.#response = response;
    this.#drain = drainOf(response);
    this.#heartbeat = heartbeat;
  }

  message(entry: Entry): void {
    this.#write(encodedOnce(entry, encode));
  }

  gap(lost: number, cursor: number): void {
    this.#write(`event: gap\nid: ${cursor}\ndata: ${lost}\n\n`);
  }

  beat(): void {
    if (!this.#drain.writableNeedDrain) this.#response.write(COMMENT);
  }

  #write(event: Buffer | string): void {
    this.saidAt = this.#heartbeat.now;
    this.#response.write(event);
  }
}

export const sse: ServerTransport = {
  name: 'sse',
  binary: false,
  tryPath: '/sse',
  mount({ app, hub, heartbeat, options }) {
    const responses = new Set<ServerResponse>();
    app.get('/sse', (request, reply) => {
      const { channel, cursor } = parseSubscription(request.raw.url ?? '');
      const lastEventId = request.headers['last-event-id'];
      // An EventSource reconnects to the URL it was made with; what it has seen since is in Last-Event-ID.
      const asked = typeof lastEventId === 'string' ? parseCursor(lastEventId, 'Last-Event-ID') : cursor;
      const log = logOf(hub, channel);
      const from = startCursor(log, asked);
      reply.hijack();
      const response = reply.raw;
      response.writeHead(200, {
        'content-type': 'text/event-stream',
        // no-transform keeps proxies from compressing (and so buffering) the stream; nginx reads X-Accel-Buffering.
        'cache-control': 'no-cache, no-transform',
        'x-accel-buffering': 'no',
      });
      if (request.method === 'HEAD') return void response.end();
      response.flushHeaders();
      // An id without data dispatches nothing but sets the last event id (§9.2.6): the client can resume from here on.
      response.write(`retry: ${options.retryMs}\nid: ${from}\n\n`);
      const stream = new SseStream(response, heartbeat);
      const reader = new LogReader(log, from, drainOf(response), stream);
      heartbeat.add(stream);
      responses.add(response);
      response.once('close', () => {
        reader.stop();
        heartbeat.delete(stream);
        responses.delete(response);
      });
      reader.wake();
    });
    return () => {
      for (const response of responses) response.destroy();
    };
  },
  encode(entries, write) {
    for (const entry of entries) write(encode(entry));
  },
};
