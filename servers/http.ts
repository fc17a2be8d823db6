/** The one Fastify app and port that all transports share, with what is the same for each: health, upstream, errors. */
import fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
} from 'fastify';
import type { AddressInfo } from 'node:net';
import { carrierServer, type Carrier, type KeyPair } from './carrier.ts';
import { logOf } from './channel.ts';
import { demoPage } from './demo-page.ts';
import { Heartbeat } from './heartbeat.ts';
import { Hub, type HubLimits, type Payload, type Sequencer } from './hub.ts';
import { addTypicalHeaders, fixDate } from './response-headers.ts';
import { BadRequest, isCrossOrigin, parseSubscription } from './request.ts';
import { DEFAULT_SERVER_OPTIONS, type Mountable, type ServerOptions } from './server.ts';

export interface StartOptions {
  /** Default h1. */
  readonly carrier?: Carrier;
  /** PEM; where the carrier encrypts. */
  readonly certificate?: KeyPair;
  readonly transports: readonly Mountable[];
  /** Default 127.0.0.1: nothing outside this machine can connect unless told otherwise. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  readonly options?: Partial<ServerOptions>;
  readonly limits?: Partial<HubLimits>;
  /** Where the server is several processes. */
  readonly sequencer?: Sequencer;
  /** Answers `GET /`; default: a page that lists what this port serves and receives from one transport. */
  readonly home?: (request: FastifyRequest, reply: FastifyReply) => void;
}

export interface RunningServer {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly hub: Hub;
  readonly heartbeat: Heartbeat;
  /** Ends every connection, waiter and timer, then the port. */
  close(): Promise<void>;
}

/** Connections that may wait to be accepted; the kernel caps it (net.core.somaxconn). Node's default is 511. */
const BACKLOG = 16_384;

/** No route here has a schema, and to load Fastify's compilers takes longer than all the rest of starting. */
const NO_COMPILERS = {
  compilersFactory: { buildValidator: () => () => () => true, buildSerializer: () => () => JSON.stringify },
} as unknown as NonNullable<FastifyServerOptions['schemaController']>;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export async function startServer(start: StartOptions): Promise<RunningServer> {
  const options: ServerOptions = { ...DEFAULT_SERVER_OPTIONS, ...start.options };
  const carried = carrierServer(start.carrier ?? 'h1', start.certificate, options.keepAliveMs);
  const app = fastify({
    bodyLimit: options.maxMessageBytes,
    schemaController: NO_COMPILERS,
    serverFactory: carried.make,
  });
  if (options.responseHeaders === 'typical') addTypicalHeaders(app.server);
  if (options.date !== null) fixDate(app.server, options.date);
  const hub = new Hub(start.limits, start.sequencer);
  const heartbeat = new Heartbeat(options.heartbeatMs);
  addErrors(app);
  addHealth(app);
  addUpstream(
    app,
    hub,
    start.transports.every((transport) => transport.binary),
  );
  app.get('/', start.home ?? ((_request, reply) => sendDemo(reply, start.transports)));
  const disposers = start.transports.map((transport) =>
    transport.mount({ app, hub, heartbeat, options, multiplexed: carried.multiplexed }),
  );
  const host = start.host ?? '127.0.0.1';
  await listen(app, host, start.port ?? 0);
  const { port } = app.server.address() as AddressInfo;
  return {
    url: `${carried.scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    host,
    port,
    hub,
    heartbeat,
    async close() {
      for (const dispose of disposers) dispose();
      heartbeat.stop();
      carried.endConnections();
      await app.close();
    },
  };
}

async function listen(app: FastifyInstance, host: string, port: number): Promise<void> {
  try {
    await app.listen({ host, port, backlog: BACKLOG });
  } catch (error) {
    await app.close();
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      throw new Error(`port ${port} on ${host} is in use; choose another, or 0 for any free one`);
    if (code === 'EACCES') throw new Error(`port ${port} on ${host} needs privileges; choose one above 1023`);
    if (code === 'EADDRNOTAVAIL') throw new Error(`${host} is no address of this machine`);
    throw error;
  }
}

function addErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const status = error.statusCode ?? 500;
    // What went wrong inside is nobody's business outside; what the client did wrong is one sentence.
    const sentence = status < 500 || error instanceof BadRequest ? error.message : 'the server failed';
    void reply.code(status).type('text/plain').send(`${sentence}\n`);
  });
  app.setNotFoundHandler((_request, reply) => {
    void reply.code(404).type('text/plain').send('There is nothing at this path. GET / lists what there is.\n');
  });
}

function addHealth(app: FastifyInstance): void {
  const healthy = Buffer.from('{"status":"ok"}');
  app.get('/health', (_request, reply) => {
    void reply.header('content-type', 'application/json').header('cache-control', 'no-store').send(healthy);
  });
}

/** `POST /messages?channel=NAME`: the body becomes a message of that channel; 204 once the hub has it. */
function addUpstream(app: FastifyInstance, hub: Hub, binary: boolean): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  // Fastify takes a POST that says neither its type nor its length for one without a body; over HTTP/2 such have one.
  const onRequest = (request: FastifyRequest, _reply: unknown, done: () => void): void => {
    request.headers['content-type'] ??= 'text/plain';
    done();
  };
  app.post('/messages', { onRequest }, (request, reply) => {
    if (isCrossOrigin(request.headers)) throw new BadRequest('pages of another origin may not publish here', 403);
    const { channel } = parseSubscription(request.raw.url ?? '');
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const asBytes = request.headers['content-type'] === 'application/octet-stream';
    if (asBytes && !binary) throw new BadRequest('a transport on this port carries text only', 415);
    logOf(hub, channel).accept(asBytes ? body : textOf(body));
    void reply.code(204).send();
  });
}

function textOf(body: Buffer): Payload {
  try {
    return utf8.decode(body);
  } catch {
    throw new BadRequest('a text message must be valid UTF-8');
  }
}

function sendDemo(reply: FastifyReply, transports: readonly Mountable[]): void {
  const page = demoPage(transports.map(({ name, tryPath }) => ({ name, tryPath })));
  void reply.type('text/html; charset=utf-8').send(page);
}
