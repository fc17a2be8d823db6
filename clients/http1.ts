/**
 * A lean HTTP/1.1 connection over a socket that books every byte in the ledger.
 *
 * Own code and not a general client, because this project must name each byte and hold thousands of connections: all
 * sockets of the process read into one shared buffer (`onread`), and a body is handed on as a slice of it (`http1-reader.ts`).
 * node:http with an Agent costs about five times a bare socket a poll.
 */
import type { Socket } from 'node:net';
import type { Address, HttpConnection, Meter, Outlet, ResponseHandler } from './connection.ts';
import { Http1Reader } from './http1-reader.ts';
import type { Account, Ledger, Tap } from './ledger.ts';
import type { ModelledConnection } from './packets.ts';
import { openSocket, tlsFailure } from './socket.ts';

/** All sockets of the process read here; a slice of it is valid only until the handler returns. */
const SHARED = Buffer.allocUnsafeSlow(64 * 1024);

export class Http1Connection implements HttpConnection {
  readonly multiplexed = false;
  readonly socket: Socket;
  readonly #ledger: Ledger;
  readonly #handler: ResponseHandler;
  readonly #reader: Http1Reader;
  readonly #tap: Tap | undefined;
  readonly #modelled: ModelledConnection | undefined;
  /** Under TLS a request waits for the end of the handshake: a server that is not trusted is told nothing. */
  #handshaking = false;
  #held: (() => void) | undefined;
  requestBytes = 0;

  /** Connects at once; a request may be written before the connection stands. */
  constructor(address: Address, ledger: Ledger, handler: ResponseHandler) {
    this.#ledger = ledger;
    this.#handler = handler;
    this.#reader = new Http1Reader(ledger, handler);
    const { socket, wire } = openSocket(address, { buffer: SHARED, callback: this.#read });
    this.socket = socket;
    this.#modelled = ledger.track(socket, wire);
    this.#tap = ledger.tap?.();
    if (wire !== socket) this.#secure(socket, wire);
    this.socket.on('error', this.#error);
    this.socket.on('close', this.#close);
    this.socket.on('end', this.#end);
  }

  #secure(socket: Socket, wire: Socket): void {
    wire.on('error', this.#error);
    this.#handshaking = true;
    socket.once('secureConnect', () => {
      if (socket.destroyed) return;
      this.#handshaking = false;
      this.#held?.();
      this.#held = undefined;
    });
  }

  /** HTTP/1.1 without pipelining, as browsers use it. */
  get idle(): boolean {
    return this.#reader.idle;
  }

  get headBytes(): number {
    return this.#reader.headBytes;
  }

  request(head: string, layer: Account, body = ''): void {
    this.#reader.expect(layer);
    this.requestBytes = 0;
    this.#ledger.requests++;
    if (this.#handshaking) this.#held = () => this.#send(head, layer, body);
    else this.#send(head, layer, body);
  }

  #send(head: string, layer: Account, body: string): void {
    const { socket } = this;
    // Ended, and the news of it is still under way: nothing of this leaves.
    if (socket.destroyed) return;
    if (body === '' && this.#tap === undefined) {
      socket.write(head, 'latin1');
      // A string that the kernel refuses at once, after a reset, the socket does not count; a buffer it does.
      if (socket.errored === null) {
        this.#book(head, layer);
        this.#modelled?.wrote(head.length);
      }
      return;
    }
    this.#book(head, layer);
    const bytes = Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body)]);
    this.#ledger.up.payload += bytes.length - head.length;
    this.#tap?.bytes('up', bytes, 0, bytes.length);
    this.#modelled?.wrote(bytes.length);
    socket.write(bytes);
  }

  #book(head: string, layer: Account): void {
    this.requestBytes = head.length;
    this.#ledger.up[layer] += head.length;
  }

  outlet(meter: Meter): Outlet {
    const { socket } = this;
    const tap = this.#tap;
    const modelled = this.#modelled;
    let corked = 0;
    return {
      cork: () => socket.cork(),
      uncork() {
        socket.uncork();
        modelled?.wrote(corked);
        corked = 0;
      },
      write(bytes, done) {
        meter(bytes, 0, bytes.length);
        tap?.bytes('up', bytes, 0, bytes.length);
        if (socket.writableCorked > 0) corked += bytes.length;
        else modelled?.wrote(bytes.length);
        return socket.write(bytes, done);
      },
    };
  }

  setReading(reading: boolean): void {
    if (reading) this.socket.resume();
    else this.socket.pause();
  }

  destroy(): void {
    this.#reader.stop();
    this.socket.destroy();
  }

  readonly #error = (error: NodeJS.ErrnoException): void => {
    const failure = tlsFailure(error);
    if (failure === undefined || this.#reader.stopped) return this.#gone(error.code ?? error.message);
    this.destroy();
    this.#handler.failed(failure);
  };

  readonly #close = (): void => {
    this.#gone('closed');
  };

  readonly #end = (): void => {
    if (this.#reader.endsWithConnection) {
      this.destroy();
      this.#handler.end();
    }
    this.#gone('ended by the server');
    this.socket.destroy();
  };

  #gone(reason: string): void {
    if (this.#reader.stopped) return;
    this.#reader.stop();
    this.#handler.closed(reason);
  }

  readonly #read = (bytes: number, buffer: Uint8Array): boolean => {
    this.#tap?.bytes('down', buffer, 0, bytes);
    this.#modelled?.read(bytes);
    const stopped = this.#reader.stopped;
    try {
      this.#reader.read(buffer, bytes);
    } catch (error) {
      this.destroy();
      this.#handler.failed(error as Error);
    }
    if (!stopped) this.#modelled?.seen();
    return true;
  };
}
