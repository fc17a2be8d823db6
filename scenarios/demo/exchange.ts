/**
 * One request and its answer as they pass the server's socket, each byte booked in the layer that the suite's simulated
 * clients would book it in: by the same ledger, the same dissectors and the same rule for heads.
 *
 * A poller's first exchange is its handshake, as it is there. What cannot be named yet is `partial`.
 */
import { layerOf, type Subject } from '../../clients/dissect/track.ts';
import { FrameMeter } from '../../clients/frame-meter.ts';
import { Ledger, type Layer } from '../../clients/ledger.ts';
import { parseHead, type ResponseHead } from '../../clients/response-head.ts';
import { chunksIn } from './chunks.ts';

const HEAD_END = '\r\n\r\n';
const NOTHING = Buffer.alloc(0);

/** What one transport has cost one page: by layer as its bytes read, and in sum as the sockets count. */
export class Account {
  readonly ledger = new Ledger();
  readonly counted = { up: 0, down: 0 };
}

/** Told of what passes a socket while the socket is in this exchange. */
export interface Exchange {
  readonly account: Account;
  /** What the client has sent: the request, and after an upgrade what follows it. */
  read(bytes: number): void;
  wrote(bytes: Buffer): void;
  /** It is answered, or its socket is gone. */
  ended(): void;
}

/** What is no transport's: the page itself, its knobs, its live channel, and clients that are no page. */
export class OtherExchange implements Exchange {
  readonly account: Account;

  constructor(account: Account) {
    this.account = account;
  }

  read(bytes: number): void {
    this.account.ledger.up.control += bytes;
  }

  wrote(bytes: Buffer): void {
    this.account.ledger.down.control += bytes.length;
  }

  ended(): void {}
}

export class TransportExchange implements Exchange {
  readonly account: Account;
  readonly #subject: Subject;
  readonly #first: boolean;
  #head: ResponseHead | undefined;
  #headBytes = 0;
  #requestBytes = 0;
  /** The layer of both heads, once it shows. */
  #named: Layer | undefined;
  /** Of the body, or of the head while that is not whole: written and not named yet. */
  #rest: Buffer = NOTHING;
  #frames: FrameMeter | undefined;

  constructor(account: Account, subject: Subject) {
    this.account = account;
    this.#subject = subject;
    this.#first = account.ledger.requests++ === 0;
  }

  read(bytes: number): void {
    const { up } = this.account.ledger;
    // The page sends nothing up a WebSocket but pongs and its close.
    if (this.#frames !== undefined) up.control += bytes;
    else {
      this.#requestBytes += bytes;
      up[this.#named ?? 'partial'] += bytes;
    }
  }

  wrote(bytes: Buffer): void {
    if (this.#frames !== undefined) return this.#frames.feed(bytes, 0, bytes.length);
    this.account.ledger.down.partial += bytes.length;
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    this.#head ??= this.#readHead();
    if (this.#head === undefined || this.#subject.asks !== 'once') return;
    // A stream does not end, so it is named as it goes; a poll's answer is held until it is whole, a megabyte at most.
    this.#nameHeads();
    if (this.#head.status === 101) this.#upgrade();
    else if (this.#head.chunked) this.#nameChunks();
    else this.#nameRest();
  }

  ended(): void {
    this.#frames?.reset();
    this.#nameHeads();
    if (this.#head?.chunked === true) this.#nameChunks();
    this.#nameRest();
  }

  #readHead(): ResponseHead | undefined {
    const stop = this.#rest.indexOf(HEAD_END);
    if (stop === -1) return undefined;
    this.#headBytes = stop + HEAD_END.length;
    const head = parseHead(this.#rest.toString('latin1', 0, this.#headBytes));
    this.#rest = this.#rest.subarray(this.#headBytes);
    return head;
  }

  #nameHeads(): void {
    if (this.#named !== undefined) return;
    const { ledger } = this.account;
    const status = this.#head?.status;
    this.#named = this.#first ? 'handshake' : layerOf(false, this.#subject, status, true);
    if (status === 204 && this.#subject.asks !== 'once') ledger.emptyPolls++;
    ledger.move('up', 'partial', this.#named, this.#requestBytes);
    this.#book(this.#named, this.#headBytes);
  }

  #upgrade(): void {
    const { ledger } = this.account;
    this.#frames = new FrameMeter(ledger, 'down');
    ledger.down.partial -= this.#rest.length;
    this.#frames.feed(this.#rest, 0, this.#rest.length);
    this.#rest = NOTHING;
  }

  #nameChunks(): void {
    const { chunks, rest } = chunksIn(this.#rest);
    for (const { data, codingBytes } of chunks) {
      this.#book('framing', codingBytes);
      this.#nameBody(data);
    }
    this.#rest = rest;
  }

  #nameRest(): void {
    if (this.#head?.status === 200 && !this.#head.chunked) this.#nameBody(this.#rest);
    else this.#book('control', this.#rest.length);
    this.#rest = NOTHING;
  }

  /** Books a body, or a piece of one that the server has written in one go, by what its bytes say. */
  #nameBody(body: Buffer): void {
    let unnamed = body.length;
    for (const { from, to, layer } of this.#subject.dissect?.(body, 'down', !this.#first) ?? []) {
      this.#book(layer, to - from);
      unnamed -= to - from;
    }
    this.#book('framing', unnamed);
  }

  #book(layer: Layer, bytes: number): void {
    this.account.ledger.move('down', 'partial', layer, bytes);
  }
}
