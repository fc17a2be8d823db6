/** Chunked transfer coding (RFC 9112 §7.1) taken apart as Node.js writes it: without extensions and without trailers. */

const LINE_END = '\r\n';

export interface Chunk {
  /** Empty in the last one. */
  readonly data: Buffer;
  /** Size line and line ends. */
  readonly codingBytes: number;
}

/** @returns the chunks that are whole, and the bytes after them */
export function chunksIn(bytes: Buffer): { chunks: Chunk[]; rest: Buffer } {
  const chunks: Chunk[] = [];
  let at = 0;
  for (let line = bytes.indexOf(LINE_END, at); line !== -1; line = bytes.indexOf(LINE_END, at)) {
    const from = line + LINE_END.length;
    const to = from + parseInt(bytes.toString('latin1', at, line), 16);
    const end = to + LINE_END.length;
    if (end > bytes.length || Number.isNaN(end)) break;
    chunks.push({ data: bytes.subarray(from, to), codingBytes: end - at - (to - from) });
    at = end;
  }
  return { chunks, rest: bytes.subarray(at) };
}
