/**
 * WebSocket over HTTP/2 (RFC 8441): a stream opened by an extended CONNECT, shown to the upgrade handler as if it were
 * the socket of an HTTP/1.1 upgrade.
 *
 * So one handler serves both, with the same checks, subprotocols and extensions. What it writes first, an HTTP/1.1 head,
 * becomes the stream's fields; 101 becomes 200 (§5). The alternative, ws's private `setSocket`, would leave the
 * negotiation to be written again here.
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Http2ServerRequest, ServerHttp2Stream } from 'node:http2';
import { Duplex } from 'node:stream';
import type { UpgradeHandler } from './upgrade.ts';

/** Fields of the HTTP/1.1 answer that HTTP/2 has no place for (RFC 9113 §8.2.2, RFC 8441 §5). */
const DROPPED = new Set(['connection', 'upgrade', 'sec-websocket-accept', 'content-length']);

export function onExtendedConnect(server: Server, protocol: string, handler: UpgradeHandler): void {
  server.on('connect', (incoming: unknown) => {
    const { stream, headers, url } = incoming as Http2ServerRequest;
    // RFC 8441 §4 and RFC 9110 §9.3.6: neither another protocol nor a tunnel is to be had here.
    if (headers[':protocol'] !== protocol)
      return refuse(stream, 501, `This server knows CONNECT for ${protocol} only.\n`);
    const socket = new StreamSocket(stream);
    if (!handler(asUpgrade(url, headers), socket, Buffer.alloc(0))) {
      refuse(stream, 404, `There is no ${protocol} at this path.\n`);
    }
  });
}

function refuse(stream: ServerHttp2Stream, status: number, sentence: string): void {
  stream.on('error', () => {});
  if (stream.destroyed || stream.closed) return;
  stream.respond({ ':status': status, 'content-type': 'text/plain' });
  stream.end(sentence);
}

/** The request as an upgrade of HTTP/1.1 would have brought it; the key proves nothing here and is any. */
function asUpgrade(url: string, headers: Http2ServerRequest['headers']): IncomingMessage {
  const fields = Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(':')));
  const host = headers[':authority'] ?? headers.host;
  const upgrade = {
    host,
    upgrade: 'websocket',
    connection: 'Upgrade',
    'sec-websocket-key': randomBytes(16).toString('base64'),
  };
  return { method: 'GET', url, headers: { ...fields, ...upgrade } } as unknown as IncomingMessage;
}

class StreamSocket extends Duplex {
  readonly #stream: ServerHttp2Stream;

  constructor(stream: ServerHttp2Stream) {
    super({ allowHalfOpen: false });
    this.#stream = stream;
    // Whoever takes this listens for its end; an error of one that nobody takes would end the process.
    this.on('error', () => {});
    stream.on('data', (bytes: Buffer) => {
      if (!this.push(bytes)) stream.pause();
    });
    stream.on('end', () => this.push(null));
    stream.on('error', (error) => this.destroy(error));
    stream.on('close', () => this.destroy());
  }

  override _read(): void {
    this.#stream.resume();
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    if (this.#stream.destroyed || this.#stream.closed) return done(new Error('the stream is gone'));
    if (this.#stream.headersSent) return void this.#stream.write(chunk, done);
    const stop = chunk.indexOf('\r\n\r\n');
    this.#stream.respond(fieldsOf(chunk.toString('latin1', 0, stop)));
    if (stop + 4 < chunk.length) this.#stream.write(chunk.subarray(stop + 4), done);
    else done();
  }

  /** ws writes a frame's header and payload corked: together they are one DATA frame. */
  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), '', done);
  }

  override _final(done: () => void): void {
    this.#stream.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (!this.#stream.destroyed) this.#stream.destroy();
    done(error);
  }
}

function fieldsOf(head: string): Record<string, string | number> {
  const [first = '', ...lines] = head.split('\r\n');
  const status = Number(first.split(' ')[1]);
  const fields: Record<string, string | number> = { ':status': status === 101 ? 200 : status };
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    if (!DROPPED.has(name)) fields[name] = line.slice(colon + 1).trim();
  }
  return fields;
}
