/**
 * The demo's own WebSocket: each page is told its name, the knobs, and four times a second what it has cost so far; it asks
 * for nothing but the time. A WebSocket, because its round trip is the shortest to match two clocks by, and because it takes
 * none of the six HTTP connections that a browser has for the transports.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { DEMO_PATHS, type FromServer } from '../../results/demo.ts';
import type { Heartbeat } from '../../servers/heartbeat.ts';
import type { Log } from '../../servers/hub.ts';
import { BadRequest } from '../../servers/request.ts';
import { refuse, type UpgradeHandler } from '../../servers/upgrade.ts';
import type { Board } from './board.ts';
import type { Meter } from './meter.ts';

const COUNTERS_EACH_MS = 250;
/** Pages at a time. Each costs the server a set of connections and counters. */
const MOST_VIEWS = 50;
/** The page's one question is smaller. */
const LARGEST_QUESTION = 128;
/** A page that reads this slowly is not told more of the same. */
const MOST_BUFFERED = 64 * 1024;

export interface LiveContext {
  readonly meter: Meter;
  readonly board: Board;
  readonly log: Log;
  readonly heartbeat: Heartbeat;
  readonly transports: readonly string[];
  readonly nowMs: () => number;
  /** @throws BadRequest for who may not come in */
  readonly admit: (request: IncomingMessage) => void;
}

export class Live {
  readonly #context: LiveContext;
  readonly #wss = new WebSocketServer({ noServer: true, maxPayload: LARGEST_QUESTION });

  constructor(context: LiveContext) {
    this.#context = context;
  }

  readonly accept: UpgradeHandler = (request, socket, head) => {
    if (request.url !== DEMO_PATHS.live) return false;
    socket.on('error', () => socket.destroy());
    if (this.#admits(request, socket)) this.#wss.handleUpgrade(request, socket, head, (ws) => this.#serve(ws));
    return true;
  };

  end(): void {
    for (const ws of this.#wss.clients) ws.terminate();
  }

  #admits(request: IncomingMessage, socket: Duplex): boolean {
    try {
      this.#context.admit(request);
    } catch (error) {
      if (!(error instanceof BadRequest)) throw error;
      refuse(socket, '403 Forbidden', `${error.message}\n`);
      return false;
    }
    if (this.#wss.clients.size < MOST_VIEWS) return true;
    refuse(socket, '503 Service Unavailable', `This demo has ${MOST_VIEWS} pages already; close one.\n`);
    return false;
  }

  #serve(ws: WebSocket): void {
    const { meter, board, log, heartbeat, transports } = this.#context;
    const view = meter.open();
    const say = (message: FromServer): void => ws.send(JSON.stringify(message));
    say({ type: 'hello', view, cursor: log.last, transports, knobs: board.knobs });
    const forget = board.onTurn((knobs) => say({ type: 'knobs', knobs }));
    const stopCounting = this.#tellCounters(ws, view, say);
    const pulse = new Pulse(ws);
    heartbeat.add(pulse);
    ws.on('message', (data) => this.#answer(ws, data as Buffer, say));
    // ws has closed the connection with the right code; there is nobody else to tell.
    ws.on('error', () => {});
    ws.once('close', () => {
      stopCounting();
      forget();
      heartbeat.delete(pulse);
      meter.close(view);
    });
  }

  /** Says what has changed since it was said last, and nothing while nothing has. */
  #tellCounters(ws: WebSocket, view: number, say: (message: FromServer) => void): () => void {
    const { meter, log } = this.#context;
    let said = '';
    const timer = setInterval(() => {
      if (ws.readyState !== ws.OPEN || ws.bufferedAmount > MOST_BUFFERED) return;
      const message = { type: 'counters', last: log.last, transports: meter.counters(view) } as const;
      const text = JSON.stringify(message);
      if (text === said) return;
      said = text;
      say(message);
    }, COUNTERS_EACH_MS);
    return () => clearInterval(timer);
  }

  #answer(ws: WebSocket, data: Buffer, say: (message: FromServer) => void): void {
    const serverMs = this.#context.nowMs();
    const askedMs = questionIn(data);
    if (askedMs === undefined) ws.close(1008, 'the only question is {"type":"clock","askedMs":NUMBER}');
    else say({ type: 'clock', askedMs, serverMs });
  }
}

/** When the page asked for the time, by its own clock; undefined for anything else that it may have said. */
function questionIn(data: Buffer): number | undefined {
  try {
    const { type, askedMs } = (JSON.parse(data.toString()) ?? {}) as Record<string, unknown>;
    return type === 'clock' && typeof askedMs === 'number' ? askedMs : undefined;
  } catch {
    return undefined;
  }
}

/** Ends a page's connection that has not answered a ping for a whole period: it is gone, though TCP has not noticed. */
class Pulse {
  readonly #ws: WebSocket;
  #alive = true;

  constructor(ws: WebSocket) {
    this.#ws = ws;
    ws.on('pong', () => (this.#alive = true));
  }

  beat(): void {
    if (!this.#alive) return this.#ws.terminate();
    this.#alive = false;
    this.#ws.ping();
  }
}
