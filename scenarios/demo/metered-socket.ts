/**
 * One connection of the server: whose exchange its bytes belong to, told twice over, by what is written to it as it
 * passes and by the socket's own counters.
 *
 * Browsers use a kept connection for one transport now and for another then, so that bytes are told apart by request:
 * what arrives before a request is announced is its head, and until it is answered the connection is its. Only with
 * pipelining, which browsers do not do, a head is counted for the request that came with it. The rejected alternative, a
 * port for each transport, needs no attribution, but makes every transport cross-origin: the page and a frame of
 * another origin cannot call each other, so there would be no forever-iframe, and CORS would add its headers to each poll.
 */
import type { Socket } from 'node:net';
import { OtherExchange, type Account, type Exchange } from './exchange.ts';

export class MeteredSocket {
  readonly #socket: Socket;
  /** Where bytes go that no request has asked for, such as the answer to what is no HTTP. */
  readonly #others: Exchange;
  /** Requests that are not answered yet, the oldest first: answers keep their order. */
  readonly #open: Exchange[] = [];
  #read = 0;
  #written = 0;

  constructor(socket: Socket, others: Account) {
    this.#socket = socket;
    this.#others = new OtherExchange(others);
    tapWrites(socket, (bytes) => (this.#open[0] ?? this.#others).wrote(bytes));
  }

  begin(exchange: Exchange): void {
    if (this.#open.length === 0) this.#countWritten(this.#others);
    this.#open.push(exchange);
    this.settle();
  }

  end(exchange: Exchange): void {
    const place = this.#open.indexOf(exchange);
    if (place === -1) return;
    this.settle();
    this.#open.splice(place, 1);
    exchange.ended();
  }

  /** Brings the counts up to date. Of an idle connection there is nothing to say yet: its next bytes are a request's. */
  settle(): void {
    const [exchange] = this.#open;
    if (exchange === undefined) return;
    this.#countRead(exchange);
    this.#countWritten(exchange);
  }

  closed(): void {
    const last = this.#open[0] ?? this.#others;
    this.#countRead(last);
    this.#countWritten(last);
    for (const exchange of this.#open.splice(0)) exchange.ended();
  }

  #countRead(exchange: Exchange): void {
    const { bytesRead } = this.#socket;
    exchange.account.counted.up += bytesRead - this.#read;
    exchange.read(bytesRead - this.#read);
    this.#read = bytesRead;
  }

  /** What a socket drops that waited to be sent is no longer in its count. */
  #countWritten(exchange: Exchange): void {
    const { bytesWritten } = this.#socket;
    exchange.account.counted.down += bytesWritten - this.#written;
    this.#written = bytesWritten;
  }
}

/** Shows all that is handed to the kernel, in its order, however it was written: `end` does not go through `write`. */
function tapWrites(socket: Socket, sees: (bytes: Buffer) => void): void {
  const write = socket._write.bind(socket);
  socket._write = (chunk: Buffer | string, encoding, done): void => {
    sees(bytesOf(chunk, encoding));
    write(chunk, encoding, done);
  };
  const writev = socket._writev?.bind(socket);
  if (writev === undefined) return;
  socket._writev = (chunks: { chunk: Buffer | string; encoding: BufferEncoding }[], done): void => {
    for (const { chunk, encoding } of chunks) sees(bytesOf(chunk, encoding));
    writev(chunks, done);
  };
}

const bytesOf = (chunk: Buffer | string, encoding: BufferEncoding): Buffer =>
  typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk;
