/** Forever-iframe: an HTML page that never ends, a `<script>` for each message, run by the browser as it arrives. */
import type { ServerResponse } from 'node:http';
import { logOf } from './channel.ts';
import { NOTHING_SAID, type Heartbeat } from './heartbeat.ts';
import { encodedOnce, type Encoder, type Entry, type Log } from './hub.ts';
import { drainOf, LogReader, startCursor, type Drainable, type Writer } from './reader.ts';
import { BadRequest, parseSubscription } from './request.ts';
import type { ServerTransport } from './server.ts';

/** A JavaScript member path such as `parent.onMessage`; what is called with the client's own words must be only that. */
const CALLBACK = /^[A-Za-z_$][\w$]{0,63}(\.[A-Za-z_$][\w$]{0,63}){0,7}$/;

/** What is called where the client names nothing else. */
const CUSTOMARY_CALLBACK = 'parent.onMessage';

/** Browsers run scripts of an unfinished page only after about 1 KiB of it (RFC 6202 §3.2). */
const PADDING = `<!--${' '.repeat(1_024)}-->`;

const COMMENT = Buffer.from('<!---->\n');

export function prelude(callback: string, cursor: number): string {
  return `<!doctype html><meta charset="utf-8"><title>pushbench</title>${PADDING}\n<script>${callback}(${cursor})</script>\n`;
}

/**
 * A payload as a JavaScript string that can never leave its script element: JSON with every `<` escaped, and U+2028 and
 * U+2029, which ended a string literal before ES2019.
 */
export function scriptString(payload: string): string {
  return JSON.stringify(payload)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}

/** Encoders kept, so that the clients of one page share each message's encoding: hostile names cannot pile up. */
const ENCODERS_KEPT = 16;

const encoders = new Map<string, Encoder>();

function encoderFor(callback: string): Encoder {
  const known = encoders.get(callback);
  if (known !== undefined) return known;
  if (encoders.size >= ENCODERS_KEPT) encoders.clear();
  const encoder: Encoder = ({ offset, payload }) =>
    Buffer.from(`<script>${callback}(${offset},${scriptString(String(payload))})</script>\n`);
  encoders.set(callback, encoder);
  return encoder;
}

const customaryEncoder = encoderFor(CUSTOMARY_CALLBACK);

class IframeStream implements Writer {
  readonly #response: ServerResponse;
  readonly #drain: Drainable;
  readonly #callback: string;
  readonly #encoder: Encoder;
  readonly #recycleBytes: number;
  readonly #heartbeat: Heartbeat;
  #written = 0;
  saidAt = NOTHING_SAID;

  constructor(response: ServerResponse, callback: string, recycleBytes: number, heartbeat: Heartbeat) {
    this.#response = response;
    this.#drain = drainOf(response);
    this.#callback = callback;
    this.#encoder = encoderFor(callback);
    this.#recycleBytes = recycleBytes;
    this.#heartbeat = heartbeat;
  }

  get open(): boolean {
    return this.#written < this.#recycleBytes;
  }

  begin(cursor: number): void {
    this.#write(Buffer.from(prelude(this.#callback, cursor)));
    // The first beat falls at a random part of the period: that it follows the prelude must not put it off.
    this.saidAt = NOTHING_SAID;
  }

  message(entry: Entry): void {
    this.#write(encodedOnce(entry, this.#encoder));
  }

  gap(lost: number, cursor: number): void {
    this.#write(Buffer.from(`<script>${this.#callback}(${cursor},null,${lost})</script>\n`));
  }

  beat(): void {
    if (this.open && !this.#drain.writableNeedDrain) this.#write(COMMENT);
  }

  #write(html: Buffer): void {
    this.saidAt = this.#heartbeat.now;
    this.#written += html.length;
    this.#response.write(html);
    if (!this.open) this.#response.end();
  }
}

export const foreverIframe: ServerTransport = {
  name: 'forever-iframe',
  binary: false,
  tryPath: '/forever-iframe?callback=parent.onMessage',
  mount({ app, hub, heartbeat, options }) {
    const responses = new Set<ServerResponse>();
    const begin = (log: Log, from: number, callback: string, response: ServerResponse): void => {
      const stream = new IframeStream(response, callback, options.recycleBytes, heartbeat);
      stream.begin(from);
      const reader = new LogReader(log, from, drainOf(response), stream);
      heartbeat.add(stream);
      responses.add(response);
      response.once('close', () => {
        reader.stop();
        heartbeat.delete(stream);
        responses.delete(response);
      });
      reader.wake();
    };
    app.get('/forever-iframe', (request, reply) => {
      const { channel, cursor, query } = parseSubscription(request.raw.url ?? '');
      const callback = query.get('callback') ?? CUSTOMARY_CALLBACK;
      if (!CALLBACK.test(callback)) {
        throw new BadRequest('callback must be a JavaScript name such as parent.onMessage');
      }
      const log = logOf(hub, channel);
      reply.hijack();
      reply.raw.writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache, no-transform',
        'x-accel-buffering': 'no',
        'x-content-type-options': 'nosniff',
      });
      if (request.method === 'HEAD') return void reply.raw.end();
      begin(log, startCursor(log, cursor), callback, reply.raw);
    });
    return () => {
      for (const response of responses) response.destroy();
    };
  },
  encode(entries, write) {
    for (const entry of entries) write(customaryEncoder(entry));
  },
};
