/** Plain HTTP requests on kept connections: what shares the port with the WebSockets in `shared-port`. */
import { ProtocolError } from './client.ts';
import { requestHead, type HeaderProfile } from './headers.ts';
import { Carriage } from './carriage.ts';
import { isEncrypted, isMultiplexed, type Address, type HttpConnection, type ResponseHandler } from './connection.ts';
import type { Ledger } from './ledger.ts';
import type { ResponseHead } from './response-head.ts';

export interface GetOptions extends Address {
  readonly headers: HeaderProfile;
  readonly ledger: Ledger;
}

type Done = (error: Error | null, status: number, body: string) => void;

class Exchange implements ResponseHandler {
  readonly connection: HttpConnection;
  readonly #ledger: Ledger;
  readonly #release: (exchange: Exchange, reusable: boolean) => void;
  #done: Done = () => {};
  #status = 0;
  #body = '';

  constructor(options: GetOptions, release: (exchange: Exchange, reusable: boolean) => void) {
    this.#ledger = options.ledger;
    this.#release = release;
    this.connection = new Carriage(options, options.ledger).open(this);
  }

  ask(head: string, done: Done): void {
    this.#done = done;
    this.#body = '';
    this.connection.request(head, 'header');
  }

  head(head: ResponseHead): void {
    this.#status = head.status;
  }

  body(buffer: Buffer, start: number, end: number): void {
    this.#ledger.down.payload += end - start;
    this.#body += buffer.toString('utf8', start, end);
  }

  end(): void {
    const reusable = this.connection.idle;
    if (!reusable) this.connection.destroy();
    this.#release(this, reusable);
    this.#done(null, this.#status, this.#body);
  }

  closed(reason: string): void {
    this.failed(new Error(`the connection was lost (${reason})`));
  }

  failed(error: Error): void {
    this.#release(this, false);
    const done = this.#done;
    this.#done = () => {};
    done(error, 0, '');
  }
}

/** Requests to one server: each takes a connection that is free, or opens one. Open loop, so none waits for another. */
export class HttpGet {
  readonly #options: GetOptions;
  readonly #idle: Exchange[] = [];
  readonly #open = new Set<Exchange>();

  constructor(options: GetOptions) {
    this.#options = options;
  }

  /** @param extra header lines of this request, each ending in CRLF */
  get(target: string, done: Done, extra = ''): void {
    const { headers, host, port, carrier } = this.#options;
    const head = requestHead(headers, {
      kind: 'fetch',
      target,
      authority: `${host}:${port}`,
      connection: 'keep-alive',
      scheme: isEncrypted(carrier) ? 'https' : 'http',
      multiplexed: isMultiplexed(carrier),
      extra,
    });
    let exchange = this.#idle.pop();
    if (exchange === undefined) {
      exchange = new Exchange(this.#options, this.#release);
      this.#open.add(exchange);
    }
    exchange.ask(head, done);
  }

  close(): void {
    for (const exchange of this.#open) exchange.connection.destroy();
    this.#open.clear();
    this.#idle.length = 0;
  }

  readonly #release = (exchange: Exchange, reusable: boolean): void => {
    if (reusable) this.#idle.push(exchange);
    else {
      this.#open.delete(exchange);
      const at = this.#idle.indexOf(exchange);
      if (at !== -1) this.#idle.splice(at, 1);
    }
  };
}

/** The one right answer of `GET /health`; anything else is the error that says what came instead. */
export function healthError(error: Error | null, status: number, body: string): Error | null {
  if (error !== null) return error;
  if (status === 200 && body === '{"status":"ok"}') return null;
  return new ProtocolError(`GET /health was answered with ${status} ${JSON.stringify(body.slice(0, 80))}`);
}
