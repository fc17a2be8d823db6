/**
 * Upgrade on a shared port: hands the one token that a transport speaks to it, and answers all others as plain HTTP.
 *
 * RFC 9110 §7.8: a server may ignore an Upgrade it does not know. Once an `upgrade` listener exists, Node.js (before
 * `shouldUpgradeCallback`, 24.9) sends every request with an Upgrade header to it and takes its parser off the socket.
 * So the ordinary answer is made by giving the socket back: the head without its Upgrade is put before what follows,
 * and the connection starts anew, keep-alive and request body included. Building a ServerResponse by hand would answer
 * too, but lose both.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** Takes the socket and returns true, or returns false to leave the request to plain HTTP. */
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean;

export function onUpgrade(server: Server, token: string, handler: UpgradeHandler): void {
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const tokens = (request.headers.upgrade ?? '').split(',').map((word) => word.trim().toLowerCase());
    afterEarlierAnswers(socket, () => {
      if (request.method === 'GET' && tokens.includes(token) && handler(request, socket, head)) return;
      socket.unshift(Buffer.concat([Buffer.from(headWithoutUpgrade(request), 'latin1'), head]));
      server.emit('connection', socket);
    });
  });
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
