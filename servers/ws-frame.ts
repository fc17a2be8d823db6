/**
 * The frame that ws writes for a server's message, without a connection: ws exports its Sender, @types/ws leaves it out.
 *
 * A connection sends by `WebSocket.send`, which hands over to this same Sender; only who times encoding needs it alone.
 */
import * as ws from 'ws';

/** As much of a socket as ws's Sender uses. */
interface Outlet {
  cork(): void;
  uncork(): void;
  write(bytes: Buffer): void;
}

interface Sender {
  send(data: Buffer, options: { binary: boolean; compress: false; fin: true; mask: false }): void;
}

const { Sender } = ws as unknown as { readonly Sender: new (socket: Outlet) => Sender };

/** Where the one sender writes to: it keeps nothing from one whole message to the next. */
let writeTo: (bytes: Buffer) => void = () => {};
const sender = new Sender({ cork() {}, uncork() {}, write: (bytes) => writeTo(bytes) });

/** Writes one frame, uncompressed: its header, and the payload as it was given. */
export function writeFrame(payload: Buffer, binary: boolean, write: (bytes: Buffer) => void): void {
  writeTo = write;
  sender.send(payload, { binary, compress: false, fin: true, mask: false });
}
