/**
 * The server of a live view: one page and one stream of events, for browsers on this machine.
 *
 * node:http and not the Fastify of `servers/`: that is what is measured, and two routes need no framework.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const HOST = '127.0.0.1';

/** Tabs that may follow at once; what asks for more is no reader. */
const MOST_STREAMS = 16;
/** A page that was asked to load anew and is not back by then is not waited for, ms. */
const PATIENCE_MS = 2_000;

/** Of each answer: nothing of it is kept, guessed at, framed or read by a page from elsewhere. */
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
};

/** What pages were asked for, and what they do when they have it: follow again, or no more than load. */
type Sign = 'stream' | 'page';

interface Awaited {
  readonly sign: Sign;
  readonly arrived: () => void;
  readonly giveUp: () => void;
}

export class LiveServer {
  readonly url: string;
  readonly #server: Server;
  /** Names that a browser on this machine has for this server. */
  readonly #hosts: readonly string[];
  /** Open streams, and whether their pages load anew when there is more to see. */
  readonly #streams = new Map<ServerResponse, { readonly draws: boolean }>();
  #page: string;
  /** What a page that begins to follow is told at once. */
  #words: unknown;
  #awaited: Awaited | null = null;

  /**
   * @param port 0: any free one
   * @param page the whole document
   * @throws the system's error where the port cannot be had
   */
  static async open(port: number, page: string, words: unknown): Promise<LiveServer> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, HOST, resolve);
    });
    return new LiveServer(server, page, words);
  }

  private constructor(server: Server, page: string, words: unknown) {
    const { port } = server.address() as AddressInfo;
    this.#server = server;
    this.#page = page;
    this.#words = words;
    // A browser leaves out the port of its scheme, and so does URL.
    this.#hosts = [HOST, 'localhost'].map((name) => new URL(`http://${name}:${port}`).host);
    this.url = `http://${this.#hosts[0]}/`;
    server.on('request', (request: IncomingMessage, response: ServerResponse) => this.#answer(request, response));
  }

  /** Whether any page follows, and whether any would load anew before the end. */
  get followers(): { readonly any: boolean; readonly drawing: boolean } {
    return { any: this.#streams.size > 0, drawing: [...this.#streams.values()].some(({ draws }) => draws) };
  }

  tell(words: unknown): void {
    this.#words = words;
    for (const stream of this.#streams.keys()) send(stream, 'state', words);
  }

  /** Asks the pages that want it to load anew; resolves when they have drawn and follow again, or after a while. */
  redraw(page: string): Promise<void> {
    this.#page = page;
    const drawing = [...this.#streams].filter(([, { draws }]) => draws).map(([stream]) => stream);
    return this.#ask(drawing, 'redraw', 'stream');
  }

  /** Asks all pages to load the last one; resolves when they have it, or after a while. */
  end(page: string): Promise<void> {
    this.#page = page;
    return this.#ask([...this.#streams.keys()], 'over', 'page');
  }

  /** At once, whoever is connected. */
  close(): void {
    this.#awaited?.giveUp();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #ask(streams: readonly ServerResponse[], event: string, sign: Sign): Promise<void> {
    this.#awaited?.giveUp();
    if (streams.length === 0) return Promise.resolve();
    return new Promise((resolve) => {
      let left = streams.length;
      const giveUp = (): void => {
        clearTimeout(timer);
        this.#awaited = null;
        resolve();
      };
      const arrived = (): void => {
        if (--left === 0) giveUp();
      };
      const timer = setTimeout(giveUp, PATIENCE_MS);
      this.#awaited = { sign, arrived, giveUp };
      for (const stream of streams) send(stream, event, null);
    });
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const [path, query] = (request.url ?? '').split('?', 2);
    if (!this.#isOurs(request)) return refuse(response, 403, 'This address answers to its own pages alone.');
    if (request.method !== 'GET')
      return refuse(response, 405, 'There is nothing here but to look at.', { allow: 'GET' });
    if (path === '/') return this.#sendPage(response);
    if (path === '/events') return this.#follow(response, query !== 'still');
    refuse(response, 404, `There is nothing here but ${this.url}`);
  }

  /**
   * A page of elsewhere whose name was made to lead here (DNS rebinding) sends its own name as Host, and one that asks
   * across origins sends its own as Origin; ours sends none.
   */
  #isOurs({ headers: { host, origin } }: IncomingMessage): boolean {
    if (host === undefined || !this.#hosts.includes(host)) return false;
    return origin === undefined || this.#hosts.some((name) => origin === `http://${name}`);
  }

  #sendPage(response: ServerResponse): void {
    response.on('finish', () => this.#has('page'));
    response.writeHead(200, { ...HEADERS, 'content-type': 'text/html; charset=utf-8' });
    response.end(this.#page);
  }

  #follow(response: ServerResponse, draws: boolean): void {
    if (this.#streams.size >= MOST_STREAMS) return refuse(response, 503, 'Too many pages follow this run already.');
    response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream' });
    this.#streams.set(response, { draws });
    for (const end of ['close', 'error']) response.on(end, () => this.#streams.delete(response));
    send(response, 'state', this.#words);
    this.#has('stream');
  }

  #has(sign: Sign): void {
    if (this.#awaited?.sign === sign) this.#awaited.arrived();
  }
}

const send = (stream: ServerResponse, event: string, data: unknown): void =>
  void stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);

function refuse(response: ServerResponse, status: number, why: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, { ...HEADERS, ...headers, 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${why}\n`);
}
