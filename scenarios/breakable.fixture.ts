/** A way to a server that breaks after so many bytes, as a network does: in the middle of whatever is on it. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface BreakableWay {
  readonly host: string;
  readonly port: number;
  /** Connections so far, and those of them that stand. */
  readonly accepted: number;
  readonly open: number;
  /** Whether it is to break and has not yet. */
  readonly breaking: boolean;
  /** When so many bytes more have come down, all connections end there: the byte after them reaches nobody. */
  breakAfter(bytes: number): void;
  readonly close: () => void;
}

export async function breakableWay(server: { readonly host: string; readonly port: number }): Promise<BreakableWay> {
  const ends = new Set<Socket>();
  let accepted = 0;
  let open = 0;
  let left = Infinity;
  const end = (): void => {
    for (const socket of ends) socket.destroy();
  };
  const relay = createServer({ noDelay: true }, (near) => {
    const far = connect({ host: server.host, port: server.port, noDelay: true });
    accepted++;
    open++;
    near.on('close', () => open--);
    for (const [socket, other] of [[near, far] as const, [far, near] as const]) {
      ends.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => (ends.delete(socket), other.destroySoon()));
    }
    near.on('data', (bytes) => far.write(bytes));
    far.on('data', (bytes) => {
      left -= bytes.length;
      if (left > 0) return void near.write(bytes);
      // What comes before the end still arrives: it is on its way already.
      ends.delete(near);
      near.end(bytes.subarray(0, bytes.length + left));
      left = Infinity;
      end();
    });
  });
  await new Promise<void>((resolve) => relay.listen(0, server.host, resolve));
  return {
    host: server.host,
    port: (relay.address() as AddressInfo).port,
    get accepted() {
      return accepted;
    },
    get open() {
      return open;
    },
    get breaking() {
      return left !== Infinity;
    },
    breakAfter: (bytes) => void (left = bytes),
    close: () => (relay.close(), end()),
  };
}
