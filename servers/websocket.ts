/**
 * WebSocket (RFC 6455) on the port that serves plain HTTP.
 *
 * A text frame is one message as it is, both ways, so that a message costs the bare frame header. Everything else is a
 * binary frame whose first byte says what it is (see `KIND`). The rejected alternative, a JSON envelope in every
 * message, would charge WebSocket for something that its framing makes unnecessary.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { logOf } from './channel.ts';
import type { Entry, Log } from './hub.ts';
import { encodedOnce } from './hub.ts';
import { LogReader, startCursor, type Drainable, type Writer } from './reader.ts';
import { isCrossOrigin, parseSubscription } from './request.ts';
import type { MountContext, ServerOptions, ServerTransport } from './server.ts';
import { typicalLines } from './response-headers.ts';
import { onExtendedConnect } from './extended-connect.ts';
import { writeFrame } from './ws-frame.ts';
import { onUpgrade, refuse, refuseSubscription, type UpgradeHandler } from './upgrade.ts';

export const SUBPROTOCOL = 'pushbench.v1';

/** First byte of a binary frame. */
export const KIND = {
  /** A message of bytes follows. */
  data: 0,
  /** Server: the cursor from which this client reads, decimal. Sent once, first. */
  ready: 1,
  /** Server: `lost,cursor`, decimal: messages that are no longer retained, and where the client goes on. */
  gap: 2,
  /** Server: the message that the client sent is accepted. In the order of sending. */
  accepted: 3,
} as const;

const control = (kind: number, text = ''): Buffer => Buffer.from(String.fromCharCode(kind) + text, 'latin1');
/** Never compressed, so that whoever meters the wire can tell frames by their first byte. */
const PLAIN = { binary: true, compress: false } as const;
const ACCEPTED = control(KIND.accepted);

const encode = ({ payload }: Entry): Buffer =>
  typeof payload === 'string' ? Buffer.from(payload) : Buffer.concat([control(KIND.data), payload]);

class Connection implements Writer {
  readonly #ws: WebSocket;
  /** Tells when to write on: the socket itself, or what stands before it when frames are compressed. */
  readonly outlet: Drainable;
  readonly #sent: (() => void) | undefined;
  #alive = true;

