/** What each page of the demo has cost the server so far, by transport: counted on the server's own sockets. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Subject } from '../../clients/dissect/track.ts';
import type { DemoBytes, TransportCounters } from '../../results/demo.ts';
import { transport, type TransportName } from '../transports.ts';
import { Account, OtherExchange, TransportExchange, type Exchange } from './exchange.ts';
import { MeteredSocket } from './metered-socket.ts';

/** What a transport's dissection must know: bodies as the suite's client of the same name reads them. */
function subjectOf(name: TransportName): Subject {
  const { asks, dissect } = transport(name).client;
  return { asks, dissect };
}

export class Meter {
  readonly #subjects: ReadonlyMap<string, Subject>;
  /** By page, then by transport. A page names itself in its requests by `view`. */
  readonly #views = new Map<string, Map<string, Account>>();
  readonly #sockets = new Map<Socket, MeteredSocket>();
  /** Announced as an upgrade; one that nobody knows is given back to plain HTTP and announced again. */
  readonly #upgrades = new WeakMap<Socket, Exchange>();
  #lastView = 0;
  /** The page, its knobs and counters, and every client that is no page. */
  readonly others = new Account();

  constructor(transports: readonly TransportName[]) {
    this.#subjects = new Map(transports.map((name) => [name, subjectOf(name)]));
  }

  /** Listens before all others, who may answer at once. */
  watch(server: Server): void {
    server.prependListener('connection', (socket: Socket) => this.#metered(socket));
    server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
      const { socket } = request;
      const metered = this.#metered(socket);
      const exchange = this.#upgrades.get(socket) ?? this.#exchange(request.url ?? '');
      if (!this.#upgrades.delete(socket)) metered.begin(exchange);
      response.prependOnceListener('finish', () => metered.end(exchange));
    });
    server.prependListener('upgrade', (request: IncomingMessage, socket: Socket) => {
      const exchange = this.#exchange(request.url ?? '');
      this.#upgrades.set(socket, exchange);
      this.#metered(socket).begin(exchange);
    });
  }

  /** Begins to count for a page. @returns the name to put into its requests */
  open(): number {
    const view = ++this.#lastView;
    this.#views.set(String(view), new Map());
    return view;
  }

  close(view: number): void {
    this.#views.delete(String(view));
  }

  /** What the transports have cost a page: of those that it has asked by. */
  counters(view: number): Record<string, TransportCounters> {
    for (const socket of this.#sockets.values()) socket.settle();
    const accounts = this.#views.get(String(view)) ?? new Map<string, Account>();
    return Object.fromEntries([...accounts].map(([name, account]) => [name, countersOf(account)]));
  }

  #metered(socket: Socket): MeteredSocket {
    const known = this.#sockets.get(socket);
    if (known !== undefined) return known;
    const metered = new MeteredSocket(socket, this.others);
    this.#sockets.set(socket, metered);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      metered.closed();
    });
    return metered;
  }

  /** What a request is counted for, by its path and by the page that it names. */
  #exchange(target: string): Exchange {
    const [path = '', query = ''] = target.split('?', 2);
    const name = path.slice(1);
    const subject = this.#subjects.get(name);
    const accounts = this.#views.get(new URLSearchParams(query).get('view') ?? '');
    if (subject === undefined || accounts === undefined) return new OtherExchange(this.others);
    const account = accounts.get(name) ?? new Account();
    accounts.set(name, account);
    return new TransportExchange(account, subject);
  }
}

function countersOf({ ledger, counted }: Account): TransportCounters {
  const { requests, emptyPolls } = ledger;
  const up: DemoBytes = { ...ledger.up };
  const down: DemoBytes = { ...ledger.down };
  return { requests, emptyPolls, up, down, counted: { ...counted } };
}
