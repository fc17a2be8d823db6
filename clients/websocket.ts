/**
 * WebSocket (RFC 6455): this project's handshake on its own connection, its own reader of frames, and ws's codec for what is
 * sent and what is compressed; every byte metered.
 */
import { createHash, randomBytes } from 'node:crypto';
import { ProtocolError, quote, type Client, type ClientOptions, type ClientTransport } from './client.ts';
import { CARRIERS } from './connection.ts';
import { dissectWebSocket } from './dissect/body.ts';
import { FrameMeter } from './frame-meter.ts';
import { FrameReader, type FrameSink } from './frame-reader.ts';
import { ReconnectingClient } from './reconnecting.ts';
import type { ResponseHead } from './response-head.ts';
import { Unaccepted } from './unaccepted.ts';
import { extension, PerMessageDeflate, Receiver, Sender, type Extensions } from './ws-codec.ts';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const SUBPROTOCOL = 'pushbench.v1';
const LONGEST_MESSAGE = 64 * 2 ** 20;
/** Close codes of RFC 6455 §7.4.1. */
const NORMAL = 1000;
const PROTOCOL_ERROR = 1002;
/** Stands for a close frame without a code; never on the wire. */
const NO_CODE = 1005;
/** Every browser offers this, whatever the server accepts. */
const BROWSER_OFFER = 'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n';

/** First byte of a binary frame: see `KIND` in servers/websocket.ts. */
const DATA = 0;
const READY = 1;
const GAP = 2;
const ACCEPTED = 3;

/** The Sec-WebSocket-Accept that answers a key: RFC 6455 §4.2.2. */
export function acceptFor(key: string): string {
  return createHash('sha1')
    .update(key + GUID)
    .digest('base64');
}

class WebSocketClient extends ReconnectingClient implements FrameSink {
  #key = '';
  #meter: FrameMeter | undefined;
  /** Where nothing is compressed; else ws's reads. */
  #reader: FrameReader | undefined;
  #receiver: Receiver | undefined;
  #sender: Sender | undefined;
  readonly #unaccepted = new Unaccepted();
  readonly #subprotocol = this.options.endpoint?.subprotocol ?? (this.isPlain ? undefined : SUBPROTOCOL);

  protected open(): void {
    this.#key = randomBytes(16).toString('base64');
    const { headers, deflate } = this.options;
    const offer = headers.browser || deflate ? BROWSER_OFFER : '';
    const protocol = this.#subprotocol === undefined ? '' : `Sec-WebSocket-Protocol: ${this.#subprotocol}\r\n`;
    const extra = `Sec-WebSocket-Key: ${this.#key}\r\n${offer}${protocol}`;
    this.connect().request(this.requestHead('websocket', '/websocket', this.cursor, extra), 'handshake');
  }

  head(head: ResponseHead): void {
    if (this.connection?.multiplexed === true) this.#checkConnect(head);
    else this.#checkSwitch(head);
    // The answer to an upgrade is a write of its own: the frames begin after it.
    this.ledger.packets?.frame();
  }

