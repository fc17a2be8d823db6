/**
 * The frame codec of ws, typed: ws exports its Receiver and Sender, @types/ws leaves them out.
 *
 * The codec and not the whole `WebSocket` client, because the handshake must be this project's own: a browser's headers
 * in a browser's order, each byte booked. Frames are written and masked by ws, and read by it
 * where they are compressed: see frame-reader.ts.
 */
import type { Writable } from 'node:stream';
import * as ws from 'ws';
import type { Outlet } from './connection.ts';

export interface ReceiverEvents {
  message: [data: Buffer, isBinary: boolean];
  ping: [data: Buffer];
  pong: [data: Buffer];
  conclude: [code: number, reason: Buffer];
  error: [error: Error];
}

export interface Receiver extends Writable {
  on<E extends keyof ReceiverEvents>(event: E, listener: (...args: ReceiverEvents[E]) => void): this;
}

export interface Sender {
  send(data: Buffer | string, options: { binary: boolean; compress: boolean; fin: true; mask: true }): void;
  pong(data: Buffer, mask: true): void;
  close(code: number | undefined, reason: string, mask: true, done: () => void): void;
}

/** Extensions by name, as ws hands them around. */
export type Extensions = Record<string, unknown>;

interface DeflateClass {
  new (options: { isServer: false; threshold: number; maxPayload: number }): {
    offer(): object;
    accept(configurations: unknown): object;
  };
  readonly extensionName: string;
}

interface Codec {
  readonly Receiver: new (options: {
    isServer: false;
    maxPayload: number;
    allowSynchronousEvents: true;
    extensions: Extensions;
  }) => Receiver;
  readonly Sender: new (socket: Outlet, extensions: Extensions) => Sender;
  readonly PerMessageDeflate: DeflateClass;
  readonly extension: { parse(header: string): Record<string, unknown>; format(offers: object): string };
}

export const { Receiver, Sender, PerMessageDeflate, extension } = ws as unknown as Codec;
