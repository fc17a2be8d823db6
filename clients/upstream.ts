/** Client to server for the HTTP transports: a `POST` for each message, one after the other, on a connection of its own. */
import { ProtocolError, type ClientOptions } from './client.ts';
import { callOf } from './endpoint.ts';
import { requestHead } from './headers.ts';
import type { Carriage } from './carriage.ts';
import { isEncrypted, isMultiplexed, type HttpConnection, type ResponseHandler } from './connection.ts';
import type { ResponseHead } from './response-head.ts';

interface Sending {
  readonly payload: string;
  readonly accept: () => void;
  readonly refuse: (error: Error) => void;
}

export class Upstream implements ResponseHandler {
  readonly #options: ClientOptions;
  readonly #carriage: Carriage;
  readonly #queue: Sending[] = [];
  #connection: HttpConnection | undefined;
  #current: Sending | undefined;
  #status = 0;

  constructor(options: ClientOptions, carriage: Carriage) {
    this.#options = options;
    this.#carriage = carriage;
  }

  send(payload: string): Promise<void> {
    return new Promise((accept, refuse) => {
      this.#queue.push({ payload, accept, refuse });
      this.#next();
    });
  }

  close(): void {
    this.#connection?.destroy();
    this.#connection = undefined;
    this.#fail(new Error('the client was closed'));
    for (const { refuse } of this.#queue.splice(0)) refuse(new Error('the client was closed'));
  }

  head(head: ResponseHead): void {
    this.#status = head.status;
  }

  body(_buffer: Buffer, start: number, end: number): void {
    this.#options.ledger.down.framing += end - start;
  }

  /** This project's servers answer 204; another one has accepted with any 2xx (RFC 9110 §15.3). */
  get #accepted(): boolean {
    const theirs = this.#options.endpoint?.upstream !== undefined;
    return this.#status === 204 || (theirs && this.#status >= 200 && this.#status < 300);
  }

  end(): void {
    if (this.#connection?.idle !== true) {
      this.#connection?.destroy();
      this.#connection = undefined;
    }
    if (!this.#accepted) {
      this.#fail(new ProtocolError(`the server answered ${this.#status} to a message where 204 was due`));
    } else {
      const { accept } = this.#current!;
      this.#current = undefined;
      accept();
    }
    this.#next();
  }

  closed(reason: string): void {
    this.#connection = undefined;
    // Whether the server took the message cannot be known, and sending it again could deliver it twice.
    this.#fail(new Error(`the connection was lost before the server accepted the message (${reason})`));
    this.#next();
  }

  failed(error: Error): void {
    this.#connection = undefined;
    this.#fail(error);
    this.#next();
  }

  #fail(error: Error): void {
    const failed = this.#current;
    this.#current = undefined;
    failed?.refuse(error);
  }

  #next(): void {
    if (this.#current !== undefined) return;
    const sending = this.#queue.shift();
    if (sending === undefined) return;
    this.#current = sending;
    this.#connection ??= this.#carriage.open(this);
    const { channel, endpoint } = this.#options;
    const { payload } = sending;
    const call = endpoint?.upstream;
    if (call === undefined) return this.#post({ path: `/messages?channel=${channel}`, body: payload });
    const { path, body } = callOf(call, channel, payload);
    this.#post({ path, body, method: call.method, contentType: call.contentType });
    // What the server wants around a message is framing.
    this.#options.ledger.move('up', 'payload', 'framing', Buffer.byteLength(body) - Buffer.byteLength(payload));
  }

  #post({ path, body, ...theirs }: { path: string; body: string; method?: string; contentType?: string }): void {
    const { host, port, headers, connection, carrier, authority = `${host}:${port}` } = this.#options;
    const head = requestHead(headers, {
      kind: 'post',
      target: path,
      authority,
      connection,
      scheme: isEncrypted(carrier) ? 'https' : 'http',
      multiplexed: isMultiplexed(carrier),
      extra: `Content-Length: ${Buffer.byteLength(body)}\r\n`,
      ...theirs,
    });
    this.#connection!.request(head, 'header', body);
  }
}
