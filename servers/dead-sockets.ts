/**
 * Ends connections that Node.js does not know are dead, with their streams and the readers of those.
 *
 * HTTP/2 stops reading in two cases and then never learns that the client has gone: over TLS, when the client resets its
 * connection just as a small frame is written to it, the error is lost and that write waited for (nodejs/node#61304; two
 * in a hundred of those that leave in the middle of a stream); and after a client broke the protocol and was told GOAWAY.
 * Only the kernel knows: the socket has no peer any more. (A client that broke the protocol and then ends in good order
 * still has one; of such, who are hostile or broken, the server keeps the streams.)
 */
import type { Socket } from 'node:net';

/** Every socket is looked at once in this time, ms. */
const ROUND_MS = 5_000;
/** Looks in one round: a few sockets each time, so that no pause is felt. */
const LOOKS = 50;

/** As much of node:net's private handle as asks the kernel. `remoteAddress` remembers its first answer. */
interface Handle {
  getpeername?(out: object): number;
}

export const hasPeer = (socket: Socket): boolean => {
  const handle = (socket as Socket & { _handle?: Handle | null })._handle;
  return handle?.getpeername === undefined || handle.getpeername({}) === 0;
};

/** @returns ends the looking */
export function endDeadSockets(sockets: ReadonlySet<Socket>, roundMs = ROUND_MS): () => void {
  let round: Socket[] = [];
  let each = 0;
  const timer = setInterval(() => {
    if (round.length === 0) {
      round = [...sockets];
      each = Math.ceil(round.length / LOOKS);
    }
    for (const socket of round.splice(-each, each)) if (!hasPeer(socket)) socket.destroy();
  }, roundMs / LOOKS).unref();
  return () => clearInterval(timer);
}
