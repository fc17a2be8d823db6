/** A stream that keeps what it is given, and when: a terminal where `columns` says how wide. */
import { Writable } from 'node:stream';

export interface Written {
  readonly text: string;
  /** By `performance.now`. */
  readonly atMs: number;
}

export function keptStream(columns?: number): { to: NodeJS.WriteStream; text: () => string; writes: Written[] } {
  const writes: Written[] = [];
  const to = new Writable({
    write(chunk: Buffer, _, written) {
      writes.push({ text: chunk.toString(), atMs: performance.now() });
      written();
    },
  });
  Object.assign(to, columns === undefined ? {} : { isTTY: true, columns });
  return { to: to as unknown as NodeJS.WriteStream, text: () => writes.map(({ text }) => text).join(''), writes };
}
