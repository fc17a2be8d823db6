/** Raw TCP, the floor: a message and its length on a bare connection, which begins as an HTTP Upgrade. */
import { ProtocolError, quote, type Client, type ClientOptions, type ClientTransport } from './client.ts';
import type { Outlet } from './connection.ts';
import { dissectTcp } from './dissect/body.ts';
import { TCP_TOKEN } from './headers.ts';
import { Ledger } from './ledger.ts';
import { ReconnectingClient } from './reconnecting.ts';
import type { ResponseHead } from './response-head.ts';
import { bookText, encodeText, ItemReader, type Control, type ItemSink } from './tcp-codec.ts';
import { Unaccepted } from './unaccepted.ts';

class TcpClient extends ReconnectingClient implements ItemSink {
  #items: ItemReader | undefined;
  #outlet: Outlet | undefined;
  readonly #unaccepted = new Unaccepted();

  protected open(): void {
    this.connect().request(this.requestHead('tcp', '/tcp', this.cursor), 'handshake');
  }

  head(head: ResponseHead): void {
    if (head.status !== 101) return this.refused(head);
    const upgrade = head.headers.get('upgrade') ?? 'nothing';
    if (upgrade !== TCP_TOKEN) throw new ProtocolError(`upgraded to ${quote(upgrade)} instead of ${TCP_TOKEN}`);
    this.#items = new ItemReader(this.ledger, this);
  }

  body(buffer: Buffer, start: number, end: number): void {
    this.#items!.feed(buffer, start, end);
  }

  end(): void {
    this.disconnect();
    this.lost('ended by the server');
  }

  message(payload: string | Buffer): void {
    if (this.#outlet === undefined) {
      throw new ProtocolError(`a message came before the connection was ready: ${quote(payload)}`);
    }
    this.deliver(payload, this.next(), true);
  }

  control(name: Exclude<Control, 'bytes'>, text: string): void {
    if ((name === 'ready') !== (this.#outlet === undefined) && name !== 'error') {
      throw new ProtocolError(`a control item "${name}" out of turn: ${quote(text)}`);
    }
    switch (name) {
      case 'ready':
        this.#outlet = this.connection!.outlet((data, start, end) => bookText(this.ledger, data, start, end));
        return this.becomeReady(Number(text));
      case 'gap': {
        const [lost, cursor] = text.split(',').map(Number);
        return this.skip(lost!, cursor!);
      }
      case 'accepted':
        if (!this.#unaccepted.accept())
          throw new ProtocolError(`nothing was sent that this accepts: ${quote('\0a\0')}`);
        return;
      case 'error':
        throw new ProtocolError(`the server refused what this client sent: ${quote(text)}`);
      case 'heartbeat':
        return;
    }
  }

  override send(payload: string): Promise<void> {
    if (this.#outlet === undefined) return Promise.reject(new Error('the client is not connected'));
    const accepted = this.#unaccepted.add();
    this.#outlet.write(encodeText(payload));
    return accepted;
  }

  protected reset(): void {
    this.#items?.end();
    this.#items = undefined;
    this.#outlet = undefined;
    this.#unaccepted.refuseAll();
  }
}

export const tcp: ClientTransport = {
  name: 'tcp',
  asks: 'once',
  upstream: 'in-band',
  // A stream of HTTP/2 is no connection: over it this would measure frames of HTTP/2.
  carriers: ['h1', 'tls'],
  dissect: dissectTcp,
  floor: true,
  connect: (options: ClientOptions): Client => new TcpClient(options).start(),
  decoder(decoded) {
    // It books the bytes that it reads as it goes; the others do so beside their readers.
    const items = new ItemReader(new Ledger(), { message: (payload) => decoded(payload, undefined), control() {} });
    return (encoding) => items.feed(encoding, 0, encoding.length);
  },
};
