/** What goes wrong under HTTP/2, in sentences. */
import { ProtocolError, QUOTED_BYTES, quote } from './protocol-error.ts';
import { isTlsAlert } from './socket.ts';

/** Error codes of RFC 9113 §7, by number. */
const CODES = [
  'NO_ERROR',
  'PROTOCOL_ERROR',
  'INTERNAL_ERROR',
  'FLOW_CONTROL_ERROR',
  'SETTINGS_TIMEOUT',
  'STREAM_CLOSED',
  'FRAME_SIZE_ERROR',
  'REFUSED_STREAM',
  'CANCEL',
  'COMPRESSION_ERROR',
  'CONNECT_ERROR',
  'ENHANCE_YOUR_CALM',
  'INADEQUATE_SECURITY',
  'HTTP_1_1_REQUIRED',
] as const;
export const nameOf = (code: number | undefined): string => CODES[code ?? 0] ?? `code ${code}`;

/** What came is not HTTP/2, why, and the start of what came last: nghttp2 does not tell at which byte it gave up. */
export const breach = (why: readonly string[], latest: Buffer): ProtocolError =>
  new ProtocolError(
    `the server broke HTTP/2 (${why.filter((word) => word !== '').join(': ')}), in what began with ${quote(latest)}`,
  );

/** A server of another protocol, by the first bytes that it sends. */
export function foreign(buffer: Uint8Array, bytes: number): ProtocolError | undefined {
  const start = Buffer.from(buffer.subarray(0, Math.min(bytes, QUOTED_BYTES)));
  if (start.toString('latin1', 0, 5) === 'HTTP/') {
    return new ProtocolError(`the server answered in HTTP/1.1 where HTTP/2 was due: ${quote(start)}`);
  }
  if (isTlsAlert(start)) return new ProtocolError(`the server speaks TLS, and was asked without: ${quote(start)}`);
  return undefined;
}
