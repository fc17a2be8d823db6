/**
 * Upgrade on a shared port: hands each token to the transport that speaks it, and answers all others as plain HTTP.
 *
 * RFC 9110 §7.8: a server may ignore an Upgrade it does not know. Once an `upgrade` listener exists, Node.js (before
 * `shouldUpgradeCallback`, 24.9) sends every request with an Upgrade header to it and takes its parser off the socket.
 * So the ordinary answer is made by giving the socket back: the head without its Upgrade is put before what follows,
 * and the connection starts anew, keep-alive and request body included. Building a ServerResponse by hand would answer
 * too, but lose both.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Duplex } from 'node:stream';
import { BadRequest } from './request.ts';

/** Takes the socket and returns true, or returns false to leave the request to plain HTTP. */
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean;

/** Who takes which token. One listener serves them all: a second one would answer what the first has taken. */
const handlersOf = new WeakMap<Server, Map<string, UpgradeHandler[]>>();

/** Of several handlers for a token each is asked in turn until one takes the socket. @param token in lower case */
export function onUpgrade(server: Server, token: string, handler: UpgradeHandler): void {
  const known = handlersOf.get(server);
  const handlers = known ?? new Map<string, UpgradeHandler[]>();
  handlers.set(token, [...(handlers.get(token) ?? []), handler]);
  if (known !== undefined) return;
  handlersOf.set(server, handlers);
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    // In the client's order of preference.
    const tokens = (request.headers.upgrade ?? '').split(',').map((word) => word.trim().toLowerCase());
    afterEarlierAnswers(socket, () => {
      const taken = (one: string): boolean => handlers.get(one)?.some((take) => take(request, socket, head)) === true;
      if (request.method === 'GET' && tokens.some(taken)) return;
      socket.unshift(Buffer.concat([Buffer.from(headWithoutUpgrade(request), 'latin1'), head]));
      // Over TLS the socket is past its handshake: as a connection it would be asked for another one.
      server.emit(socket instanceof TLSSocket ? 'secureConnection' : 'connection', socket);
    });
  });
}

/** Answers an upgrade that is refused with one sentence and ends the connection. */
export function refuse(socket: Duplex, status: string, sentence: string, headers = ''): void {
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(sentence)}\r\n${headers}Connection: close\r\n\r\n${sentence}`,
  );
}

/** The same for a subscription that cannot be. @throws whatever else went wrong */
export function refuseSubscription(socket: Duplex, error: unknown): void {
  if (!(error instanceof BadRequest)) throw error;
  refuse(socket, error.statusCode === 503 ? '503 Service Unavailable' : '400 Bad Request', `${error.message}\n`);
}

/**
 * Runs once the answers to earlier, pipelined requests are sent: answers keep their order (RFC 9112 §9.3.2), and
 * Node.js would queue that of a new connection for ever behind one of the old. `_httpMessage`, the answer that the
 * socket is in, is not public; counting requests for each socket instead would charge every poll for this rarity.
 */
function afterEarlierAnswers(socket: Socket, run: () => void): void {
  const { _httpMessage: answering } = socket as Socket & { _httpMessage?: ServerResponse | null };
  if (!answering) return run();
  // Node.js has taken its own listener off; without one a reset would end this process.
  const ignore = (): void => {};
  socket.on('error', ignore);
  answering.once('close', () => {
    socket.off('error', ignore);
    if (!socket.destroyed) afterEarlierAnswers(socket, run);
  });
}

/** The request's head as it came, less Upgrade and its mention in Connection. */
function headWithoutUpgrade(request: IncomingMessage): string {
  const lines = [`${request.method} ${request.url} HTTP/${request.httpVersion}`];
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    const name = request.rawHeaders[i]!;
    let value = request.rawHeaders[i + 1]!;
    if (name.toLowerCase() === 'upgrade' || name.toLowerCase() === 'http2-settings') continue;
    if (name.toLowerCase() === 'connection') {
      const kept = value
        .split(',')
        .filter((word) => !['upgrade', 'http2-settings'].includes(word.trim().toLowerCase()));
      if (kept.length === 0) continue;
      value = kept.join(',').trim();
    }
    lines.push(`${name}: ${value}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}
