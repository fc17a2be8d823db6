/**
 * `pushbench serve --demo`: one server with every transport over one hub on one port, a page that receives from all of them
 * at once, knobs to turn, and a meter on the server's sockets that counts what each transport costs the page.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { DEMO_PATHS, KnobError, type Knobs } from '../../results/demo.ts';
import { startServer, type RunningServer } from '../../servers/http.ts';
import { BadRequest } from '../../servers/request.ts';
import type { Mountable, MountContext, ServerOptions } from '../../servers/server.ts';
import { onUpgrade } from '../../servers/upgrade.ts';
import { CHOICES, transport } from '../transports.ts';
import { Board } from './board.ts';
import { refuseStrangers } from './guard.ts';
import { Live } from './live.ts';
import { Meter } from './meter.ts';
import { Publisher } from './publisher.ts';

export interface DemoOptions {
  readonly host: string;
  readonly port: number;
  /** Within their bounds. */
  readonly knobs: Knobs;
  /** HTML of the page at `/`. */
  readonly page: string;
  readonly server: Partial<Pick<ServerOptions, 'holdMs' | 'heartbeatMs' | 'recycleBytes'>>;
}

export interface Demo extends Pick<RunningServer, 'url' | 'host' | 'port' | 'hub' | 'close'> {
  readonly meter: Meter;
  readonly board: Board;
}

/** A change of knobs is smaller, bytes. */
const LARGEST_CHANGE = 1_024;
/** A page that was away longer is told of its gap. */
const RETAINED = 1_000;

/** What cannot be said in the page's own policy, and what keeps other sites from putting the knobs under a visitor's clicks. */
const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "frame-ancestors 'none'",
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
};

export async function startDemo({ host, port, knobs, page, server }: DemoOptions): Promise<Demo> {
  const meter = new Meter(CHOICES);
  const board = new Board(knobs);
  const startMs = performance.now();
  const nowMs = (): number => performance.now() - startMs;
  const admit: Admit = ({ headers }) => refuseStrangers(headers, host);
  const running = await startServer({
    // The panel first: its meter must see a request before whoever answers it.
    transports: [panel({ meter, board, nowMs, admit }), ...CHOICES.map((name) => transport(name).server)],
    home(request, reply) {
      admit(request);
      void reply.headers(PAGE_HEADERS).send(page);
    },
    host,
    port,
    options: server,
    limits: { retainMessages: RETAINED },
  });
  // Not before it listens: what fails to start must leave no timer behind.
  const publisher = new Publisher(running.hub.channel('main')!, nowMs, Math.random, knobs);
  board.onTurn((turned) => publisher.turn(turned));
  return {
    ...running,
    meter,
    board,
    close() {
      publisher.stop();
      return running.close();
    },
  };
}

/** @throws BadRequest for who may not come in */
type Admit = (request: { readonly headers: IncomingHttpHeaders }) => void;

interface Panel {
  readonly meter: Meter;
  readonly board: Board;
  readonly nowMs: () => number;
  readonly admit: Admit;
}

/** What the demo has beside its transports: the meter, the knobs and the live channel. */
function panel({ meter, board, nowMs, admit }: Panel): Mountable {
  return {
    name: 'demo',
    binary: false,
    tryPath: '/',
    mount({ app, hub, heartbeat }: MountContext) {
      const log = hub.channel('main')!;
      const live = new Live({ meter, board, log, heartbeat, transports: CHOICES, nowMs, admit });
      meter.watch(app.server);
      onUpgrade(app.server, 'websocket', live.accept);
      app.post(DEMO_PATHS.knobs, { bodyLimit: LARGEST_CHANGE }, (request, reply) => {
        admit(request);
        turnKnobs(board, request.body);
        void reply.code(204).send();
      });
      return () => live.end();
    },
  };
}

/** @throws BadRequest for a change that cannot be */
function turnKnobs(board: Board, body: unknown): void {
  try {
    board.turn(JSON.parse(Buffer.isBuffer(body) ? body.toString() : ''));
  } catch (error) {
    if (error instanceof SyntaxError) throw new BadRequest('a change of knobs must be JSON');
    throw error instanceof KnobError ? new BadRequest(error.message) : error;
  }
}