  constructor(ws: WebSocket, socket: Duplex) {
    this.#ws = ws;
    const compressing = ws.extensions === '' ? undefined : new CompressingOutlet(ws, socket);
    this.outlet = compressing ?? socket;
    this.#sent = compressing?.sent;
    ws.on('pong', () => (this.#alive = true));
  }

  get open(): boolean {
    return this.#ws.readyState === this.#ws.OPEN;
  }

  message(entry: Entry): void {
    this.#ws.send(encodedOnce(entry, encode), { binary: typeof entry.payload !== 'string' }, this.#sent);
  }

  gap(lost: number, cursor: number): void {
    this.#ws.send(control(KIND.gap, `${lost},${cursor}`), PLAIN);
  }

  /**
   * Pings; a peer that has not answered the last one is gone, though TCP has not noticed (RFC 6455 §5.5.2). A peer that
   * reads slowly is not: its pong would come only after all that is before the ping, so it is not judged by it.
   */
  beat(): void {
    if (!this.open) return;
    if (this.outlet.writableNeedDrain) {
      this.#alive = true;
      return;
    }
    if (!this.#alive) return this.#ws.terminate();
    this.#alive = false;
    this.#ws.ping();
  }
}

/** With permessage-deflate frames wait in ws for zlib before the socket sees them: its word alone would let all in. */
class CompressingOutlet implements Drainable {
  readonly #ws: WebSocket;
  readonly #socket: Duplex;
  #waiting: (() => void) | undefined;

  constructor(ws: WebSocket, socket: Duplex) {
    this.#ws = ws;
    this.#socket = socket;
  }

  get writableNeedDrain(): boolean {
    return this.#ws.bufferedAmount >= this.#socket.writableHighWaterMark;
  }

  once(_event: 'drain', listener: () => void): void {
    this.#waiting = listener;
  }

  readonly sent = (): void => {
    const waiting = this.#waiting;
    if (waiting === undefined || this.writableNeedDrain) return;
    this.#waiting = undefined;
    waiting();
  };
}

function originAllowed(request: IncomingMessage, allowed: ServerOptions['allowedOrigins']): boolean {
  const { origin } = request.headers;
  return allowed === null ? !isCrossOrigin(request.headers) : origin !== undefined && allowed.includes(origin);
}

function serve(ws: WebSocket, socket: Duplex, log: Log, cursor: number | undefined, context: MountContext): void {
  const from = startCursor(log, cursor);
  ws.send(control(KIND.ready, String(from)), PLAIN);
  const connection = new Connection(ws, socket);
  const reader = new LogReader(log, from, connection.outlet, connection);
  context.heartbeat.add(connection);
  ws.on('message', (data, isBinary) => {
    const bytes = data as Buffer;
    if (isBinary && bytes[0] !== KIND.data) return ws.close(1003, 'the first byte of a binary frame must be 0');
    log.accept(isBinary ? bytes.subarray(1) : bytes.toString());
    ws.send(ACCEPTED, PLAIN);
    // A client that sends without reading would pile up acknowledgements: it is read again when it has read.
    if (socket.writableNeedDrain && !ws.isPaused) {
      ws.pause();
      socket.once('drain', () => ws.resume());
    }
  });
  // ws has closed the connection with the right code (1002, 1007, 1009); there is nobody else to tell.
  ws.on('error', () => {});
  ws.once('close', () => {
    reader.stop();
    context.heartbeat.delete(connection);
  });
  reader.wake();
}

export const websocket: ServerTransport = {
  name: 'websocket',
  binary: true,
  tryPath: '/websocket',
  mount(context) {
    const { app, hub, options } = context;
    const wss = new WebSocketServer({
      noServer: true,
      maxPayload: options.maxMessageBytes,
      perMessageDeflate: options.deflate && {
        serverNoContextTakeover: !options.contextTakeover,
        clientNoContextTakeover: !options.contextTakeover,
        // Without context takeover ws compresses nothing below 1 KiB unless told to.
        threshold: 0,
      },
      handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
    });
    if (options.responseHeaders === 'typical') wss.on('headers', (lines) => lines.push(...typicalLines()));
    const { date } = options;
    // An HTTP/1.1 upgrade bears no date at all; over HTTP/2 node:http2 adds one.
    if (context.multiplexed && date !== null) wss.on('headers', (lines) => lines.push(`date: ${date}`));
    const accept: UpgradeHandler = (request, socket, head) => {
      const target = request.url ?? '';
      if (target.split('?', 1)[0] !== '/websocket') return false;
      socket.on('error', () => socket.destroy());
      if (!originAllowed(request, options.allowedOrigins)) {
        refuse(socket, '403 Forbidden', 'This origin may not open a WebSocket here.\n');
        return true;
      }
      if (request.headers['sec-websocket-version'] !== '13') {
        const versions = 'Sec-WebSocket-Version: 13\r\n';
        refuse(socket, '426 Upgrade Required', 'This server speaks WebSocket version 13.\n', versions);
        return true;
      }
      try {
        const { channel, cursor } = parseSubscription(target);
        const log = logOf(hub, channel);
        wss.handleUpgrade(request, socket, head, (ws) => serve(ws, socket, log, cursor, context));
      } catch (error) {
        refuseSubscription(socket, error);
      }
      return true;
    };
    if (context.multiplexed) onExtendedConnect(app.server, 'websocket', accept);
    else onUpgrade(app.server, 'websocket', accept);
    app.get('/websocket', (_request, reply) => {
      // HTTP/2 has neither field (RFC 9113 §8.2.2).
      if (!context.multiplexed) void reply.headers({ upgrade: 'websocket', connection: 'upgrade' });
      void reply.code(426);
      void reply.type('text/plain').send('This is a WebSocket endpoint: ask with Upgrade: websocket.\n');
    });
    return () => {
      for (const ws of wss.clients) ws.terminate();
    };
  },
  encode(entries, write) {
    for (const entry of entries) writeFrame(encode(entry), typeof entry.payload !== 'string', write);
  },
};
