/** The socket under an HTTP/2 connection, as node:http2 sees it: each byte metered on its way. */
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { Address } from './connection.ts';
import { foreign } from './http2-errors.ts';
import { Http2Meter, type FrameOwner } from './http2-meter.ts';
import type { Ledger, Tap } from './ledger.ts';
import type { ModelledConnection } from './packets.ts';
import { QUOTED_BYTES, type ProtocolError } from './protocol-error.ts';
import { openSocket } from './socket.ts';

const SHARED = Buffer.allocUnsafeSlow(64 * 1024);

export class MeteredStream extends Duplex {
  readonly #socket: Socket;
  readonly #tap: Tap | undefined;
  readonly #modelled: ModelledConnection | undefined;
  readonly #up: Http2Meter;
  readonly #down: Http2Meter;
  /** The start of what came last, for who must quote it, and one byte more, to see that there was more. */
  readonly #latest = Buffer.alloc(QUOTED_BYTES + 1);
  #latestBytes = 0;
  /** The socket stands, its TLS included. */
  #open = false;
  #held: (() => void) | undefined;

  constructor(
    address: Address,
    ledger: Ledger,
    tap: Tap | undefined,
    up: FrameOwner,
    down: FrameOwner,
    onForeign: (error: ProtocolError) => void,
  ) {
    super({ allowHalfOpen: false });
    let first = true;
    this.#up = new Http2Meter(ledger, 'up', up);
    this.#down = new Http2Meter(ledger, 'down', down);
    const { socket, wire } = openSocket(address, {
      buffer: SHARED,
      callback: (bytes, buffer) => {
        this.#tap?.bytes('down', buffer, 0, bytes);
        this.#latestBytes = Math.min(bytes, this.#latest.length);
        this.#latest.set(buffer.subarray(0, this.#latestBytes));
        this.#modelled?.read(bytes);
        this.#down.feed(buffer, 0, bytes);
        this.#modelled?.seen();
        const other = first ? foreign(buffer, bytes) : undefined;
        first = false;
        if (other !== undefined) onForeign(other);
        // The buffer is shared; what is held must be a copy.
        if (!this.destroyed) this.push(Buffer.from(buffer.subarray(0, bytes)));
        return true;
      },
    });
    this.#socket = socket;
    this.#modelled = ledger.track(socket, wire);
    this.#tap = tap;
    socket.once(wire === socket ? 'connect' : 'secureConnect', () => {
      if (socket.destroyed) return;
      this.#open = true;
      this.#held?.();
    });
    socket.on('error', (error) => this.destroy(error));
    if (wire !== socket) wire.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
    socket.on('end', () => this.push(null));
  }

  /** The start of what came last. */
  get latest(): Buffer {
    return this.#latest.subarray(0, this.#latestBytes);
  }

  setReading(reading: boolean): void {
    if (reading) this.#socket.resume();
    else this.#socket.pause();
  }

  override _read(): void {}

  override _write(chunk: Buffer, encoding: string, done: (error?: Error | null) => void): void {
    // Booked when it goes out, and no sooner: a connection that comes to nothing has sent nothing.
    if (!this.#open) {
      this.#held = () => this._write(chunk, encoding, done);
      return;
    }
    this.#tap?.bytes('up', chunk, 0, chunk.length);
    this.#modelled?.wrote(chunk.length);
    this.#up.feed(chunk, 0, chunk.length);
    // Done when the kernel is ready for more, not when it has all: what is written before `destroy` shall leave.
    if (this.#socket.write(chunk)) done();
    else this.#socket.once('drain', done);
  }

  /** A frame's header and its payload come apart: together they are one segment, and one record of TLS. */
  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), '', done);
  }

  override _final(done: () => void): void {
    this.#socket.end();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#up.reset();
    this.#down.reset();
    this.#socket.destroy();
    done(error);
  }
}