  /** RFC 8441 §5: any 2xx accepts, and no key proves anything. */
  #checkConnect(head: ResponseHead): void {
    if (head.status < 200 || head.status > 299) return this.refused(head);
    this.#agreed(head);
  }

  #checkSwitch(head: ResponseHead): void {
    if (head.status !== 101) return this.refused(head);
    if (head.headers.get('upgrade')?.toLowerCase() !== 'websocket') {
      throw new ProtocolError(`upgraded to ${quote(head.headers.get('upgrade') ?? 'nothing')} instead of websocket`);
    }
    const accept = head.headers.get('sec-websocket-accept');
    if (accept !== acceptFor(this.#key)) {
      throw new ProtocolError(`not the Sec-WebSocket-Accept for this key: ${quote(accept ?? 'none')}`);
    }
    this.#agreed(head);
  }

  #agreed(head: ResponseHead): void {
    const protocol = head.headers.get('sec-websocket-protocol');
    if (protocol !== this.#subprotocol) throw new ProtocolError(`not the subprotocol: ${quote(protocol ?? 'none')}`);
    this.#upgraded(acceptedExtensions(head.headers.get('sec-websocket-extensions'), this.options.deflate));
    if (this.isPlain) this.becomeReady(this.cursor ?? 0);
  }

  body(buffer: Buffer, start: number, end: number): void {
    this.#meter!.feed(buffer, start, end);
    if (this.#reader === undefined) return this.#inflate(buffer, start, end);
    try {
      this.#reader.feed(buffer, start, end);
    } catch (error) {
      // Here and not by the connection, which would be gone before the close frame that says why.
      this.failed(error as Error);
    }
  }

  /** The bytes are the connection's shared buffer, and ws keeps what it is given: so it gets a copy. */
  #inflate(buffer: Buffer, start: number, end: number): void {
    const bytes = Buffer.from(buffer.subarray(start, end));
    const receiver = this.#receiver!;
    // Told by the write that it is about: the receiver's own event knows of no bytes.
    receiver.write(bytes, (error) => {
      if (!(error instanceof Error) || this.#receiver !== receiver) return;
      this.failed(new ProtocolError(`${error.message}, in ${quote(bytes)}`));
    });
  }

  /** The server's half of the connection has ended without a close frame. */
  end(): void {
    this.disconnect();
    this.lost('ended by the server');
  }

  override send(payload: string): Promise<void> {
    if (this.#sender === undefined) return Promise.reject(new Error('the client is not connected'));
    const accepted = this.#unaccepted.add();
    this.#sender.send(payload, { binary: false, compress: this.options.deflate, fin: true, mask: true });
    // A plain server says nothing of it: all that can be known is that it was sent.
    if (this.isPlain) this.#unaccepted.accept();
    return accepted;
  }

  override close(): void {
    this.#leave(NORMAL);
    super.close();
  }

  override failed(error: Error): void {
    this.#leave(PROTOCOL_ERROR);
    super.failed(error);
  }

  /** Says why this side goes; what is sent after a close frame would be against RFC 6455 §5.5.1. */
  #leave(code: number | undefined): void {
    this.#sender?.close(code, '', true, () => {});
    this.#sender = undefined;
  }

  protected reset(): void {
    this.#meter?.reset();
    this.#reader?.stop();
    this.#reader = undefined;
    this.#receiver?.removeAllListeners('message').removeAllListeners('ping').removeAllListeners('conclude');
    this.#receiver = undefined;
    this.#sender = undefined;
    this.#unaccepted.refuseAll();
  }

  #upgraded(extensions: Extensions): void {
    this.#meter = new FrameMeter(this.ledger, 'down');
    // Metered on its way out: with compression ws writes later than it was asked to, and HTTP/2 later still.
    const up = new FrameMeter(this.ledger, 'up');
    this.#sender = new Sender(
      this.connection!.outlet((data, start, end) => up.feed(data, start, end)),
      extensions,
    );
    if (Object.keys(extensions).length === 0) {
      this.#reader = new FrameReader(this, LONGEST_MESSAGE);
      return;
    }
    this.#receiver = receiverWith(extensions)
      .on('message', (data, isBinary) => this.#inflated(data, isBinary))
      .on('ping', (data) => this.ping(data))
      .on('conclude', (code) => this.closedWith(code))
      // Said where the bytes are known: see body.
      .on('error', () => {});
  }

  #inflated(data: Buffer, isBinary: boolean): void {
    try {
      if (isBinary) this.binary(data);
      else this.text(data.toString());
    } catch (error) {
      // What is compressed comes when zlib is done: nobody on the way here would catch it.
      this.failed(error as Error);
    }
  }

  text(text: string): void {
    this.deliver(text, this.next(), !this.options.deflate);
  }

  ping(data: Buffer): void {
    this.#sender?.pong(data, true);
  }

  binary(data: Buffer): void {
    if (this.isPlain) return this.failed(new ProtocolError(`a binary frame where text was due: ${quote(data)}`));
    const text = data.toString('latin1', 1);
    if (data[0] === DATA) this.deliver(data.subarray(1), this.next(), !this.options.deflate);
    else if (data[0] === READY && /^\d{1,15}$/.test(text)) this.becomeReady(Number(text));
    else if (data[0] === GAP && /^\d{1,15},\d{1,15}$/.test(text)) {
      const [lost, cursor] = text.split(',').map(Number);
      this.skip(lost!, cursor!);
    } else if (data[0] !== ACCEPTED || !this.#unaccepted.accept())
      this.failed(new ProtocolError(`not a frame that is understood: ${quote(data)}`));
  }

  /** RFC 6455 §5.5.1: a close frame is answered by one. */
  closedWith(code: number): void {
    this.#leave(code === NO_CODE ? undefined : code);
    this.disconnect();
    this.lost(`closed by the server with ${code}`);
  }
}

const receiverWith = (extensions: Extensions): Receiver =>
  new Receiver({ isServer: false, maxPayload: LONGEST_MESSAGE, allowSynchronousEvents: true, extensions });

/** The negotiated extensions for ws's codec: none, or permessage-deflate as the server configured it (RFC 7692 §5). */
function acceptedExtensions(header: string | undefined, deflate: boolean): Extensions {
  if (header === undefined) return {};
  const offers = extension.parse(header);
  const name = PerMessageDeflate.extensionName;
  if (!deflate || Object.keys(offers).some((offered) => offered !== name)) {
    throw new ProtocolError(`an extension that was not offered: ${quote(header)}`);
  }
  // Without context takeover ws compresses nothing below 1 KiB unless told to.
  const perMessageDeflate = new PerMessageDeflate({ isServer: false, threshold: 0, maxPayload: LONGEST_MESSAGE });
  perMessageDeflate.accept(offers[name]);
  return { [name]: perMessageDeflate };
}

export const websocket: ClientTransport = {
  name: 'websocket',
  asks: 'once',
  upstream: 'in-band',
  carriers: CARRIERS,
  endpointWords: ['protocol', 'subprotocol', 'cursor', 'upstream'],
  dissect: dissectWebSocket,
  connect: (options: ClientOptions): Client => new WebSocketClient(options).start(),
  decoder(decoded) {
    const others = { binary: () => {}, ping: () => {}, closedWith: () => {} };
    const reader = new FrameReader({ text: (text) => decoded(text, undefined), ...others }, LONGEST_MESSAGE);
    return (encoding) => reader.feed(encoding, 0, encoding.length);
  },
};
