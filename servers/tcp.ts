/**
 * Raw TCP: the least that a push over a connection can cost, and so the limit that the other transports are seen
 * against. No choice for an application: no browser speaks it, and no proxy between knows it.
 *
 * The connection begins as an HTTP Upgrade, so that it lives on the one port and is found by the same channel and
 * cursor; what follows is in `tcp-codec.ts`. It is no part of HTTP/2, whose streams are not connections.
 */
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { logOf } from './channel.ts';
import { NOTHING_SAID, type Heartbeat } from './heartbeat.ts';
import { encodedOnce, type Entry, type Log } from './hub.ts';
import { LogReader, startCursor, type Writer } from './reader.ts';
import { parseSubscription } from './request.ts';
import { typicalLines } from './response-headers.ts';
import type { MountContext, ServerTransport } from './server.ts';
import { control, encodeMessage, ItemError, ItemReader } from './tcp-codec.ts';
import { onUpgrade, refuseSubscription } from './upgrade.ts';

/** What the request asks to upgrade to. */
export const TOKEN = 'pushbench-tcp/1';

const EXPLANATION = `This is raw TCP: ask over HTTP/1.1 with Upgrade: ${TOKEN}, as does
curl -N --output - -H 'Connection: Upgrade' -H 'Upgrade: ${TOKEN}'\n`;
const ACCEPTED = control('accepted');
const SIGN_OF_LIFE = control('heartbeat');
/** How long a client that was refused has to read why, ms. */
const LINGER_MS = 2_000;

class Connection implements Writer {
  readonly #socket: Duplex;
  readonly #log: Log;
  readonly #items: ItemReader;
  readonly #heartbeat: Heartbeat;
  saidAt = NOTHING_SAID;
  /** Messages in the log whose sender has not been told. */
  #unacknowledged = 0;

  constructor(socket: Duplex, log: Log, maxMessageBytes: number, heartbeat: Heartbeat) {
    this.#socket = socket;
    this.#log = log;
    this.#heartbeat = heartbeat;
    this.#items = new ItemReader(maxMessageBytes, (payload) => {
      this.#log.accept(payload);
      this.#unacknowledged++;
    });
  }

  get open(): boolean {
    return this.#socket.writable;
  }

  message(entry: Entry): void {
    this.#write(encodedOnce(entry, encodeMessage));
  }

  gap(lost: number, cursor: number): void {
    this.#write(control('gap', `${lost},${cursor}`));
  }

  beat(): void {
    if (this.open && !this.#socket.writableNeedDrain) this.#socket.write(SIGN_OF_LIFE);
  }

  /** What the client sent. Once it is refused, the rest is read and thrown away. */
  read(data: Buffer): void {
    if (!this.open) return;
    const refusal = this.#refusalOf(data);
    if (this.#unacknowledged > 0) this.#write(Buffer.alloc(this.#unacknowledged * ACCEPTED.length, ACCEPTED));
    this.#unacknowledged = 0;
    if (refusal !== undefined) return this.#refuse(refusal);
    // A client that sends without reading would pile up acknowledgements: it is read again when it has read.
    if (this.#socket.writableNeedDrain && !this.#socket.isPaused()) {
      this.#socket.pause();
      this.#socket.once('drain', () => this.#socket.resume());
    }
  }

  #refusalOf(data: Buffer): string | undefined {
    try {
      this.#items.feed(data);
      return undefined;
    } catch (error) {
      if (error instanceof ItemError) return error.message;
      throw error;
    }
  }

  /** Says why and ends. To close with bytes unread would be a reset, and that may overtake the sentence. */
  #refuse(sentence: string): void {
    this.#socket.end(control('error', sentence));
    const timer = setTimeout(() => this.#socket.destroy(), LINGER_MS);
    this.#socket.once('close', () => clearTimeout(timer));
  }

  #write(item: Buffer): void {
    this.saidAt = this.#heartbeat.now;
    this.#socket.write(item);
  }
}

function serve(socket: Duplex, head: Buffer, log: Log, asked: number | undefined, context: MountContext): void {
  const { options, heartbeat } = context;
  const from = startCursor(log, asked);
  const extra = options.responseHeaders === 'typical' ? typicalLines().map((line) => `${line}\r\n`) : [];
  const answer = `HTTP/1.1 101 Switching Protocols\r\nUpgrade: ${TOKEN}\r\nConnection: Upgrade\r\n${extra.join('')}\r\n`;
  socket.write(Buffer.concat([Buffer.from(answer, 'latin1'), control('ready', String(from))]));
  const connection = new Connection(socket, log, options.maxMessageBytes, heartbeat);
  const reader = new LogReader(log, from, socket, connection);
  heartbeat.add(connection);
  socket.once('close', () => {
    reader.stop();
    heartbeat.delete(connection);
  });
  // A client that has nothing more to say is leaving: a half-closed connection would stay for ever.
  socket.once('end', () => socket.end());
  socket.on('data', (data: Buffer) => connection.read(data));
  if (head.length > 0) connection.read(head);
  reader.wake();
}

export const tcp: ServerTransport = {
  name: 'tcp',
  binary: true,
  tryPath: '/tcp',
  mount(context) {
    const { app, hub, multiplexed } = context;
    const sockets = new Set<Duplex>();
    app.get('/tcp', (_request, reply) => {
      // HTTP/2 has neither field (RFC 9113 §8.2.2).
      if (!multiplexed) void reply.headers({ upgrade: TOKEN, connection: 'upgrade' });
      void reply.code(426).type('text/plain').send(EXPLANATION);
    });
    if (multiplexed) return () => {};
    onUpgrade(app.server, TOKEN, (request, socket, head) => {
      const target = request.url ?? '';
      if (target.split('?', 1)[0] !== '/tcp') return false;
      socket.on('error', () => socket.destroy());
      if (socket instanceof Socket) socket.setTimeout(0);
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      try {
        // No Origin is checked: no page can ask for this, since browsers let none set Upgrade.
        const { channel, cursor } = parseSubscription(target);
        serve(socket, head, logOf(hub, channel), cursor, context);
      } catch (error) {
        refuseSubscription(socket, error);
      }
      return true;
    });
    return () => {
      for (const socket of sockets) socket.destroy();
    };
  },
  encode(entries, write) {
    for (const entry of entries) write(encodeMessage(entry));
  },
};
